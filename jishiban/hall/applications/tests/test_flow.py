"""The table itself: every state can be reached and left, every forbidden step is refused."""

from __future__ import annotations

import itertools

import pytest

from jishiban.hall.applications.flow import APPLICATION, RECEIVED, SPECIAL_PROCEDURES
from jishiban.hall.applications.tests.conftest import Filer
from jishiban.kernel.cases.engine import Life, Taken, advance
from jishiban.kernel.cases.errors import StepRefused
from jishiban.kernel.cases.flow import PARTY, SYSTEM, Op
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import SYSTEM as MACHINE
from jishiban.kernel.directory.models import Role
from jishiban.kernel.notices.templates import keys
from jishiban.kernel.papers.forms import FORMS

STATES = sorted(APPLICATION.states)
STEPS = {step.name: step for step in APPLICATION.steps}


def reached() -> set[str]:
    found = {RECEIVED.name}
    while (
        more := {
            step.move.target.name
            for step in APPLICATION.steps
            if step.move.target and any(step.leaves(state) for state in found)
        }
        - found
    ):
        found |= more
    return found


def test_every_state_can_be_reached() -> None:
    assert reached() == set(STATES)


def test_every_open_state_can_be_left_by_a_person() -> None:
    for state in APPLICATION.states.values():
        if state.open:
            ways = [s for s in APPLICATION.steps_from(state.name) if s.move.target and set(s.by) - {SYSTEM}]
            assert ways, state


def test_no_step_leaves_a_closed_state() -> None:
    for state in APPLICATION.states.values():
        if not state.open:
            assert not APPLICATION.steps_from(state.name)


@pytest.mark.parametrize(("state", "step"), list(itertools.product(STATES, sorted(STEPS))))
def test_a_step_is_refused_from_every_state_the_table_does_not_name(state: str, step: str) -> None:
    if STEPS[step].leaves(state):
        return
    life = Life(Case(state=state))
    with pytest.raises(StepRefused, match="不能在"):
        advance(APPLICATION, life, Taken(STEPS[step], MACHINE, None))  # type: ignore[arg-type]  # refused before any time is read


def test_only_the_law_and_named_people_take_steps() -> None:
    known = {PARTY, SYSTEM, *Role.values}
    for step in APPLICATION.steps:
        assert set(step.by) <= known
        assert len({step.name for step in APPLICATION.steps}) == len(APPLICATION.steps)


def test_only_listed_procedures_pause_a_clock_and_a_site_check_is_not_one() -> None:
    pausing = [
        step.name for step in APPLICATION.steps if any(op is Op.PAUSE for op, _kind in step.does_to_clock())
    ]
    assert pausing == ["suspend"]
    assert not any("现场" in name or "勘验" in name for name in SPECIAL_PROCEDURES)


def test_every_notice_and_paper_a_step_names_exists() -> None:
    for step in (APPLICATION.opens, *APPLICATION.steps):
        assert not step.tell or step.tell in keys(), step.tell
        assert not step.paper or step.paper in {kind.value for kind in FORMS}, step.paper


def test_every_flow_step_has_words_for_people(file: Filer) -> None:
    for step in (APPLICATION.opens, *APPLICATION.steps):
        assert step.label
        for need in step.needs:
            assert need.label
