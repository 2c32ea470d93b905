"""Takes a step in memory: checks the table and the facts, moves the state and the clocks, writes the event.

No database here, so that one step and a hundred thousand are the same code: `actions.act` saves one life,
the demonstration loader saves many at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from jishiban.kernel.cases.errors import FactsMissing, StepRefused
from jishiban.kernel.cases.flow import Flow, Need, Op, Step, Waiting
from jishiban.kernel.cases.models import Case, CaseEvent, Promise, PromiseState
from jishiban.kernel.cases.snapshot import canonical, seal_words, snapshot_of
from jishiban.kernel.clock import Calendar, Extension, Pause, Term, Unit, deadline, thresholds
from jishiban.kernel.directory.actor import Actor

Calendars = Mapping[str, Calendar]
ESCALATE_EVERY = 2  # working days between one level up and the next [P]
LOOK_AT_LEAST_EVERY = timedelta(days=7)
LOOK_AGAIN_AT_TOP = 5  # working days between looks once nobody stands higher


@dataclass(slots=True)
class Taken:
    """A step as asked for: by whom, when, with which facts. Guards and `begins` read it."""

    step: Step
    actor: Actor
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    effective: datetime | None = None
    calendars: Calendars = field(default_factory=dict)


@dataclass(slots=True)
class Life:
    """A case with its promises in memory, and what a step changed in them."""

    case: Case
    promises: list[Promise] = field(default_factory=list)
    touched: list[Promise] = field(default_factory=list)
    outcomes: list[tuple[str, Promise]] = field(
        default_factory=list
    )  # ("made" | "kept" | "broken" | "void", promise)

    def live(self, kind: str) -> Promise | None:
        """The live promise of a kind, or None."""
        return next((p for p in self.promises if p.kind == kind and p.is_live), None)

    def last(self, kind: str) -> Promise | None:
        """The latest promise of a kind, live or ended."""
        return max((p for p in self.promises if p.kind == kind), key=lambda p: p.round, default=None)

    def is_red(self, now: datetime) -> bool:
        """True when a promise of the hall itself is past its deadline."""
        return any(
            p.state == PromiseState.RUNNING and p.red_at <= now and not p.of_party for p in self.promises
        )

    def pause_ends(self) -> list[datetime]:
        """When the time told for each pause that still runs is over, also of a promise broken before it."""
        rows = [row for p in self.promises if p.is_live for row in json.loads(p.pauses)]
        return [day_after(date.fromisoformat(told)) for _notice, end, told in rows if end is None]

    def pause_is_over(self, now: datetime) -> bool:
        """True when a pause still runs although the time told for it has passed."""
        return any(end <= now for end in self.pause_ends())


def advance(flow: Flow, life: Life, taken: Taken, *, owner_id: int | None = None, unit_id: int | None = None,
            change: Callable[[Case], None] | None = None) -> CaseEvent:  # fmt: skip
    """Take the step; return the unsaved event. Raises StepRefused or FactsMissing and then has changed nothing.

    `owner_id` and `unit_id` move the case to another owner or unit; `change` sets other columns of the case that
    belong to the step (an offer, a level). The event is the last thing made, so that its snapshot covers all.
    """
    case, step = life.case, taken.step
    if not step.leaves(case.state):
        raise StepRefused(
            gettext("“%(step)s”不能在“%(state)s”时进行。")
            % {"step": gettext(step.label), "state": gettext(_label(flow, case.state))}
        )
    public, private = sort_facts(step, taken.facts)
    if step.guard:
        step.guard(life, taken)
    came_from = case.state
    life.touched, life.outcomes = [], []
    _move(case, step, taken)
    case.owner_id = owner_id or case.owner_id
    case.unit_id = unit_id or case.unit_id
    _wind(flow, life, taken)
    settle(flow, life, taken.at)
    if change:
        change(case)
    return _write(life, taken, came_from, public, private)


def _label(flow: Flow, state: str) -> str:
    found = flow.states.get(state)
    return found.label if found else state


def _move(case: Case, step: Step, taken: Taken) -> None:
    if step.move.target is None:
        return
    case.state = step.move.target.name
    case.is_open = step.move.target.open
    case.closed_at = None if case.is_open else taken.at


def _write(
    life: Life, taken: Taken, came_from: str, public: dict[str, Any], private: dict[str, Any]
) -> CaseEvent:
    case = life.case
    case.seq += 1
    event = CaseEvent(
        seq=case.seq, step=taken.step.name, from_state=came_from, to_state=case.state, at=taken.at,
        effective=taken.effective or taken.at, actor_kind=taken.actor.kind, actor_id=taken.actor.id,
        owner_id=case.owner_id, unit_id=case.unit_id, facts_text=canonical(public),
    )  # fmt: skip
    seal_words(event, private)
    event.snapshot = snapshot_of(case, life.promises)
    return event


# --- facts -----------------------------------------------------------------------------------------------------

_KINDS: dict[str, Callable[[Any], bool]] = {
    "text": lambda v: isinstance(v, str) and bool(v.strip()),
    "choice": lambda v: isinstance(v, str) and bool(v),
    "date": lambda v: isinstance(v, str) and _is_date(v),
    "moment": lambda v: isinstance(v, str) and bool(v),
    "int": lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= 0,
    "list": lambda v: isinstance(v, list) and bool(v),
    "flag": lambda v: isinstance(v, bool),
}


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def sort_facts(step: Step, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The public and the private facts of a step. Raises FactsMissing with a message a field for what is wrong."""
    problems: dict[str, str] = {}
    public: dict[str, Any] = {}
    private: dict[str, Any] = {}
    for need in step.needs:
        value = facts.get(need.name)
        if value is None or value == "" or value == []:
            if not need.optional:
                problems[need.name] = gettext("请填写“%(what)s”。") % {"what": gettext(need.label)}
        elif problem := _problem(need, value):
            problems[need.name] = problem
        else:
            (private if need.private else public)[need.name] = value
    for extra in facts.keys() - {need.name for need in step.needs}:
        problems[extra] = gettext("“%(step)s”不需要“%(extra)s”。") % {
            "step": gettext(step.label),
            "extra": extra,
        }
    if problems:
        raise FactsMissing(problems)
    return public, private


