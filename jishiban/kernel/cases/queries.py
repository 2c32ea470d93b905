"""Reads that more than one place needs. Each says how many queries it takes, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case as When_
from django.db.models import CharField, Count, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.utils import timezone

from jishiban.kernel.cases import access
from jishiban.kernel.cases.engine import day_after
from jishiban.kernel.cases.models import Case, CaseEvent, Promise, PromiseState
from jishiban.kernel.clock import Colour
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.roster import Roster

# Written as IN, because SQLite seeks an index by `is_paused IN (0)` and only walks it by `NOT is_paused`.
IS_RUNNING, IS_PAUSED = Q(is_paused__in=(False,)), Q(is_paused__in=(True,))
GROUPS = ("overdue", "today", "soon", "later", "paused")
AT_MOST = 999  # a count above this is shown as "999+": counting a million rows helps nobody


def colour_of(now: datetime) -> When_:
    """The light of a case as an SQL expression: one statement gives the lights of any number of cases."""
    return When_(
        When(is_open=False, then=Value("")),
        When(is_paused=True, red_at__gt=now, then=Value(Colour.GREY.value)),
        When(is_paused=True, red_at=None, then=Value(Colour.GREY.value)),
        When(red_at__lte=now, then=Value(Colour.RED.value)),
        When(yellow_at__lte=now, then=Value(Colour.YELLOW.value)),
        default=Value(Colour.GREEN.value),
        output_field=CharField(),
    )


def lights(now: datetime | None = None, rule: Q | None = None) -> dict[str, int]:
    """How many open cases stand in each light: one statement."""
    moment = now or timezone.now()
    open_cases = Case.objects.filter(rule or Q(), is_open=True)
    rows = open_cases.annotate(colour=colour_of(moment)).values("colour").annotate(n=Count("pk")).order_by()
    return {colour.value: 0 for colour in Colour} | {row["colour"]: row["n"] for row in rows}


def lights_by_unit(now: datetime | None = None, rule: Q | None = None) -> dict[int, dict[str, int]]:
    """The same for each unit: one statement."""
    return _lights_by("unit_id", now, rule)


def lights_by_owner(now: datetime | None = None, rule: Q | None = None) -> dict[int, dict[str, int]]:
    """The same for each owner: one statement."""
    return _lights_by("owner_id", now, rule)


def _lights_by(column: str, now: datetime | None, rule: Q | None) -> dict[int, dict[str, int]]:
    moment = now or timezone.now()
    open_cases = Case.objects.filter(rule or Q(), is_open=True)
    rows = (
        open_cases.annotate(colour=colour_of(moment))
        .values(column, "colour")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row[column], {colour.value: 0 for colour in Colour})[row["colour"]] = row["n"]
    return found


def bounds(now: datetime) -> tuple[datetime, datetime]:
    """The ends of “today” and of “within three working days”."""
    today = timezone.localdate(now)
    return day_after(today), day_after(calendars()["statutory"].add_workdays(today, 3))


def group_rule(group: str, now: datetime) -> Q:
    """One group of the inbox as a filter. The five are disjoint and together are all open cases."""
    today, soon = bounds(now)
    running = IS_RUNNING
    return {
        "overdue": running & Q(due_at__lte=now),
        "today": running & Q(due_at__gt=now, due_at__lte=today),
        "soon": running & Q(due_at__gt=today, due_at__lte=soon),
        "later": running & Q(due_at__gt=soon),
        "paused": IS_PAUSED,
    }[group]


def group_of(case: Case | Listed, now: datetime, edges: tuple[datetime, datetime] | None = None) -> str:
    """Which group a case stands in; the same rule as `group_rule`. `edges` are `bounds(now)`, for many cases."""
    today, soon = edges or bounds(now)
    if case.is_paused or case.due_at is None:
        return "paused"
    if case.due_at <= now:
        return "overdue"
    if case.due_at <= today:
        return "today"
    return "soon" if case.due_at <= soon else "later"


class Listed(NamedTuple):
    """What a list shows of a case. Plain rows: fifty of them cost a fifth of fifty cases with their people."""

    pk: int
    number: str
    flow: str
    state: str
    title: str
    is_paused: bool
    due_at: datetime | None
    yellow_at: datetime | None
    red_at: datetime | None
    level: int
    offered_to_id: int | None
    owner_id: int
    unit_id: int
    person_name: str | None
    enterprise_name: str | None


_COLUMNS = (*list(Listed.__annotations__)[:-2], "person__name", "enterprise__name")


def listed(cases: QuerySet[Case]) -> list[Listed]:
    """The cases of a query as rows of a list, in its order: one query."""
    return [Listed(*values) for values in cases.values_list(*_COLUMNS)]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the inbox: the rows, the counts of the five groups, and where the next page starts."""

    rows: list[Listed]
    counts: dict[str, int]
    next_after: str = ""


