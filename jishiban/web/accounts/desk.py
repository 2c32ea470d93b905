"""Staff come in with account and password, and with an app's code where one is bound; their own account."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jishiban.kernel.cases.access import SEEING
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.crypto import CryptoError, decrypt, encrypt
from jishiban.kernel.directory.demo import PASSWORD, SIGN_INS
from jishiban.kernel.directory.models import Role, Staff
from jishiban.web import sessions
from jishiban.web.accounts import access, actions, totp
from jishiban.web.accounts.forms import AccountForm, CodeForm, OwnPasswordForm, PasswordForm, posted
from jishiban.web.accounts.queries import wait_of
from jishiban.web.doors import actor_of, public, staff
from jishiban.web.limits import TooMany, address_of, limit, limit_request
from jishiban.web.portal import safe_next

HALF: Final = "half_in"  # in the session: who has given the right password and owes the app's code
HALF_SECONDS: Final = 300
NEW_SECRET: Final = "new_totp"  # noqa: S105  the name of a place in the session
SEALED_FOR: Final = "session.totp"
FRONT: Final = "/desk/"
CODE_TRIES: Final = 5
CODE_TRIES_SECONDS: Final = 900


def wanted(request: HttpRequest) -> str:
    """Where to go on after signing in: a page of this site, else the inbox."""
    given = request.POST.get("next") or request.GET.get("next") or ""
    return safe_next(request, given) if given else FRONT


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Account and password. Five wrong ones lock the account for this address (django-axes counts them)."""
    if (actor := actor_of(request)).kind == "staff":
        then = wanted(request)
        return redirect(first_page(actor) if then == FRONT else then)
    form = AccountForm(posted(request))
    if request.method == "POST" and form.is_valid():
        found = _known(request, form)
        if found is not None:
            return _go_on(request, found)
        form.add_error(None, _("账号或密码不对，请重新输入。"))
    minutes = settings.SESSION_IDLE_SECONDS // 60
    page = {"form": form, "next": wanted(request), "minutes": minutes, **_shown_in_demo()}
    return render(request, "web/accounts/desk_sign_in.html", page)


def _shown_in_demo() -> dict[str, Any]:
    """The made-up people to sign in as; nothing of the kind exists anywhere else."""
    return {"demo_sign_ins": SIGN_INS, "demo_password": PASSWORD} if settings.DEMO else {}


def _known(request: HttpRequest, form: AccountForm) -> Staff | None:
    """The account these words open; None when they open none, or it is locked."""
    times, seconds = settings.RATES["sign-in"]
    limit_request(request, "sign-in", times=times, seconds=seconds)
    given = form.cleaned_data
    found = authenticate(request, username=given["username"].strip(), password=given["password"])
    return found if isinstance(found, Staff) else None


def _go_on(request: HttpRequest, found: Staff) -> HttpResponse:
    then = wanted(request)
    if not found.totp_secret:
        return _arrive(request, found, then)
    request.session.cycle_key()
    request.session[HALF] = {"staff": found.pk, "at": int(time.time()), "next": then}
    return redirect("accounts:staff-code")


def _arrive(request: HttpRequest, found: Staff, then: str) -> HttpResponse:
    sessions.sign_in_staff(request, found)
    return redirect(first_page(actor_of(request)) if then == FRONT else then)


def first_page(actor: Actor) -> str:
    """The page somebody works on: the inbox, or what their posts are for where they see no cases."""
    if actor.has_role(*SEEING):
        return FRONT
    if actor.has_role(Role.EDITOR):
        return "/desk/guides/"
    return reverse("accounts:people" if actor.has_role(Role.ADMIN) else "accounts:account")


