"""What comes too often or is too large is turned away at the gate, with words and a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from jishiban.web.limits import TooMany, limit
from jishiban.web.middleware import HEADERS, Gate


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def passed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def through(request: HttpRequest) -> HttpResponse:
    return Gate(passed)(request)


def test_a_limit_counts_each_key_for_itself() -> None:
    for _n in range(3):
        limit("x", "one", times=3, seconds=60)
    limit("x", "two", times=3, seconds=60)
    with pytest.raises(TooMany) as refused:
        limit("x", "one", times=3, seconds=60)
    assert 0 < refused.value.seconds <= 60


def test_a_new_window_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jishiban.web.limits.time.time", lambda: 1000.0)
    limit("x", "k", times=1, seconds=60)
    with pytest.raises(TooMany):
        limit("x", "k", times=1, seconds=60)
    monkeypatch.setattr("jishiban.web.limits.time.time", lambda: 1061.0)
    limit("x", "k", times=1, seconds=60)


def test_writing_too_often_gets_a_page_with_the_wait(settings: Any, rf: RequestFactory) -> None:
    settings.RATES = settings.RATES | {"write": (2, 60)}
    answers = [through(rf.post("/anything/")) for _n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert "操作太快了" in answers[-1].content.decode()


def test_reading_is_free(settings: Any, rf: RequestFactory) -> None:
    settings.RATES = settings.RATES | {"write": (0, 60)}
    assert {through(rf.get("/anything/")).status_code for _n in range(5)} == {200}


def test_programs_get_their_refusal_as_json(settings: Any, rf: RequestFactory) -> None:
    settings.RATES = settings.RATES | {"api": (1, 60)}
    through(rf.get("/api/v1/openapi.json"))
    answer = through(rf.get("/api/v1/openapi.json"))
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/json")


def test_what_is_too_large_is_refused_by_its_announced_size(settings: Any, rf: RequestFactory) -> None:
    request = rf.post("/anything/")
    request.META["CONTENT_LENGTH"] = str(settings.MOST_BODY_BYTES + 1)
    answer = through(request)
    assert answer.status_code == 413
    assert "太大" in answer.content.decode()
    assert not vars(request).get("_read_started")


@pytest.mark.parametrize("announced", ["", "abc", "-5"])
def test_a_strange_announcement_is_no_error(rf: RequestFactory, announced: str) -> None:
    request = rf.post("/anything/")
    request.META["CONTENT_LENGTH"] = announced
    assert through(request).status_code == 200


def test_a_limit_inside_a_view_becomes_the_same_page(rf: RequestFactory) -> None:
    gate = Gate(passed)
    answer = gate.process_exception(rf.get("/"), TooMany(7))
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (429, "7")
    assert gate.process_exception(rf.get("/"), ValueError()) is None


def test_a_foreign_host_name_is_refused_with_all_headers() -> None:
    answer = Client(raise_request_exception=False).get("/offline/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
    assert all(answer[name] == value for name, value in HEADERS.items())
