"""Lights by hand: when they turn, and what stays when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from jishiban.kernel.clock import (
    CHINA,
    CITY,
    STATUTORY,
    Colour,
    Extension,
    Pause,
    Term,
    Thresholds,
    Unit,
    deadline,
    light,
    remaining,
    thresholds,
)


def marks(amount: int, unit: Unit, start: date, *extensions: Extension) -> Thresholds:
    return thresholds(Term(amount, unit), start, calendar=STATUTORY(), extensions=extensions)


def turns(amount: int, unit: Unit, start: date, *extensions: Extension) -> tuple[str, str]:
    found = marks(amount, unit, start, *extensions)
    return f"{found.yellow_at:%m-%d %H:%M}", f"{found.red_at:%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("amount", "start", "yellow", "red"),
    [
        (20, date(2026, 2, 10), "03-10 00:00", "03-17 00:00"),  # four working days left
        (5, date(2026, 3, 2), "03-06 00:00", "03-10 00:00"),  # one left; the week-end between
        (7, date(2026, 3, 2), "03-10 00:00", "03-12 00:00"),  # 1.4 days are one whole one
        (1, date(2026, 3, 2), "03-02 00:00", "03-04 00:00"),  # yellow from the start
        (0, date(2026, 3, 2), "03-02 00:00", "03-03 00:00"),
    ],
)
def test_working_day_limits_turn_yellow_in_the_last_fifth(
    amount: int, start: date, yellow: str, red: str
) -> None:
    assert turns(amount, Unit.WORKDAY, start) == (yellow, red)


def test_a_fifth_is_of_the_limit_as_extended() -> None:
    assert turns(20, Unit.WORKDAY, date(2026, 3, 2), Extension(10)) == ("04-03 00:00", "04-15 00:00")
    assert turns(20, Unit.WORKDAY, date(2026, 3, 2), Extension(14, Unit.DAY)) == (
        "04-03 00:00",
        "04-14 00:00",
    )


def test_calendar_limits_count_calendar_days() -> None:
    assert turns(30, Unit.DAY, date(2026, 3, 2)) == ("03-26 00:00", "04-02 00:00")
    assert turns(1, Unit.MONTH, date(2026, 3, 2)) == ("03-27 00:00", "04-03 00:00")


def test_hour_limits_turn_to_the_instant() -> None:
    start = datetime(2026, 3, 6, 10)
    assert turns(24, Unit.HOUR, start) == ("03-07 05:12", "03-07 10:00")
    assert turns(2, Unit.HOUR, start) == ("03-06 11:00", "03-06 12:00")
    assert turns(1, Unit.HOUR, start) == ("03-06 10:00", "03-06 11:00")


def test_working_hour_limits_count_only_open_hours() -> None:
    assert turns(4, Unit.WORKHOUR, datetime(2026, 3, 6, 15)) == ("03-09 10:00", "03-09 11:00")
    assert turns(3, Unit.WORKHOUR, datetime(2026, 3, 6, 15)) == ("03-06 17:00", "03-09 10:00")


def test_a_city_working_day_turns_yellow_by_its_hours() -> None:
    found = thresholds(Term(1, Unit.WORKDAY), datetime(2026, 3, 6, 10), calendar=CITY())
    assert found.yellow_at == datetime(2026, 3, 7, 7, 36, tzinfo=CHINA)
    assert found.red_at == datetime(2026, 3, 7, 10, tzinfo=CHINA)


def test_red_begins_after_the_last_day_even_on_a_rest_day() -> None:
    friday = marks(5, Unit.WORKDAY, date(2026, 2, 27))  # through Friday 6 March, Saturday 28 was worked
    assert light(datetime(2026, 3, 5, 23, 59, 59), friday) is Colour.YELLOW
    assert light(datetime(2026, 3, 6), friday) is Colour.RED
    friday = marks(4, Unit.WORKDAY, date(2026, 3, 2))
    assert light(datetime(2026, 3, 6, 23, 59, 59), friday) is Colour.YELLOW
    assert light(datetime(2026, 3, 7), friday) is Colour.RED


def test_the_light_is_green_before_yellow() -> None:
    found = marks(20, Unit.WORKDAY, date(2026, 2, 10))
    assert light(datetime(2026, 3, 9, 23, 59, 59), found) is Colour.GREEN
    assert light(datetime(2026, 3, 10), found) is Colour.YELLOW


def test_a_moment_in_another_zone_sees_the_same_light() -> None:
    found = marks(20, Unit.WORKDAY, date(2026, 2, 10))
    assert light(datetime(2026, 3, 9, 15, 59, tzinfo=UTC), found) is Colour.GREEN
    assert light(datetime(2026, 3, 9, 16, 0, tzinfo=UTC), found) is Colour.YELLOW


@pytest.mark.parametrize("now", [datetime(2026, 2, 11), datetime(2026, 3, 12), datetime(2026, 4, 1)])
def test_a_paused_clock_is_grey_whatever_the_hour(now: datetime) -> None:
    assert light(now, marks(20, Unit.WORKDAY, date(2026, 2, 10)), paused=True) is Colour.GREY


@pytest.mark.parametrize("paused", [False, True])
def test_a_broken_promise_stays_red(paused: bool) -> None:
    found = marks(20, Unit.WORKDAY, date(2026, 2, 10))
    assert light(datetime(2026, 2, 11), found, paused=paused, broken=True) is Colour.RED


def test_thresholds_move_with_a_pause() -> None:
    term, start = Term(5, Unit.WORKDAY), date(2026, 3, 2)
    pause = Pause(date(2026, 3, 3), date(2026, 3, 5))
    found = thresholds(term, start, calendar=STATUTORY(), pauses=[pause])
    assert (found.yellow_at.date(), found.red_at.date()) == (date(2026, 3, 10), date(2026, 3, 12))
    running = Pause(date(2026, 3, 3), None)
    assert found == thresholds(
        term, start, calendar=STATUTORY(), pauses=[running], now=datetime(2026, 3, 5, 12)
    )


def test_a_start_at_the_edge_of_the_tables_has_a_light() -> None:
    found = marks(1, Unit.WORKDAY, date(2000, 1, 1))
    assert found.yellow_at.date() == date(2000, 1, 1)
    found = marks(1, Unit.WORKHOUR, datetime(2000, 1, 1))
    assert found.yellow_at.date() == date(2000, 1, 1)


# What remains


def left(now: datetime, amount: int, unit: Unit, start: date) -> int:
    term = Term(amount, unit)
    return remaining(now, deadline(term, start, calendar=STATUTORY()), term, STATUTORY())


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (datetime(2026, 3, 2, 9), 4),
        (datetime(2026, 3, 5, 9), 1),
        (datetime(2026, 3, 6, 23, 59), 0),
        (datetime(2026, 3, 7, 0, 0), -1),  # a Saturday
        (datetime(2026, 3, 9, 9), -1),
        (datetime(2026, 3, 10, 9), -2),
    ],
)
def test_working_days_left_are_those_after_today(now: datetime, days: int) -> None:
    assert left(now, 4, Unit.WORKDAY, date(2026, 3, 2)) == days


def test_calendar_days_left_go_to_the_moved_last_day() -> None:
    start = date(2026, 3, 2)  # plus five is Saturday, moved to Monday 9
    assert left(datetime(2026, 3, 5), 5, Unit.DAY, start) == 4
    assert left(datetime(2026, 3, 9, 20), 5, Unit.DAY, start) == 0
    assert left(datetime(2026, 3, 12), 5, Unit.DAY, start) == -3
    assert left(datetime(2026, 3, 30), 1, Unit.MONTH, start) == 3


def test_hours_left_are_begun_hours() -> None:
    start = datetime(2026, 3, 6, 10)
    assert left(start, 24, Unit.HOUR, start) == 24
    assert left(start + timedelta(hours=22, minutes=30), 24, Unit.HOUR, start) == 2
    assert left(start + timedelta(hours=24), 24, Unit.HOUR, start) == -1
    assert left(start + timedelta(hours=27, minutes=30), 24, Unit.HOUR, start) == -3


def test_working_hours_left_skip_the_night() -> None:
    start = datetime(2026, 3, 6, 15)
    assert left(datetime(2026, 3, 7, 12), 4, Unit.WORKHOUR, start) == 2
    assert left(datetime(2026, 3, 9, 12, 30), 4, Unit.WORKHOUR, start) == -1


def test_city_working_days_left_are_told_in_hours() -> None:
    term, start = Term(1, Unit.WORKDAY), datetime(2026, 3, 6, 10)
    due = deadline(term, start, calendar=CITY())
    assert remaining(datetime(2026, 3, 6, 20), due, term, CITY()) == 3
    whole = deadline(term, date(2026, 3, 6), calendar=CITY())
    assert remaining(datetime(2026, 3, 6, 20), whole, term, CITY()) == 1
