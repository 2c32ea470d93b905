"""What a person hands in counts from when the hall is next open (READINGS 1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given

from jishiban.kernel.clock import CHINA, CITY, STATUTORY, Calendar, filed
from jishiban.kernel.clock.tests.strategies import CALENDARS, NORTH, moments


@pytest.mark.parametrize(
    ("handed_in", "counts_as"),
    [
        ("2026-03-02T10:00", "2026-03-02T10:00"),
        ("2026-03-02T08:00", "2026-03-02T08:00"),  # early: the day is kept
        ("2026-03-02T12:30", "2026-03-02T12:30"),  # at lunch too
        ("2026-03-02T17:00", "2026-03-02T17:00"),  # at the very minute of closing
        ("2026-03-02T17:01", "2026-03-03T09:00"),
        ("2026-03-06T18:00", "2026-03-09T09:00"),
        ("2026-03-07T10:00", "2026-03-09T09:00"),
        ("2026-02-27T20:00", "2026-02-28T09:00"),  # into a Saturday worked in exchange
        ("2026-09-30T17:30", "2026-10-08T09:00"),
        ("2026-12-31T18:00", "2027-01-01T09:00"),  # by the week, the notice is not out
    ],
)
def test_a_hand_in_counts_from_the_next_opening(handed_in: str, counts_as: str) -> None:
    answer = filed(datetime.fromisoformat(handed_in), STATUTORY())
    assert answer == datetime.fromisoformat(counts_as).replace(tzinfo=CHINA)


def test_a_moment_in_another_zone_is_seen_from_china() -> None:
    assert (
        filed(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), STATUTORY()).isoformat() == "2026-03-03T09:00:00+08:00"
    )


def test_office_hours_are_the_calendars_own() -> None:
    assert filed(datetime(2026, 3, 2, 17, 30), NORTH).time() == time(17, 30)
    assert filed(datetime(2026, 3, 1, 18, 30), CITY()).date() == date(2026, 3, 1)
    assert filed(datetime(2026, 3, 1, 19, 30), CITY()).isoformat() == "2026-03-02T07:00:00+08:00"


@given(moments(), CALENDARS)
def test_a_hand_in_never_counts_earlier_and_always_on_a_working_day(
    moment: datetime, calendar: Calendar
) -> None:
    answer = filed(moment, calendar)
    assert answer >= moment.replace(tzinfo=CHINA)
    assert calendar.is_workday(answer.date())
    assert calendar.workdays_between(moment.date(), answer.date()) <= 1
    assert filed(answer, calendar) == answer


@given(moments(), CALENDARS)
def test_a_hand_in_waits_only_over_closed_time(moment: datetime, calendar: Calendar) -> None:
    answer = filed(moment, calendar).date()
    between = [
        moment.date() + timedelta(days=step) for step in range(1, max(1, (answer - moment.date()).days))
    ]
    assert not any(calendar.is_workday(day) for day in between)
