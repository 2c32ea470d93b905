"""Limits, starts, pauses and calendars of every kind, for the property tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from jishiban.kernel.clock import CITY, STATUTORY, Calendar, Extension, Pause, Term, Unit, YearPlan

NORTH = Calendar.from_plan(
    "north",
    years={2026: YearPlan(rest=[date(2026, 1, 1), date(2026, 3, 3)], work=[date(2026, 3, 7)])},
    sessions=[(time(8), time(12)), (time(14), time(18))],
)
MUSEUM = Calendar.from_plan(
    "museum", years={}, weekly_rest=[0, 1, 2], sessions=[(time(10, 30), time(15, 10))], needs_years=False
)
CALENDARS = st.sampled_from([STATUTORY(), CITY(), NORTH, MUSEUM])

FIRST = date(2019, 12, 20)
LAST = date(2027, 2, 10)
MOST = {Unit.WORKDAY: 60, Unit.DAY: 90, Unit.MONTH: 6, Unit.HOUR: 60, Unit.WORKHOUR: 24}
DAY_UNITS = (Unit.WORKDAY, Unit.DAY, Unit.MONTH)


@dataclass(frozen=True)
class Question:
    """Everything `deadline` asks for."""

    term: Term
    start: date
    calendar: Calendar
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()


def dates() -> st.SearchStrategy[date]:
    return st.dates(FIRST, LAST)


def moments() -> st.SearchStrategy[datetime]:
    clock = st.builds(time, st.integers(0, 23), st.integers(0, 11).map(lambda step: step * 5))
    return st.builds(datetime.combine, dates(), clock)


def starts() -> st.SearchStrategy[date]:
    return st.one_of(dates(), moments())


@st.composite
def terms(draw: st.DrawFn, units: tuple[Unit, ...] = tuple(Unit)) -> Term:
    unit = draw(st.sampled_from(units))
    return Term(draw(st.integers(0, MOST[unit])), unit)


@st.composite
def pauses(draw: st.DrawFn, start: date) -> Pause:
    day = start.date() if isinstance(start, datetime) else start
    notice = day + timedelta(days=draw(st.integers(-15, 45)))
    return Pause(notice, notice + timedelta(days=draw(st.integers(0, 20))))


@st.composite
def extensions(draw: st.DrawFn) -> Extension:
    unit = draw(st.one_of(st.none(), st.sampled_from(list(Unit))))
    return Extension(draw(st.integers(0, MOST[unit] // 3 if unit else 4)), unit)


@st.composite
def questions(
    draw: st.DrawFn, units: tuple[Unit, ...] = tuple(Unit), *, paused: bool = True, extended: bool = True
) -> Question:
    start = draw(starts())
    return Question(
        draw(terms(units)),
        start,
        draw(CALENDARS),
        tuple(draw(st.lists(pauses(start), max_size=4))) if paused else (),
        tuple(draw(st.lists(extensions(), max_size=3))) if extended else (),
    )