def _problem(need: Need, value: Any) -> str:
    if not _KINDS[need.kind](value):
        return gettext("“%(what)s”填写有误，请检查。") % {"what": gettext(need.label)}
    if need.choices and value not in need.choices:
        return gettext("“%(what)s”请从列出的选项中选择。") % {"what": gettext(need.label)}
    return ""


# --- clocks ----------------------------------------------------------------------------------------------------


def _wind(flow: Flow, life: Life, taken: Taken) -> None:
    begin = taken.step.begins(life, taken) if taken.step.begins else None
    for op, kind in taken.step.does_to_clock():
        _OPS[op](life, kind, taken, begin or taken.effective or taken.at)
    for promise in life.touched:
        promise.of_party = promise.kind in flow.of_party


def _start(life: Life, kind: str, taken: Taken, begin: datetime) -> None:
    plan = life.case.terms.get(kind)
    if plan is None:
        return  # the guide promises nothing of this kind, e.g. no statutory limit is fixed
    earlier = life.last(kind)
    promise = Promise(
        kind=kind, round=(earlier.round + 1) if earlier else 1, label=plan["label"], amount=plan["amount"],
        unit=plan["unit"], basis=plan.get("basis", ""), calendar=plan.get("calendar", "statutory"),
        started_at=begin, state=PromiseState.RUNNING,
    )  # fmt: skip
    recount(promise, taken.calendars)
    life.promises.append(promise)
    life.touched.append(promise)
    life.outcomes.append(("made", promise))


def _stop(life: Life, kind: str, taken: Taken, _begin: datetime) -> None:
    promise = life.live(kind)
    if promise is None:
        return
    _end_pause(promise, taken.at)
    recount(promise, taken.calendars)
    kept = taken.at < promise.deadline
    _end(life, promise, PromiseState.KEPT if kept else PromiseState.BROKEN, taken.at)


def _void(life: Life, kind: str, taken: Taken, _begin: datetime) -> None:
    promise = life.live(kind)
    if promise is not None:
        late = promise.state == PromiseState.RUNNING and promise.deadline <= taken.at
        _end(life, promise, PromiseState.BROKEN if late else PromiseState.VOID, taken.at)


def _end(life: Life, promise: Promise, state: PromiseState, at: datetime) -> None:
    promise.state, promise.ended_at = state, at
    life.touched.append(promise)
    life.outcomes.append((state.value, promise))


def _pause(life: Life, kind: str, taken: Taken, _begin: datetime) -> None:
    """Stop the clock from the day after the notice, for the time told in it (行政许可法第四十五条)."""
    promise = life.live(kind)
    if promise is None:
        return
    notice = timezone.localdate(taken.at)
    told = taken.facts["until"]
    promise.pauses = canonical([*json.loads(promise.pauses), [notice.isoformat(), None, told]])
    if promise.deadline > taken.at:  # a promise already broken stays red
        promise.state = PromiseState.PAUSED
    recount(promise, taken.calendars)
    life.touched.append(promise)


