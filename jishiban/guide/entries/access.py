"""Who may do what in the library: asked by pages, actions, imports and exports alike.

Editors write and read for their unit and those under it; what belongs to no unit is the whole bureau's. Reviewing is
said by the flow. Aliases are anybody's who edits: a key press is undone by another.
"""

from __future__ import annotations

from django.db.models import Q

from jishiban.guide.entries.models import Entry
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.errors import NotAllowed
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role
from jishiban.kernel.directory.roster import roster

READING = (Role.EDITOR, Role.HEAD, Role.AUDITOR)
WRITING = (Role.EDITOR,)

__all__ = [
    "NotAllowed", "may_edit_all", "may_keep", "may_read", "may_write", "may_write_of", "revisions_for", "unit_for",
]  # fmt: skip


def may_read(actor: Actor) -> bool:
    """True for editors, heads and auditors anywhere: what is in the library is public, its drafts nearly so."""
    return actor.kind == "system" or actor.has_role(*READING)


def may_keep(actor: Actor) -> bool:
    """True for every editor: aliases and the settings of the library."""
    return actor.kind == "system" or actor.has_role(*WRITING)


def may_edit_all(actor: Actor) -> bool:
    """True for an editor of the whole bureau."""
    return actor.kind == "system" or any(path.count("/") == 2 for path in actor.paths(*WRITING))


def may_write_of(actor: Actor, unit_id: int | None) -> bool:
    """True when the actor may propose a change of what belongs to this unit; None: to no unit in particular."""
    if unit_id is None:
        return may_keep(actor)
    return actor.kind == "system" or actor.holds(WRITING, roster().paths.get(unit_id, "/-/"))


def may_write(actor: Actor, entry: Entry) -> bool:
    """True when the actor may propose another form of this entry; compiled ones are changed in their guide."""
    return may_write_of(actor, entry.unit_id)


def unit_for(actor: Actor, matter: Matter | None) -> int:
    """The unit a change belongs to: that of its matter, else that of whoever proposes it."""
    return (matter.unit_id if matter else None) or actor.unit_id or roster().root()


def revisions_for(actor: Actor) -> Q:
    """The revisions an actor may look at: those of the units they read for, and their own."""
    if actor.kind == "system":
        return Q()
    rule = Q(drafted_by_id=actor.id)
    for path in actor.paths(*READING):
        rule |= Q(case__unit__path__startswith=path)
    return rule
