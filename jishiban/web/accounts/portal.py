"""Citizens come in with their phone: a page for the number, a page for the code, and the way out."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jishiban.kernel.directory.actions import Checked, TooSoon, check_code, person_of_phone
from jishiban.kernel.directory.crypto import CryptoError, decrypt, encrypt
from jishiban.kernel.directory.masks import mask_phone
from jishiban.web import sessions
from jishiban.web.accounts.actions import MINUTES, NoWay, send_code
from jishiban.web.accounts.forms import CodeForm, PhoneForm, posted
from jishiban.web.doors import actor_of, public
from jishiban.web.limits import limit_request
from jishiban.web.portal import safe_next

WAITING: Final = (
    "sign_in"  # in the session: the sealed phone, where to go on, and in the demonstration the code
)
SEALED_FOR: Final = "session.sign_in"
FRONT: Final = "/my/"


def wanted(request: HttpRequest) -> str:
    """Where to go on afterwards: a page of this site, else the person's own cases."""
    given = request.POST.get("next") or request.GET.get("next") or ""
    return safe_next(request, given) if given else FRONT


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone and send a code to it."""
    if actor_of(request).kind == "person" and actor_of(request).id:
        return redirect(wanted(request))
    form = PhoneForm(posted(request))
    if request.method == "POST" and form.is_valid() and _sent(request, form):
        return redirect("accounts:code")
    page = {"form": form, "next": wanted(request), "hide_search": True}
    return render(request, "web/accounts/phone.html", page)


def _sent(request: HttpRequest, form: PhoneForm) -> bool:
    """True when there is a code to be typed in; else the form says why not."""
    phone = form.cleaned_data["phone"]
    _limit(request)
    try:
        asked = send_code(phone, timezone.now())
    except TooSoon as wait:
        if waiting_phone(request) == phone:  # a second click: the code on its way is still good
            return True
        form.add_error("phone", _wait_words(wait.seconds))
        return False
    except NoWay:
        form.add_error(None, _("这里还没有开通短信登录。请到大厅窗口办理，或打电话。"))
        return False
    _remember(request, phone, wanted(request), asked.code)
    return True


def _limit(request: HttpRequest) -> None:
    times, seconds = settings.RATES["code"]
    limit_request(request, "code", times=times, seconds=seconds)


def _wait_words(seconds: int) -> str:
    if seconds > 120:
        return _("这个手机号今天要的验证码太多了。请 %(n)s 分钟后再试。") % {"n": -(-seconds // 60)}
    return _("刚刚已经发过验证码。请 %(n)s 秒后再试。") % {"n": seconds}


def _remember(request: HttpRequest, phone: str, then: str, code: str) -> None:
    kept: dict[str, Any] = {"phone": encrypt(phone, SEALED_FOR), "next": then}
    request.session[WAITING] = kept | ({"code": code} if settings.DEMO else {})


def waiting_phone(request: HttpRequest) -> str:
    """The phone this browser waits for a code with; empty when it waits for none."""
    kept = request.session.get(WAITING)
    try:
        return decrypt(kept["phone"], SEALED_FOR) if kept else ""
    except (CryptoError, KeyError, TypeError):  # sealed with a key that is gone: ask for the number again
        return ""


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code and let the person in."""
    phone = waiting_phone(request)
    if not phone:
        return redirect("accounts:sign-in")
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        _limit(request)
        checked = check_code(phone, form.cleaned_data["code"], timezone.now())
        if checked is Checked.RIGHT:
            return _let_in(request, phone)
        form.add_error("code", _refusal(checked))
    kept = request.session[WAITING]
    page = {
        "form": form, "shown_phone": mask_phone(phone), "minutes": MINUTES, "next": kept["next"],
        "demo_code": kept.get("code", "") if settings.DEMO else "", "hide_search": True,
    }  # fmt: skip
    return render(request, "web/accounts/code.html", page)


def _refusal(checked: Checked) -> str:
    if checked is Checked.WRONG:
        return _("验证码不对，请核对短信后再填。")
    return _("这个验证码已失效。请点“再发一次”。")


def _let_in(request: HttpRequest, phone: str) -> HttpResponse:
    then = request.session[WAITING]["next"]
    person = person_of_phone(phone, timezone.now())
    sessions.sign_in_person(request, person)
    del request.session[WAITING]
    return redirect(then)


@public
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same phone."""
    phone = waiting_phone(request)
    if not phone:
        return redirect("accounts:sign-in")
    _limit(request)
    try:
        asked = send_code(phone, timezone.now())
    except TooSoon as wait:
        messages.warning(request, _wait_words(wait.seconds))
    except NoWay:
        return redirect("accounts:sign-in")
    else:
        _remember(request, phone, request.session[WAITING]["next"], asked.code)
        messages.success(request, _("新的验证码已发出。之前的不再有效。"))
    return redirect("accounts:code")


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave. What was saved as a draft stays."""
    sessions.sign_out(request)
    messages.success(request, _("您已退出登录。"))
    return redirect("/")
