"""The one place where this room meets the library: asking it, and telling it what people meant."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from django.utils.translation import gettext as _

from jishiban.guide.entries.aliases import confirm_alias, propose_alias
from jishiban.guide.entries.models import Entry
from jishiban.kernel.cases.errors import FactsMissing
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.search.reply import Reply


def ask(question: str, k: int, about: str | None) -> Reply:
    """What the library, fresh to the last change, makes of a question; `about` is the group talked about before."""
    library = import_module("jishiban.guide.entries.library")
    found: Reply = library.current().ask(question, k=k, about=about)
    return found


def propose(text: str, entry: Entry, asker: str, now: datetime) -> None:
    """Somebody who said `text` meant this entry; it counts as a proposal until an editor or enough askers confirm."""
    propose_alias(text, entry.matter or entry, asker, now)


def confirm(text: str, entry: Entry, by: Actor, now: datetime) -> None:
    """An editor says that `text` means this entry's matter, or the entry where it stands for itself.

    Raises FactsMissing where the library takes the text for no alias.
    """
    alias = propose_alias(text, entry.matter or entry, f"editor:{by.id}", now)
    if alias is None:
        raise FactsMissing(
            {"text": _("“%(text)s”不能作别名：它已经是这个叫法，或者太短、带号码。") % {"text": text}}
        )
    confirm_alias(alias, by, now)
