"""The seeded years are the published ones."""

from __future__ import annotations

import importlib
from datetime import date, timedelta

import pytest

from jishiban.kernel.clock import STATUTORY
from jishiban.kernel.clock.statutory import RESTS, WORKS, make_up_days, rest_days

YEARS = range(2020, 2027)
WORKDAYS = {2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}
REST_2026 = "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07"
WORK_2026 = "01-04 02-14 02-28 05-09 09-20 10-10"


def whole_year(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=step) for step in range((date(year + 1, 1, 1) - first).days)]


def test_the_years_2020_to_2026_are_known_and_their_neighbours_are_not() -> None:
    assert [year for year in range(2015, 2035) if STATUTORY().knows(year)] == list(YEARS)
    assert set(RESTS) == set(WORKS) == set(YEARS)


@pytest.mark.parametrize(("year", "count"), WORKDAYS.items())
def test_each_year_has_its_number_of_working_days(year: int, count: int) -> None:
    assert STATUTORY().workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == count
    assert sum(STATUTORY().is_workday(day) for day in whole_year(year)) == count


def test_the_rest_days_of_2026_are_those_of_the_notice() -> None:
    spans = [text.split("/") for text in REST_2026.split()]
    expected = [
        day
        for first, last in spans
        for day in whole_year(2026)
        if date.fromisoformat(f"2026-{first}") <= day <= date.fromisoformat(f"2026-{last}")
    ]
    assert sorted(rest_days(2026)) == expected
    assert not any(STATUTORY().is_workday(day) for day in expected)


def test_the_make_up_days_of_2026_are_those_of_the_notice() -> None:
    expected = {date.fromisoformat(f"2026-{text}") for text in WORK_2026.split()}
    assert make_up_days(2026) == expected
    assert all(STATUTORY().is_workday(day) for day in expected)


@pytest.mark.parametrize("year", YEARS)
def test_make_up_days_are_week_ends_and_never_holidays(year: int) -> None:
    assert all(day.weekday() >= 5 for day in make_up_days(year))
    assert not make_up_days(year) & set(rest_days(year))


@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_the_chinesecalendar_package(year: int) -> None:
    try:
        other = importlib.import_module("chinese_calendar")
    except ModuleNotFoundError:
        pytest.skip("chinesecalendar is not installed; to compare: pip install chinesecalendar")
    wrong = [day for day in whole_year(year) if STATUTORY().is_workday(day) != other.is_workday(day)]
    assert wrong == []


def test_a_year_that_is_not_seeded_has_no_days() -> None:
    with pytest.raises(KeyError):
        rest_days(2027)
    with pytest.raises(KeyError):
        make_up_days(2027)
