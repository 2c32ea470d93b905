"""Lights (matters.md §4, READINGS 3): green, yellow near the end, red past it, grey while the clock stands still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from .calendars import DAY_TICKS, HOUR_TICKS, Calendar
from .counting import BY_HOUR, Leg, Measure, Stop, follow, in_ticks, itself, locate, progress
from .deadlines import moment
from .terms import Deadline, Extension, Pause, Term, Unit, in_china

SHARE: Final = 5  # yellow in the last fifth of a limit, 20 %


class Colour(StrEnum):
    """绿灯、黄灯、红灯、灰灯."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True)
class Thresholds:
    """The instants at which a light changes, to be stored so that SQL can compare them with now.

    Green before `yellow_at`, red from `red_at` on, yellow between. `yellow_at` is never before the start.
    """

    yellow_at: datetime
    red_at: datetime


def thresholds(
    term: Term,
    start: date,
    *,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    now: date | None = None,
) -> Thresholds:
    """When the light turns yellow and when red; arguments and errors as for `deadline`.

    Yellow is when what remains is at most 20 % of the limit as extended, and at least one day or hour of it. Limits
    in 工作日 go by working days, 自然日 and 月 by calendar days, both from 00:00; hours to the instant.

    >>> from jishiban.kernel.clock import STATUTORY
    >>> marks = thresholds(Term(20, Unit.WORKDAY), date(2026, 2, 10), calendar=STATUTORY())
    >>> f"{marks.yellow_at:%m-%d %H:%M} {marks.red_at:%m-%d %H:%M}"
    '03-10 00:00 03-17 00:00'
    """
    legs, stops = follow(term, start, calendar, pauses, extensions, now)
    final = legs[-1]
    over = final.last if final.by_hour else (final.last + 1) * DAY_TICKS
    begin = legs[0].begin if legs[0].by_hour else legs[0].begin * DAY_TICKS
    if legs[0].by_hour:
        yellow = _yellow_tick(legs[0], over, calendar, stops)
    else:
        yellow = _yellow_day(legs[0], final.last_day, calendar, stops) * DAY_TICKS
    return Thresholds(moment(max(begin, yellow)), moment(over))


def light(now: datetime, marks: Thresholds, *, paused: bool = False, broken: bool = False) -> Colour:
    """The colour at `now`. A promise already broken stays red while paused; the pause itself never breaks one.

    >>> from jishiban.kernel.clock import STATUTORY
    >>> marks = thresholds(Term(5, Unit.WORKDAY), date(2026, 9, 18), calendar=STATUTORY())
    >>> str(light(datetime(2026, 9, 26), marks))  # a Saturday after the last day
    'red'
    >>> str(light(datetime(2026, 9, 26), marks, paused=True))
    'grey'
    """
    if broken:
        return Colour.RED
    if paused:
        return Colour.GREY
    here = in_china(now)
    if here >= marks.red_at:
        return Colour.RED
    return Colour.YELLOW if here >= marks.yellow_at else Colour.GREEN


def remaining(now: datetime, due: Deadline, term: Term, calendar: Calendar) -> int:
    """What is left at `now`, in the unit of the limit; below 0 once it is over, by how much it is late.

    Working days after today up to the last day (0 on the last day), calendar days for 自然日 and 月, begun hours
    for hours. Late is at least -1, also on the rest days after the last day.

    >>> from jishiban.kernel.clock import STATUTORY, deadline
    >>> term = Term(20, Unit.WORKDAY)
    >>> due = deadline(term, date(2026, 2, 10), calendar=STATUTORY())
    >>> [remaining(datetime(2026, 3, day, 10), due, term, STATUTORY()) for day in (13, 16, 17)]
    [1, 0, -1]
    """
    here = in_china(now)
    unit = _resolved(term, due, calendar)
    measure = _measure(unit, calendar)
    if unit in BY_HOUR:
        left = -((_ticks(here, measure) - _ticks(due.at, measure)) // HOUR_TICKS)
    else:
        left = measure(due.last_day.toordinal()) - measure(here.toordinal())
    return min(left, -1) if here >= due.at else left


def _yellow_day(first: Leg, last: int, calendar: Calendar, stops: Sequence[Stop]) -> int:
    """The first day that has no more than the slack after it, up to the last day of the whole way."""
    measure = _measure(first.unit, calendar)
    slack = max(1, (first.amount + progress(measure, first.last, last, stops)) // SHARE)
    if first.unit is not Unit.WORKDAY:
        return last - slack
    return calendar.nth(max(1, measure(last) - slack))


def _yellow_tick(first: Leg, over: int, calendar: Calendar, stops: Sequence[Stop]) -> int:
    """The first tick at which no more than the slack is left until the whole way is over."""
    measure = _measure(first.unit, calendar)
    grown = progress(measure, first.last, over, in_ticks(stops))
    slack = max(HOUR_TICKS, (first.amount + grown) // SHARE)
    if first.unit is Unit.HOUR:
        return over - slack
    return calendar.worked_at(max(1, measure(over) - slack))


def _resolved(term: Term, due: Deadline, calendar: Calendar) -> Unit:
    """The unit really counted; 工作日 of a calendar reckoned in hours end at a moment."""
    in_hours = term.unit is Unit.WORKDAY and calendar.workday_in_hours and not due.by_day
    return Unit.WORKHOUR if in_hours else term.unit


def _measure(unit: Unit, calendar: Calendar) -> Measure:
    """What remains is measured in: working days, calendar days, ticks, or ticks worked."""
    if unit is Unit.WORKDAY:
        return calendar.upto
    return calendar.worked if unit is Unit.WORKHOUR else itself


def _ticks(at: datetime, measure: Measure) -> int:
    tick = locate(at)[1]
    assert tick is not None  # a moment always has its ticks
    return measure(tick)
