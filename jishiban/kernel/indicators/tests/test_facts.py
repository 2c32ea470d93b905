"""Facts as they are appended."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jishiban.kernel.indicators.actions import FactRow, emit
from jishiban.kernel.indicators.models import Fact

NIGHT = datetime(2026, 9, 30, 16, 30, tzinfo=UTC)  # half past midnight of 1 October in the hall


@pytest.mark.django_db
def test_a_fact_belongs_to_the_local_day_and_hour() -> None:
    emit([FactRow("case.received", NIGHT, unit_id=3, case_id=8, case_number="370115-20261001-00001-5")])
    fact = Fact.objects.get()
    assert (fact.day, fact.weekday, fact.hour) == (date(2026, 10, 1), 3, 0)
    assert (fact.unit_id, fact.case_id, fact.value, fact.dims) == (3, 8, 1, {})


@pytest.mark.django_db
def test_many_facts_are_one_insert() -> None:
    rows = [FactRow("promise.made", NIGHT, unit_id=1, dims={"promise": str(n)}) for n in range(20)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        emit(rows)
    assert len(queries) == 1
    assert Fact.objects.count() == 20


@pytest.mark.django_db
def test_no_facts_ask_nothing_of_the_database() -> None:
    with CaptureQueriesContext(connection) as queries:
        emit([])
    assert not len(queries)


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        emit([FactRow("case.received", NIGHT, unit_id=1)])
    assert not Fact.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fact_falls_with_what_it_counts() -> None:
    def fail() -> None:
        with transaction.atomic():
            emit([FactRow("case.received", NIGHT, unit_id=1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Fact.objects.exists()
