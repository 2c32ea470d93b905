"""Whatever is changed in the database behind the product's back is found, and the first leaf at fault is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.ledger.verify import verify

Attack = Callable[[Case], None]


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def case(cast: Cast) -> Case:
    """Three cases with a few events each; the second is the one attacked."""
    cases = [open_errand(cast) for _n in range(3)]
    for one in cases:
        act(one, "note", by=cast.actor("clerk"), text="记一笔")
        act(one, "hold", by=cast.actor("reviewer"), until="2027-01-08")
        act(one, "go_on", by=cast.actor("reviewer"))
    return cases[1]


def first_fault(case: Case) -> int | None:
    report = verify()
    return report.first_fault.index if report.first_fault else None


def leaves(case: Case) -> list[int]:
    return list(case.events.order_by("seq").values_list("leaf", flat=True))


def test_untouched_cases_verify(case: Case) -> None:
    report = verify()
    assert report.first_fault is None
    assert report.leaves == CaseEvent.objects.count()


EVENT_EDITS = {
    "step": "decide", "to_state": "done", "from_state": "held", "actor_id": 99, "owner_id": 99, "unit_id": 99,
    "facts_text": '{"until":"2026-01-01"}', "words_digest": "0" * 64, "at": "2020-01-01 00:00:00",
    "effective": "2020-01-01 00:00:00", "snapshot": "0" * 64, "actor_kind": "system",
}  # fmt: skip


@pytest.mark.parametrize("column", sorted(EVENT_EDITS))
def test_an_edited_event_is_found_at_its_own_leaf(case: Case, column: str) -> None:
    leaf = leaves(case)[1]
    run(f"UPDATE cases_caseevent SET {column} = %s WHERE leaf = %s", EVENT_EDITS[column], leaf)
    assert first_fault(case) == leaf


CASE_EDITS = {
    "state": "done", "owner_id": None, "unit_id": None, "title": "别的事", "due_at": "2030-01-01 00:00:00",
    "red_at": "2030-01-01 00:00:00", "next_check": "2030-01-01 00:00:00", "opened_at": "2020-01-01 00:00:00",
    "level": 3, "channel": "3", "plan": "{}", "subject": "test:2",
}  # fmt: skip


@pytest.mark.parametrize("column", sorted(CASE_EDITS))
def test_an_edited_case_is_found_at_its_last_event(case: Case, cast: Cast, column: str) -> None:
    value = {"owner_id": cast["head"].pk, "unit_id": cast.other.pk}.get(column, CASE_EDITS[column])
    run(f"UPDATE cases_case SET {column} = %s WHERE id = %s", value, case.pk)
    assert first_fault(case) == leaves(case)[-1]


def test_an_edited_promise_is_found_at_the_last_event_of_its_case(case: Case) -> None:
    run(
        "UPDATE cases_promise SET deadline = %s WHERE case_id = %s AND kind = 'promised'",
        "2030-01-01 00:00:00",
        case.pk,
    )
    assert first_fault(case) == leaves(case)[-1]


def test_a_removed_or_added_promise_is_found(case: Case) -> None:
    run("DELETE FROM cases_promise WHERE case_id = %s AND kind = 'promised'", case.pk)
    assert first_fault(case) == leaves(case)[-1]


def test_a_deleted_event_is_found_at_its_leaf(case: Case) -> None:
    leaf = leaves(case)[2]
    run("DELETE FROM cases_caseevent WHERE leaf = %s", leaf)
    assert first_fault(case) == leaf


def test_two_events_that_changed_places_are_found(case: Case) -> None:
    first, second = leaves(case)[1:3]
    run("UPDATE cases_caseevent SET leaf = -1 WHERE leaf = %s", first)
    run("UPDATE cases_caseevent SET leaf = %s WHERE leaf = %s", first, second)
    run("UPDATE cases_caseevent SET leaf = %s WHERE leaf = -1", second)
    assert first_fault(case) == first


def test_an_event_written_straight_into_the_database_is_found(case: Case) -> None:
    event = case.events.order_by("-seq").first()
    assert event is not None
    event.pk, event.seq, event.leaf = None, event.seq + 1, 10_000
    event.save()
    assert verify().first_fault is not None


def test_a_case_written_straight_into_the_database_is_found(case: Case) -> None:
    case.pk, case.number = None, "370115-20260310-09999-1"
    case.save()
    assert verify().first_fault is not None


def test_a_case_removed_with_all_its_events_is_found(case: Case) -> None:
    leaf = leaves(case)[0]
    for table in ("cases_promise", "cases_caseevent"):
        run(f"DELETE FROM {table} WHERE case_id = %s", case.pk)
    run("DELETE FROM cases_case WHERE id = %s", case.pk)
    assert verify().first_fault is not None
    assert first_fault(case) == leaf


def test_changed_words_are_found(case: Case) -> None:
    event = case.events.get(step="note")
    event.words = '{"text":"换了一句"}'
    event.save()
    assert first_fault(case) == event.leaf


def test_words_wiped_in_the_database_are_found_and_lawfully_erased_ones_are_no_fault(
    case: Case, cast: Cast
) -> None:
    event = case.events.get(step="note")
    run("UPDATE cases_caseevent SET words = '', words_salt = '' WHERE id = %s", event.pk)
    assert first_fault(case) == event.leaf
    run("UPDATE directory_person SET erased_at = %s WHERE id = %s", "2026-03-10 00:00:00", cast.citizen.pk)
    assert first_fault(case) is None
