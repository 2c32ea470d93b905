"""Who may look after accounts: admins of the unit and those above it; heads may note a leave of their people."""

from __future__ import annotations

from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role, Staff, Unit
from jishiban.kernel.directory.roster import roster

MANAGING = (Role.ADMIN,)
LEAVE = (Role.ADMIN, Role.HEAD)


def may_manage(actor: Actor, unit_id: int) -> bool:
    """True when the actor may open, close and reset accounts of the unit, and fill its posts."""
    return actor.holds(MANAGING, _path(unit_id))


def may_manage_staff(actor: Actor, staff: Staff) -> bool:
    """True when the actor may close or reset this account: it must hold no post the actor does not look after.

    Otherwise an admin of one office could reset the password of somebody with more power, and sign in as them.
    """
    seats = roster().seats.get(staff.pk, ())
    return all(may_manage(actor, unit_id) for unit_id in {staff.unit_id, *(seat.unit_id for seat in seats)})


def may_note_leave(actor: Actor, staff: Staff) -> bool:
    """True when the actor may write down days away of this member of staff."""
    return actor.holds(LEAVE, _path(staff.unit_id))


def may_see(actor: Actor, unit: Unit) -> bool:
    """True when the actor finds the people of the unit in the list."""
    return actor.holds(LEAVE, unit.path)


def _path(unit_id: int) -> str:
    return roster().paths.get(unit_id, "/-/")
