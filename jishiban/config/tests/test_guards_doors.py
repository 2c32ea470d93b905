"""Guards over every address of the house: each says who may come in, and nobody else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from jishiban.config.tests.routes import Route, routes
from jishiban.kernel.directory.models import Role
from jishiban.kernel.directory.tests.cast import Cast, make_cast
from jishiban.kernel.ledger.models import Leaf
from jishiban.web.doors import Door, may_enter
from jishiban.web.middleware import CSP, HEADERS

STAFF = ("chief", "auditor", "admin", "clerk", "reviewer", "second", "head", "editor", "outsider", "outhead")
EVERYBODY = ("anonymous", "citizen", *STAFF)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def browser(cast: Cast, who: str, **more: Any) -> Client:
    """A browser of somebody of the cast, or of nobody."""
    client = Client(raise_request_exception=False, **more)
    if who == "citizen":
        session = client.session
        session["person"] = cast.citizen.pk
        session.save()
    elif who != "anonymous":
        client.force_login(cast[who])
    return client


def sign_in_page(door: Door) -> str:
    return "/desk/sign-in/" if door.kind == "staff" else "/sign-in/"


def is_sent_to_sign_in(answer: Any, door: Door) -> bool:
    return answer.status_code == 302 and str(answer["Location"]).partition("?")[0] == sign_in_page(door)


def verdict(cast: Cast, who: str, door: Door) -> str:
    """What the door should do: let in, ask to sign in, or shut out. Written down apart from the code it judges."""
    if door.kind == "public":
        return "in"
    if door.kind == "citizen":
        return "in" if who == "citizen" else "sign in"
    if who not in STAFF:
        return "sign in"
    held = {post.role for post in cast[who].posts.all()}
    return "in" if not door.roles or held & set(door.roles) else "shut"


def is_so(answer: Any, expected: str, door: Door) -> bool:
    if expected == "sign in":
        return is_sent_to_sign_in(answer, door)
    if expected == "shut":
        return bool(answer.status_code == 403)
    return answer.status_code < 500 and not (door.kind != "public" and is_sent_to_sign_in(answer, door))


# --- every address ---------------------------------------------------------------------------------------------


def test_there_are_addresses_to_guard() -> None:
    assert len(routes()) > 50
    assert {route.door.kind for route in routes() if route.door} == {"public", "citizen", "staff"}


@pytest.mark.parametrize("route", routes(), ids=str)
def test_every_address_says_who_may_come_in(route: Route) -> None:
    assert isinstance(route.door, Door), (
        f"/{route.pattern} declares no door: add @public, @citizen or @staff(…)"
    )


@pytest.mark.parametrize("route", routes(), ids=str)
def test_what_is_at_the_desk_is_for_staff_and_what_is_ones_own_for_citizens(route: Route) -> None:
    assert route.door is not None
    open_at_desk = ("desk/sign-in/", "desk/sign-in/code/", "desk/sign-out/")
    if route.pattern.startswith("desk/") and route.pattern not in open_at_desk:
        assert route.door.kind == "staff"
    if route.pattern.startswith("my/"):
        assert route.door.kind == "citizen"
    assert set(route.door.roles) <= set(Role.values)


def test_programs_sign_in_nowhere_so_their_calls_carry_no_session() -> None:
    """The API needs no form token, because no call of it ever acts for whoever holds the session."""
    assert {route.door.kind for route in routes() if route.of_api and route.door} == {"public"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_gets_the_right_answer_at_every_door(cast: Cast, who: str) -> None:
    client, wrong = browser(cast, who), []
    for route in routes():
        assert route.door is not None
        expected = verdict(cast, who, route.door)
        answer = client.get(route.path())
        if not is_so(answer, expected, route.door):
            wrong.append(f"{route}: {expected} expected, got {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_not_come_in_writes_nothing_either(cast: Cast, who: str) -> None:
    client, before, wrong = browser(cast, who), Leaf.objects.count(), []
    for route in routes():
        assert route.door is not None
        if (expected := verdict(cast, who, route.door)) == "in":
            continue
        answer = client.post(route.path(), {"reason": "x"})
        if not is_so(answer, expected, route.door):
            wrong.append(f"{route}: {expected} expected, got {answer.status_code}")
    assert wrong == []
    assert Leaf.objects.count() == before


def some_role(route: Route) -> str:
    """Somebody who may come in."""
    assert route.door is not None
    if route.door.kind != "staff":
        return "citizen" if route.door.kind == "citizen" else "anonymous"
    wanted = route.door.roles[0] if route.door.roles else Role.CLERK
    return {Role.CLERK: "clerk", Role.REVIEWER: "reviewer", Role.HEAD: "head", Role.EDITOR: "editor",
            Role.AUDITOR: "auditor", Role.ADMIN: "admin"}[Role(wanted)]  # fmt: skip


def test_every_form_refuses_a_post_without_its_token(cast: Cast) -> None:
    wrong = []
    for route in (route for route in routes() if not route.of_api):
        answer = browser(cast, some_role(route), enforce_csrf_checks=True).post(route.path())
        if answer.status_code != 403 or getattr(route.view, "csrf_exempt", False):
            wrong.append(f"{route}: {answer.status_code}")
    assert wrong == []


# --- every answer ----------------------------------------------------------------------------------------------

INLINE = re.compile(
    r"<[^>]*\s(?:on[a-z]+|style)\s*=|<style\b|<script\b(?![^>]*\bsrc=)(?![^>]*ld\+json)", re.IGNORECASE
)
ONE_FILE = (
    "ledger/offline.html",
)  # it must work from a memory stick, with its script inside, named by its hash


def test_every_answer_carries_the_security_headers_and_no_inline_code(cast: Cast) -> None:
    wrong = []
    for route in routes():
        answer = browser(cast, some_role(route)).get(route.path())
        missing = [name for name in HEADERS if name not in answer.headers]
        if missing or "unsafe" in answer["Content-Security-Policy"]:
            wrong.append(f"{route}: {missing or answer['Content-Security-Policy']}")
        if route.pattern in ONE_FILE or "html" not in answer.get("Content-Type", ""):
            continue
        if answer["Content-Security-Policy"] != CSP:
            wrong.append(f"{route}: another content policy")
        if not answer.streaming and (found := INLINE.search(answer.content.decode())):
            wrong.append(f"{route}: {found[0][:80]}")
    assert wrong == []


@pytest.mark.parametrize("page", ["/nowhere/", "/static/nowhere.css", "/sign-out/", "/mode/"])
def test_errors_carry_the_headers_too(page: str, db: None) -> None:
    answer = Client(raise_request_exception=False).get(page)
    assert answer.status_code in (404, 405)
    assert {name: answer[name] for name in HEADERS} == HEADERS


def test_what_is_shown_to_one_person_is_kept_in_no_cache(cast: Cast) -> None:
    wrong = []
    for route in routes():
        if route.door is None or route.door.kind == "public":
            continue
        answer = browser(cast, some_role(route)).get(route.path())
        control = answer.get("Cache-Control", "")
        if "no-store" not in control and "private" not in control:
            wrong.append(f"{route}: {control!r}")
    assert wrong == []


# --- the guard itself ------------------------------------------------------------------------------------------


def undeclared(request: Any) -> HttpResponse:
    return HttpResponse("in")


urlpatterns = [path("undeclared/", undeclared)]


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_view_that_says_nothing_is_shut_to_everybody(cast: Cast, who: str, settings: Any) -> None:
    client = browser(cast, who)
    settings.ROOT_URLCONF = __name__
    assert client.get("/undeclared/").status_code in (403, 500)
    assert client.get("/undeclared/").content != b"in"


def test_the_system_itself_has_no_door(cast: Cast) -> None:
    from jishiban.kernel.directory.actor import SYSTEM

    assert not may_enter(Door("citizen"), SYSTEM)
    assert not may_enter(Door("staff"), SYSTEM)
