"""Stands before every view: limits what comes in, shuts doors, and sets the security headers of what goes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from jishiban.web.doors import Door, actor_of, door_of, may_enter
from jishiban.web.limits import TooMany, limit_request

Next = Callable[[HttpRequest], HttpResponse]

API: Final = "/api/"
CSP: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
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


class Gate:
    """Turns away what is too large or comes too often, before anything of it is read."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from jishiban.web import portal

        if _announced_bytes(request) > settings.MOST_BODY_BYTES:
            return portal.too_large(request)
        try:
            _count(request)
        except TooMany as wait:
            return portal.too_many(request, wait.seconds)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A view's own limit becomes the same page."""
        from jishiban.web import portal

        return portal.too_many(request, error.seconds) if isinstance(error, TooMany) else None


def _announced_bytes(request: HttpRequest) -> int:
    """Django reads no further than this number, so it is a true bound on the body."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _count(request: HttpRequest) -> None:
    """One address may call the API and write only so often; reading pages is free."""
    name = "api" if request.path.startswith(API) else "write" if request.method not in READING else ""
    if name:
        times, seconds = settings.RATES[name]
        limit_request(request, name, times=times, seconds=seconds)


READING: Final = ("GET", "HEAD", "OPTIONS")


class DoorMiddleware:
    """Lets a request through to its view only when the view's door allows the actor."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "_behind_door", False):
            # What was shown to one person stays out of every cache, also out of the next person's back button.
            response.setdefault("Cache-Control", "no-store, private")
            patch_vary_headers(response, ("Cookie",))
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        door = door_of(view)
        if door is None:
            raise PermissionDenied(_("此页面没有声明谁可以进入，因此不对任何人开放。"))
        if door.kind == "public":
            return None
        request._behind_door = True  # type: ignore[attr-defined]  # noqa: SLF001  our own note on the request
        if may_enter(door, actor_of(request)):
            return None
        return _send_to_sign_in(request, door)


def _send_to_sign_in(request: HttpRequest, door: Door) -> HttpResponseBase:
    """Those who have not signed in are asked to; those who have and may not, are told so."""
    actor = actor_of(request)
    if request.path.startswith(API):
        told = actor.id is not None
        words = _("您不能使用这个接口。") if told else _("请先登录。")
        return JsonResponse({"detail": words}, status=403 if told else 401)
    if door.kind == "staff" and actor.kind == "staff":
        raise PermissionDenied(_("您的岗位不能打开此页。"))
    page = reverse("accounts:staff-sign-in" if door.kind == "staff" else "accounts:sign-in")
    # What was being posted cannot be posted again after signing in, so the way then leads to the front page.
    back = (
        request.get_full_path() if request.method in READING else ("/desk/" if door.kind == "staff" else "/")
    )
    return redirect_to_login(back, page)
