"""The counting: how far a limit runs over days and moments, as plain whole numbers.

A day is its ordinal and stands for the day's end; a moment is its ticks. A stop (a, b) leaves out the days after a
through b. Every unit counts by one rule: measure both ends, take what the stops hold away, and look up the result.
"""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from .calendars import DAY_TICKS, FIRST, HOUR_TICKS, LAST, Calendar, beyond, place
from .terms import ClockError, Extension, Pause, Term, Unit, gettext_noop, in_china

Stop = tuple[int, int]
Measure = Callable[[int], int]


class Leg(NamedTuple):
    """One part of a way: the limit with its own extensions, then each extension in another unit."""

    unit: Unit  # the unit really counted: a 工作日 reckoned in hours is 工作小时 here
    begin: int  # a day (day units) or ticks (hour units)
    amount: int  # days or ticks to count; a limit in months is the days it spans
    target: int  # where the counting ends
    last: int  # where the leg ends, after a last day on a rest day has moved

    @property
    def by_hour(self) -> bool:
        return self.unit in BY_HOUR

    @property
    def first_day(self) -> int:
        return self.begin // DAY_TICKS if self.by_hour else self.begin

    @property
    def last_day(self) -> int:
        return self.last // DAY_TICKS if self.by_hour else self.last


BY_HOUR = frozenset({Unit.HOUR, Unit.WORKHOUR})


def follow(
    term: Term,
    start: date,
    calendar: Calendar,
    pauses: Iterable[Pause],
    extensions: Iterable[Extension],
    now: date | None,
) -> tuple[list[Leg], Sequence[Stop]]:
    """Walk a limit from its start; returns its legs and the merged stops. Raises ClockError outside 2000–2120."""
    day, tick = locate(start)
    stops = merge(pauses, now) if pauses else ()
    legs: list[Leg] = []
    try:
        for unit, amount in amounts(term, extensions):
            leg = step(unit, amount, day, tick, calendar, stops, first=not legs)
            legs.append(leg)
            day, tick = leg.last_day, leg.last if leg.by_hour else None
    except IndexError:
        raise beyond("amount") from None
    if day >= LAST:  # the 24:00 of the last day must have its place in the tables too
        raise beyond("amount")
    return legs, stops


def locate(start: date) -> tuple[int, int | None]:
    """The day of `start`, and its ticks when it is a moment rather than a bare date."""
    if not isinstance(start, datetime):
        ordinal, tick = start.toordinal(), None
    else:
        local = in_china(start)
        ordinal = local.toordinal()
        seconds = (local.hour * 60 + local.minute) * 60 + local.second
        tick = ordinal * DAY_TICKS + seconds * 1_000_000 + local.microsecond
    if not FIRST <= ordinal <= LAST:
        place(start)
    return ordinal, tick


def amounts(term: Term, extensions: Iterable[Extension]) -> Iterable[tuple[Unit, int]]:
    """What to count, one entry for each unit: the term's own first, others in the order they were granted."""
    if not extensions:
        return ((term.unit, term.amount),)
    sums = {term.unit: term.amount}
    for extension in extensions:
        unit = extension.unit or term.unit
        sums[unit] = sums.get(unit, 0) + extension.amount
    return sums.items()


def merge(pauses: Iterable[Pause], now: date | None) -> list[Stop]:
    """Stops in order; overlapping pauses become one (matters.md §4.5), empty ones vanish.

    A pause that still runs is taken to end on the day of `now`, or without `now` on its notice day.
    """
    today = locate(now)[0] if now is not None else 0
    spans = sorted((_begin(pause), _end(pause, today)) for pause in pauses)
    merged: list[Stop] = []
    for begin, end in spans:
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def step(
    unit: Unit,
    amount: int,
    day: int,
    tick: int | None,
    calendar: Calendar,
    stops: Sequence[Stop],
    *,
    first: bool,
) -> Leg:
    """Count one leg on from a day, or from a moment when `tick` is given."""
    if unit is Unit.WORKDAY:
        if tick is None or not calendar.workday_in_hours:
            return _workdays(amount, day, calendar, stops)
        return _work_hours(amount * calendar.day_ticks, tick, calendar, stops)
    if unit is Unit.DAY:
        return _days(unit, amount, day, calendar, stops)
    if unit is Unit.MONTH:
        return _days(unit, add_months(day, amount) - day, day, calendar, stops)
    if tick is None:  # a bare date opens with the office; an extension in hours runs on from 24:00
        tick = day * DAY_TICKS + calendar.opening_ticks if first else (day + 1) * DAY_TICKS
    if unit is Unit.HOUR:
        return _hours(amount * HOUR_TICKS, tick, stops)
    return _work_hours(amount * HOUR_TICKS, tick, calendar, stops)


