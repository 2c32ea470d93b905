"""Role × step × own or other's case × list, detail, act: the whole grid of every flow, against tables by hand.

The table says in names who may do what on a case of the office owned by the reviewer. It is written down apart
from the code: a change of a flow or of the rule must be made here too, by somebody who means it.
"""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from jishiban.config.tests.test_guards_doors import STAFF
from jishiban.config.wiring import FLOWS
from jishiban.guide.conversations.flow import INQUIRY
from jishiban.guide.conversations.flow import terms as inquiry_terms
from jishiban.guide.entries.flow import REVIEW, REVISION
from jishiban.hall.applications.flow import APPLICATION
from jishiban.kernel.cases.access import may_see, visible, why_not
from jishiban.kernel.cases.actions import Opening, act, find_step, open_case
from jishiban.kernel.cases.errors import CaseError, NotAllowed, StepRefused
from jishiban.kernel.cases.flow import Flow
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.owners import start_leave
from jishiban.kernel.cases.steps import UNIVERSAL
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.models import Role, Staff
from jishiban.kernel.directory.tests.cast import Cast, make_cast

PEOPLE = (*STAFF, "citizen", "stranger", "nobody", "jobless")
PLAN = {
    "notice": {"amount": 5, "unit": "工作日", "basis": "行政许可法第三十二条", "label": "告知或受理"},
    "promised": {"amount": 5, "unit": "工作日", "basis": "办事指南承诺", "label": "承诺时限"},
    "statutory": {"amount": 20, "unit": "工作日", "basis": "行政许可法第四十二条", "label": "法定时限"},
}

WINDOW = {"clerk"}
EXAMINERS = {"reviewer", "second"}
HEADS = {"head", "chief"}
OWNER = {"reviewer"}
PARTY = {"citizen"}
WORKERS = WINDOW | EXAMINERS | HEADS

SEE = WORKERS | {"auditor"} | PARTY
MAY: dict[str, set[str]] = {
    # what the window does, whoever of the office sits there
    "correct_on_spot": WINDOW, "one_time_notice": WINDOW | EXAMINERS, "correct": WINDOW | PARTY,
    "accept": WINDOW | EXAMINERS, "demand_again": WINDOW | EXAMINERS, "not_accept": WINDOW | EXAMINERS,
    "not_needed": WINDOW | EXAMINERS, "lapse": WINDOW | EXAMINERS, "deliver": WINDOW | EXAMINERS,
    "withdraw": WINDOW | PARTY,
    # what the owner alone answers for
    "ask_more": OWNER, "site_check": OWNER, "examine": OWNER, "suspend": OWNER, "resume": OWNER,
    "ask_extension": OWNER,
    # what a head decides, and may do in the owner's place
    "extend": HEADS, "decline_extension": HEADS, "grant": OWNER | HEADS, "refuse": OWNER | HEADS,
    "terminate": OWNER | HEADS,
    # what only time brings
    "deem_accepted": set(), "applicant_late": set(), "breach": set(),
    # steps of every flow
    "offer": OWNER | HEADS, "take": WORKERS, "decline": WORKERS, "reassign": HEADS, "transfer": WINDOW | HEADS,
    "warn": set(), "overdue": set(), "look": set(), "recount": set(), "comment": WORKERS | {"auditor"},
}  # fmt: skip
BY_TIME = {
    "deem_accepted", "applicant_late", "breach", "warn", "overdue", "look", "recount", "resume", "reassign",
}  # fmt: skip
# On a case of the other office, owned by its own colleague.
OTHER_SEE = {"outsider", "outhead", "chief", "auditor", "stranger"}


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    made.people["jobless"] = Staff.objects.create(account="wugang", name="无岗", unit=made.office)
    return made


def file(cast: Cast, unit_id: int, owner: str, person_id: int) -> Case:
    opening = Opening(
        flow=APPLICATION, unit_id=unit_id, title="食品经营许可", subject="matter:1", plan=PLAN,
        person_id=person_id, owner_id=cast[owner].pk,
    )  # fmt: skip
    party = Actor("person", person_id)
    return open_case(opening, party, form="0" * 64, version=1)


@pytest.fixture
def own(cast: Cast) -> Case:
    """A case of the office: owned by the reviewer, handed in by the citizen."""
    return file(cast, cast.office.pk, "reviewer", cast.citizen.pk)


@pytest.fixture
def other(cast: Cast) -> Case:
    """A case of the other office: owned by its colleague, handed in by a stranger."""
    return file(cast, cast.other.pk, "outsider", cast.stranger.pk)


def actor(cast: Cast, who: str) -> Actor:
    return Actor("person") if who == "nobody" else cast.actor(who)


