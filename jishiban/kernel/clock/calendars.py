"""Which days and hours are worked: the statutory calendar, a city's own, and those a county loads."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from itertools import accumulate, chain, compress, pairwise, repeat
from typing import Final

from .statutory import RESTS, make_up_days, rest_days
from .terms import ClockError, gettext_noop, in_china, midnight

Session = tuple[time, time]

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2120
FIRST: Final = date(FIRST_YEAR, 1, 1).toordinal()
LAST: Final = date(LAST_YEAR, 12, 31).toordinal()
_BASE: Final = FIRST - 1  # one day more in front, so that "the day before" always has a place in the tables

HOUR_TICKS: Final = 3_600_000_000  # a tick is a microsecond
DAY_TICKS: Final = 24 * HOUR_TICKS

OFFICE_HOURS: Final[tuple[Session, ...]] = ((time(9), time(12)), (time(13), time(17)))
WEEK_END: Final = (5, 6)  # Monday is 0

HOLIDAY: Final = gettext_noop("节假日放假")
MADE_UP: Final = gettext_noop("调休上班")
WORKED: Final = gettext_noop("工作日")
WEEKLY: Final = (
    gettext_noop("周一休息"),
    gettext_noop("周二休息"),
    gettext_noop("周三休息"),
    gettext_noop("周四休息"),
    gettext_noop("周五休息"),
    gettext_noop("周六休息"),
    gettext_noop("周日休息"),
)
UNKNOWN_WORKED: Final = gettext_noop("暂按工作日（放假安排未公布）")
UNKNOWN_REST: Final = gettext_noop("暂按休息日（放假安排未公布）")


@dataclass(frozen=True)
class YearPlan:
    """The published exceptions of one year: `rest` days (a mapping gives each its reason) and worked week-end days.

    The notice of a year may also name days of the December before; they belong to the plan that names them.
    Raises ClockError when a day is both rest and work.

    >>> YearPlan(rest={date(2026, 1, 1): "元旦放假"}, work=[date(2026, 1, 4)]).names
    ((datetime.date(2026, 1, 1), '元旦放假'),)
    """

    rest: Iterable[date] | Mapping[date, str] = ()
    work: Iterable[date] = ()
    names: tuple[tuple[date, str], ...] = ()

    def __post_init__(self) -> None:
        names = tuple(sorted(self.rest.items())) if isinstance(self.rest, Mapping) else self.names
        rest, work = frozenset(self.rest), frozenset(self.work)
        if rest & work:
            day = min(rest & work).isoformat()
            raise ClockError("calendar", gettext_noop("%(day)s既放假又上班，请改一处"), day=day)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "rest", rest)
        object.__setattr__(self, "work", work)


@dataclass(frozen=True)
class _Plan:
    """All that a calendar is made from; two equal plans share one set of tables."""

    name: str
    years: tuple[tuple[int, YearPlan], ...]
    weekly_rest: tuple[int, ...]
    sessions: tuple[Session, ...]
    needs_years: bool
    workday_in_hours: bool

    def exceptions(self) -> tuple[frozenset[date], frozenset[date]]:
        """(rest, work) of all years together; a rest day of one notice wins over a work day of another."""
        rest = frozenset(chain.from_iterable(plan.rest for _, plan in self.years))
        work = frozenset(chain.from_iterable(plan.work for _, plan in self.years))
        return rest, work - rest

    def digest(self) -> str:
        """Twelve hex digits over everything that can move a deadline; the reasons of rest days cannot."""
        rest, work = self.exceptions()
        body = {
            "years": [year for year, _ in self.years],
            "rest": sorted(day.isoformat() for day in rest),
            "work": sorted(day.isoformat() for day in work),
            "weekly_rest": self.weekly_rest,
            "sessions": [[a.isoformat(), b.isoformat()] for a, b in self.sessions],
            "needs_years": self.needs_years,
            "workday_in_hours": self.workday_in_hours,
        }
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]


class Calendar:
    """A calendar of working days and hours from 2000 to 2120, with tables that answer in constant time.

    Build it with `from_plan`. It is immutable, may be pickled, and equal plans share one instance in a process.
    Positions inside are whole numbers: a day is its proleptic ordinal, a moment its ticks (microseconds) since day 0.
    """

    __slots__ = (
        "_closings",
        "_days",
        "_flags",
        "_names",
        "_plan",
        "_spans",
        "_unknown",
        "_upto",
        "_work",
        "day_ticks",
        "sessions",
        "version",
    )

    def __init__(self, plan: _Plan) -> None:
        self._plan = plan
        self.sessions: Final = plan.sessions
        self.version: Final = plan.digest()
        self._spans = tuple((_ticks(a), _ticks(b) - _ticks(a)) for a, b in plan.sessions)
        self.day_ticks: Final = sum(length for _, length in self._spans)
        rest, self._work = plan.exceptions()
        self._names = dict(chain.from_iterable(year.names for _, year in plan.years))
        self._flags = _flags(plan.weekly_rest, rest, self._work)
        self._upto = array("i", accumulate(self._flags))
        self._days = array("i", compress(range(_BASE, LAST + 1), self._flags))
        self._unknown = array("i", accumulate(_unknown_days(self.knows)))

    @classmethod
    def from_plan(
        cls,
        name: str,
        *,
        years: Mapping[int, YearPlan],
        weekly_rest: Iterable[int] = WEEK_END,
        sessions: Iterable[Session] = OFFICE_HOURS,
        needs_years: bool = True,
        workday_in_hours: bool = False,
    ) -> Calendar:
        """Build a calendar.

        `years` holds the published exceptions; a year that is missing follows the week and makes deadlines
        provisional, unless `needs_years` is False because the place works by the week alone. `weekly_rest` are
        week days, Monday 0. `sessions` are the opening hours of a working day in order. With `workday_in_hours`
        a limit in 工作日 that starts at a moment is counted as that many full days of working hours.
        Raises ClockError ("calendar") for hours that overlap or for a week without a working day.

        >>> hall = Calendar.from_plan("hall", years={2026: YearPlan(rest=[date(2026, 1, 1)])})
        >>> hall.is_workday(date(2026, 1, 1)), hall.knows(2027)
        (False, False)
        """
        week = tuple(sorted(set(weekly_rest)))
        hours = tuple((start, end) for start, end in sessions)
        _check(week, hours)
        ordered = tuple(sorted(years.items()))
        return _calendar(_Plan(name, ordered, week, hours, needs_years, workday_in_hours))

    def with_years(self, years: Mapping[int, YearPlan]) -> Calendar:
        """The same calendar with these years added, or in the place of those it had.

        >>> STATUTORY().with_years({2027: YearPlan(rest=[date(2027, 1, 1)])}).knows(2027)
        True
        """
        merged = dict(self._plan.years) | dict(years)
        return _calendar(replace(self._plan, years=tuple(sorted(merged.items()))))

    def __reduce__(self) -> tuple[Callable[[_Plan], Calendar], tuple[_Plan]]:
        return _calendar, (self._plan,)

    def __eq__(self, other: object) -> bool:
        return self._plan == other._plan if isinstance(other, Calendar) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.version))

    def __repr__(self) -> str:
        return f"<Calendar {self.name} {self.version}>"

    @property
    def name(self) -> str:
        return self._plan.name

    @property
    def workday_in_hours(self) -> bool:
        """Whether a working day of a limit means this calendar's full working hours (READINGS 8)."""
        return self._plan.workday_in_hours

    def knows(self, year: int) -> bool:
        """Whether the rest days of `year` are loaded, so that nothing is guessed.

        >>> STATUTORY().knows(2026), STATUTORY().knows(2027)
        (True, False)
        """
        return not self._plan.needs_years or any(known == year for known, _ in self._plan.years)

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked; in a year that is not known, by the week alone.

        Raises ClockError for a day outside 2000–2120.

        >>> STATUTORY().is_workday(date(2026, 2, 28))  # a Saturday worked in exchange
        True
        """
        return bool(self._flags[place(day)])

    def why(self, day: date) -> str:
        """Why `day` is worked or not, in Chinese: a holiday's name, the week day, 调休 …

        >>> STATUTORY().why(date(2026, 10, 1)), STATUTORY().why(date(2026, 10, 10))
        ('国庆节放假', '调休上班')
        """
        worked = self.is_workday(day)
        if not self.knows(day.year):
            return UNKNOWN_WORKED if worked else UNKNOWN_REST
        if worked:
            return MADE_UP if day.weekday() in self._plan.weekly_rest else WORKED
        weekly = WEEKLY[day.weekday()] if day.weekday() in self._plan.weekly_rest else HOLIDAY
        return self._names.get(day, weekly)

    def workdays_between(self, after: date, through: date) -> int:
        """Working days after `after` up to and with `through`; negative when `through` comes first.

        >>> STATUTORY().workdays_between(date(2025, 12, 31), date(2026, 12, 31))
        248
        """
        return self._upto[place(through)] - self._upto[place(after)]

    def next_workday(self, day: date) -> date:
        """The first working day after `day`.

        >>> STATUTORY().next_workday(date(2026, 9, 30))
        datetime.date(2026, 10, 8)
        """
        return self.add_workdays(day, 1)

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, or before it when negative; 0 gives `day` itself.

        Raises ClockError beyond 2000–2120.

        >>> STATUTORY().add_workdays(date(2026, 2, 10), 20), STATUTORY().add_workdays(date(2026, 3, 16), -20)
        (datetime.date(2026, 3, 16), datetime.date(2026, 2, 10))
        """
        here = place(day)
        if count == 0:
            return day
        target = self._upto[here] + count if count > 0 else self._upto[here - 1] + count + 1
        if not 0 < target <= len(self._days):
            raise beyond("amount")
        return date.fromordinal(self.nth(target))

    # The counting itself works on plain numbers, through the doors below.

    def works(self, day: int) -> bool:
        """Whether the day with this ordinal is worked."""
        return bool(self._flags[day - _BASE])

    def upto(self, day: int) -> int:
        """Working days of the tables up to and with the day of this ordinal."""
        return self._upto[day - _BASE]

    def nth(self, count: int) -> int:
        """The ordinal of the `count`-th working day of the tables, from 1: the first day where `upto` reaches it."""
        return self._days[count - 1]

    def guessed(self, after: int, through: int) -> bool:
        """Whether a day in (after, through] lies in a year that is not known."""
        return self._unknown[through - _BASE] > self._unknown[after - _BASE]

    def worked(self, tick: int) -> int:
        """Ticks worked from the beginning of the tables to this moment."""
        day, part = divmod(tick, DAY_TICKS)
        full = self._upto[day - _BASE - 1] * self.day_ticks
        if not self._flags[day - _BASE]:
            return full
        return full + sum(min(max(part - opening, 0), length) for opening, length in self._spans)

    def worked_at(self, worked: int) -> int:
        """The first moment at which this many ticks (from 1) are worked."""
        count, rest = divmod(worked - 1, self.day_ticks)
        rest += 1
        for opening, length in self._spans:
            if rest <= length:
                return self._days[count] * DAY_TICKS + opening + rest
            rest -= length
        raise AssertionError  # the spans add up to day_ticks

    @property
    def opening_ticks(self) -> int:
        """When a day's first session opens, in ticks after 00:00."""
        return self._spans[0][0]


