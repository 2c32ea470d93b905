"""The one place where this room meets the library: asking it, and telling it what people meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from jishiban.guide.conversations import queries
from jishiban.guide.entries import library
from jishiban.guide.entries.aliases import confirm_alias, propose_alias
from jishiban.guide.entries.models import Entry
from jishiban.guide.scenarios import offers
from jishiban.kernel.cases.errors import FactsMissing
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.search.reply import Decision, Found, Reply

THE_SAME: Final = "about_the_same"  # the library's word for: only the aspect was said, the matter before
SURE: Final = 0.9  # that who says only 要带什么 still means the matter just talked about


def ask(question: str, k: int, about: str | None) -> Reply:
    """What the library, fresh to the last change, makes of a question; `about` is the group talked about before."""
    found = library.current().ask(question, k=k, about=about)
    if about and found.why == THE_SAME:
        return _of_the_same(found, about, k)
    return _or_a_scenario(question, found)


def _or_a_scenario(question: str, reply: Reply) -> Reply:
    """Who names a thing of life (退休, 开超市) and no matter is offered its scenario before a person."""
    if reply.decision is not Decision.HANDOVER or not reply.hits:
        return reply
    if not offers.known().of(question, reply.reading.item):
        return reply
    return replace(reply, decision=Decision.CHOOSE, slot="item", why="scenario")


def _of_the_same(reply: Reply, about: str, k: int) -> Reply:
    """More is asked of the matter talked about: its own rows, the aspect that was asked first.

    A guide that says nothing of this aspect is no reason to answer from another: its aspects are offered instead.
    """
    matter = queries.number_of(about)
    rows = queries.aspects_of([matter]) if matter else []
    asked = reply.reading.aspects[:1]
    rows.sort(key=lambda entry: entry.aspect not in asked)  # otherwise in the order of the guide
    hits = tuple(_row(entry, about, n) for n, entry in enumerate(rows[:k]))
    if not rows:
        return replace(reply, decision=Decision.HANDOVER, hits=(), why="no_source")
    if rows[0].aspect not in asked:
        return replace(reply, decision=Decision.CLARIFY, hits=hits, slot="aspect", why="aspect_missing")
    return replace(reply, hits=hits)


def _row(entry: Entry, about: str, place: int) -> Found:
    sure = SURE if place == 0 else (1 - SURE) / 2**place
    return Found(entry.key, about, entry.aspect, float(-place), sure)


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
