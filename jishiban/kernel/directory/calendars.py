"""The working calendars as the place has loaded them: the shipped years, overlaid with the rows of the database."""

from __future__ import annotations

import time as clocktime
from datetime import date

from jishiban.kernel.clock import CITY, STATUTORY, Calendar, YearPlan
from jishiban.kernel.directory import roster
from jishiban.kernel.directory.models import CalendarYear

FRESH_SECONDS = 300.0  # at the latest; a change of the directory's mark, which the roster sees, comes sooner
_cached: dict[str, tuple[float, str, dict[str, Calendar]]] = {}


def calendars() -> dict[str, Calendar]:
    """Every calendar by name ("statutory", "city"): no query while the directory's mark is the one last seen."""
    now, mark = clocktime.monotonic(), roster.last_mark()
    read_at, read_for, known = _cached.get("all", (0.0, "", {}))
    if not known or read_for != mark or now - read_at > FRESH_SECONDS:
        known = _load()
        _cached["all"] = (now, mark, known)
    return known


def forget() -> None:
    """Read the calendars again at the next call."""
    _cached.clear()


def _load() -> dict[str, Calendar]:
    loaded: dict[int, YearPlan] = {}
    for row in CalendarYear.objects.filter(calendar="statutory"):
        loaded[row.year] = YearPlan(
            rest=frozenset(map(date.fromisoformat, row.rest)),
            work=frozenset(map(date.fromisoformat, row.work)),
        )
    statutory = STATUTORY()
    return {"statutory": statutory.with_years(loaded) if loaded else statutory, "city": CITY()}
