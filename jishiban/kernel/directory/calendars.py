"""The working calendars as the place has loaded them: the shipped years, overlaid with the rows of the database."""

from __future__ import annotations

import time as clocktime
from datetime import date

from jishiban.kernel.clock import CITY, STATUTORY, Calendar, YearPlan
from jishiban.kernel.directory.models import CalendarYear

FRESH_SECONDS = 5.0  # another worker's import is seen after this; the import itself recounts open promises
_cached: dict[str, tuple[float, dict[str, Calendar]]] = {}


def calendars() -> dict[str, Calendar]:
    """Every calendar by name ("statutory", "city"): at most one query every few seconds a process."""
    now = clocktime.monotonic()
    read_at, known = _cached.get("all", (0.0, {}))
    if not known or now - read_at > FRESH_SECONDS:
        known = _load()
        _cached["all"] = (now, known)
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