def inbox(
    actor: Actor, *, scope: str = "mine", group: str = "", unit_id: int | None = None, after: str = "",
    size: int = 50, now: datetime | None = None, today: Roster | None = None,
) -> Page:  # fmt: skip
    """Open cases ordered by what falls due, paused ones last: two queries, whatever the number of rows.

    `scope`: mine (owned or covered), unit (all in reach), offered (waiting for me to take), overseen (gone up to me).
    `after` is the `next_after` of the page before. Pages go by key, so that page 1,000 costs what page 1 does; what
    runs and what is paused never share a later page, because one index range serves one of them.
    """
    moment = now or timezone.now()
    rule = scope_rule(actor, scope, unit_id, today)
    counts = _counts(rule, moment)
    rows = _after(Case.objects.filter(group_rule(group, moment) if group else Q(), is_open=True), after)
    several = _several(actor, scope, unit_id, today)
    rows = rows.filter(rule) if several is None else _first_of_each(rows, *several, size + 1)
    found = listed(rows.order_by(*ORDER)[: size + 1])
    if len(found) > size:
        return Page(found[:size], counts, _key(found[size - 1]))
    running = after.startswith("0") and not group
    return Page(found, counts, PAUSED_FROM_START if running and counts["paused"] else "")


ORDER = ("is_paused", "due_at", "pk")


def _several(
    actor: Actor, scope: str, unit_id: int | None, today: Roster | None
) -> tuple[str, list[int]] | None:
    """The owners or units a scope is made of, where there is more than one."""
    if scope == "mine":
        found = "owner_id", sorted(actor.covers)
    elif scope == "unit" and unit_id is None and not access.sees_everything(actor):
        found = "unit_id", access.units_under(actor.paths(*access.SEEING), today)
    else:
        return None
    return found if len(found[1]) > 1 else None


_ANY = -987_654_321  # stands for a key while the statement is put together; no key is negative


def _first_of_each(rows: QuerySet[Case], column: str, keys: list[int], most: int) -> QuerySet[Case]:
    """The first `most` rows of every key, each from its own range of the index; together they hold the first of all.

    A plain IN over the keys would read and sort everything they have.
    """
    one = rows.filter(**{column: _ANY}).order_by(*ORDER)[:most].values("pk")
    sql, params = one.query.sql_with_params()
    parts = " UNION ALL ".join(f"SELECT * FROM ({sql}) t{n}" for n in range(len(keys)))  # noqa: S608  our own words
    given = [key if value == _ANY else value for key in keys for value in params]
    return Case.objects.filter(pk__in=RawSQL(parts, given))  # noqa: S611  built from one ORM statement


PAUSED_FROM_START = "1~1970-01-01T00:00:00+00:00~0"


