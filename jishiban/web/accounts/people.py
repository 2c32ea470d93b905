"""Accounts, posts and leave of the units one looks after. Every page says first what a step will bring about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jishiban.kernel.cases.errors import CaseError, NotAllowed
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Leave, Post, Role, Staff, Unit
from jishiban.web.accounts import access, actions, queries
from jishiban.web.accounts.forms import CloseForm, LeaveForm, NewAccountForm, PostForm, posted
from jishiban.web.doors import actor_of, staff

door = staff(Role.ADMIN, Role.HEAD)
admins = staff(Role.ADMIN)


@door
@require_http_methods(["GET", "HEAD"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the units one looks after, by unit, with posts and leave."""
    actor = actor_of(request)
    chosen = queries.choice(actor, request.GET.get("unit", ""), request.GET.get("name", ""))
    page = {
        "choice": chosen,
        "offices": queries.offices(chosen, timezone.localdate()),
        "may_add": bool(actor.paths(*access.MANAGING)),
    }
    return render(request, "web/accounts/people.html", page)


@door
@require_http_methods(["GET", "HEAD"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: posts, leave, and what may be done."""
    return _person_page(request, _found(request, pk))


def _found(request: HttpRequest, pk: int) -> Staff:
    """The account, when the actor looks after its unit; those outside are as good as absent."""
    found = get_object_or_404(Staff.objects.select_related("unit"), pk=pk)
    if not access.may_see(actor_of(request), found.unit):
        raise PermissionDenied(_("这位同事不在您负责的单位。"))
    return found


def _person_page(request: HttpRequest, found: Staff, status: int = 200, **forms: Form) -> HttpResponse:
    actor = actor_of(request)
    manages = access.may_manage_staff(actor, found)
    page: dict[str, Any] = {
        "one": found,
        "posts": found.posts.select_related("unit"),
        "leaves": queries.leaves_of(found, timezone.localdate()),
        "open_cases": queries.open_cases(found),
        "leave_form": LeaveForm(found),
        "post_form": PostForm(_units(actor)) if manages else None,
        "manages": manages,
        "self": found.pk == actor.id,
        **forms,
    }
    page["form"] = next(iter(forms.values()), None)
    return render(request, "web/accounts/person.html", page, status=status)


def _units(actor: Actor) -> QuerySet[Unit]:
    """The units whose posts the actor may fill."""
    rule = Q(pk__in=[])
    for path in actor.paths(*access.MANAGING):
        rule |= Q(path__startswith=path)
    return Unit.objects.filter(rule, is_open=True).order_by("path")


def _back(found: Staff) -> HttpResponse:
    return redirect("accounts:person", pk=found.pk)


def _say(request: HttpRequest, refusal: CaseError) -> None:
    """A refusal in words where the page can show it; one without the right to ask is shut out."""
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied(refusal.message)
    messages.error(request, refusal.message)


# --- leave -----------------------------------------------------------------------------------------------------


@door
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Note days away with a deputy."""
    found = _found(request, pk)
    form = LeaveForm(found, request.POST)
    if not form.is_valid():
        return _person_page(request, found, leave_form=form)
    given = form.cleaned_data
    try:
        actions.note_leave(
            found, given["start"], given["end"], given["deputy"], given["reason"],
            by=actor_of(request), now=timezone.now(),
        )  # fmt: skip
    except CaseError as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("请假已登记。请假期间，办件由代理人负责。"))
    return _back(found)


@door
@require_POST
def leave_end(request: HttpRequest, pk: int, leave_id: int) -> HttpResponse:
    """Cancel a leave."""
    found = _found(request, pk)
    one = get_object_or_404(Leave.objects.select_related("staff"), pk=leave_id, staff=found)
    try:
        actions.cancel_leave(one, by=actor_of(request), now=timezone.now())
    except CaseError as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("请假已取消。办件由本人负责。"))
    return _back(found)


# --- accounts --------------------------------------------------------------------------------------------------


@admins
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open an account; its first password is shown once."""
    actor = actor_of(request)
    form = NewAccountForm(_units(actor), posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        words = given["account"], given["name"], given["unit"], given["role"]
        try:
            made, first = actions.add_account(*words, by=actor, now=timezone.now())
        except IntegrityError:  # somebody took the account name in this very moment
            form.add_error("account", _("这个账号已有人用，请换一个。"))
        else:
            return _show_password(request, made, first)
    return render(request, "web/accounts/new.html", {"form": form})


def _show_password(request: HttpRequest, found: Staff, secret: str) -> HttpResponse:
    """The only page that ever holds the password; it goes into no cookie, session, log or cache."""
    return render(request, "web/accounts/secret.html", {"one": found, "secret": secret})


@admins
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how many cases move and to whom, then close."""
    found = _found(request, pk)
    form = CloseForm(found, posted(request))
    if request.method == "POST" and form.is_valid():
        return _close(request, found, form)
    effects = [
        _("%(n)s 件未办结的件会马上移交。") % {"n": queries.open_cases(found)},
        _("所任岗位空出，由负责人先顶上。"),
        _("账号马上不能登录，记录都保留。"),
    ]
    page = {"one": found, "form": form, "effects": effects}
    return render(request, "web/accounts/close.html", page)


def _close(request: HttpRequest, found: Staff, form: CloseForm) -> HttpResponse:
    try:
        count = actions.close_account(found, form.cleaned_data["successor"], by=actor_of(request))
    except CaseError as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("账号已停用，移交了 %(n)s 件。") % {"n": count})
    return _back(found)


@admins
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a closed account in again."""
    found = _found(request, pk)
    try:
        actions.reopen_account(found, by=actor_of(request), now=timezone.now())
    except CaseError as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("账号已恢复。请重新安排岗位。"))
    return _back(found)


@admins
@require_POST
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new random password, shown once."""
    found = _found(request, pk)
    try:
        secret = actions.reset_password(found, by=actor_of(request), now=timezone.now())
    except CaseError as refusal:
        _say(request, refusal)
        return _back(found)
    return _show_password(request, found, secret)


@admins
@require_POST
def reset_totp(request: HttpRequest, pk: int) -> HttpResponse:
    """Unbind a lost phone."""
    found = _found(request, pk)
    try:
        actions.reset_totp(found, by=actor_of(request), now=timezone.now())
    except CaseError as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("动态验证码已解除。请提醒本人重新绑定。"))
    return _back(found)


# --- posts -----------------------------------------------------------------------------------------------------


@admins
@require_POST
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a post."""
    found = _found(request, pk)
    actor = actor_of(request)
    form = PostForm(_units(actor), request.POST)
    if not form.is_valid():
        return _person_page(request, found, post_form=form)
    given = form.cleaned_data
    words = found, given["unit"], given["role"], given["title"]
    try:
        actions.fill_post(*words, by=actor, now=timezone.now())
    except CaseError as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("岗位已安排。"))
    return _back(found)


@admins
@require_POST
def post_vacate(request: HttpRequest, pk: int, post_id: int) -> HttpResponse:
    """Leave a post empty."""
    found = _found(request, pk)
    held = get_object_or_404(Post.objects.select_related("staff", "unit"), pk=post_id, staff=found)
    try:
        actions.vacate(held, by=actor_of(request), now=timezone.now())
    except CaseError as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("岗位已空出。新的件由负责人先接。"))
    return _back(found)
