"""Who may do what to matters and guides: asked by views, actions, the API and exports alike."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from jishiban.hall.matters.models import ON_REQUEST, Matter, MatterStatus
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role
from jishiban.kernel.directory.roster import roster


class NotAllowed(Exception):
    """This actor may not do this to this matter; `message` is for the person who asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def open_to_all(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """The matters the public may find: in use, of a type that is applied for. Lists, search, API and print use it."""
    return matters.filter(status=MatterStatus.IN_USE, type__in=ON_REQUEST)


def may_edit(actor: Actor, matter: Matter) -> bool:
    """True for an editor of the matter's unit or of one above it; a matter without a unit is the whole bureau's."""
    if actor.kind == "system":
        return True
    if matter.unit_id is None:
        return may_edit_all(actor)
    return actor.holds((Role.EDITOR,), roster().paths.get(matter.unit_id, "/-/"))


def may_edit_all(actor: Actor) -> bool:
    """True for an editor of the whole bureau: a list of matters touches every unit."""
    return actor.kind == "system" or any(path.count("/") == 2 for path in actor.paths(Role.EDITOR))


def editable(actor: Actor, matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """The matters whose guides this actor may edit, whatever their status."""
    if may_edit_all(actor):
        return matters
    rule = Q(pk__in=())
    for path in actor.paths(Role.EDITOR):
        rule |= Q(unit__path__startswith=path)
    return matters.filter(rule)