def locked_out(request: HttpRequest, *_more: Any) -> HttpResponse:
    """429 after five wrong passwords, with how long to wait; django-axes calls it in place of the view's answer."""
    account = request.POST.get("username", "").strip()
    wait = wait_of(account, address_of(request), timezone.now()) or timedelta(minutes=1)
    minutes = -(-int(wait.total_seconds()) // 60)
    page = {"minutes": minutes, "back": "accounts:staff-sign-in"}
    response = render(request, "web/accounts/locked.html", page, status=429)
    response["Retry-After"] = str(int(wait.total_seconds()))
    return response


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The app's code, within five minutes of the password."""
    found = _half_in(request)
    if found is None:
        return redirect("accounts:staff-sign-in")
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            limit("totp", str(found.pk), times=CODE_TRIES, seconds=CODE_TRIES_SECONDS)
        except TooMany:
            del request.session[HALF]  # back to the password: guessing codes costs more than codes
            raise
        if actions.use_totp(found, form.cleaned_data["code"], timezone.now()):
            return _arrive(request, found, request.session[HALF]["next"])
        form.add_error("code", _("验证码不对或已用过。请等下一个再填。"))
    return render(request, "web/accounts/desk_code.html", {"form": form})


def _half_in(request: HttpRequest) -> Staff | None:
    half = request.session.get(HALF)
    if not half or time.time() - half["at"] > HALF_SECONDS:
        return None
    return Staff.objects.filter(pk=half["staff"], is_active=True).first()


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave the desk."""
    sessions.sign_out(request)
    messages.success(request, _("您已退出登录。"))
    return redirect("accounts:staff-sign-in")


# --- one's own account -------------------------------------------------------------------------------------------


def me(request: HttpRequest) -> Staff:
    """The member of staff who is signed in; the door has let nobody else through."""
    assert isinstance(request.user, Staff)
    return request.user


@staff()
@require_http_methods(["GET", "HEAD"])
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, what I may do, and how I sign in."""
    own = me(request)
    actor = actor_of(request)
    page = {
        "own": own,
        "posts": own.posts.select_related("unit"),
        "may_look_after": bool(actor.paths(*access.LEAVE)),
        "minutes": settings.SESSION_IDLE_SECONDS // 60,
    }
    return render(request, "web/accounts/account.html", page)


@staff()
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change my password; my other sessions end."""
    own = me(request)
    form = PasswordForm(own, posted(request))
    if request.method == "POST" and _tried(own) and form.is_valid():
        actions.change_password(own, form.cleaned_data["new"], timezone.now())
        update_session_auth_hash(request, own)
        messages.success(request, _("密码已改好。其他设备上的登录已退出。"))
        return redirect("accounts:account")
    return render(request, "web/accounts/password.html", {"form": form})


def _tried(own: Staff) -> bool:
    """Whoever finds a desk open may not guess its password here. Always True, or TooMany."""
    limit("own-password", str(own.pk), times=10, seconds=900)
    return True


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def totp_on(request: HttpRequest) -> HttpResponse:
    """Bind an app: scan, and prove it by its first code."""
    own = me(request)
    if own.totp_secret:
        return redirect("accounts:account")
    secret = _new_secret(request)
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if actions.enable_totp(own, secret, form.cleaned_data["code"], timezone.now()):
            del request.session[NEW_SECRET]
            messages.success(request, _("已开启动态验证码。下次登录时要用。"))
            return redirect("accounts:account")
        form.add_error("code", _("验证码不对。请核对手机时间，再填新的一个。"))
    issuer = f"{settings.PLACE.name}{settings.PLACE.brand}"
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    page = {"form": form, "secret": groups, "address": totp.address(secret, own.account, issuer)}
    return render(request, "web/accounts/totp.html", page)


def _new_secret(request: HttpRequest) -> str:
    """The secret on offer: the same while the page is reloaded, sealed in the session, bound only once proven."""
    kept = request.session.get(NEW_SECRET, "")
    try:
        secret = decrypt(kept, SEALED_FOR)
    except CryptoError:
        secret = ""
    if not secret:
        secret = totp.new_secret()
        request.session[NEW_SECRET] = encrypt(secret, SEALED_FOR)
    return secret


@staff()
@sensitive_post_parameters("old")
@require_http_methods(["GET", "HEAD", "POST"])
def totp_off(request: HttpRequest) -> HttpResponse:
    """Unbind the app, after the password."""
    own = me(request)
    form = OwnPasswordForm(own, posted(request))
    if request.method == "POST" and _tried(own) and form.is_valid():
        actions.disable_totp(own, timezone.now())
        messages.success(request, _("已关闭动态验证码。"))
        return redirect("accounts:account")
    return render(request, "web/accounts/totp_off.html", {"form": form})
