"""Reads of the library; each says how many queries it takes.

An index keeps itself fresh with three of them: `library_version` before a question, `rows_changed_since` when it has
moved, `place_lines` when `lexicon_version` has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from jishiban.guide.entries.models import Alias, AliasState, Aspect, Entry, Item, Library, Line, Origin

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Indexed:
    """An entry as an index takes it in, or lets it go when `in_use` is false: then only `key` counts.

    `main` is true for the ten aspects of a matter as a whole; its other entries are about a variant or a part.
    `moved` is the library's number at its last change.
    """

    key: str
    in_use: bool
    moved: int
    question: str = ""
    answer: str = ""
    similar: tuple[str, ...] = ()
    aspect: str = ""
    variant: str = ""
    matter_id: int | None = None
    item: str = ""
    aliases: tuple[str, ...] = ()
    main: bool = False

    @property
    def group(self) -> str:
        """What the entries of a matter share; empty for one that stands alone."""
        return f"m{self.matter_id}" if self.matter_id else ""


# -- for an index ----------------------------------------------------------------------------------


def library_version() -> int:
    """The number every change of entries, aliases and lexicon lines moves: one query of one row."""
    return Library.objects.filter(pk=Library.ROW).values_list("version", flat=True).first() or 0


def lexicon_version() -> int:
    """The library's number when a line of the place's lexicon last changed: one query of one row."""
    return Library.objects.filter(pk=Library.ROW).values_list("lexicon", flat=True).first() or 0


def rows_changed_since(version: int, today: date | None = None) -> Iterator[Indexed]:
    """Every entry that changed after the library had this number, also those withdrawn; 0 gives the whole library.

    Three queries, however many rows; read in chunks. Ask for `library_version` first: what comes in between is then
    seen again, never lost.
    """
    names = _Names.load(version)
    day = today or timezone.localdate()
    rows = Entry.objects.filter(moved__gt=version)
    if version == 0:
        rows = rows.filter(in_use=True)
    columns = (
        "key", "in_use", "moved", "question", "answer", "similar", "aspect", "variant", "matter_id", "pk",
        "origin", "valid_from", "valid_to",
    )  # fmt: skip
    for row in rows.order_by("pk").values(*columns).iterator(CHUNK):
        yield _indexed(row, names, day)


def _indexed(row: dict[str, Any], names: _Names, day: date) -> Indexed:
    if not row["in_use"] or not _is_valid(row["valid_from"], row["valid_to"], day):
        return Indexed(row["key"], False, row["moved"])
    item, aliases = names.of_matter.get(row["matter_id"], ("", ()))
    if row["matter_id"] and not item:  # the matter is out of the hall, and with it what was written about it
        return Indexed(row["key"], False, row["moved"])
    compiled = row["origin"] == Origin.COMPILED
    return Indexed(
        row["key"], True, row["moved"], row["question"], row["answer"],
        (*row["similar"], *names.of_entry.get(row["pk"], ())), row["aspect"], row["variant"], row["matter_id"], item,
        aliases, compiled and row["key"] == f"m{row['matter_id']}:{row['aspect']}",
    )  # fmt: skip


def _is_valid(begins: date | None, ends: date | None, day: date) -> bool:
    return (begins is None or begins <= day) and (ends is None or day <= ends)


@dataclass(frozen=True, slots=True)
class _Names:
    """What matters and entries are called: official name and aliases of each matter, aliases of each entry."""

    of_matter: dict[int, tuple[str, tuple[str, ...]]]
    of_entry: dict[int, list[str]]

    @classmethod
    def load(cls, version: int) -> _Names:
        """Two queries: of the whole library, or of what a change since `version` touches."""
        moved = Entry.objects.filter(moved__gt=version).order_by().values("matter")
        items, aliases = Item.objects.all(), Alias.objects.filter(state=AliasState.CONFIRMED)
        if version:
            items = items.filter(pk__in=moved)
            aliases = aliases.filter(Q(matter__in=moved) | Q(entry__moved__gt=version))
        said: dict[int, list[str]] = {}
        of_entry: dict[int, list[str]] = {}
        for text, matter, entry in aliases.order_by("pk").values_list("text", "matter_id", "entry_id"):
            (said if matter else of_entry).setdefault(matter or entry or 0, []).append(text)
        of_matter = {
            item.pk: (item.name, tuple(dict.fromkeys([*item.aliases, *said.get(item.pk, ())])))
            for item in items
        }
        return cls(of_matter, of_entry)


def served(day: date | None = None) -> QuerySet[Entry]:
    """The entries people may be answered with on a day."""
    on = day or timezone.localdate()
    begun = Q(valid_from=None) | Q(valid_from__lte=on)
    not_over = Q(valid_to=None) | Q(valid_to__gte=on)
    in_hall = Q(matter=None) | Q(matter__item__isnull=False)
    return Entry.objects.filter(begun, not_over, in_hall, in_use=True)


def entries_by_key(keys: Iterable[str]) -> dict[str, Entry]:
    """The entries of these keys that may be shown today, with matter, guide version and unit: one query.

    A withdrawn one is missing: what an index found a moment ago is not shown when it is gone.
    """
    rows = served().filter(key__in=list(keys)).select_related("matter", "guide", "unit").defer("guide__body")
    return {entry.key: entry for entry in rows}


def place_lines() -> list[Line]:
    """The lexicon lines of this place that are in use: one query."""
    return list(Line.objects.filter(in_use=True))


# -- for the desk ----------------------------------------------------------------------------------


# Written beside a guide that has had a newer version since: somebody has to read it again.
STALE = Q(in_use=True, guide__isnull=False) & ~Q(guide_id=F("matter__current_id"))


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list of entries is narrowed to; an empty value narrows nothing."""

    q: str = ""
    matter: int | None = None
    aspect: str = ""
    origin: str = ""
    show: str = ""  # stale, out

    def rule(self) -> Q:
        rule = Q(in_use=self.show != "out")
        for word in self.q.split():
            rule &= Q(question__icontains=word) | Q(answer__icontains=word) | Q(key=word)
        if self.matter:
            rule &= Q(matter_id=self.matter)
        if self.aspect in Aspect.values:
            rule &= Q(aspect=self.aspect)
        if self.origin in Origin.values:
            rule &= Q(origin=self.origin)
        return rule & (STALE if self.show == "stale" else Q())


def listed(narrowed: Filter) -> QuerySet[Entry]:
    """The entries of a filter with what a list shows: one query a page, one to count."""
    rows = Entry.objects.filter(narrowed.rule()).select_related("matter", "guide", "matter__current")
    return rows.defer("guide__body", "matter__current__body").order_by("matter_id", "pk")


def is_stale(entry: Entry) -> bool:
    """Whether the guide it was checked against has had a newer version since."""
    return bool(
        entry.in_use and entry.matter and entry.guide_id and entry.guide_id != entry.matter.current_id
    )


def aliases(state: str) -> QuerySet[Alias]:
    """The aliases in a state, those most people said first: one query a page."""
    rows = Alias.objects.filter(state=state).select_related("matter", "entry", "decided_by")
    return rows.order_by("-askers", "pk")


def waiting_aliases() -> int:
    """How many aliases wait for somebody's key: one query."""
    return Alias.objects.filter(state=AliasState.WAITING).count()
