"""When a limit ends, and how it was counted, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from .calendars import DAY_TICKS, Calendar
from .counting import Leg, Stop, follow, in_ticks, itself, progress, stopped
from .terms import (
    ClockError,
    DayLine,
    Deadline,
    Extension,
    Pause,
    Term,
    Unit,
    gettext_noop,
    in_china,
    midnight,
)

MOST_DAYS: Final = 3_660  # ten years; no limit is longer, and the list of days stays one a person can read

START_DAY: Final = gettext_noop("起算当天，不计入")
SAME_DAY: Final = gettext_noop("当天办结")
PAUSED: Final = gettext_noop("暂停期间，不计入")
SHIFTED: Final = gettext_noop("最后一天遇休息日，顺延")
CALENDAR_DAY: Final = gettext_noop("按自然日计入")
CALENDAR_HOURS: Final = gettext_noop("按小时连续计时")
CLOSED: Final = gettext_noop("不在办公时间，不计时")


def deadline(
    term: Term,
    start: date,
    *,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    now: date | None = None,
) -> Deadline:
    """When `term` ends that starts at `start`, a day or a moment (without a zone: in China).

    * The start day is day 0 (民法典 art. 201). 工作日 are those of `calendar` (行政许可法 art. 82); 0 is the same day.
    * 自然日 and 月 end on a day, 月 on the same-numbered one or the month's last (art. 202); a last day on a rest day
      moves to the next working day (art. 203).
    * 小时 run from the moment itself; 工作小时 run while the office is open. A bare date starts with the day's first
      opening. On a calendar with `workday_in_hours` 工作日 from a moment are full days of working hours.
    * `pauses` leave out the days after each notice through its end, overlapping ones once (行政许可法 art. 45). One
      that still runs counts as ending on the day of `now`, or without `now` on its notice day: the deadline as
      it stands, which moves on with every further day of the pause.
    * `extensions` in the term's unit are added to its amount; other units run on from the last day (art. 42).

    `provisional` is set when a day of a year without published rest days took part. Nothing shifts the start: `filed`
    does that for what a person hands in. Raises ClockError outside 2000–2120.

    >>> from jishiban.kernel.clock import STATUTORY
    >>> deadline(Term(20, Unit.WORKDAY), date(2026, 2, 10), calendar=STATUTORY()).iso()
    '2026-03-16'
    >>> deadline(Term(4, Unit.WORKHOUR), datetime(2026, 9, 30, 16), calendar=STATUTORY()).iso()
    '2026-10-08T12:00:00+08:00'
    """
    legs, _ = follow(term, start, calendar, pauses, extensions, now)
    last = legs[-1]
    provisional = any(_guessed(leg, calendar) for leg in legs)
    if last.by_hour:
        at = moment(last.last)
        return Deadline(at, at.date(), provisional)
    return Deadline(*_end_of(last.last), provisional)


def explain(
    term: Term,
    start: date,
    *,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    now: date | None = None,
) -> tuple[DayLine, ...]:
    """The days from the start day (day 0) through the last day: which were counted, and why.

    For limits in days the counted lines are exactly the limit as extended; for hours a line is counted when any
    part of the day was. Arguments as for `deadline`. Raises ClockError ("amount") when that is more than ten years.

    >>> from jishiban.kernel.clock import STATUTORY
    >>> [f"{x.date:%m-%d} {x.why}" for x in explain(Term(1, Unit.DAY), date(2026, 3, 6), calendar=STATUTORY())]
    ['03-06 起算当天，不计入', '03-07 按自然日计入', '03-08 最后一天遇休息日，顺延', '03-09 最后一天遇休息日，顺延']
    """
    legs, stops = follow(term, start, calendar, pauses, extensions, now)
    if legs[-1].last_day - legs[0].first_day > MOST_DAYS:
        raise ClockError("amount", gettext_noop("期限超过十年，请检查数字"))
    lines = [] if legs[0].by_hour else [_start_line(legs[0])]
    for leg in legs:
        done = lines[-1].date.toordinal() if lines else leg.first_day - 1
        lines.extend(_lines(leg, done, calendar, stops))
    return tuple(lines)


def is_paused(now: datetime, pauses: Iterable[Pause]) -> bool:
    """Whether the clock stands still at `now`: from the day after a notice through the end of its last day.

    >>> is_paused(datetime(2026, 3, 2, 12), [Pause(date(2026, 3, 2), None)])
    False
    >>> is_paused(datetime(2026, 3, 3), [Pause(date(2026, 3, 2), None)])
    True
    """
    today = in_china(now).date()
    return any(pause.notice < today and (pause.end is None or today <= pause.end) for pause in pauses)


def moment(tick: int) -> datetime:
    """The moment in China that stands at this tick."""
    day, part = divmod(tick, DAY_TICKS)
    return midnight(date.fromordinal(day)) + timedelta(microseconds=part)


@lru_cache(maxsize=4096)  # most deadlines of a day fall on the same few weeks
def _end_of(day: int) -> tuple[datetime, date]:
    """The 24:00 of a day, and the day."""
    return midnight(date.fromordinal(day + 1)), date.fromordinal(day)


def _guessed(leg: Leg, calendar: Calendar) -> bool:
    """Whether an unpublished year could move this leg."""
    if leg.unit is Unit.HOUR:
        return False
    if leg.unit is Unit.WORKDAY:
        return calendar.guessed(leg.begin, leg.last)
    if leg.unit is Unit.WORKHOUR:
        return calendar.guessed(leg.first_day - 1, leg.last_day)
    return calendar.guessed(leg.target - 1, leg.last)


def _start_line(leg: Leg) -> DayLine:
    return DayLine(date.fromordinal(leg.begin), counted=False, why=START_DAY if leg.amount else SAME_DAY)


def _lines(leg: Leg, done: int, calendar: Calendar, stops: Sequence[Stop]) -> Iterator[DayLine]:
    """The days of a leg after `done`, which an earlier line already tells about."""
    for day in range(done + 1, leg.last_day + 1):
        counted, why = _told(leg, day, calendar, stops)
        yield DayLine(date.fromordinal(day), counted, why)


def _told(leg: Leg, day: int, calendar: Calendar, stops: Sequence[Stop]) -> tuple[bool, str]:
    if leg.by_hour:
        return _hours_told(leg, day, calendar, stops)
    if stopped(day, stops):
        return False, PAUSED
    if day > leg.target:
        return False, SHIFTED
    if leg.unit is Unit.WORKDAY:
        return calendar.works(day), calendar.why(date.fromordinal(day))
    return True, CALENDAR_DAY


def _hours_told(leg: Leg, day: int, calendar: Calendar, stops: Sequence[Stop]) -> tuple[bool, str]:
    if stopped(day, stops):
        return False, PAUSED
    measure = itself if leg.unit is Unit.HOUR else calendar.worked
    begin, end = max(leg.begin, day * DAY_TICKS), min(leg.last, (day + 1) * DAY_TICKS)
    if progress(measure, begin, end, in_ticks(stops)):
        return True, CALENDAR_HOURS if leg.unit is Unit.HOUR else calendar.why(date.fromordinal(day))
    if leg.amount == 0:
        return False, SAME_DAY
    return False, CLOSED if calendar.works(day) else calendar.why(date.fromordinal(day))
