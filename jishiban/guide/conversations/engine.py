"""The one place where this room meets the library: asking it, and telling it what people meant."""

from __future__ import annotations

from jishiban.guide.entries.models import Entry
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.search.reply import Reply


def ask(question: str, k: int, about: str | None) -> Reply:
    """What the library, fresh to the last change, makes of a question; `about` is the group talked about before."""
    from jishiban.guide.entries import library

    return library.current().ask(question, k=k, about=about)


def propose(text: str, entry: Entry, asker: str) -> None:
    """Somebody who said `text` meant this entry; it counts as a proposal until an editor or enough askers confirm."""
    from jishiban.guide.entries.actions import propose_alias

    propose_alias(text, matter=entry.matter, entry=None if entry.matter else entry, asker=asker)


def confirm(text: str, entry: Entry, by: Actor) -> None:
    """An editor says that `text` means this entry's matter, or the entry where it stands for itself."""
    from jishiban.guide.entries.actions import confirm_alias

    confirm_alias(text, matter=entry.matter, entry=None if entry.matter else entry, by=by)
