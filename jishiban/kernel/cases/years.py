"""Taking in a newly published year of a calendar, and counting every open promise that reaches it again.

The State Council publishes the next year's rest days about November. Until they are here, deadlines that reach
that year are provisional; from then on they are certain, and each case says so with an event of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.engine import day_after
from jishiban.kernel.cases.errors import FactsMissing
from jishiban.kernel.cases.models import LIVE, Case, Promise
from jishiban.kernel.cases.owners import hold
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.calendars import forget
from jishiban.kernel.directory.models import CalendarYear
from jishiban.kernel.directory.roster import moved
from jishiban.kernel.ledger.actions import record

STATUTORY = "statutory"
MOST_DAYS = 60
KNOWN_YEARS = range(2004, 2100)


@transaction.atomic
def load_year(
    year: int,
    rest: Iterable[date],
    work: Iterable[date],
    source: str,
    *,
    by: Actor,
    now: datetime | None = None,
) -> int:
    """Store a year of the statutory calendar and count open promises again. Returns how many cases were counted.

    Raises FactsMissing, naming the field, for days of another year, a day in both lists, a working day among the
    days that would be worked anyway, or no source. Loading the same year again replaces it.
    """
    moment = now or timezone.now()
    off, on = sorted(set(rest)), sorted(set(work))
    _check(year, off, on, source)
    hold(Case.objects.filter(pk__in=_reaching(year).values("case_id")))
    CalendarYear.objects.update_or_create(
        calendar=STATUTORY,
        year=year,
        defaults={
            "rest": [day.isoformat() for day in off],
            "work": [day.isoformat() for day in on],
            "source": source.strip(),
            "loaded_at": moment,
        },
    )
    record("calendar", {"year": year, "source": source.strip(), "by": by.id}, moment)
    moved()
    forget()
    return recount_open(year, now=moment)


def _check(year: int, rest: list[date], work: list[date], source: str) -> None:
    problems: dict[str, str] = {}
    if year not in KNOWN_YEARS:
        problems["year"] = _("请填写四位年份。")
    if not rest:
        problems["rest"] = _("请填写放假的日期，每行一个。")
    for name, days in (("rest", rest), ("work", work)):
        if strange := [day for day in days if day.year != year]:
            problems[name] = _("%(day)s 不在 %(year)s 年，请改正。") % {
                "day": strange[0].isoformat(),
                "year": year,
            }
        elif len(days) > MOST_DAYS:
            problems[name] = _("日期太多，请只填国务院通知里的日期。")
    if both := set(rest) & set(work):
        problems["work"] = _("%(day)s 既放假又上班，请改正。") % {"day": min(both).isoformat()}
    elif weekdays := [day for day in work if day.weekday() < 5]:
        problems["work"] = _("%(day)s 本来就是工作日，不用填。") % {"day": weekdays[0].isoformat()}
    if not source.strip():
        problems["source"] = _("请写明依据的通知。")
    if problems:
        raise FactsMissing(problems)


def _reaching(year: int) -> QuerySet[Promise]:
    """The live promises whose deadline lies in the year or after it."""
    first = day_after(date(year - 1, 12, 31))
    return Promise.objects.filter(state__in=LIVE, calendar=STATUTORY, deadline__gte=first)


def recount_open(year: int, *, now: datetime | None = None) -> int:
    """Count the live promises that reach `year` again. Returns how many cases were looked at."""
    ids = list(_reaching(year).order_by("case_id").values_list("case_id", flat=True).distinct())
    for case_id in ids:
        act(case_id, "recount", by=SYSTEM, now=now, year=year)
    return len(ids)