def _resume(life: Life, kind: str, taken: Taken, _begin: datetime) -> None:
    promise = life.live(kind)
    if promise is None:
        return
    _end_pause(promise, taken.at)
    promise.state = PromiseState.RUNNING
    recount(promise, taken.calendars)
    life.touched.append(promise)


def _end_pause(promise: Promise, at: datetime) -> None:
    """Close an open pause today, or on the day told when that came first: only the time told is uncounted."""
    rows = json.loads(promise.pauses)
    today = timezone.localdate(at).isoformat()
    promise.pauses = canonical([[notice, end or min(today, told), told] for notice, end, told in rows])


def _extend(life: Life, kind: str, taken: Taken, _begin: datetime) -> None:
    promise = life.live(kind)
    if promise is None:
        return
    extra = [taken.facts["amount"], taken.facts["unit"]]
    promise.extensions = canonical([*json.loads(promise.extensions), extra])
    recount(promise, taken.calendars)
    life.touched.append(promise)


def _recount(life: Life, _kind: str, taken: Taken, _begin: datetime) -> None:
    for promise in life.promises:
        if promise.is_live:
            recount(promise, taken.calendars)
            life.touched.append(promise)


_OPS: dict[Op, Callable[[Life, str, Taken, datetime], None]] = {
    Op.START: _start, Op.STOP: _stop, Op.PAUSE: _pause, Op.RESUME: _resume, Op.EXTEND: _extend, Op.VOID: _void,
    Op.RECOUNT: _recount,
}  # fmt: skip


def recount(promise: Promise, calendars: Calendars) -> None:
    """Work the deadline and the moments of its lights out again from the events and the calendar."""
    calendar = calendars[promise.calendar]
    begin = timezone.localtime(promise.started_at)
    pauses: tuple[Pause, ...] = promise.pause_list
    extensions: tuple[Extension, ...] = promise.extension_list
    term = Term(promise.amount, Unit(promise.unit), promise.basis)
    due = deadline(term, begin, calendar=calendar, pauses=pauses, extensions=extensions)
    lights = thresholds(term, begin, calendar=calendar, pauses=pauses, extensions=extensions)
    promise.deadline, promise.provisional = due.at, due.provisional
    promise.yellow_at, promise.red_at = lights.yellow_at, lights.red_at


# --- what follows from the promises ----------------------------------------------------------------------------


def settle(flow: Flow, life: Life, now: datetime) -> None:
    """Set the columns the inbox sorts by, and when the sweep must look again. An open case must owe something."""
    case = life.case
    live = [p for p in life.promises if p.is_live]
    if not case.is_open:
        _nothing_owed(case)
        return
    if not live:
        raise StepRefused(f"流程表有误：“{_label(flow, case.state)}”时没有任何承诺在计时。")
    first = min(live, key=lambda p: p.deadline)
    case.due_at, case.yellow_at, case.red_at = first.deadline, first.yellow_at, first.red_at
    waiting = flow.states[case.state].waiting
    case.is_paused = waiting is not Waiting.HALL or all(p.state == PromiseState.PAUSED for p in live)
    if not life.is_red(now):
        case.level, case.overseer_id = 0, None
    case.next_check = _next_check(life, live, now)


def _nothing_owed(case: Case) -> None:
    case.due_at = case.yellow_at = case.red_at = case.next_check = None
    case.is_paused, case.level = False, 0
    case.overseer_id = case.offered_to_id = None


def _next_check(life: Life, live: list[Promise], now: datetime) -> datetime:
    if life.is_red(now):
        kept = life.case.next_check
        again = kept if life.case.level and kept and kept > now else now
        return min([again, *(end for end in life.pause_ends() if end > now)])
    moments = [moment for p in live for moment in _moments(p) if moment > now]
    return min(moments, default=now + LOOK_AT_LEAST_EVERY)


def _moments(promise: Promise) -> list[datetime]:
    if promise.state == PromiseState.PAUSED:
        return [
            day_after(date.fromisoformat(told)) for _n, end, told in json.loads(promise.pauses) if end is None
        ]
    return [promise.yellow_at, promise.red_at, promise.deadline]


def day_after(day: date) -> datetime:
    """The first instant after `day`, local time: when a day limit has run out."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
