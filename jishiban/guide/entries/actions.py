"""Every write to entries and aliases. What is written by hand goes through three reviews first (revisions.py).

Compiled entries follow their guides: `recompile` makes the stored ones equal to what the guides say, inside the
transaction that changed the guides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from jishiban.guide.entries.aspects import Office
from jishiban.guide.entries.compile import Compiled, compile_guide
from jishiban.guide.entries.facts import entries_updated
from jishiban.guide.entries.library_row import locked_library, move, next_version, settings_row
from jishiban.guide.entries.models import Entry, Item, Library, Origin
from jishiban.hall.matters.models import Matter

AT_ONCE: Final = 200  # matters whose entries are held in memory together
ROWS: Final = 2_000
SAID: Final = ("aspect", "variant", "question", "answer", "similar", "source", "field", "unit_id")
WRITTEN: Final = (
    "origin", "matter", "guide", "aspect", "variant", "question", "answer", "similar", "source", "field", "unit",
    "checked_on", "changed_at", "in_use", "moved",
)  # fmt: skip


@dataclass(slots=True)
class Difference:
    """What the guides of some matters say and the library does not, or the other way round."""

    changed: list[Entry] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)  # entries to withdraw
    items: list[Item] = field(default_factory=list)  # matters called otherwise than before
    left: set[int] = field(default_factory=set)  # matters out of the hall that are still called something
    cites: dict[int, Matter] = field(default_factory=dict)  # matters with entries that cite an older version
    matters: set[int] = field(default_factory=set)  # all that differ in any of these ways

    def __bool__(self) -> bool:
        return bool(self.matters)

    @property
    def shows(self) -> bool:
        """Whether an index has to learn of it: another version under the same words is none of its business."""
        return bool(self.changed or self.gone or self.items or self.left)


def recompile(matter_ids: Iterable[int], now: datetime) -> int:
    """Make the entries of these matters what their guides say; returns how many were written or withdrawn.

    Inside the caller's transaction, after its ledger records. The number of statements does not grow with the
    matters, but for the rows of large inserts. Nothing is written, and the library not moved, where all is so
    already.
    """
    row = locked_library()
    version, count, shows = next_version(row), 0, False
    for ids in _chunks(sorted(set(matter_ids)), AT_ONCE):
        found = difference(ids)
        _write(found, version, now)
        shows = shows or found.shows
        count += len(found.changed) + len(found.gone)
    if shows:
        move(row, version)
    return count


def difference(ids: Sequence[int]) -> Difference:
    """Compare guides and library, without writing: three queries."""
    matters = Matter.objects.filter(pk__in=ids).select_related("current", "unit")
    stored = _stored(ids)
    called = {item.pk: item for item in Item.objects.filter(pk__in=ids)}
    found = Difference()
    for matter in matters:
        _compare(found, matter, stored.pop(matter.pk, {}), called.get(matter.pk))
    return found


Kept = dict[str, dict[str, Any]]


def _stored(ids: Sequence[int]) -> dict[int, Kept]:
    """The compiled entries of the matters, also the withdrawn: matter → key → columns."""
    kept: dict[int, Kept] = {}
    rows = Entry.objects.filter(matter__in=ids, origin=Origin.COMPILED).order_by()
    for one in rows.values("pk", "key", "matter_id", "guide_id", "in_use", *SAID):
        kept.setdefault(one["matter_id"], {})[one["key"]] = one
    return kept


def _compare(found: Difference, matter: Matter, kept: Kept, item: Item | None) -> None:
    compiled = compiled_of(matter)
    changed: list[Entry] = []
    for one in compiled:
        before, fresh = kept.pop(key_of(matter, one), None), _entry(matter, one)
        if before is None or not before["in_use"] or any(before[c] != getattr(fresh, c) for c in SAID):
            changed.append(fresh)
        elif before["guide_id"] != matter.current_id:
            found.cites[matter.pk] = matter
    gone = [row["pk"] for row in kept.values() if row["in_use"]]
    found.changed += changed
    found.gone += gone
    renamed = _compare_names(found, matter, item, called=bool(compiled))
    if changed or gone or renamed or matter.pk in found.cites:
        found.matters.add(matter.pk)


def _compare_names(found: Difference, matter: Matter, item: Item | None, *, called: bool) -> bool:
    """Whether the matter is called otherwise than the library has it."""
    if not called:
        found.left |= {matter.pk} if item else set()
        return item is not None
    if item is not None and (item.name, item.aliases) == (matter.name, _aliases(matter)):
        return False
    found.items.append(Item(matter_id=matter.pk, name=matter.name, aliases=_aliases(matter)))
    return True


def compiled_of(matter: Matter) -> list[Compiled]:
    """What a matter's guide says now; nothing for one that people cannot ask for."""
    if not matter.in_hall or matter.current is None:
        return []
    unit = matter.unit
    office = Office(unit.name, unit.phone, unit.address) if unit else None
    return compile_guide(matter.name, matter.current.body, office)


