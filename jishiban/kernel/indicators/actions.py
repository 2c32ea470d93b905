"""Every write: facts as they happen, and folding them into roll-ups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jishiban.kernel.indicators.declare import Indicator, indicators
from jishiban.kernel.indicators.models import Fact, Grain, Tally, Watermark

Cell = tuple[str, str, date, int, str, str]  # the columns of the unique constraint of Tally, in order
ROWS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact to be counted. `at` is aware; `dims` is small and holds no personal data."""

    kind: str
    at: datetime
    unit_id: int
    case_id: int | None = None
    case_number: str = ""
    subject: str = ""
    channel: str = ""
    value: float = 1
    dims: Mapping[str, Any] = field(default_factory=dict)


def emit(rows: Sequence[FactRow]) -> None:
    """Append facts with one INSERT inside the caller's transaction.

    Raises TransactionManagementError outside one: a fact must stand and fall with what it counts.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "emit() belongs inside the transaction of what it counts"
        )
    Fact.objects.bulk_create(fact_of(row) for row in rows)


def fact_of(row: FactRow) -> Fact:
    """The unsaved fact of a row, with its local day and hour."""
    local = row.at.astimezone(timezone.get_default_timezone())
    return Fact(
        kind=row.kind,
        at=row.at,
        day=local.date(),
        weekday=local.weekday(),
        hour=local.hour,
        unit_id=row.unit_id,
        case_id=row.case_id,
        case_number=row.case_number,
        subject=row.subject,
        channel=row.channel,
        value=row.value,
        dims=dict(row.dims),
    )


def fold(limit: int = 20_000) -> int:
    """Take up to `limit` facts into every roll-up that has not seen them; returns how many, 0 when none is left.

    The cost is by the facts taken, not by those already folded. Two workers may call it at once: the second
    waits for the watermarks and finds only what came after. A roll-up declared later starts from the first fact.
    """
    wanted = {one.key: one for one in indicators()}
    if not _anything_to_do(wanted):
        return 0
    with transaction.atomic():
        marks = _locked_marks(wanted)
        head = _number(marks.pop(Watermark.NUMBERED), limit)
        return max((_advance(*group, head, limit) for group in _abreast(wanted, marks)), default=0)


def refold(indicator: Indicator) -> None:
    """Throw a roll-up away, so that `fold` makes it anew from its facts. Figures stay the same all the while."""
    with transaction.atomic():
        _locked_marks({indicator.key: indicator})
        Tally.objects.filter(indicator=indicator.key).delete()
        Watermark.objects.filter(name=indicator.key).update(position=0)


def _anything_to_do(wanted: Mapping[str, Indicator]) -> bool:
    """Asked before locking, so that an idle job never takes SQLite's one write lock."""
    marks = dict(Watermark.objects.values_list("name", "position"))
    head = marks.get(Watermark.NUMBERED, 0)
    return any(marks.get(key, 0) < head for key in wanted) or Fact.objects.filter(seq=None).exists()


def _locked_marks(wanted: Iterable[str]) -> dict[str, int]:
    """Positions of the named roll-ups and of the numbering, their rows locked; the numbering always first."""
    names = [Watermark.NUMBERED, *wanted]
    known = set(Watermark.objects.filter(name__in=names).values_list("name", flat=True))
    if missing := sorted(set(names) - known):
        Watermark.objects.bulk_create([Watermark(name=name) for name in missing], ignore_conflicts=True)
    Watermark.objects.select_for_update().get(name=Watermark.NUMBERED)
    locked = Watermark.objects.select_for_update().filter(name__in=names).order_by("name")
    return dict(locked.values_list("name", "position"))


def _number(head: int, limit: int) -> int:
    """Number the facts that became visible since; returns the last number given so far."""
    table = connection.ops.quote_name(Fact._meta.db_table)  # documented by Django
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET seq = %s + fresh.place FROM ("  # noqa: S608  # only our own table's name
            f"SELECT id, row_number() OVER (ORDER BY id) AS place FROM {table} WHERE seq IS NULL ORDER BY id LIMIT %s"
            f") AS fresh WHERE {table}.id = fresh.id",
            [head, limit],
        )
        given = int(cursor.rowcount)
    if given:
        Watermark.objects.filter(name=Watermark.NUMBERED).update(position=head + given)
    return head + given


def _abreast(
    wanted: Mapping[str, Indicator], marks: Mapping[str, int]
) -> Iterable[tuple[list[Indicator], int]]:
    """Roll-ups that have come equally far, so that they read their facts together."""
    groups: dict[int, list[Indicator]] = defaultdict(list)
    for key, one in wanted.items():
        groups[marks[key]].append(one)
    return [(group, position) for position, group in groups.items()]


def _advance(group: Sequence[Indicator], position: int, head: int, limit: int) -> int:
    """Fold the next facts above `position` into a group of roll-ups; returns how many facts that were."""
    reached = min(position + limit, head)
    if reached == position:
        return 0
    _add(_cells(group, position, reached))
    Watermark.objects.filter(name__in=[one.key for one in group]).update(position=reached)
    return reached - position


def _cells(group: Sequence[Indicator], above: int, upto: int) -> dict[Cell, list[float]]:
    """What the facts numbered above `above` up to `upto` add to each cell: [how many, their sum]."""
    by_kind: dict[str, list[tuple[Indicator, str]]] = defaultdict(list)
    for one in group:
        for kind in one.kinds:
            by_kind[kind].append((one, one.key))
    cells: dict[Cell, list[float]] = defaultdict(lambda: [0, 0.0])
    # No filter by kind: it would lure the database to the index by kind, and through all old facts.
    facts = Fact.objects.filter(seq__gt=above, seq__lte=upto).order_by("seq")
    columns = ("kind", "day", "unit_id", "subject", "channel", "value", "dims")
    for kind, day, unit_id, subject, channel, value, dims in facts.values_list(*columns).iterator():
        for one, key in by_kind.get(kind, ()):
            if one.admits(channel, dims):
                place = _place(one, unit_id, subject, channel)
                for grain, period in ((Grain.DAY, day), (Grain.MONTH, day.replace(day=1))):
                    cell = cells[key, grain.value, period, *place]
                    cell[0] += 1
                    cell[1] += value
    return cells


def _place(one: Indicator, unit_id: int, subject: str, channel: str) -> tuple[int, str, str]:
    kept = one.dimensions
    return (
        unit_id if "unit" in kept else 0,
        subject if "subject" in kept else "",
        channel if "channel" in kept else "",
    )


def _add(cells: Mapping[Cell, list[float]]) -> None:
    """Add to the stored cells, in one order everywhere. The ORM's upsert can set a column but not add to it."""
    rows: list[tuple[Any, ...]] = [
        (*cell[:2], cell[2].isoformat(), *cell[3:], *added) for cell, added in sorted(cells.items())
    ]
    table = connection.ops.quote_name(Tally._meta.db_table)  # documented by Django
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            part = rows[start : start + ROWS_AT_ONCE]
            places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s)"] * len(part))
            cursor.execute(
                f"INSERT INTO {table} (indicator, grain, period, unit_id, subject, channel, n, total) "  # noqa: S608
                f"VALUES {places} ON CONFLICT (indicator, grain, period, unit_id, subject, channel) "
                f"DO UPDATE SET n = {table}.n + excluded.n, total = {table}.total + excluded.total",
                [value for row in part for value in row],
            )
