"""A person's data can be erased, and the log still verifies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone

from jishiban.kernel.cases import erasure
from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.errors import StepRefused
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.models import Person
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.ledger.models import LedgerRecord
from jishiban.kernel.ledger.verify import verify
from jishiban.kernel.notices.models import Notice

SECRET = "申请人说他叫张三丰"


@pytest.fixture
def closed(cast: Cast) -> Case:
    case = open_errand(cast)
    act(case, "note", by=cast.actor("clerk"), text=SECRET)
    act(case, "decide", by=cast.actor("reviewer"), why=SECRET)
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def erasers() -> Iterator[None]:
    kept = dict(erasure._erasers)
    yield
    erasure._erasers.clear()
    erasure._erasers.update(kept)


def erase(cast: Cast, person: Person | None = None) -> dict[str, int]:
    return erasure.erase_person(
        person or cast.citizen, by=cast.actor("admin"), reason="本人申请删除", now=timezone.now()
    )


def test_nothing_that_names_the_person_is_left(closed: Case, cast: Cast) -> None:
    erase(cast)
    person = Person.objects.get(pk=cast.citizen.pk)
    assert (person.name, person.id_number, person.phone, person.address) == ("", "", "", "")
    assert (person.id_index, person.phone_index) == ("", None)
    assert person.erased_at
    assert all(event.said == {} and event.words_salt == "" for event in closed.events.all())
    assert not any(notice.text for notice in Notice.objects.filter(to_person=person))
    assert Case.objects.get(pk=closed.pk).query_code == ""


def test_the_log_verifies_after_an_erasure(closed: Case, cast: Cast) -> None:
    erase(cast)
    assert verify().first_fault is None


def test_after_an_erasure_an_edit_is_still_found(closed: Case, cast: Cast) -> None:
    erase(cast)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_caseevent SET step = 'x' WHERE case_id = %s AND seq = 2", [closed.pk])
    assert verify().first_fault is not None


def test_the_cases_of_others_keep_their_words(closed: Case, cast: Cast) -> None:
    erase(cast, cast.stranger)
    assert closed.events.get(step="decide").said["why"] == SECRET


def test_an_erasure_is_on_the_record_without_the_person(closed: Case, cast: Cast) -> None:
    done = erase(cast)
    record = LedgerRecord.objects.get(kind="erasure")
    assert done["words"] == 2
    assert "本人申请删除" in record.body
    assert cast.citizen.name not in record.body


def test_a_person_with_an_open_case_is_not_erased(cast: Cast) -> None:
    open_errand(cast)
    with pytest.raises(StepRefused):
        erase(cast)
    assert Person.objects.get(pk=cast.citizen.pk).name == "张三丰"


def test_an_erasure_needs_a_reason(cast: Cast) -> None:
    with pytest.raises(StepRefused):
        erasure.erase_person(cast.citizen, by=cast.actor("admin"), reason="  ", now=timezone.now())


def test_other_rooms_erase_theirs_in_the_same_transaction(closed: Case, cast: Cast, erasers: None) -> None:
    def broken(person: Person) -> int:
        raise RuntimeError("on purpose")

    erasure.erases("applications", lambda person: 7)
    assert erase(cast, cast.stranger)["applications"] == 7
    erasure.erases("broken", broken)
    with pytest.raises(RuntimeError):
        erase(cast)
    assert Person.objects.get(pk=cast.citizen.pk).name == "张三丰"
    assert not LedgerRecord.objects.filter(
        kind="erasure", body__contains=f'"person":{cast.citizen.pk},'
    ).exists()
