"""The calculator's question as it comes from a form or a program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiban.kernel.clock import (
    CITY,
    STATUTORY,
    Calendar,
    ClockError,
    Extension,
    Pause,
    Unit,
    compute,
    deadline,
)
from jishiban.kernel.clock.request import AnswerDict, parse_start
from jishiban.kernel.clock.tests.strategies import FIRST, LAST, Question, questions

GOOD: Mapping[str, Any] = {"amount": 20, "unit": "工作日", "start": "2026-02-10"}

FIELDS = ("amount", "unit", "start", "pauses", "extensions", "calendar", "filed")


def answer(**changes: Any) -> AnswerDict:
    return compute(**{**GOOD, **changes}).as_dict()


def fault_of(changes: dict[str, Any]) -> ClockError | None:
    try:
        answer(**changes)
    except ClockError as fault:
        return fault
    return None


def test_the_answer_is_plain_json() -> None:
    told = answer(amount=1)
    assert json.loads(json.dumps(told)) == told
    assert told == {
        "deadline": "2026-02-11",
        "provisional": False,
        "days": [
            {"date": "2026-02-10", "counted": False, "why": "起算当天，不计入"},
            {"date": "2026-02-11", "counted": True, "why": "工作日"},
        ],
    }


def test_the_whole_question_of_the_interface_is_answered() -> None:
    told = answer(
        pauses=[{"from": "2026-03-02", "to": "2026-03-06"}],
        extensions=[10],
        calendar="statutory",
        filed=False,
    )
    assert told["deadline"] == "2026-04-03"
    assert sum(line["counted"] for line in told["days"]) == 30


@pytest.mark.parametrize(
    ("unit", "start", "expected"),
    [
        ("工作日", "2026-02-10T15:00", "2026-02-12"),
        ("自然日", "2026-02-10", "2026-02-12"),
        ("月", "2026-02-10", "2026-04-10"),
        ("小时", "2026-02-10T15:00", "2026-02-10T17:00:00+08:00"),
        ("小时", "2026-02-10T15:00Z", "2026-02-11T01:00:00+08:00"),
        ("小时", "2026-02-10 15:00:30+08:00", "2026-02-10T17:00:30+08:00"),
        ("工作小时", "2026-02-10T16:00", "2026-02-11T10:00:00+08:00"),
    ],
)
def test_each_unit_is_known_by_its_name(unit: str, start: str, expected: str) -> None:
    assert answer(amount=2, unit=unit, start=start)["deadline"] == expected


def test_the_city_calendar_is_known_by_its_name() -> None:
    told = answer(amount=4, unit="工作小时", start="2026-03-07T17:00", calendar="city")
    assert told["deadline"] == "2026-03-08T09:00:00+08:00"


def test_a_county_can_bring_its_own_calendars() -> None:
    own = Calendar.from_plan("own", years={}, weekly_rest=[0])
    assert (
        compute(1, "工作日", "2026-03-01", calendar="own", calendars={"own": own}).deadline.iso()
        == "2026-03-03"
    )
    with pytest.raises(ClockError, match="日历须为其中之一：own"):
        compute(1, "工作日", "2026-03-01", calendars={"own": own})


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-02-27T18:00", "2026-03-02"),  # counts as Saturday 28, which is worked
        ("2026-03-06T18:00", "2026-03-10"),
        ("2026-03-07", "2026-03-10"),
        ("2026-03-06", "2026-03-09"),
    ],
)
def test_a_hand_in_is_shifted_when_asked(start: str, expected: str) -> None:
    assert answer(amount=1, start=start, filed=True)["deadline"] == expected


def test_nothing_is_shifted_when_not_asked() -> None:
    assert answer(amount=1, start="2026-03-06T18:00")["deadline"] == "2026-03-09"


def test_a_hand_in_shifted_by_guess_is_provisional() -> None:
    assert answer(amount=0, start="2026-12-31T18:00", filed=True)["provisional"]
    assert not answer(amount=0, start="2026-12-31T16:00", filed=True)["provisional"]


def test_a_count_past_the_published_year_says_so() -> None:
    assert answer(amount=1, start="2026-12-31")["provisional"]


@pytest.mark.parametrize("amount", [20, 20.0, "20", " 20 ", "２０"])
def test_a_number_may_be_written_in_several_ways(amount: object) -> None:
    assert answer(amount=amount)["deadline"] == "2026-03-16"


def test_dates_may_be_dates_already() -> None:
    assert answer(start=date(2026, 2, 10))["deadline"] == "2026-03-16"
    assert answer(start=datetime(2026, 2, 10, 9))["deadline"] == "2026-03-16"
    pauses = [Pause(date(2026, 3, 2), date(2026, 3, 3)), {"from": date(2026, 3, 3), "to": date(2026, 3, 4)}]
    assert answer(pauses=pauses)["deadline"] == "2026-03-18"
    assert answer(extensions=[Extension(1)])["deadline"] == "2026-03-17"


def test_extensions_may_be_in_another_unit() -> None:
    assert answer(extensions=[{"amount": 1, "unit": "月"}])["deadline"] == "2026-04-16"
    assert answer(extensions=[{"amount": 1}])["deadline"] == "2026-03-17"


def test_missing_lists_are_empty_ones() -> None:
    assert answer(pauses=None, extensions=None) == answer()


def test_a_running_pause_needs_a_day_to_count_to() -> None:
    running = [{"from": "2026-03-02", "to": None}]
    with pytest.raises(ClockError) as caught:
        answer(pauses=running)
    assert caught.value.field == "pauses.0.to"
    assert answer(pauses=running, now=date(2026, 3, 4))["deadline"] == "2026-03-18"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"amount": None}, "amount", "请填写期限的数字"),
        ({"amount": ""}, "amount", "请填写期限的数字"),
        ({"amount": "二十"}, "amount", "须为整数"),
        ({"amount": 1.5}, "amount", "须为整数"),
        ({"amount": float("nan")}, "amount", "须为整数"),
        ({"amount": float("inf")}, "amount", "须为整数"),
        ({"amount": True}, "amount", "须为整数"),
        ({"amount": []}, "amount", "须为整数"),
        ({"amount": "-1"}, "amount", "须为整数"),
        ({"amount": -1}, "amount", "不能为负数"),
        ({"amount": 10_001}, "amount", "最多为10000"),
        ({"amount": "9" * 5000}, "amount", "须为整数"),
        ({"amount": 10_000, "unit": "月"}, "amount", "超出2120年"),
        ({"amount": 4_000, "unit": "自然日"}, "amount", "超过十年"),
        ({"unit": "日"}, "unit", "“日”有两种算法，请选工作日或自然日"),
        ({"unit": "天"}, "unit", "“天”有两种算法"),
        ({"unit": "workday"}, "unit", "单位须为"),
        ({"unit": None}, "unit", "单位须为"),
        ({"unit": ["工作日"]}, "unit", "单位须为"),
        ({"start": None}, "start", "请填写起算日期"),
        ({"start": " "}, "start", "请填写起算日期"),
        ({"start": 20260210}, "start", "请写成"),
        ({"start": "2026-02-30"}, "start", "请写成"),
        ({"start": "20260210"}, "start", "请写成"),
        ({"start": "2026-W07-2"}, "start", "请写成"),
        ({"start": "2026-02-10T25:00"}, "start", "请写成"),
        ({"start": "1999-12-31"}, "start", "2000年至2120年"),
        ({"start": "0001-01-01T00:00+14:00"}, "start", "2000年至2120年"),
        ({"start": "9999-12-31T23:00-12:00"}, "start", "2000年至2120年"),
        ({"start": "1999-12-31", "filed": True}, "start", "2000年至2120年"),
        ({"pauses": "2026"}, "pauses", "请填写一个列表"),
        ({"pauses": ["2026"]}, "pauses.0", "from和to"),
        ({"pauses": [{"from": "2026-03-02"}]}, "pauses.0.to", "日期请写成"),
        ({"pauses": [{"to": "2026-03-02"}]}, "pauses.0.from", "日期请写成"),
        ({"pauses": [{"from": "2026-03-02", "to": "2026-03-01"}]}, "pauses.0.to", "不能早于"),
        ({"pauses": [{"from": "2026-03-02", "to": "9999-12-31"}]}, "pauses.0.to", "2000年至2120年"),
        ({"pauses": [{"from": "2026-03-02", "to": "2026-03-02"}] * 101}, "pauses", "最多填100项"),
        ({"extensions": 10}, "extensions", "请填写一个列表"),
        ({"extensions": [10, "x"]}, "extensions.1", "须为整数"),
        ({"extensions": [-1]}, "extensions.0", "不能为负数"),
        ({"extensions": [{"unit": "月"}]}, "extensions.0.amount", "请填写"),
        ({"extensions": [{"amount": 1, "unit": "日"}]}, "extensions.0.unit", "两种算法"),
        ({"calendar": "moon"}, "calendar", "日历须为其中之一：statutory、city"),
        ({"calendar": None}, "calendar", "日历须为其中之一"),
        ({"calendar": []}, "calendar", "日历须为其中之一"),
        ({"filed": "yes"}, "filed", "true或false"),
        ({"filed": 1}, "filed", "true或false"),
    ],
)
def test_wrong_input_names_its_field_and_says_what_to_do(
    changes: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(ClockError, match=words) as caught:
        answer(**changes)
    assert caught.value.field == field
    assert caught.value.message == caught.value.msgid % caught.value.values
    assert len(caught.value.message) <= 40


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["日", *Unit]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "to", "amount", "unit"]), inner)
    ),
    max_leaves=6,
)


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(FIELDS, ANYTHING),
    )
)
@settings(max_examples=300, deadline=None)
def test_any_input_at_all_gets_an_answer_or_a_clock_error(changes: dict[str, Any]) -> None:
    fault = fault_of(changes)
    assert fault is None or fault.field.split(".")[0] in FIELDS


@given(questions())
@settings(max_examples=100, deadline=None)
def test_the_answer_to_texts_is_the_answer_to_values(question: Question) -> None:
    calendars = {"own": question.calendar}
    told = compute(
        str(question.term.amount),
        question.term.unit.value,
        question.start.isoformat(),
        [{"from": pause.notice.isoformat(), "to": str(pause.end)} for pause in question.pauses],
        [{"amount": more.amount, "unit": more.unit} for more in question.extensions],
        "own",
        calendars=calendars,
    )
    assert told.deadline == deadline(
        question.term,
        question.start,
        calendar=question.calendar,
        pauses=question.pauses,
        extensions=question.extensions,
    )


@given(st.dates(FIRST, LAST))
def test_a_start_is_read_back_as_it_was_written(day: date) -> None:
    assert parse_start(day.isoformat()) == day
    assert parse_start(f"{day.isoformat()}T09:30") == datetime(day.year, day.month, day.day, 9, 30)


def test_the_default_calendars_are_the_statutory_and_the_citys() -> None:
    assert STATUTORY().name == "statutory"
    assert CITY().name == "city"
