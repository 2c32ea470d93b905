"""Limits in hours: from the moment itself, across lunch, nights, week-ends and exchanged Saturdays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from jishiban.kernel.clock import CITY, STATUTORY, Deadline, Extension, Pause, Term, Unit, deadline

FRIDAY = date(2026, 3, 6)


def iso(amount: int, unit: Unit, start: date, *pauses: Pause) -> str:
    return deadline(Term(amount, unit), start, calendar=STATUTORY(), pauses=pauses).iso()[:16]


def city(amount: int, unit: Unit, start: date, *extensions: Extension) -> Deadline:
    return deadline(Term(amount, unit), start, calendar=CITY(), extensions=extensions)


def test_hours_run_from_the_moment_through_nights_and_rest_days() -> None:
    assert iso(24, Unit.HOUR, datetime(2026, 3, 6, 16, 30)) == "2026-03-07T16:30"
    assert iso(48, Unit.HOUR, datetime(2026, 9, 30, 17)) == "2026-10-02T17:00"


def test_hours_keep_seconds_and_parts_of_them() -> None:
    start = datetime(2026, 3, 6, 16, 30, 15, 250)
    answer = deadline(Term(2, Unit.HOUR), start, calendar=STATUTORY())
    assert answer.at.replace(tzinfo=None) == datetime(2026, 3, 6, 18, 30, 15, 250)
    answer = deadline(Term(2, Unit.WORKHOUR), start, calendar=STATUTORY())
    assert answer.at.replace(tzinfo=None) == datetime(2026, 3, 9, 10, 30, 15, 250)


def test_an_hour_limit_that_ends_at_midnight_is_still_a_moment() -> None:
    answer = deadline(Term(8, Unit.HOUR), datetime(2026, 3, 6, 16), calendar=STATUTORY())
    assert not answer.by_day
    assert answer.iso() == "2026-03-07T00:00:00+08:00"
    assert answer.last_day == date(2026, 3, 7)


def test_a_moment_in_another_zone_is_told_in_chinas_time() -> None:
    answer = deadline(Term(1, Unit.HOUR), datetime(2026, 3, 6, 8, tzinfo=UTC), calendar=STATUTORY())
    assert answer.iso() == "2026-03-06T17:00:00+08:00"


@pytest.mark.parametrize("unit", [Unit.HOUR, Unit.WORKHOUR])
def test_a_bare_date_starts_with_the_first_opening(unit: Unit) -> None:
    assert iso(2, unit, FRIDAY) == "2026-03-06T11:00"


@pytest.mark.parametrize(
    ("amount", "start", "end"),
    [
        (2, datetime(2026, 3, 6, 9, 0), "2026-03-06T11:00"),
        (2, datetime(2026, 3, 6, 11, 0), "2026-03-06T14:00"),  # over lunch
        (1, datetime(2026, 3, 6, 12, 20), "2026-03-06T14:00"),  # begun at lunch
        (3, datetime(2026, 3, 6, 9, 0), "2026-03-06T12:00"),  # to the stroke of noon, not to one
        (7, datetime(2026, 3, 6, 9, 0), "2026-03-06T17:00"),  # to closing, not to the next opening
        (2, datetime(2026, 3, 6, 6, 0), "2026-03-06T11:00"),  # before opening
        (2, datetime(2026, 3, 6, 16, 0), "2026-03-09T10:00"),  # over the week-end
        (2, datetime(2026, 3, 6, 20, 0), "2026-03-09T11:00"),  # after closing
        (2, datetime(2026, 3, 7, 10, 0), "2026-03-09T11:00"),  # on a Saturday
        (2, datetime(2026, 2, 27, 16, 0), "2026-02-28T10:00"),  # into a Saturday worked in exchange
        (2, datetime(2026, 2, 28, 16, 0), "2026-03-02T10:00"),  # out of it, over the Sunday
        (2, datetime(2026, 2, 14, 16, 0), "2026-02-24T10:00"),  # over the Spring Festival
        (14, datetime(2026, 3, 2, 13, 0), "2026-03-04T12:00"),
        (0, datetime(2026, 3, 7, 10, 0), "2026-03-07T10:00"),
    ],
)
def test_working_hours_run_while_the_office_is_open(amount: int, start: datetime, end: str) -> None:
    assert iso(amount, Unit.WORKHOUR, start) == end


def test_a_pause_stops_hours_for_whole_days() -> None:
    pause = Pause(date(2026, 3, 2), date(2026, 3, 4))
    assert iso(24, Unit.HOUR, datetime(2026, 3, 2, 15), pause) == "2026-03-05T15:00"
    assert iso(8, Unit.WORKHOUR, datetime(2026, 3, 2, 15), pause) == "2026-03-05T16:00"


def test_hours_that_end_with_the_day_of_the_notice_are_not_stopped() -> None:
    pause = Pause(date(2026, 3, 2), date(2026, 3, 4))
    assert iso(9, Unit.HOUR, datetime(2026, 3, 2, 15), pause) == "2026-03-03T00:00"
    assert iso(2, Unit.WORKHOUR, datetime(2026, 3, 2, 15), pause) == "2026-03-02T17:00"


def test_hours_begun_inside_a_pause_wait_for_its_end() -> None:
    pause = Pause(date(2026, 3, 1), date(2026, 3, 3))
    assert iso(2, Unit.HOUR, datetime(2026, 3, 3, 10), pause) == "2026-03-04T02:00"
    assert iso(2, Unit.WORKHOUR, datetime(2026, 3, 3, 10), pause) == "2026-03-04T11:00"


def test_a_city_working_day_is_twelve_hours_from_the_moment() -> None:
    assert city(1, Unit.WORKDAY, datetime(2026, 3, 6, 10)).iso() == "2026-03-07T10:00:00+08:00"
    assert city(1, Unit.WORKDAY, datetime(2026, 3, 6, 7)).iso() == "2026-03-06T19:00:00+08:00"
    assert city(1, Unit.WORKDAY, datetime(2026, 3, 6, 20)).iso() == "2026-03-07T19:00:00+08:00"
    assert city(2, Unit.WORKDAY, datetime(2026, 9, 30, 18)).iso() == "2026-10-02T18:00:00+08:00"


def test_a_city_working_day_from_a_bare_date_is_a_whole_day() -> None:
    assert city(1, Unit.WORKDAY, FRIDAY).iso() == "2026-03-07"


def test_a_city_extension_is_reckoned_like_its_limit() -> None:
    start = datetime(2026, 3, 6, 10)
    assert city(1, Unit.WORKDAY, start, Extension(2)) == city(3, Unit.WORKDAY, start)
    assert city(2, Unit.WORKHOUR, start, Extension(1, Unit.WORKDAY)) == city(14, Unit.WORKHOUR, start)


def test_city_hours_stop_at_night_but_not_on_sundays() -> None:
    assert city(2, Unit.WORKHOUR, datetime(2026, 3, 7, 18)).iso() == "2026-03-08T08:00:00+08:00"
