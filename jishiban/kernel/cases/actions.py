"""The two ways in: `open_case` makes a case, `act` takes a step on it. One transaction or nothing.

Order inside: lock the case → ask access → engine → case, promises, event → ledger leaf, facts, notices →
listeners. The ledger's head row is locked late, so that writers wait for each other as briefly as can be.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from jishiban.kernel.cases import access
from jishiban.kernel.cases.engine import Life, Taken, advance
from jishiban.kernel.cases.errors import NotAllowed, StepRefused
from jishiban.kernel.cases.events import CaseClosed, StepTaken, tell
from jishiban.kernel.cases.flow import Flow, Step, flow_named
from jishiban.kernel.cases.models import Case, CaseEvent, Promise
from jishiban.kernel.cases.outcomes import fact_rows, notice_rows
from jishiban.kernel.cases.snapshot import canonical, event_payload
from jishiban.kernel.cases.steps import UNIVERSAL
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.roster import Roster, roster
from jishiban.kernel.indicators.actions import emit
from jishiban.kernel.ledger.actions import append
from jishiban.kernel.notices.actions import queue
from jishiban.kernel.papers.actions import next_case_number


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new case needs: whose it is, what it is about, and the terms promised for it."""

    flow: Flow
    unit_id: int
    title: str
    subject: str
    plan: Mapping[str, Mapping[str, Any]]
    person_id: int | None = None
    enterprise_id: int | None = None
    channel: str = "0"
    owner_role: str = "clerk"
    owner_id: int | None = None
    first_contact_id: int | None = None


def new_number(day: datetime) -> str:
    """The next case number of the day, without gaps: it is taken back when the transaction is."""
    return next_case_number(settings.PLACE.area_code, timezone.localdate(day))


def new_case(opening: Opening, number: str, owner_id: int, at: datetime) -> Case:
    """The unsaved case of an opening, before its first step."""
    return Case(
        number=number, flow=opening.flow.name, state=opening.flow.initial.name, unit_id=opening.unit_id,
        owner_id=owner_id, first_contact_id=opening.first_contact_id, person_id=opening.person_id,
        enterprise_id=opening.enterprise_id, title=opening.title, subject=opening.subject, channel=opening.channel,
        plan=canonical(opening.plan), query_code=f"{secrets.randbelow(10**6):06d}", opened_at=at,
    )  # fmt: skip


def open_case(
    opening: Opening,
    by: Actor,
    *,
    now: datetime | None = None,
    effective: datetime | None = None,
    **facts: Any,
) -> Case:
    """Make a case and take its first step. Returns the saved case, with `query_code` readable.

    `effective` is when the hand-in counts where that is later than now (after hours, on a rest day: READINGS 1).
    Raises FactsMissing or StepRefused; nothing is then written and no number is used up.
    """
    at = now or timezone.now()
    with transaction.atomic():
        today = roster()
        owner = opening.owner_id or today.holder(
            opening.unit_id, opening.owner_role, turn=int(at.timestamp())
        )
        case = new_case(opening, new_number(at), owner, at)
        life = Life(case)
        taken = Taken(opening.flow.opens, by, at, facts, effective, calendars())
        event = advance(opening.flow, life, taken)
        case.save(force_insert=True)
        _keep(life, event, taken)
        return case


def act(
    case: Case | int | str, step: str, *, by: Actor, now: datetime | None = None, seen: int | None = None,
    effective: datetime | None = None, owner_id: int | None = None, unit_id: int | None = None,
    change: Callable[[Case], None] | None = None, **facts: Any,
) -> CaseEvent:  # fmt: skip
    """Take a step. Returns its event.

    `case` is a Case, its id or its number; it is read again under a lock. `seen` is the number of the last event
    the caller saw: when another has come since, the step is refused, so that the same form posted twice, or two
    people at once, cannot take a step twice. Raises NotAllowed, StepRefused, FactsMissing; nothing is then written.
    """
    with transaction.atomic():
        life = locked(case)
        flow = flow_named(life.case.flow)
        found = find_step(flow, step)
        if found is flow.opens:  # taken again it would start the first clock anew
            raise StepRefused(gettext("此件已经收过，不能再收一次。"))
        if reason := access.why_not(by, found, life.case):
            raise NotAllowed(reason)
        if seen is not None and seen != life.case.seq:
            raise StepRefused(gettext("此件刚刚有了新的办理记录，请刷新后再办。"))
        taken = Taken(found, by, now or timezone.now(), facts, effective, calendars())
        owner = owner_id or (next_owner(found.hands_to, life.case, roster()) if found.hands_to else None)
        event = advance(flow, life, taken, owner_id=owner, unit_id=unit_id, change=change)
        life.case.save(force_update=True)
        _keep(life, event, taken)
        return event


def find_step(flow: Flow, name: str) -> Step:
    """The step of the flow's table, or one of the universal steps any open case allows."""
    if name in UNIVERSAL:
        return UNIVERSAL[name].over(flow)
    try:
        return flow.step(name)
    except KeyError:
        words = {"flow": gettext(flow.label), "step": name}
        raise StepRefused(gettext("“%(flow)s”没有“%(step)s”这一步。") % words) from None


def locked(case: Case | int | str) -> Life:
    """The case and its promises, locked until the transaction ends: two queries."""
    key = {"number": case} if isinstance(case, str) else {"pk": case.pk if isinstance(case, Case) else case}
    found = Case.objects.select_for_update().get(**key)
    return Life(found, list(found.promises.all()))


def next_owner(role: str, case: Case, today: Roster, *, turn: int | None = None) -> int | None:
    """Who owns the case after a step that hands it to a role; None when the owner holds that post as well."""
    if any(seat.role == role and seat.unit_id == case.unit_id for seat in today.seats.get(case.owner_id, ())):
        return None
    return today.holder(case.unit_id, role, turn=case.pk if turn is None else turn)


def _keep(life: Life, event: CaseEvent, taken: Taken) -> None:
    """Save promises and event, seal the event, count it, tell people and listeners."""
    case = life.case
    save_promises(case, life.touched)
    event.case = case
    event.leaf = append("case-event", event_payload(case.number, event), event.at).index
    event.save(force_insert=True)
    emit(fact_rows(life, event, taken.step))
    if notices := notice_rows(life, event, taken.step):
        queue(notices)
    kind = StepTaken if case.is_open else CaseClosed
    tell(kind(case, event, taken.step.name, event.at))


def save_promises(case: Case, touched: Sequence[Promise]) -> None:
    """One INSERT for the new promises, one UPDATE for the changed: whatever their number."""
    unique = list({id(promise): promise for promise in touched}.values())
    new = [promise for promise in unique if promise._state.adding]  # noqa: SLF001
    for promise in new:
        promise.case = case
    if new:
        Promise.objects.bulk_create(new)
    if old := [promise for promise in unique if promise not in new]:
        Promise.objects.bulk_update(old, PROMISE_CHANGES)


PROMISE_CHANGES = (
    "deadline", "provisional", "pauses", "extensions", "state", "ended_at", "yellow_at", "red_at",
)  # fmt: skip