def filed(moment: datetime, calendar: Calendar) -> datetime:
    """When something a person hands in counts as received (matters.md §4.7, READINGS 1).

    After the last closing, or on a rest day: the next working day's opening. Otherwise the moment itself; at the
    very minute of closing it is still in time (民法典 art. 203), and an early or lunch-time hand-in keeps its day.

    >>> filed(datetime(2026, 9, 30, 17, 30), STATUTORY()).isoformat()
    '2026-10-08T09:00:00+08:00'
    """
    local = in_china(moment)
    if calendar.is_workday(local.date()) and local.time() <= calendar.sessions[-1][1]:
        return local
    opening = calendar.sessions[0][0]
    return datetime.combine(calendar.next_workday(local.date()), opening, midnight(local).tzinfo)


@lru_cache(maxsize=1)
def statutory_years() -> Mapping[int, YearPlan]:
    """The seeded years 2020–2026 of the statutory calendar, for a county to start its own from.

    >>> len(statutory_years()[2026].work)
    6
    """
    return {year: YearPlan(rest=rest_days(year), work=make_up_days(year)) for year in RESTS}


@lru_cache(maxsize=1)
def STATUTORY() -> Calendar:  # noqa: N802 - a constant that is made when first asked for
    """Working days of 行政许可法 art. 82, holidays left out and 调休 worked, 9–12 and 13–17."""
    return Calendar.from_plan("statutory", years=statutory_years())


