"""Hand-over between people: offered and taken, given by a head, and what follows a leave or a closed account.

The accountable person is always worked out by `directory.roster`; the actions here only make the stored owner
agree with it where somebody has gone for good. No hand-over moves a deadline.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.errors import NotAllowed, StepRefused
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.models import Leave, Post, Role, Staff
from jishiban.kernel.directory.roster import moved, roster
from jishiban.kernel.ledger.actions import record

CHUNK = 500


def offer(
    case: Case | int | str, to: int, *, by: Actor, reason: str = "", seen: int | None = None
) -> CaseEvent:
    """Offer a case to a colleague. It stays with its owner until they take it."""
    _must_be_present(to)

    def set_offer(row: Case) -> None:
        if row.owner_id == to:
            raise StepRefused(gettext("此件已由这位同事负责，不用移交。"))
        row.offered_to_id = to

    return act(case, "offer", by=by, seen=seen, change=set_offer, to=to, reason=reason)


def take(case: Case | int | str, *, by: Actor, seen: int | None = None) -> CaseEvent:
    """Take an offered case: from now on the taker owns it."""

    def own(row: Case) -> None:
        _must_be_mine(row, by)
        row.offered_to_id = None
        row.owner_id = by.id or 0

    return act(case, "take", by=by, seen=seen, change=own)


def decline(case: Case | int | str, *, by: Actor, reason: str = "", seen: int | None = None) -> CaseEvent:
    """Give an offered case back; its owner has kept it all along."""

    def give_back(row: Case) -> None:
        _must_be_mine(row, by)
        row.offered_to_id = None

    return act(case, "decline", by=by, seen=seen, change=give_back, reason=reason)


def reassign(
    case: Case | int | str, to: int, *, by: Actor, reason: str = "", seen: int | None = None
) -> CaseEvent:
    """A head gives a case of the unit to somebody at once, without their taking it."""
    _must_be_present(to)
    return act(case, "reassign", by=by, seen=seen, owner_id=to, change=_no_offer, to=to, reason=reason)


def transfer(
    case: Case | int | str, unit_id: int, *, by: Actor, reason: str = "", seen: int | None = None
) -> CaseEvent:
    """Send a case to the office it belongs to; a present clerk there, or its head, owns it. The clock runs on."""
    owner = roster().holder(unit_id, Role.CLERK)
    return act(
        case,
        "transfer",
        by=by,
        seen=seen,
        unit_id=unit_id,
        owner_id=owner,
        change=_no_offer,
        unit=unit_id,
        reason=reason,
    )


def hold(cases: QuerySet[Case]) -> list[int]:
    """Lock the cases of one large step, in order, before its first event: their ids.

    An event keeps the ledger's head until the transaction ends. Whoever then still wanted a case that another
    holds, who waits for the head, would wait for ever.
    """
    return list(cases.select_for_update().order_by("pk").values_list("pk", flat=True))


def _no_offer(row: Case) -> None:
    row.offered_to_id = None


def _must_be_present(staff_id: int) -> None:
    if not roster().present(staff_id):
        raise StepRefused(gettext("这位同事账号已停用或正在休假，请另选一位。"))


def _must_be_mine(row: Case, by: Actor) -> None:
    if row.offered_to_id is None or row.offered_to_id != by.id:
        raise NotAllowed(gettext("此件没有移交给您。"))


# --- people who go ---------------------------------------------------------------------------------------------


@transaction.atomic
def start_leave(staff: Staff, start: date, end: date, deputy: Staff | None, reason: str = "") -> Leave:
    """Note a leave. On its days the deputy, or who stands above, answers; nothing is moved and nothing waits."""
    if deputy is not None and not deputy.is_active:
        raise StepRefused(gettext("代理人的账号已停用，请另选一位。"))
    leave = Leave.objects.create(staff=staff, deputy=deputy, start=start, end=end, reason=reason)
    moved()
    return leave


@transaction.atomic
def vacate(post: Post) -> None:
    """Leave a post empty: its unit's head answers for new cases until it is filled."""
    post.staff = None
    post.save(update_fields=["staff"])
    moved()


@transaction.atomic
def close_account(staff: Staff, *, by: Actor, successor: Staff | None = None) -> int:
    """Close an account and hand every open case on, in one transaction. Returns how many cases were handed on.

    Without a successor the head of the unit, or of the unit above, receives them. Refused for the last active
    account of the bureau, because a promise must have an owner.
    """
    if not Staff.objects.filter(is_active=True).exclude(pk=staff.pk).exists():
        raise StepRefused(gettext("这是最后一个可用账号，停用后承诺将无人负责。请先启用另一账号。"))
    hold(Case.objects.filter(Q(owner=staff) | Q(offered_to=staff), is_open=True))
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    Post.objects.filter(staff=staff).update(staff=None)
    moved()
    record("account-closed", {"staff": staff.pk, "by": by.id}, timezone.now())
    return hand_on(staff.pk, successor.pk if successor else None)


def hand_on(owner_id: int, successor_id: int | None = None) -> int:
    """Reassign all open cases and offers of one who has gone. Returns how many cases got another owner."""
    today = roster()
    count = 0
    for case_id in _open_cases(owner_id):
        act(
            case_id,
            "reassign",
            by=SYSTEM,
            owner_id=(to := successor_id or today.accountable(owner_id)),
            to=to,
        )
        count += 1
    for case_id in list(
        Case.objects.filter(is_open=True, offered_to_id=owner_id).values_list("pk", flat=True)
    ):
        act(case_id, "look", by=SYSTEM, change=_no_offer)
    return count


def _open_cases(owner_id: int) -> Iterator[int]:
    last = 0
    owned = Case.objects.filter(is_open=True, owner_id=owner_id).order_by("pk").values_list("pk", flat=True)
    while chunk := list(owned.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1]
        yield from chunk


def hand_on_lost(limit: int = CHUNK) -> int:
    """Give a stored owner to cases whose owner's account was closed by other means. Part of the sweep."""
    lost = (
        Case.objects.filter(is_open=True, owner__is_active=False)
        .values_list("owner_id", flat=True)
        .distinct()
    )
    return sum(hand_on(owner) for owner in list(lost[:limit]))


def colleagues(actor: Actor, unit_id: int) -> list[tuple[int, str]]:
    """Who a case of the unit can be handed to today: present staff of that unit and of the units above it."""
    today = roster()
    lineage: set[int] = set()
    at: int | None = unit_id
    while at is not None:
        lineage.add(at)
        at = today.parent.get(at)
    people: list[tuple[int, Any]] = [
        (pk, today.names[pk]) for pk, unit in today.unit_of.items() if unit in lineage and today.present(pk)
    ]
    return [(pk, str(name)) for pk, name in people if pk != actor.id]
