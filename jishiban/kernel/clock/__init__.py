"""One clock for every promise: calendars, limits, deadlines and lights, as pure functions.

A deadline depends on nothing but the limit, its start, its pauses and extensions, and the calendar's version, so anybody
can recount it. Nothing here knows of a database; a county's calendar comes in through `Calendar.from_plan`.

>>> from datetime import date
>>> deadline(Term(20, Unit.WORKDAY), date(2026, 4, 29), calendar=STATUTORY()).iso()
'2026-05-29'
"""

from .calendars import CITY, STATUTORY, Calendar, YearPlan, filed, statutory_years
from .deadlines import deadline, explain, is_paused
from .lights import Colour, Thresholds, light, remaining, thresholds
from .request import Answer, compute
from .terms import CHINA, ClockError, DayLine, Deadline, Extension, Pause, Term, Unit

__all__ = [
    "CHINA",
    "CITY",
    "STATUTORY",
    "Answer",
    "Calendar",
    "ClockError",
    "Colour",
    "DayLine",
    "Deadline",
    "Extension",
    "Pause",
    "Term",
    "Thresholds",
    "Unit",
    "YearPlan",
    "compute",
    "deadline",
    "explain",
    "filed",
    "is_paused",
    "light",
    "remaining",
    "statutory_years",
    "thresholds",
]
