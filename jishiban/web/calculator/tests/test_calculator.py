"""The public deadline calculator, as a page and for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def ask(client: Client, question: Any) -> Any:
    return client.post("/api/v1/clock/deadline", json.dumps(question), content_type="application/json")


@pytest.mark.parametrize(
    ("start", "amount", "last"),
    [
        ("2026-02-10", 20, "2026-03-16"), ("2026-02-10", 5, "2026-02-24"), ("2026-04-29", 20, "2026-05-29"),
        ("2026-09-18", 7, "2026-09-29"), ("2026-09-28", 7, "2026-10-13"),
    ],
)  # fmt: skip
def test_the_worked_examples_come_out(client: Client, start: str, amount: int, last: str) -> None:
    answer = ask(client, {"amount": amount, "unit": "工作日", "start": start}).json()
    assert answer["deadline"] == last
    assert answer["provisional"] is False
    assert sum(day["counted"] for day in answer["days"]) == amount


def test_pauses_extensions_and_filing_are_taken_in(client: Client) -> None:
    answer = ask(client, {
        "amount": 20, "unit": "工作日", "start": "2026-03-06T18:30:00", "filed": True, "extensions": [10],
        "pauses": [{"from": "2026-03-11", "to": "2026-03-18"}], "calendar": "statutory",
    }).json()  # fmt: skip
    assert answer["days"][0]["date"] == "2026-03-09"
    assert answer["deadline"] == "2026-04-28"


def test_a_list_gives_a_list_in_the_same_order(client: Client) -> None:
    questions = [{"amount": n, "unit": "自然日", "start": "2026-03-02"} for n in (1, 2, 3)]
    assert [a["deadline"] for a in ask(client, questions).json()] == [
        "2026-03-03",
        "2026-03-04",
        "2026-03-05",
    ]


def test_two_thousand_are_answered_and_one_more_is_refused(client: Client) -> None:
    question = {"amount": 1, "unit": "工作日", "start": "2026-03-02"}
    assert len(ask(client, [question] * 2000).json()) == 2000
    assert ask(client, [question] * 2001).status_code == 422


@pytest.mark.parametrize(
    "question",
    [
        {"amount": 5, "unit": "日", "start": "2026-03-02"}, {"amount": -1, "unit": "工作日", "start": "2026-03-02"},
        {"amount": 5, "unit": "工作日", "start": "yesterday"}, {"amount": 5, "unit": "工作日"}, {}, 7, "text", None,
        {"amount": 5, "unit": "工作日", "start": "2026-03-02", "calendar": "moon"},
        {"amount": 5, "unit": "工作日", "start": "2026-03-02", "pauses": [{"from": "2026-03-09", "to": "2026-03-03"}]},
    ],
)  # fmt: skip
def test_a_wrong_question_is_a_clear_error(client: Client, question: Any) -> None:
    answer = ask(client, question)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_year_without_a_calendar_is_marked_provisional(client: Client) -> None:
    assert ask(client, {"amount": 20, "unit": "工作日", "start": "2026-12-25"}).json()["provisional"] is True


def test_the_page_answers_and_shows_each_day(client: Client) -> None:
    page = client.get("/clock/?amount=5&unit=工作日&start=2026-02-10&calendar=statutory").content.decode()
    assert "2026年2月24日" in page
    assert "春节" in page


def test_the_page_explains_a_wrong_value_beside_its_field(client: Client) -> None:
    answer = client.get("/clock/?amount=5&unit=工作日&start=昨天&calendar=statutory")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "昨天" in page
    assert 'aria-invalid="true"' in page


def test_a_list_that_would_fill_the_memory_is_refused_with_a_reason(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jishiban.web.calculator.api.MOST_LINES", 100)
    question = {"amount": 30, "unit": "自然日", "start": "2026-03-02"}
    assert len(ask(client, [question] * 3).json()) == 3
    refused = ask(client, [question] * 4)
    assert refused.status_code == 422
    assert "分批" in refused.json()["detail"][0]["msg"]
