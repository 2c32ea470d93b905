"""Leaves are numbered without gaps, in order, inside the caller's transaction, in three statements."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jishiban.kernel.ledger import actions, queries
from jishiban.kernel.ledger.models import Head, Leaf, LedgerRecord
from jishiban.kernel.ledger.sources import RecordSource
from jishiban.kernel.ledger.tests.conftest import DAY_ONE
from jishiban.kernel.ledger.verify import verify

Write = Callable[[int], list[LedgerRecord]]


@pytest.mark.django_db
def test_numbers_count_from_zero_without_a_gap() -> None:
    sealed = [actions.append("reveal", b"x", DAY_ONE) for _ in range(5)]
    assert [leaf.index for leaf in sealed] == [0, 1, 2, 3, 4]
    assert queries.size() == 5


@pytest.mark.django_db
def test_appending_takes_three_statements() -> None:
    actions.append("reveal", b"first", DAY_ONE)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        actions.append("reveal", b"second", DAY_ONE)
    assert [query["sql"].split()[0] for query in asked] == ["SELECT", "INSERT", "UPDATE"]


@pytest.mark.django_db
def test_many_entries_take_three_statements_too() -> None:
    actions.append("reveal", b"first", DAY_ONE)
    with CaptureQueriesContext(connection) as asked:
        actions.append_many([actions.Entry("reveal", b"%d" % n, DAY_ONE) for n in range(100)])
    assert len(asked) == 3
    assert queries.size() == 101


def test_one_by_one_and_all_at_once_differ_only_in_their_salts(write: Write) -> None:
    write(3)
    single = [(leaf.index, leaf.kind, leaf.at, len(leaf.nodes)) for leaf in Leaf.objects.order_by("index")]
    Leaf.objects.all().delete()
    Head.objects.all().delete()
    entries = [actions.Entry("reveal", b"x", DAY_ONE + timedelta(minutes=10 * n)) for n in range(3)]
    actions.append_many(entries)
    assert single == [
        (leaf.index, leaf.kind, leaf.at, len(leaf.nodes)) for leaf in Leaf.objects.order_by("index")
    ]


@pytest.mark.django_db(transaction=True)
def test_appending_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        actions.append("reveal", b"x", DAY_ONE)
    assert not Leaf.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_leaves_no_leaf_and_no_gap() -> None:
    def fail() -> None:
        with transaction.atomic():
            actions.append("reveal", b"lost", DAY_ONE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction.atomic():
        assert actions.append("reveal", b"kept", DAY_ONE).index == 0


@pytest.mark.django_db
def test_a_late_writer_is_not_dated_before_the_leaf_ahead_of_it() -> None:
    actions.append("reveal", b"x", DAY_ONE + timedelta(seconds=1))
    sealed = actions.append("reveal", b"y", DAY_ONE)
    assert sealed.at == DAY_ONE + timedelta(seconds=1)
    assert Leaf.objects.get(pk=sealed.index).at == sealed.at


def test_a_record_keeps_its_own_time_and_its_leaf(write: Write) -> None:
    record = write(1)[0]
    stored = LedgerRecord.objects.get()
    assert (stored.kind, stored.at, stored.leaf) == ("reveal", DAY_ONE, 0)
    assert stored.facts == {"case": "济〔2026〕0号", "no": 0}
    assert str(record) == "reveal 0"


@pytest.mark.django_db
@pytest.mark.parametrize("body", [{"fee": 1.5}, {1: "one"}])
def test_a_body_without_one_spelling_writes_nothing(body: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        actions.record("reveal", body, DAY_ONE)
    assert not Leaf.objects.exists()


@pytest.mark.parametrize("column", ["size", "peaks", "seal", "at", "mac"])
def test_nothing_is_added_to_a_head_that_was_tampered_with(write: Write, column: str) -> None:
    write(2)
    other = {"size": 4, "peaks": bytes(32), "seal": bytes(32), "at": DAY_ONE, "mac": bytes(32)}
    Head.objects.update(**{column: other[column]})
    with pytest.raises(actions.LedgerDamaged, match="校验码"):
        actions.append("reveal", b"x", DAY_ONE)
    assert Leaf.objects.count() == 2


@pytest.mark.django_db
def test_an_empty_head_must_be_empty_in_every_column() -> None:
    Head.objects.update_or_create(pk=Head.ROW, defaults={"size": 0, "seal": b"s" * 32})
    with pytest.raises(actions.LedgerDamaged):
        actions.append("reveal", b"x", DAY_ONE)


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_get_numbers_without_gap_or_double() -> None:
    numbers: list[int] = []

    def work(writer: int) -> None:
        try:
            for n in range(10):
                with transaction.atomic():
                    numbers.append(actions.record("reveal", {"writer": writer, "n": n}, DAY_ONE).leaf)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(80))
    assert verify(among=[RecordSource()]).ok
