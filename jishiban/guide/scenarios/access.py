"""Who may do what to scenarios: asked by views, actions and the API alike."""

from __future__ import annotations

from django.db.models import QuerySet

from jishiban.guide.scenarios.models import Scenario
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role


class NotAllowed(Exception):
    """This actor may not do this; `message` is for the person who asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def open_to_all(scenarios: QuerySet[Scenario]) -> QuerySet[Scenario]:
    """The scenarios the public may follow: in use, and published at least once."""
    return scenarios.filter(in_use=True, current__isnull=False)


def may_edit(actor: Actor) -> bool:
    """True for every editor: a scenario leads through many units, so it belongs to none of them."""
    return actor.kind == "system" or actor.has_role(Role.EDITOR)