def steps() -> list[str]:
    return [step.name for step in APPLICATION.steps] + list(UNIVERSAL)


def test_the_table_speaks_of_every_step_there_is() -> None:
    assert set(steps()) == set(MAY)


@pytest.mark.parametrize("who", PEOPLE)
def test_detail_is_open_to_those_of_the_table_only(cast: Cast, own: Case, other: Case, who: str) -> None:
    one = actor(cast, who)
    assert may_see(one, own) == (who in SEE)
    assert may_see(one, other) == (who in OTHER_SEE)


@pytest.mark.parametrize("who", PEOPLE)
def test_lists_and_exports_hold_what_detail_would_show(cast: Cast, own: Case, other: Case, who: str) -> None:
    """Both are made from `visible`; a case shut in detail must not be found there either."""
    one = actor(cast, who)
    listed = set(Case.objects.filter(visible(one)).values_list("pk", flat=True))
    assert listed == {case.pk for case in (own, other) if may_see(one, case)}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_step_is_open_to_those_of_the_table_only(cast: Cast, own: Case, who: str) -> None:
    one = actor(cast, who)
    allowed = {name for name in steps() if not why_not(one, find_step(APPLICATION, name), own)}
    assert allowed == {name for name, people in MAY.items() if who in people}


SWAPPED = {
    "reviewer": "outsider", "clerk": "outsider", "head": "outhead", "chief": "chief", "auditor": "auditor",
    "citizen": "stranger",
}  # fmt: skip


@pytest.mark.parametrize("who", PEOPLE)
def test_in_another_office_ones_role_counts_for_nothing(cast: Cast, other: Case, who: str) -> None:
    one = actor(cast, who)
    allowed = {name for name in steps() if not why_not(one, find_step(APPLICATION, name), other)}
    theirs = {
        name for name, people in MAY.items() if who in {SWAPPED[person] for person in people & set(SWAPPED)}
    }
    assert allowed == theirs


@pytest.mark.parametrize("who", PEOPLE)
def test_the_engine_refuses_whoever_the_table_leaves_out(
    cast: Cast, own: Case, other: Case, who: str
) -> None:
    """`act` is the one way in: it must ask, whatever the page before it showed."""
    one = actor(cast, who)
    for case in (own, other):
        for name in steps():
            if why_not(one, find_step(APPLICATION, name), case):
                with pytest.raises(NotAllowed):
                    act(case, name, by=one)
    assert {case.seq for case in Case.objects.all()} == {1}


@pytest.mark.parametrize("who", PEOPLE)
def test_whoever_the_table_names_is_never_refused_for_who_they_are(cast: Cast, own: Case, who: str) -> None:
    one = actor(cast, who)
    for name in (name for name, people in MAY.items() if who in people):
        with transaction.atomic():
            try:
                act(own, name, by=one)
            except NotAllowed:
                pytest.fail(f"{who} was refused {name}")
            except CaseError:
                pass  # wrong state or a missing fact: another reason
            transaction.set_rollback(True)


def test_the_system_takes_only_what_time_brings(own: Case) -> None:
    allowed = {name for name in steps() if not why_not(SYSTEM, find_step(APPLICATION, name), own)}
    assert allowed == BY_TIME


def test_a_deputy_may_what_the_one_away_may(cast: Cast, own: Case) -> None:
    examine = find_step(APPLICATION, "examine")
    assert why_not(cast.actor("second"), examine, own)
    start_leave(cast["reviewer"], date(2020, 1, 1), date(2099, 1, 1), cast["second"])
    assert not why_not(cast.actor("second"), examine, own)
    assert why_not(cast.actor("outsider"), examine, own)


def test_a_deputy_without_the_role_still_lacks_it(cast: Cast, own: Case) -> None:
    start_leave(cast["reviewer"], date(2020, 1, 1), date(2099, 1, 1), cast["editor"])
    assert may_see(cast.actor("editor"), own)
    assert why_not(cast.actor("editor"), find_step(APPLICATION, "grant"), own)


def test_an_offer_opens_the_case_and_nothing_more(cast: Cast, own: Case) -> None:
    Case.objects.filter(pk=own.pk).update(offered_to=cast["outsider"])
    offered = Case.objects.get(pk=own.pk)
    assert may_see(cast.actor("outsider"), offered)
    assert why_not(cast.actor("outsider"), find_step(APPLICATION, "grant"), offered)


@pytest.mark.parametrize("who", ["citizen", "clerk", "reviewer"])
def test_nobody_opens_a_case_twice(cast: Cast, own: Case, who: str) -> None:
    """It would start the five days for the notice anew (行政许可法 art. 32-4)."""
    with pytest.raises(StepRefused):
        act(own, "receive", by=actor(cast, who), form="1" * 64, version=1)
    assert own.promises.count() == 1


