"""The working calendars as the place has loaded them: the shipped years, overlaid with the rows of the database."""

from __future__ import annotations

import time as clocktime
from datetime import date

from jishiban.kernel.clock import CITY, STATUTORY, Calendar, YearPlan
from jishiban.kernel.directory.models import CalendarYear

FRESH_SECONDS = 5.0  # another worker's import is seen after this; the import itself recounts open promises
_cached: tuple[float, dict[str, Calendar]] | None = None


def calendars() -> dict[str, Calendar]:
    """Every calendar by name ("statutory", "city"): at most one query every few seconds a process."""
    global _cached
    now = clocktime.monotonic()
    if _cached is None or now - _cached[0] > FRESH_SECONDS:
        _cached = (now, _load())
    return _cached[1]


def forget() -> None:
    """Read the calendars again at the next call."""
    global _cached
    _cached = None


def _load() -> dict[str, Calendar]:
    loaded: dict[int, YearPlan] = {}
    for row in CalendarYear.objects.filter(calendar="statutory"):
        loaded[row.year] = YearPlan(
            rest=frozenset(map(date.fromisoformat, row.rest)), work=frozenset(map(date.fromisoformat, row.work))
        )
    statutory = STATUTORY()
    return {"statutory": statutory.with_years(loaded) if loaded else statutory, "city": CITY()}
