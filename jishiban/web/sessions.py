"""Signing in and out, and how long a session lasts: staff half an hour idle, anybody one working day.

A session holds ids and times only; what is personal in it (a phone waiting for its code) is sealed.
"""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from jishiban.kernel.directory.models import Person, Staff

PERSON: Final = "person"
SINCE: Final = "since"
SEEN: Final = "seen"
REFRESH: Final = "X-Refresh"  # what a page sends that asks again by itself
BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
NOTED_EVERY_SECONDS: Final = 60


def sign_in_person(request: HttpRequest, person: Person) -> None:
    """From now on this browser is the person's. The session key changes, so that a key known before is worth nothing."""
    if request.user.is_authenticated:
        logout(request)
    request.session.cycle_key()
    request.session[PERSON] = person.pk
    request.session[SINCE] = int(time.time())
    rotate_token(request)
    _ask_again(request)


def sign_in_staff(request: HttpRequest, staff: Staff) -> None:
    """From now on this browser is at that desk; whatever a citizen left in the session goes."""
    request.session.flush()
    login(request, staff, backend=BACKEND)
    request.session[SINCE] = request.session[SEEN] = int(time.time())
    _ask_again(request)


def sign_out(request: HttpRequest) -> None:
    """Forget who this was and everything the session held."""
    logout(request)
    _ask_again(request)


def end_old_session(request: HttpRequest) -> None:
    """Sign out who has been away too long or signed in too long ago; note the visit at most once a minute.

    Noting it seldom keeps reading free of writes. Staff: SESSION_IDLE_SECONDS; everybody: SESSION_COOKIE_AGE.
    """
    session, now = request.session, int(time.time())
    is_staff = request.user.is_authenticated
    if not is_staff and PERSON not in session:
        return
    since, seen = int(session.get(SINCE, now)), int(session.get(SEEN, now))
    idle = is_staff and now - seen > settings.SESSION_IDLE_SECONDS
    if idle or now - since > settings.SESSION_COOKIE_AGE:
        sign_out(request)
        return
    if SINCE not in session:
        session[SINCE] = now
    alone = REFRESH in request.headers and SEEN in session  # a list that renews itself is nobody at the desk
    if is_staff and not alone and (SEEN not in session or now - seen > NOTED_EVERY_SECONDS):
        session[SEEN] = now


def _ask_again(request: HttpRequest) -> None:
    """Whoever was found at the door earlier in this request may not be there any more."""
    request._actor = None  # type: ignore[attr-defined]  # noqa: SLF001  the door's own note on the request
