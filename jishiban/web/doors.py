"""Who may come through which door. Every view says so with one of these decorators; the middleware enforces it.

A view that says nothing is shut to everybody: forgetting is safe, and a test finds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from django.http import HttpRequest

from jishiban.kernel.directory.actor import Actor, person_actor
from jishiban.kernel.directory.models import Person, Role, Staff
from jishiban.kernel.directory.roster import staff_actor
from jishiban.web.sessions import PERSON, end_old_session

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

Kind = Literal["public", "citizen", "staff"]
View = TypeVar("View", bound="Callable[..., HttpResponseBase]")

NOBODY = Actor("person")


@dataclass(frozen=True, slots=True)
class Door:
    """What a view asks of whoever comes: anybody, a signed-in person, or staff (of some roles)."""

    kind: Kind
    roles: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.kind if not self.roles else f"{self.kind}:{','.join(self.roles)}"


def _mark(view: View, door: Door) -> View:
    view.door = door  # type: ignore[attr-defined]  # the mark the middleware and the guard test read
    return view


def public(view: View) -> View:
    """Anybody may come in."""
    return _mark(view, Door("public"))


def citizen(view: View) -> View:
    """A person who has signed in with a phone code."""
    return _mark(view, Door("citizen"))


def staff(*roles: Role) -> Callable[[View], View]:
    """Staff holding one of the roles somewhere; with no role named, any member of staff."""

    def decorate(view: View) -> View:
        return _mark(view, Door("staff", tuple(roles)))

    return decorate


def door_of(view: Any) -> Door | None:
    """The door a view (or a class-based or partial view) declares; None when it says nothing."""
    found = getattr(view, "door", None) or getattr(getattr(view, "view_class", None), "door", None)
    return found if isinstance(found, Door) else None


def actor_of(request: HttpRequest) -> Actor:
    """Who is at the door. Asked once a request; NOBODY when no one has signed in."""
    known = getattr(request, "_actor", None)
    if known is None:
        known = _who(request)
        request._actor = known  # type: ignore[attr-defined]  # noqa: SLF001  one look-up a request
    return known


def _who(request: HttpRequest) -> Actor:
    if not hasattr(request, "session") or not hasattr(request, "user"):
        return NOBODY
    end_old_session(request)
    user = request.user
    if isinstance(user, Staff) or user.is_authenticated:
        return staff_actor(user)
    return _person(request.session.get(PERSON))


def _person(person_id: object) -> Actor:
    """A person who was erased since is nobody: their session ends with them."""
    if not isinstance(person_id, int) or not Person.objects.filter(pk=person_id, erased_at=None).exists():
        return NOBODY
    return person_actor(person_id)


def may_enter(door: Door, actor: Actor) -> bool:
    """True when the actor may pass the door; what they may do inside, the rooms' `access.py` says."""
    if door.kind == "public":
        return True
    if door.kind == "citizen":
        return actor.kind == "person" and actor.id is not None
    return actor.kind == "staff" and (not door.roles or actor.has_role(*door.roles))
