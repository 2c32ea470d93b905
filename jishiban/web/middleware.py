"""Stands before every view: shuts doors, sets the security headers, ends idle staff sessions."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from jishiban.web.doors import Door, actor_of, door_of, may_enter

Next = Callable[[HttpRequest], HttpResponse]

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class SecurityHeaders:
    """The same headers on every answer; a view may set its own value first."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        return response


class DoorMiddleware:
    """Lets a request through to its view only when the view's door allows the actor."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        door = door_of(view)
        if door is None:
            raise PermissionDenied("此页面没有声明谁可以进入，因此不对任何人开放。")
        if door.kind == "public":
            return None
        if door.kind == "staff":
            end_idle_session(request)
        if may_enter(door, actor_of(request)):
            return None
        return _send_to_sign_in(request, door)


def _send_to_sign_in(request: HttpRequest, door: Door) -> HttpResponseBase:
    """Those who have not signed in are asked to; those who have and may not, are told so."""
    actor = actor_of(request)
    if door.kind == "staff" and actor.kind == "staff":
        raise PermissionDenied("您的岗位不能打开此页。")
    page = reverse("accounts:staff-sign-in" if door.kind == "staff" else "accounts:sign-in")
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/", page)


def end_idle_session(request: HttpRequest) -> None:
    """Sign staff out after the idle time; note the visit at most once a minute, so that reading stays reading."""
    if not request.user.is_authenticated:
        return
    now = int(time.time())
    seen = int(request.session.get("seen", now))
    if now - seen > settings.SESSION_IDLE_SECONDS:
        logout(request)
        request._actor = None  # type: ignore[attr-defined]  # ask again who this is
    elif now - seen > 60 or "seen" not in request.session:
        request.session["seen"] = now
