"""Who is acting: a member of staff, a signed-in person, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["staff", "person", "system"]


@dataclass(frozen=True, slots=True)
class Seat:
    """One post somebody holds: the role, and the path of the unit it reaches down from."""

    role: str
    path: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who takes a step. `covers` holds the ids of all staff this one answers for now, itself included."""

    kind: Kind
    id: int | None = None
    name: str = ""
    seats: tuple[Seat, ...] = ()
    covers: frozenset[int] = frozenset()
    unit_id: int | None = None

    def holds(self, roles: Iterable[str], path: str) -> bool:
        """True when one of `roles` is held at the unit of `path` or above it."""
        wanted = set(roles)
        return any(seat.role in wanted and path.startswith(seat.path) for seat in self.seats)

    def paths(self, *roles: str) -> tuple[str, ...]:
        """The unit paths this actor reaches in any of the roles, without those inside another."""
        held = sorted({seat.path for seat in self.seats if not roles or seat.role in roles})
        return tuple(p for p in held if not any(p != q and p.startswith(q) for q in held))

    def has_role(self, *roles: str) -> bool:
        return any(seat.role in roles for seat in self.seats)


SYSTEM = Actor("system", name="系统")


def person_actor(person_id: int, name: str = "") -> Actor:
    """The actor for a signed-in citizen."""
    return Actor("person", person_id, name)
