"""A full value is shown to those who work on the case, for a reason, and never without a record."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.errors import FactsMissing, NotAllowed, StepRefused
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.owners import start_leave
from jishiban.kernel.cases.reveals import FIELDS, KIND, may_reveal, reveal
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.ledger.models import Leaf, LedgerRecord
from jishiban.kernel.ledger.verify import verify

REASON = "核对申请人身份"


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_errand(cast)


@pytest.mark.parametrize("who", ["reviewer", "clerk", "second", "head", "chief"])
def test_those_who_work_on_the_case_see_the_value(case: Case, cast: Cast, who: str) -> None:
    assert reveal(cast.actor(who), case, "phone", REASON, timezone.now()) == "13800138000"


@pytest.mark.parametrize("who", ["auditor", "admin", "editor", "outsider", "outhead", "citizen", "stranger"])
def test_all_others_are_refused_and_nothing_is_written(case: Case, cast: Cast, who: str) -> None:
    before = Leaf.objects.count()
    with pytest.raises(NotAllowed):
        reveal(cast.actor(who), case, "phone", REASON, timezone.now())
    assert Leaf.objects.count() == before


def test_one_who_stands_in_for_the_owner_may_look(case: Case, cast: Cast) -> None:
    assert not may_reveal(cast.actor("outsider"), case)
    start_leave(cast["reviewer"], date(2020, 1, 1), date(2099, 1, 1), cast["outsider"])
    assert may_reveal(cast.actor("outsider"), case)


def test_the_record_says_who_what_and_why_and_not_the_value(case: Case, cast: Cast) -> None:
    for field in FIELDS:
        reveal(cast.actor("reviewer"), case, field, f"  {REASON} ", timezone.now())
    records = LedgerRecord.objects.filter(kind=KIND)
    assert len(records) == len(FIELDS)
    for record in records:
        assert case.number in record.body
        assert REASON in record.body
        assert str(cast["reviewer"].pk) in record.body
        person = cast.citizen
        assert not any(value in record.body for value in (person.name, person.phone, person.id_number))
    assert verify().first_fault is None


@pytest.mark.parametrize("reason", ["", "   ", "查", "看 看", "长" * 101])
def test_without_a_proper_reason_nothing_is_shown(case: Case, cast: Cast, reason: str) -> None:
    with pytest.raises(FactsMissing) as refused:
        reveal(cast.actor("reviewer"), case, "phone", reason, timezone.now())
    assert "reason" in refused.value.fields
    assert not LedgerRecord.objects.filter(kind=KIND).exists()


@pytest.mark.parametrize("field", ["", "pk", "id_index", "erased_at", "phone_index", "__dict__"])
def test_no_other_column_can_be_asked_for(case: Case, cast: Cast, field: str) -> None:
    with pytest.raises(StepRefused):
        reveal(cast.actor("reviewer"), case, field, REASON, timezone.now())


def test_looking_moves_neither_the_case_nor_its_clock(case: Case, cast: Cast) -> None:
    reveal(cast.actor("reviewer"), case, "phone", REASON, timezone.now())
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.seq, fresh.due_at) == (case.seq, case.due_at)


def test_a_closed_case_is_looked_at_by_the_same_rule(case: Case, cast: Cast) -> None:
    act(case, "decide", by=cast.actor("reviewer"), why="符合条件")
    closed = Case.objects.get(pk=case.pk)
    assert reveal(cast.actor("reviewer"), closed, "name", REASON, timezone.now()) == "张三丰"
    with pytest.raises(NotAllowed):
        reveal(cast.actor("auditor"), closed, "name", REASON, timezone.now())
