"""Which steps one may take on a case now, as verbs, each with what it does to the clock; and why others may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from jishiban.hall.applications import flow
from jishiban.hall.applications.desk.words import clock_words, remarks
from jishiban.kernel.cases import access
from jishiban.kernel.cases.engine import Life, Taken
from jishiban.kernel.cases.errors import StepRefused
from jishiban.kernel.cases.flow import Guard, Step
from jishiban.kernel.cases.models import Case, Promise
from jishiban.kernel.cases.steps import UNIVERSAL
from jishiban.kernel.directory.actor import Actor

FIRST = {
    "received": "accept", "correcting": "correct", "accepted": "grant", "suspended": "resume", "granted": "deliver",
    "refused": "deliver",
}  # fmt: skip
# What the guard of a step says before anything has been typed. `extend` asks the same of the case as its request.
BEFOREHAND: dict[str, Guard] = {
    "one_time_notice": flow.first_notice_only, "demand_again": flow.only_after_correction,
    "not_accept": flow.not_yet_accepted_by_law, "not_needed": flow.not_yet_accepted_by_law,
    "lapse": flow.applicants_time_is_over, "ask_extension": flow.extension_is_lawful, "extend": flow.extension_is_lawful,
}  # fmt: skip
BETWEEN_COLLEAGUES = ("take", "decline", "offer", "reassign", "transfer", "comment")


@dataclass(frozen=True, slots=True)
class Verb:
    """A step as the page offers it; `why` is set where it may not be taken now."""

    name: str
    label: str
    url: str
    clock: str
    remark: str
    first: bool = False
    key: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verbs:
    """What can be done now, what can not and why, and what goes on between colleagues."""

    now: list[Verb]
    closed: list[Verb]
    among: list[Verb]


def verbs_of(
    actor: Actor, case: Case, promises: list[Promise], path: str, now: datetime, *, asked: bool
) -> Verbs:
    """Every step the actor's post allows. `asked` tells that a request for extension waits for an answer."""
    if not case.is_open:
        return Verbs([], [], [])
    life = Life(case, promises)
    found = [step for step in flow.APPLICATION.steps_from(case.state) if _concerns(step.name, asked)]
    mine = [step for step in found if not access.why_not(actor, step, case, path)]
    reasons = {step.name: beforehand(step, life, actor, now) for step in mine}
    open_now = sorted(
        (s for s in mine if not reasons[s.name]), key=lambda step: step.name != FIRST.get(case.state)
    )
    verbs = [_verb(case, step, str(n) if n < 10 else "") for n, step in enumerate(open_now, 1)]
    closed = [_verb(case, step, why=reasons[step.name]) for step in mine if reasons[step.name]]
    return Verbs(verbs, closed, [_verb(case, step) for step in _among(actor, case, path)])


def _concerns(name: str, asked: bool) -> bool:
    """A refusal of an extension is only offered when one was asked for."""
    return asked or name != "decline_extension"


def beforehand(step: Step, life: Life, actor: Actor, now: datetime) -> str:
    """Why the step is refused whatever would be typed; empty when it may be tried."""
    guard = BEFOREHAND.get(step.name)
    if guard is None:
        return ""
    try:
        guard(life, Taken(step, actor, now))
    except StepRefused as refused:
        return refused.message
    return ""


def _among(actor: Actor, case: Case, path: str) -> Iterator[Step]:
    for name in BETWEEN_COLLEAGUES:
        step = UNIVERSAL[name].over(flow.APPLICATION)
        only_receiver = name in ("take", "decline") and case.offered_to_id != actor.id
        if not only_receiver and not access.why_not(actor, step, case, path):
            yield step


def _verb(case: Case, step: Step, key: str = "", why: str = "") -> Verb:
    url = f"/desk/cases/{case.number}/{step.name.replace('_', '-')}/"
    first = step.name == FIRST.get(case.state)
    return Verb(step.name, _(step.label), url, clock_words(step), remarks(step.name), first, key, why)