def key_of(matter: Matter, one: Compiled) -> str:
    """The entry's key in the library: "m12:材料"."""
    return f"m{matter.pk}:{one.key}"


def _aliases(matter: Matter) -> list[str]:
    return list(matter.current.body.get("aliases") or ()) if matter.current else []


def _checked_on(matter: Matter) -> date:
    """The day its guide was published: somebody read it then."""
    assert matter.current is not None
    return timezone.localdate(matter.current.published_at)


def _entry(matter: Matter, one: Compiled) -> Entry:
    return Entry(
        key=key_of(matter, one), origin=Origin.COMPILED, matter_id=matter.pk, guide_id=matter.current_id,
        aspect=one.aspect, variant=one.variant, question=one.question, answer=one.answer, similar=list(one.similar),
        source=one.source, field=one.field, unit_id=matter.unit_id, checked_on=_checked_on(matter), in_use=True,
    )  # fmt: skip


def _write(found: Difference, version: int, now: datetime) -> None:
    for entry in found.changed:
        entry.moved, entry.changed_at = version, now
    Entry.objects.bulk_create(
        found.changed, batch_size=ROWS, update_conflicts=True, unique_fields=["key"], update_fields=WRITTEN
    )
    for some in _chunks(found.gone, 500):
        Entry.objects.filter(pk__in=some).update(in_use=False, moved=version, changed_at=now)
    _cite(found)
    _call(found, version)
    if found.changed:
        entries_updated(found.changed, now)


def _cite(found: Difference) -> None:
    """Entries whose words stayed cite the version in force: one statement for each day of publication."""
    by_day: dict[date, list[int]] = {}
    for matter in found.cites.values():
        by_day.setdefault(_checked_on(matter), []).append(matter.pk)
    current = Subquery(Matter.objects.filter(pk=OuterRef("matter_id")).values("current_id")[:1])
    for day, ids in by_day.items():
        rows = Entry.objects.filter(matter__in=ids, origin=Origin.COMPILED, in_use=True)
        rows.update(guide_id=current, checked_on=day)


def _call(found: Difference, version: int) -> None:
    """Matters that go by other names: all their entries are found by those from now on."""
    if found.items:
        Item.objects.bulk_create(
            found.items, batch_size=ROWS, update_conflicts=True, unique_fields=["matter"],
            update_fields=["name", "aliases"],
        )  # fmt: skip
        moved = Entry.objects.filter(matter__in=[item.pk for item in found.items], in_use=True)
        moved.update(moved=version)
    if found.left:
        Item.objects.filter(pk__in=found.left).delete()
        Entry.objects.filter(matter__in=found.left, origin=Origin.HAND, in_use=True).update(moved=version)


# -- by itself -------------------------------------------------------------------------------------


def keep_library(now: datetime) -> int:
    """Put right what no event told: a unit's new telephone, a restored table, entries that begin or end today.

    Compares without a lock and writes only where something differs; returns how many entries were. Runs by itself.
    """
    ids = sorted(Matter.objects.order_by().values_list("pk", flat=True))
    count = 0
    for some in _chunks(ids, AT_ONCE):
        if found := difference(some):
            with transaction.atomic():
                count += recompile(found.matters, now)
    return count + turn_the_day(timezone.localdate(now))


@transaction.atomic
def turn_the_day(today: date) -> int:
    """Entries that begin today, or ended yesterday, come to the notice of every index; returns how many."""
    known = settings_row().day
    if known is not None and known >= today:
        return 0
    row = locked_library()
    since = row.day or today - timedelta(days=1)
    begin = Q(valid_from__gt=since, valid_from__lte=today)
    ended = Q(valid_to__gte=since, valid_to__lt=today)
    version = next_version(row)
    count = Entry.objects.filter(begin | ended, in_use=True).update(moved=version)
    if count:
        move(row, version)
    Library.objects.filter(pk=Library.ROW).update(day=today)
    return count


def _chunks(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
