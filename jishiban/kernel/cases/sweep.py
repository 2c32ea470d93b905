"""One periodic look at what has fallen due. It costs by what is due, not by what is open.

Each open case stores when it must be looked at next (indexed). The sweep takes those in order and lets each
take the one step that time has brought: what the law says happens by itself, a warning, or going up one level.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jishiban.kernel.cases.actions import act, locked
from jishiban.kernel.cases.engine import ESCALATE_EVERY, LOOK_AGAIN_AT_TOP, Life, day_after
from jishiban.kernel.cases.errors import CaseError
from jishiban.kernel.cases.flow import flow_named
from jishiban.kernel.cases.models import Case, CaseEvent, PromiseState
from jishiban.kernel.directory.actor import SYSTEM
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.roster import Roster, roster

log = logging.getLogger(__name__)


def sweep(now: datetime | None = None, limit: int = 500) -> int:
    """Let every case that is due take its step. Returns how many were looked at; call again while it is `limit`."""
    moment = now or timezone.now()
    due = Case.objects.filter(is_open=True, next_check__lte=moment).order_by("next_check")
    ids = list(due.values_list("pk", flat=True)[:limit])
    for pk in ids:
        _look(pk, moment)
    return len(ids)


def _look(pk: int, now: datetime) -> None:
    """One case; a fault in it must not stop the others, so it is put off by an hour and logged."""
    try:
        with transaction.atomic():
            life = locked(pk)
            if life.case.is_open and life.case.next_check and life.case.next_check <= now:
                advance_by_time(life, now)
    except CaseError:
        log.exception("the sweep could not move case %s", pk)
        with transaction.atomic():
            act(
                pk,
                "look",
                by=SYSTEM,
                now=now,
                change=lambda case: setattr(case, "next_check", now + timedelta(hours=1)),
            )


@dataclass(frozen=True, slots=True)
class Brought:
    """The step time has brought to a case: its name and facts, and the other columns it changes."""

    step: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    change: Callable[[Case], None] | None = None


def advance_by_time(life: Life, now: datetime) -> CaseEvent:
    """Take the one step time has brought to this case."""
    one = brought(life, now, roster())
    return act(life.case, one.step, by=SYSTEM, now=now, change=one.change, **one.facts)


def brought(life: Life, now: datetime, today: Roster) -> Brought:
    """Which step that is. What the law says happens by itself comes first, then red, then a warning."""
    flow = flow_named(life.case.flow)
    if flow.due and (found := flow.due(life, now)):
        return Brought(*found)
    if life.is_red(now):
        return _go_up(life, now, today)
    if any(p.state == PromiseState.RUNNING and p.yellow_at <= now for p in life.promises):
        return Brought("warn")
    return Brought("look")


def _go_up(life: Life, now: datetime, today: Roster) -> Brought:
    """Red goes to the head of the unit; every further two working days to the next person above, up to the top.

    Whoever stands in for a vacant or absent head is not passed twice: the case goes on to somebody else.
    """
    case = life.case
    found = today.next_above(case.unit_id, case.level, case.overseer_id)
    again = next_look(now, ESCALATE_EVERY if found else LOOK_AGAIN_AT_TOP)
    again = min([again, *(end for end in life.pause_ends() if end > now)])
    level, above = found or (case.level, case.overseer_id)

    def up(row: Case) -> None:
        row.level, row.overseer_id, row.next_check = level, above, again

    if found is None:
        return Brought("look", change=up)
    return Brought("overdue", {"level": level, "to": above}, up)


def next_look(now: datetime, days: int) -> datetime:
    """The first instant after `days` more working days."""
    calendar = calendars()["statutory"]
    return day_after(calendar.add_workdays(timezone.localdate(now), days))
