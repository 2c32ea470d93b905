"""Many lives at once, for demonstrations and measuring: the same engine, permission and outcomes as `actions`, in memory.

Steps must be taken in the order of time over all cases: their leaves are sealed in that order. Nothing stands in
the database until `write`, and then everything up to that moment does. Listeners are not told; a loader of many
cases makes what they would have made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from jishiban.kernel.cases import access
from jishiban.kernel.cases.actions import Opening, find_step, new_case, next_owner
from jishiban.kernel.cases.engine import Life, Taken, advance
from jishiban.kernel.cases.errors import NotAllowed
from jishiban.kernel.cases.flow import Step, flow_named
from jishiban.kernel.cases.models import Case, CaseEvent, Promise
from jishiban.kernel.cases.outcomes import fact_rows, notice_rows
from jishiban.kernel.cases.rows import Shelf, insert
from jishiban.kernel.cases.snapshot import event_payload
from jishiban.kernel.cases.sweep import brought
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.identifiers import make_case_number
from jishiban.kernel.directory.roster import Roster
from jishiban.kernel.indicators.actions import FactRow, fact_of
from jishiban.kernel.indicators.models import Fact
from jishiban.kernel.ledger.actions import append_many
from jishiban.kernel.notices.actions import notice_of
from jishiban.kernel.notices.models import Notice
from jishiban.kernel.papers.bulk import Numbers


class OutOfOrder(ValueError):
    """A step was taken before one that already was: its leaf could not be sealed at its time."""


@dataclass(slots=True)
class LongLife(Life):
    """A life that is not in the database yet; `turn` is the key its case will most likely have."""

    turn: int = 0


@dataclass(slots=True)
class Bulk:
    """The cases being lived. `today` is always the roster of the day of the step.

    `told` is called with each unsaved notice and may note that it was sent or read long ago.
    """

    area: str
    told: Callable[[Notice], None] = lambda _notice: None
    numbers: Numbers = field(default_factory=Numbers)
    shelf: Shelf = field(default_factory=Shelf)
    steps: int = 0  # taken since the last writing
    cases: int = 0
    _events: list[CaseEvent] = field(default_factory=list)
    _facts: list[tuple[FactRow, Case]] = field(default_factory=list)
    _notices: list[tuple[Notice, Case]] = field(default_factory=list)
    _latest: datetime | None = None
    _turn: int | None = None

    def open(
        self, opening: Opening, by: Actor, at: datetime, *, today: Roster, effective: datetime | None = None,
        **facts: Any,
    ) -> LongLife:  # fmt: skip
        """A new case with its first step taken, as `actions.open_case`."""
        self._in_order(at)
        owner = opening.owner_id or today.holder(
            opening.unit_id, opening.owner_role, turn=int(at.timestamp())
        )
        day = timezone.localdate(at)
        taken = Taken(opening.flow.opens, by, at, facts, effective, calendars())
        case = new_case(opening, "", owner, at)
        life = LongLife(case)
        serial = self.numbers.next("case", self.area, f"{day:%Y%m%d}")
        case.number = make_case_number(self.area, day, serial)
        event = advance(opening.flow, life, taken)
        life.turn = self._next_turn()
        self.cases += 1
        self._keep(life, event, taken.step)
        return life

    def act(
        self, life: LongLife, step: str, *, by: Actor, at: datetime, today: Roster, effective: datetime | None = None,
        owner_id: int | None = None, unit_id: int | None = None, change: Callable[[Case], None] | None = None,
        **facts: Any,
    ) -> CaseEvent:  # fmt: skip
        """Take a step, as `actions.act`, with the same refusals."""
        self._in_order(at)
        flow = flow_named(life.case.flow)
        found = step_of(flow.name, step)
        if reason := access.why_not(by, found, life.case, today.paths.get(life.case.unit_id, "/-/")):
            raise NotAllowed(reason)
        owner = owner_id
        if not owner and found.hands_to:
            owner = next_owner(found.hands_to, life.case, today, turn=life.turn)
        taken = Taken(found, by, at, facts, effective, calendars())
        event = advance(flow, life, taken, owner_id=owner, unit_id=unit_id, change=change)
        self._keep(life, event, found)
        return event

    def by_time(self, life: LongLife, at: datetime, today: Roster) -> CaseEvent:
        """The step the sweep would take on this case at `at`."""
        one = brought(life, at, today)
        return self.act(life, one.step, by=SYSTEM, at=at, today=today, change=one.change, **one.facts)

    def keep(self, *rows: models.Model) -> None:
        """Rows of other rooms that are written with the cases: new ones, or ones that have changed."""
        self.shelf.put(*rows)

    def _in_order(self, at: datetime) -> None:
        if self._latest is not None and at < self._latest:
            raise OutOfOrder(f"{at} comes after {self._latest}")
        self._latest = at

    def _next_turn(self) -> int:
        if self._turn is None:
            self._turn = Case.objects.aggregate(last=Max("pk"))["last"] or 0
        self._turn += 1
        return self._turn

    def _keep(self, life: LongLife, event: CaseEvent, step: Step) -> None:
        case = life.case
        event.case = case
        for promise in life.touched:
            promise.case = case
        self.shelf.put(case, *life.touched)
        self._events.append(event)
        self._facts.extend((row, case) for row in fact_rows(life, event, step))
        for row in notice_rows(life, event, step):
            self._notices.append((notice_of(row, event.at), case))
        self.steps += 1

    @transaction.atomic
    def write(self) -> int:
        """Put everything since the last writing into the database, in one transaction. Returns how many steps."""
        self.numbers.write()
        self.shelf.write(first=(Case, Promise))
        entries = (
            ("case-event", event_payload(event.case.number, event), event.at) for event in self._events
        )
        for event, sealed in zip(self._events, append_many(entries), strict=True):
            event.leaf = sealed.index
            event.case_id = event.case.pk
        insert(CaseEvent, self._events)
        insert(Fact, [fact_of(replace(row, case_id=case.pk)) for row, case in self._facts])
        insert(Notice, list(self._settled()))
        done, self.steps = self.steps, 0
        self._events, self._facts, self._notices = [], [], []
        return done

    def _settled(self) -> Iterable[Notice]:
        for notice, case in self._notices:
            notice.case_id = case.pk
            self.told(notice)
            yield notice


@cache
def step_of(flow: str, name: str) -> Step:
    """The step, looked up once: a universal step is made anew for its flow each time."""
    return find_step(flow_named(flow), name)