# --- the flows of the guide ------------------------------------------------------------------------------------

EVERY_FLOW = {name: MAY[name] for name in UNIVERSAL}
OF_TIME = {"warn", "overdue", "look", "recount", "reassign"}
EDITORS = {"editor"}
GUIDE: dict[str, dict[str, set[str]]] = {
    "inquiry": EVERY_FLOW | {
        "ask_back": WORKERS, "reply": WORKERS, "to_guide": WORKERS, "close": WINDOW | HEADS,
        "supply": WINDOW | PARTY, "withdraw": PARTY, "end": set(),
    },
    # who wrote it and who has read it already are shut out further by the flow's own guards
    "revision": EVERY_FLOW | {
        "first": EDITORS | HEADS, "second": EDITORS | HEADS, "publish": HEADS, "return": EDITORS | HEADS,
        "resubmit": EDITORS, "drop": EDITORS,
    },
}  # fmt: skip
BY_SYSTEM = {"inquiry": OF_TIME | {"supply", "withdraw", "end"}, "revision": OF_TIME}
OF_GUIDE = (INQUIRY, REVISION)
GRID = [pytest.param(flow, who, id=f"{flow.name}-{who}") for flow, who in product(OF_GUIDE, PEOPLE)]


def opened(cast: Cast, flow: Flow, unit_id: int, owner: str, person_id: int) -> Case:
    """A case of a flow of the guide, as its own action would open it."""
    given: dict[str, Any]
    if flow is INQUIRY:
        plan, by, given = inquiry_terms(), Actor("person", person_id), {"question": "问", "transcript": []}
    else:
        term = {"amount": 3, "unit": "工作日", "basis": "知识库规范", "label": "知识审核"}
        plan, by, given = {REVIEW: term}, SYSTEM, {"content": "0" * 64}
    opening = Opening(
        flow, unit_id, "开饭店先办哪个证", "guide", {name: plan[name] for name in flow.kinds if name in plan},
        person_id=person_id if flow is INQUIRY else None, owner_id=cast[owner].pk,
    )  # fmt: skip
    return open_case(opening, by, **given)


def may(one: Actor, flow: Flow, case: Case) -> set[str]:
    return {name for name in steps_of(flow) if not why_not(one, find_step(flow, name), case)}


def steps_of(flow: Flow) -> list[str]:
    return [step.name for step in flow.steps] + list(UNIVERSAL)


@pytest.mark.parametrize("flow", OF_GUIDE, ids=lambda flow: flow.name)
def test_each_table_of_the_guide_speaks_of_every_step(flow: Flow) -> None:
    assert set(steps_of(flow)) == set(GUIDE[flow.name])


def test_no_flow_is_without_a_table() -> None:
    assert {flow.name for flow in FLOWS} == {APPLICATION.name, *GUIDE}


@pytest.mark.parametrize(("flow", "who"), GRID)
def test_in_the_guide_too_a_step_is_open_to_those_of_the_table_only(cast: Cast, flow: Flow, who: str) -> None:
    own = opened(cast, flow, cast.office.pk, "reviewer", cast.citizen.pk)
    other = opened(cast, flow, cast.other.pk, "outsider", cast.stranger.pk)
    one, table = actor(cast, who), GUIDE[flow.name]
    assert may(one, flow, own) == {name for name, people in table.items() if who in people}
    theirs = {name for name, people in table.items() if who in {SWAPPED.get(person) for person in people}}
    assert may(one, flow, other) == theirs
    refused = {name for name in table if why_not(one, find_step(flow, name), own)}
    for name in refused:
        with pytest.raises(NotAllowed):
            act(own, name, by=one)
    assert Case.objects.get(pk=own.pk).seq == 1


@pytest.mark.parametrize("flow", OF_GUIDE, ids=lambda flow: flow.name)
def test_of_the_guide_the_system_takes_only_what_time_or_a_code_brings(cast: Cast, flow: Flow) -> None:
    own = opened(cast, flow, cast.office.pk, "reviewer", cast.citizen.pk)
    assert may(SYSTEM, flow, own) == BY_SYSTEM[flow.name]


def test_a_question_to_a_person_is_seen_by_its_unit_and_its_asker_only(cast: Cast) -> None:
    own = opened(cast, INQUIRY, cast.office.pk, "reviewer", cast.citizen.pk)
    assert {who for who in PEOPLE if may_see(actor(cast, who), own)} == SEE


def test_every_role_was_tried() -> None:
    assert {Role.CLERK, Role.REVIEWER, Role.HEAD, Role.EDITOR, Role.AUDITOR, Role.ADMIN} == set(Role)
