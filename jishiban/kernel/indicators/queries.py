"""Every read: figures of a period, and the facts behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from jishiban.kernel.indicators.declare import Indicator, Live, Ratio, indicator
from jishiban.kernel.indicators.models import Fact, Grain, Tally, Watermark
from jishiban.kernel.indicators.rates import rate

COLUMNS = {"day": "period", "month": "period", "unit": "unit_id", "subject": "subject", "channel": "channel"}
Place = tuple[Any, ...]
Span = tuple[Grain, date, date]  # tallies of a grain from the first date up to, not including, the second


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator over a period (统计期, both days included), true at `as_of` (数据截止时间).

    `cells` has one number for each combination of `group_by` that occurs; without grouping, the one under ().
    """

    indicator: Indicator
    start: date
    end: date
    as_of: datetime
    group_by: tuple[str, ...]
    cells: Mapping[Place, float]

    @property
    def value(self) -> float:
        """The whole, over all groups: an int for a count."""
        return sum(self.cells.values())

    def at(self, *place: Any) -> float:
        """The number of one group; 0 where nothing was counted."""
        return self.cells.get(place, 0)

    def __str__(self) -> str:
        return f"{self.value:,.2f}" if self.indicator.measure == "sum" else f"{self.value:,.0f}"


@dataclass(frozen=True, slots=True)
class Share:
    """A ratio over a period: both figures it is made of, and the percentage as people read it."""

    ratio: Ratio
    top: Figure
    bottom: Figure

    def at(self, *place: Any) -> str:
        return rate(self.top.at(*place), self.bottom.at(*place))

    def __str__(self) -> str:
        return rate(self.top.value, self.bottom.value)


@dataclass(frozen=True, slots=True)
class Now:
    """A state of this moment by unit, counted at `as_of`."""

    live: Live
    as_of: datetime
    cells: Mapping[int, int]

    @property
    def value(self) -> int:
        return sum(self.cells.values())

    def __str__(self) -> str:
        return f"{self.value:,}"


def figure(
    wanted: Indicator,
    start: date,
    end: date,
    unit_ids: Collection[int] | None = None,
    group_by: Sequence[str] = (),
    now: datetime | None = None,
) -> Figure:
    """One indicator from `start` through `end`, one SQL statement; see `figures`."""
    return figures([wanted], start, end, unit_ids, group_by, now)[wanted.name]


def figures(
    wanted: Sequence[Indicator],
    start: date,
    end: date,
    unit_ids: Collection[int] | None = None,
    group_by: Sequence[str] = (),
    now: datetime | None = None,
) -> dict[str, Figure]:
    """Several indicators by name: roll-ups plus the facts not folded yet, in one SQL statement.

    One statement sees one state of the database, so a fold in between can neither hide a fact nor count it
    twice. `unit_ids` None means every unit. ValueError for a dimension the indicator was not declared with.
    """
    as_of = now or timezone.now()
    groups = tuple(group_by)
    if not wanted:
        return {}
    cells: dict[str, dict[Place, float]] = {one.name: defaultdict(int) for one in wanted}
    measures = {one.name: one.measure for one in wanted}
    for name, *place, count, total in _statement(wanted, start, end, unit_ids, groups):
        if count:
            where = _place(place, groups)
            cells[name][where] += int(count) if measures[name] == "count" else float(total)
    return {one.name: Figure(one, start, end, as_of, groups, dict(cells[one.name])) for one in wanted}


def share(
    ratio: Ratio,
    start: date,
    end: date,
    unit_ids: Collection[int] | None = None,
    group_by: Sequence[str] = (),
    now: datetime | None = None,
) -> Share:
    """A ratio from `start` through `end`, both its figures read at the same instant."""
    top, bottom = indicator(ratio.top), indicator(ratio.bottom)
    both = figures([top, bottom], start, end, unit_ids, group_by, now)
    return Share(ratio, both[top.name], both[bottom.name])


def standing(live: Live, unit_ids: Collection[int] | None = None, now: datetime | None = None) -> Now:
    """A state of this moment, counted by the room that owns it."""
    return Now(live, now or timezone.now(), dict(live.count(unit_ids)))


def facts_behind(
    wanted: Indicator, start: date, end: date, unit_ids: Collection[int] | None = None
) -> QuerySet[Fact]:
    """The very facts a figure counts, newest first: as many rows as a counting figure says."""
    return _facts(wanted, start, end, unit_ids).order_by("-day", "-id")