@lru_cache(maxsize=1)
def CITY() -> Calendar:  # noqa: N802 - a constant that is made when first asked for
    """City care: every day of the year, 7–19; one 工作日 is those twelve hours (READINGS 8)."""
    return Calendar.from_plan(
        "city",
        years={},
        weekly_rest=(),
        sessions=((time(7), time(19)),),
        needs_years=False,
        workday_in_hours=True,
    )


def place(day: date, field: str = "start") -> int:
    """The place of `day` in the tables. Raises ClockError naming `field` outside 2000–2120."""
    ordinal = day.toordinal()
    if FIRST <= ordinal <= LAST:
        return ordinal - _BASE
    raise ClockError(
        field,
        gettext_noop("日期须在%(first)s年至%(last)s年之间"),
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )


def beyond(field: str) -> ClockError:
    """The error for a count that runs off the end of the calendar."""
    return ClockError(field, gettext_noop("期限超出%(last)s年，请检查数字"), last=LAST_YEAR)


@lru_cache(maxsize=64)
def _calendar(plan: _Plan) -> Calendar:
    return Calendar(plan)


def _ticks(moment: time) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond


def _check(week: tuple[int, ...], hours: tuple[Session, ...]) -> None:
    if not set(week) < set(range(7)):
        raise ClockError("calendar", gettext_noop("每周休息日须为0至6，且至少留一天上班"))
    edges = [edge for session in hours for edge in session]
    if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
        raise ClockError("calendar", gettext_noop("办公时间须先后相接、互不重叠"))


def _flags(week: tuple[int, ...], rest: frozenset[date], work: frozenset[date]) -> bytearray:
    """One byte for each day of the tables: 1 is worked."""
    monday_first = [0 if day in week else 1 for day in range(7)]
    flags = bytearray(monday_first[(_BASE + step - 1) % 7] for step in range(LAST - _BASE + 1))
    for day in rest:
        flags[place(day, "calendar")] = 0
    for day in work:
        flags[place(day, "calendar")] = 1
    return flags


def _unknown_days(knows: Callable[[int], bool]) -> Iterable[int]:
    """One number for each day of the tables: 1 when its year is not known."""
    for year in range(FIRST_YEAR - 1, LAST_YEAR + 1):
        length = 1 if year < FIRST_YEAR else (date(year + 1, 1, 1) - date(year, 1, 1)).days
        yield from repeat(0 if knows(year) else 1, length)