def scope_rule(actor: Actor, scope: str, unit_id: int | None = None, today: Roster | None = None) -> Q:
    """Which cases an inbox scope holds for this actor; never more than `access.visible` allows."""
    if scope == "offered":
        return Q(offered_to_id=actor.id)
    if scope == "overseen":
        return Q(overseer_id=actor.id)
    if scope == "mine":
        covers = sorted(actor.covers)
        return Q(owner_id=covers[0]) if len(covers) == 1 else Q(owner_id__in=covers)
    if access.sees_everything(actor):
        return Q() if unit_id is None else Q(unit_id=unit_id)
    reach = access.units_under(actor.paths(*access.SEEING), today)
    if unit_id is None:
        return Q(unit_id__in=reach) if len(reach) != 1 else Q(unit_id=reach[0])
    return Q(unit_id=unit_id) if unit_id in reach else Q(unit_id=unit_id) & access.visible(actor)


def _counts(rule: Q, now: datetime) -> dict[str, int]:
    """The five group counts in one statement, each counted no further than AT_MOST + 1.

    The rule is put into SQL once and the bounds of the groups after it: the same conditions as `group_rule`.
    """
    try:
        base, given = Case.objects.filter(rule, is_open=True).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return dict.fromkeys(GROUPS, 0)
    parts, params = [], []
    for group, (condition, moments) in _group_conditions(now).items():
        limited = f"{base} AND {condition} LIMIT {AT_MOST + 1}"
        parts.append(f"SELECT '{group}' AS g, COUNT(*) AS n FROM ({limited}) t_{group}")  # noqa: S608  our own words
        params += [*given, *map(connection.ops.adapt_datetimefield_value, moments)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return dict(cursor.fetchall())


def _group_conditions(now: datetime) -> dict[str, tuple[str, tuple[datetime, ...]]]:
    """Each group as SQL with its moments; tested to agree with `group_rule`."""
    today, soon = bounds(now)
    quoted = connection.ops.quote_name
    table = quoted(Case._meta.db_table)
    paused, due = f"{table}.{quoted('is_paused')}", f"{table}.{quoted('due_at')}"
    no, yes = ("FALSE", "TRUE") if connection.vendor == "postgresql" else ("0", "1")
    running = f"{paused} = {no}"
    return {
        "overdue": (f"{running} AND {due} <= %s", (now,)),
        "today": (f"{running} AND {due} > %s AND {due} <= %s", (now, today)),
        "soon": (f"{running} AND {due} > %s AND {due} <= %s", (today, soon)),
        "later": (f"{running} AND {due} > %s", (soon,)),
        "paused": (f"{paused} = {yes}", ()),
    }


def _key(row: Listed) -> str:
    due = row.due_at.isoformat() if row.due_at else ""
    return f"{int(row.is_paused)}~{due}~{row.pk}"


def _after(rows: QuerySet[Case], key: str) -> QuerySet[Case]:
    """Rows after a key; a key that is not ours gives the first page.

    The lower bound on `due_at` says nothing new, but it is what the index can start from.
    """
    try:
        paused, due, pk = key.split("~")
        moment, last = datetime.fromisoformat(due), int(pk)
    except ValueError:
        return rows
    if timezone.is_naive(moment) or not (1970 <= moment.year < 9999 and 0 <= last < 2**63):
        return rows
    later = Q(due_at__gte=moment) & (Q(due_at__gt=moment) | Q(pk__gt=last))
    return rows.filter(later, IS_PAUSED if paused == "1" else IS_RUNNING)


def history(case: Case) -> list[CaseEvent]:
    """All events of a case, oldest first: one query."""
    return list(case.events.order_by("seq"))


def overdue_promises(rule: Q | None = None, now: datetime | None = None) -> QuerySet[Promise]:
    """Promises that are past their deadline and still not kept."""
    moment = now or timezone.now()
    return Promise.objects.filter(rule or Q(), state=PromiseState.RUNNING, deadline__lte=moment)


def orphans() -> QuerySet[Case]:
    """Open cases whose stored owner is gone or that nobody would look at again: empty, and tested to be."""
    return Case.objects.filter(is_open=True).filter(Q(owner__is_active=False) | Q(next_check=None))