def _statement(
    wanted: Sequence[Indicator],
    start: date,
    end: date,
    unit_ids: Collection[int] | None,
    groups: tuple[str, ...],
) -> QuerySet[Any, tuple[Any, ...]]:
    parts: list[QuerySet[Any, tuple[Any, ...]]] = []
    for one in wanted:
        _check(one, unit_ids, groups)
        folded = _folded(one, _spans(start, end, by_day="day" in groups), unit_ids)
        parts += [_summed(rows, one, groups, Sum("n"), Sum("total")) for rows in folded]
        rest = _rest(one, _facts(one, start, end, unit_ids).annotate(period=F("day")))
        parts += [_summed(rows, one, groups, Count("pk"), Sum("value")) for rows in rest]
    return parts[0].union(*parts[1:], all=True)


def _check(one: Indicator, unit_ids: Collection[int] | None, groups: tuple[str, ...]) -> None:
    asked = {*groups, *(() if unit_ids is None else ("unit",))}
    if strange := sorted(asked - set(one.dimensions)):
        raise ValueError(f"indicator {one.name} has no dimension {', '.join(strange)}")


def _summed(
    rows: QuerySet[Any], one: Indicator, groups: tuple[str, ...], count: Any, total: Any
) -> QuerySet[Any, tuple[Any, ...]]:
    columns = [COLUMNS[group] for group in _distinct(groups)]
    grouped: QuerySet[Any, Any] = rows.order_by().annotate(figure=Value(one.name)).values("figure", *columns)
    summed: QuerySet[Any, Any] = grouped.annotate(count=count, amount=total)
    return summed.values_list("figure", *columns, "count", "amount")


def _distinct(groups: tuple[str, ...]) -> tuple[str, ...]:
    """Day and month are read from one column."""
    return tuple(group for group in groups if not (group == "month" and "day" in groups))


def _place(read: Sequence[Any], groups: tuple[str, ...]) -> Place:
    """The group a row belongs to, in the order asked for; a month is its first day."""
    values = dict(zip(_distinct(groups), read, strict=True))
    if "month" in groups:
        values["month"] = values["day" if "day" in groups else "month"].replace(day=1)
    return tuple(values[group] for group in groups)


def _facts(wanted: Indicator, start: date, end: date, unit_ids: Collection[int] | None) -> QuerySet[Fact]:
    """The filter of a declaration in SQL; `Indicator.admits` says the same in Python."""
    asked = Q(kind__in=wanted.kinds, day__gte=start, day__lte=end)
    if unit_ids is not None:
        asked &= Q(unit_id__in=unit_ids)
    if wanted.channels:
        asked &= Q(channel__in=wanted.channels)
    for name, values in wanted.where:
        asked &= Q(**{f"dims__{name}__in": values})
    return Fact.objects.filter(asked)


def _rest(one: Indicator, facts: QuerySet[Any]) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """What the roll-up has not seen: facts not numbered yet, and numbered ones above its watermark.

    The second part asks first, once for the statement, whether the roll-up lags at all. Only one that was
    declared over an old stock does, and then the database looks through the facts.
    """
    reached = Coalesce(Subquery(Watermark.objects.filter(name=one.key).values("position")), 0)
    lags = Watermark.objects.filter(name=Watermark.NUMBERED, position__gt=reached)
    return facts.filter(seq=None), facts.filter(Exists(lags), seq__gt=reached)


def _folded(one: Indicator, spans: Sequence[Span], unit_ids: Collection[int] | None) -> list[QuerySet[Tally]]:
    """The tallies of each span, apart, because each then is one walk along the index."""
    units = Q() if unit_ids is None else Q(unit_id__in=unit_ids)
    return [
        Tally.objects.filter(units, indicator=one.key, grain=grain, period__gte=first, period__lt=after)
        for grain, first, after in spans
    ]


def _spans(start: date, end: date, *, by_day: bool) -> list[Span]:
    """Which tallies make up a period: whole months from the month grain, the days at its ends from the day grain."""
    after_end = end + timedelta(days=1)
    first = start if start.day == 1 else _next_month(start)
    last = after_end.replace(day=1)
    if by_day or first >= last:
        return [(Grain.DAY, start, after_end)]
    spans = [(Grain.DAY, start, first), (Grain.MONTH, first, last), (Grain.DAY, last, after_end)]
    return [span for span in spans if span[1] < span[2]]


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
