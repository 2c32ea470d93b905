"""What the page of promises shows: figures by unit, and the masked records behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiban.kernel.cases.models import Case, Promise, PromiseState
from jishiban.kernel.cases.queries import overdue_promises
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.indicators.declare import Live, indicator, named
from jishiban.kernel.indicators.models import Fact
from jishiban.kernel.indicators.queries import facts_behind, figures, standing
from jishiban.kernel.indicators.rates import rate
from jishiban.web.formats import quantity

COUNTED = ("promises_made", "promises_kept", "promises_broken")
PAGE = 50
OUTCOMES = {
    "promise.made": gettext_lazy("作出"),
    "promise.kept": gettext_lazy("按时"),
    "promise.broken": gettext_lazy("超期"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """统计期, both days included."""

    name: str
    label: str
    start: date
    end: date


def periods(today: date) -> list[Period]:
    """The periods the page offers: today, this month, the last ninety days, this year."""
    return [
        Period("today", _("今日"), today, today),
        Period("month", _("本月"), today.replace(day=1), today),
        Period("quarter", _("近 90 天"), today - timedelta(days=89), today),
        Period("year", _("今年"), today.replace(month=1, day=1), today),
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a unit, or the whole hall (`unit_id` None)."""

    unit_id: int | None
    unit: str
    made: int
    kept: int
    broken: int
    overdue: int

    @property
    def kept_rate(self) -> str:
        return rate(self.kept, self.kept + self.broken)


@dataclass(frozen=True, slots=True)
class Table:
    period: Period
    whole: Row
    rows: list[Row]
    as_of: datetime


def table(period: Period, now: datetime | None = None) -> Table:
    """Promises of a period by unit: three SQL statements at most, whatever the number of cases."""
    moment = now or timezone.now()
    found = figures(
        [indicator(name) for name in COUNTED], period.start, period.end, group_by=("unit",), now=moment
    )
    live = named("promises_overdue_now")
    overdue = standing(live, now=moment).cells if isinstance(live, Live) else {}
    names = roster().units
    ids = {place[0] for one in found.values() for place in one.cells} | set(overdue)
    made, kept, broken = (found[name] for name in COUNTED)
    rows = [
        Row(
            unit_id=pk,
            unit=names.get(pk, ("", ""))[0],
            made=int(made.at(pk)),
            kept=int(kept.at(pk)),
            broken=int(broken.at(pk)),
            overdue=overdue.get(pk, 0),
        )
        for pk in ids
    ]
    rows.sort(key=lambda row: (-row.made, row.unit))
    whole = Row(
        None, _("全部"), int(made.value), int(kept.value), int(broken.value), overdue=sum(overdue.values())
    )
    return Table(period, whole, rows, moment)


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a figure, as anybody may see it: no name, no address, no contact."""

    number: str
    title: str
    unit: str
    promise: str
    term: str
    at: datetime
    outcome: str
    deadline: datetime | None


def records(figure: str, period: Period, unit_id: int | None, page: int) -> tuple[list[Record], bool]:
    """A page of the records behind a counted figure, newest first, and whether there are more: three queries."""
    units = None if unit_id is None else [unit_id]
    rows = facts_behind(indicator(figure), period.start, period.end, units)
    found = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    return _described(found[:PAGE]), len(found) > PAGE


def _described(facts: Sequence[Fact]) -> list[Record]:
    titles = dict(Case.objects.filter(pk__in=[f.case_id for f in facts]).values_list("pk", "title"))
    promises = {(p.case_id, p.kind): p for p in Promise.objects.filter(case_id__in=list(titles))}
    names = roster().units
    return [
        _record(fact, titles, promises.get((fact.case_id or 0, fact.dims.get("promise", ""))), names)
        for fact in facts
    ]


def _record(
    fact: Fact, titles: dict[int, str], promise: Promise | None, names: dict[int, tuple[str, str]]
) -> Record:
    return Record(
        number=fact.case_number, title=titles.get(fact.case_id or 0, ""), unit=names.get(fact.unit_id, ("", ""))[0],
        promise=_(promise.label) if promise else "", term=_term(promise), at=fact.at,
        outcome=str(OUTCOMES.get(fact.kind, "")), deadline=promise.deadline if promise else None,
    )  # fmt: skip


def _term(promise: Promise | None) -> str:
    if promise is None:
        return ""
    return quantity(promise.amount, promise.unit) if promise.amount else _("当场")


def overdue(unit_id: int | None, page: int) -> tuple[list[Record], bool]:
    """The promises that are overdue now, the oldest first: two queries."""
    rows = overdue_promises().filter(of_party=False).select_related("case").order_by("deadline", "pk")
    if unit_id is not None:
        rows = rows.filter(case__unit_id=unit_id)
    found = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    names = roster().units
    shown = [
        Record(p.case.number, p.case.title, names.get(p.case.unit_id, ("", ""))[0], _(p.label), _term(p), p.started_at,
               _("正在超期") if p.state == PromiseState.RUNNING else "", p.deadline)
        for p in found[:PAGE]
    ]  # fmt: skip
    return shown, len(found) > PAGE


@dataclass(frozen=True, slots=True)
class Quiet:
    """One figure in the line of the home page."""

    label: str
    value: str
    url: str


def promise_line() -> dict[str, Any]:
    """The quiet line of the home page; counted at most once a minute."""
    known = cache.get("promise-line")
    if known is None:
        known = _promise_line()
        cache.set("promise-line", known, 60)
    return dict(known)


def _promise_line() -> dict[str, Any]:
    today = timezone.localdate()
    found = table(periods(today)[0])
    whole = found.whole
    line = [
        Quiet(_("今日作出"), f"{whole.made:,}", _records_url("promises_made", "today")),
        Quiet(_("今日按时兑现"), f"{whole.kept:,}", _records_url("promises_kept", "today")),
        Quiet(_("正在超期"), f"{whole.overdue:,}", _records_url("promises_overdue_now", "month")),
    ]
    return {"figures": line, "as_of": found.as_of}


def _records_url(figure: str, period: str) -> str:
    return f"/promises/records/?{urlencode({'figure': figure, 'period': period})}"
