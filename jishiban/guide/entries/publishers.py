"""What a published revision does: entries written by hand, and lines of the place's lexicon."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.guide.entries.facts import entries_updated
from jishiban.guide.entries.library_row import locked_library, move, next_version
from jishiban.guide.entries.models import Entry, Kind, Line, Origin
from jishiban.guide.entries.revisions import publishers
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.errors import StepRefused
from jishiban.kernel.directory.actor import Actor

Row = dict[str, Any]
NEW = "new:"  # until its number is known
COPIED = ("question", "answer", "similar", "source", "aspect")
WRITTEN = (
    *COPIED, "matter", "guide", "unit", "valid_from", "valid_to", "in_use", "checked_on", "changed_at", "moved",
)  # fmt: skip


def publish_entry(payload: Row, by: Actor, now: datetime) -> None:
    """Write one entry."""
    publish_entries({"rows": [payload]}, by, now)


def publish_entries(payload: Row, _by: Actor, now: datetime) -> None:
    """Write a batch of entries, new ones and others, in a number of statements that does not grow with them.

    Raises StepRefused when an entry is gone or is none of those written by hand.
    """
    rows: list[Row] = payload["rows"]
    known = Entry.objects.in_bulk([row["entry"] for row in rows if row["entry"]])
    matters = Matter.objects.select_related("current").defer("current__body")
    of_rows = matters.in_bulk([row["matter"] for row in rows if row["matter"]])
    library = locked_library()
    version = next_version(library)
    entries = [_written(row, known, of_rows.get(row["matter"] or 0), now) for row in rows]
    for entry in entries:
        entry.moved = version
    _save(entries)
    move(library, version)
    entries_updated([entry for entry in entries if entry.in_use], now)


def _written(row: Row, known: dict[int, Entry], matter: Matter | None, now: datetime) -> Entry:
    if row["entry"] and (row["entry"] not in known or known[row["entry"]].origin != Origin.HAND):
        raise StepRefused(_("“%(title)s”不是人工编写的条目，不能这样改。") % {"title": row["question"]})
    if row["matter"] and matter is None:
        raise StepRefused(_("“%(title)s”说的事项已经不在了。") % {"title": row["question"]})
    entry = known.get(row["entry"] or 0) or Entry(origin=Origin.HAND, key=f"{NEW}{secrets.token_hex(8)}")
    for name in COPIED:
        setattr(entry, name, row[name])
    entry.matter, entry.guide = matter, matter.current if matter else None
    entry.unit_id = row["unit"]
    entry.valid_from, entry.valid_to = _day(row["valid_from"]), _day(row["valid_to"])
    entry.in_use = row["in_use"]
    entry.checked_on, entry.changed_at = timezone.localdate(now), now
    return entry


def _save(entries: Sequence[Entry]) -> None:
    """A new entry gets its key from its number, so that nobody has to think of one."""
    fresh = [entry for entry in entries if entry.key.startswith(NEW)]
    old = [entry for entry in entries if not entry.key.startswith(NEW)]
    Entry.objects.bulk_create(fresh)
    for entry in fresh:
        entry.key = f"h{entry.pk}"
    Entry.objects.bulk_update(fresh, ["key"], batch_size=200)
    Entry.objects.bulk_update(old, WRITTEN, batch_size=50)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def publish_line(payload: Row, _by: Actor, _now: datetime) -> None:
    """Write one line of the place's lexicon, in use or not."""
    library = locked_library()
    version = next_version(library)
    written = {name: payload[name] for name in ("said", "official", "owner", "test", "in_use")}
    if payload["line"]:
        Line.objects.filter(pk=payload["line"]).update(**written, moved=version)
    else:
        Line.objects.update_or_create(said=payload["said"], defaults=written | {"moved": version})
    move(library, version, lexicon=True)


def register() -> None:
    """Make them known; other rooms add theirs in the wiring."""
    publishers.update({Kind.ENTRY: publish_entry, Kind.ENTRIES: publish_entries, Kind.LINE: publish_line})