def add_months(day: int, months: int) -> int:
    """The same-numbered day `months` on, or that month's last day (民法典 art. 202).

    Raises ClockError past the calendar.

    >>> date.fromordinal(add_months(date(2028, 1, 31).toordinal(), 1))
    datetime.date(2028, 2, 29)
    """
    start = date.fromordinal(day)
    years, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if years > date.fromordinal(LAST).year:
        raise beyond("amount")
    return date(years, month + 1, min(start.day, monthrange(years, month + 1)[1])).toordinal()


def reach(measure: Measure, begin: int, amount: int, stops: Sequence[Stop]) -> int:
    """The measure at which `amount` is counted from `begin`, the stops left out."""
    target = measure(begin) + amount
    for first, last in stops:
        if last <= begin:
            continue
        stopped = measure(max(first, begin))
        if target <= stopped:
            break
        target += measure(last) - stopped
    return target


def progress(measure: Measure, begin: int, end: int, stops: Sequence[Stop]) -> int:
    """How much is counted from `begin` to `end`, the stops left out."""
    held = sum(
        measure(min(last, end)) - measure(max(first, begin))
        for first, last in stops
        if last > begin and first < end
    )
    return measure(end) - measure(begin) - held


def stopped(day: int, stops: Sequence[Stop]) -> int:
    """The last day of the stop that holds `day`, or 0 when it runs."""
    index = bisect_left(stops, (day, 0)) - 1
    return stops[index][1] if index >= 0 and day <= stops[index][1] else 0


def in_ticks(stops: Sequence[Stop]) -> list[Stop]:
    """The stops as moments: a stop after day a begins at its 24:00."""
    return [((first + 1) * DAY_TICKS, (last + 1) * DAY_TICKS) for first, last in stops]


def itself(position: int) -> int:
    """The measure of calendar time: every day, every tick."""
    return position


def _workdays(amount: int, day: int, calendar: Calendar, stops: Sequence[Stop]) -> Leg:
    last = calendar.nth(reach(calendar.upto, day, amount, stops)) if amount else day
    return Leg(Unit.WORKDAY, day, amount, last, last)


def _days(unit: Unit, amount: int, day: int, calendar: Calendar, stops: Sequence[Stop]) -> Leg:
    target = reach(itself, day, amount, stops)
    return Leg(unit, day, amount, target, _moved(target, calendar, stops))


def _moved(day: int, calendar: Calendar, stops: Sequence[Stop]) -> int:
    """A last day on a rest day moves to the first working day after (民法典 art. 203) that no pause holds."""
    if calendar.works(day):
        return day
    while True:
        day = calendar.nth(calendar.upto(day) + 1)
        held = stopped(day, stops)
        if not held:
            return day
        day = held


def _hours(amount: int, tick: int, stops: Sequence[Stop]) -> Leg:
    last = reach(itself, tick, amount, in_ticks(stops))
    return Leg(Unit.HOUR, tick, amount, last, last)


def _work_hours(amount: int, tick: int, calendar: Calendar, stops: Sequence[Stop]) -> Leg:
    last = calendar.worked_at(reach(calendar.worked, tick, amount, in_ticks(stops))) if amount else tick
    return Leg(Unit.WORKHOUR, tick, amount, last, last)


def _begin(pause: Pause) -> int:
    return pause.notice.toordinal()


def _end(pause: Pause, today: int) -> int:
    end = today if pause.end is None else pause.end.toordinal()
    if end > LAST:
        raise ClockError("pauses", gettext_noop("暂停的结束日太晚，请检查日期"))
    return end
