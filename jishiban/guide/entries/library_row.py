"""The one row every change of the library moves: locked first, so that changes stand one behind the other."""

from __future__ import annotations

from django.utils import timezone

from jishiban.guide.entries.models import Library


def locked_library() -> Library:
    """The row, locked until the caller's transaction ends; made when there is none.

    Call it after everything the ledger is told: who keeps the ledger's head never waits for the library.
    """
    row = Library.objects.select_for_update().filter(pk=Library.ROW).first()
    if row is None:
        Library.objects.get_or_create(pk=Library.ROW)
        row = Library.objects.select_for_update().get(pk=Library.ROW)
    return row


def settings_row() -> Library:
    """The row as it is, for its settings; not locked and not written."""
    return Library.objects.filter(pk=Library.ROW).first() or Library()


def next_version(row: Library) -> int:
    """The number of the change about to be made. A time, so that a library restored from a backup repeats none."""
    return max(row.version + 1, int(timezone.now().timestamp() * 1_000_000))


def move(row: Library, version: int, *, lexicon: bool = False) -> None:
    """The change is written: every index must reach `version` now."""
    row.version = version
    row.lexicon = version if lexicon else row.lexicon
    row.save(update_fields=["version", "lexicon"])
