"""Numbers are unique and without gaps, whoever asks at the same time and whoever rolls back."""

import contextlib
import threading
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from jishiban.kernel.directory.identifiers import check_case_number, parse_case_number
from jishiban.kernel.papers.actions import allocate, next_case_number
from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.models import NumberSeries

DAY = date(2026, 9, 30)


@pytest.mark.django_db
def test_numbers_start_at_one_and_go_on() -> None:
    assert [allocate("paper", "济阳审批准字", "2026") for _turn in range(3)] == [1, 2, 3]


@pytest.mark.django_db
def test_every_series_counts_for_itself() -> None:
    allocate("paper", "济阳审批准字", "2026")
    assert allocate("paper", "济阳审批准字", "2027") == 1
    assert allocate("paper", "济阳审批受字", "2026") == 1
    assert allocate("case", "济阳审批准字", "2026") == 1


@pytest.mark.django_db
def test_a_number_costs_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        allocate("paper", "济阳审批准字", "2026")


@pytest.mark.django_db
def test_a_roll_back_gives_the_number_back() -> None:
    with contextlib.suppress(RuntimeError), transaction.atomic():
        allocate("paper", "济阳审批准字", "2026")
        raise RuntimeError
    assert allocate("paper", "济阳审批准字", "2026") == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused() -> None:
    with pytest.raises(TransactionManagementError):
        allocate("paper", "济阳审批准字", "2026")


@pytest.mark.django_db
def test_case_numbers_carry_area_day_and_serial() -> None:
    first, second = next_case_number("370115", DAY), next_case_number("370115", DAY)
    assert first == "370115-20260930-00001-8"
    assert [parse_case_number(number).serial for number in (first, second)] == [1, 2]
    assert check_case_number(first) == check_case_number(second) == []


@pytest.mark.django_db
def test_a_new_day_starts_at_one() -> None:
    next_case_number("370115", DAY)
    assert parse_case_number(next_case_number("370115", date(2026, 10, 8))).serial == 1


@pytest.mark.django_db
def test_after_the_last_serial_of_a_day_there_is_none() -> None:
    NumberSeries.objects.create(kind="case", word="370115", period="20260930", last=99_998)
    assert parse_case_number(next_case_number("370115", DAY)).serial == 99_999
    with pytest.raises(Refused, match="用完"):
        next_case_number("370115", DAY)


@pytest.mark.django_db
@given(st.lists(st.booleans(), max_size=12))
@settings(max_examples=25, deadline=None)
def test_whatever_is_rolled_back_no_number_is_missing(commits: list[bool]) -> None:
    kept, word = [], str(uuid4())
    for commit in commits:
        with contextlib.suppress(RuntimeError), transaction.atomic():
            number = allocate("paper", word, "2026")
            if not commit:
                raise RuntimeError
            kept.append(number)
    assert kept == list(range(1, commits.count(True) + 1))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_thirty_two_writers_at_once_leave_no_gap() -> None:
    """Every third one rolls back after it has its number."""
    numbers: list[str] = []
    errors: list[BaseException] = []
    start = threading.Barrier(32)

    def take(roll_back: bool) -> None:
        with transaction.atomic():
            number = next_case_number("370115", DAY)
            if roll_back:
                transaction.set_rollback(True)
            else:
                numbers.append(number)

    def write(worker: int) -> None:
        try:
            start.wait()
            for turn in range(5):
                take(roll_back=(worker + turn) % 3 == 0)
        except Exception as error:  # noqa: BLE001  # told to the main thread
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    serials = sorted(parse_case_number(number).serial for number in numbers)
    assert serials == list(range(1, len(serials) + 1))
