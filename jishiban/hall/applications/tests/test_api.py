"""The status of an application for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from jishiban.hall.applications import actions
from jishiban.hall.applications.tests.conftest import Filer
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.tests.cast import Cast


@pytest.fixture
def case(file: Filer) -> Case:
    cache.clear()
    return file(timezone.make_aware(datetime(2026, 9, 18, 10)))


def ask(number: str, code: str, **facts: Any) -> Any:
    return Client(**facts).get(f"/api/v1/applications/{number}", {"code": code})


def test_number_and_code_give_state_promises_and_public_steps(case: Case, cast: Cast) -> None:
    actions.take_step(
        case, "accept", by=cast.actor("clerk"), now=timezone.make_aware(datetime(2026, 9, 18, 11))
    )
    found = ask(case.number, case.query_code).json()
    assert (found["state"], found["unit"], found["opened"]) == (
        "accepted",
        "市场准入科",
        "2026-09-18T10:00:00+08:00",
    )
    promised = next(p for p in found["promises"] if p["kind"] == "promised")
    assert (promised["amount"], promised["unit"], promised["deadline"]) == (5, "工作日", "2026-09-24")
    assert [event["step"] for event in found["timeline"]] == ["receive", "accept"]


def test_what_comes_back_names_nobody(case: Case) -> None:
    words = ask(case.number, case.query_code).content.decode()
    for private in ("张三丰", "13800138000", "370115199003070018", "王窗口"):
        assert private not in words


def test_internal_steps_stay_inside(case: Case, cast: Cast) -> None:
    from jishiban.kernel.cases.actions import act

    act(case, "comment", by=cast.actor("clerk"), text="内部")
    assert [event["step"] for event in ask(case.number, case.query_code).json()["timeline"]] == ["receive"]


def test_wrong_code_unknown_number_and_phone_tail_are_the_same_404(case: Case) -> None:
    wrong = "000000" if case.query_code != "000000" else "000001"
    answers = [
        ask(case.number, wrong),
        ask("370115-20260101-00007-4", wrong),
        ask("x", ""),
        ask(case.number, "8000"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({answer.content for answer in answers}) == 1


def test_guessing_is_stopped(case: Case) -> None:
    answers = [ask(case.number, f"{n:06d}", REMOTE_ADDR=f"10.2.0.{n}").status_code for n in range(62)]
    assert answers[-1] == 429
