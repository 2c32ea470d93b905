"""Folding: whatever the order of facts and folds, a figure is the naive count."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishiban.kernel.indicators import declare
from jishiban.kernel.indicators.actions import FactRow, emit, fold, refold
from jishiban.kernel.indicators.declare import Indicator, indicator
from jishiban.kernel.indicators.models import Fact, Tally, Watermark
from jishiban.kernel.indicators.queries import figure, figures
from jishiban.kernel.tests.threads import together

HALL = ZoneInfo("Asia/Shanghai")
NEW_YEAR = datetime(2026, 1, 1, 9, tzinfo=HALL)

rows = st.builds(
    FactRow,
    kind=st.sampled_from(["fee.paid", "fee.returned", "case.received", "case.closed"]),
    at=st.integers(0, 24 * 120).map(lambda hours: NEW_YEAR + timedelta(hours=hours)),
    unit_id=st.integers(1, 3),
    subject=st.sampled_from(["matter:1", "matter:2"]),
    channel=st.sampled_from(["0", "1", "2"]),
    value=st.integers(-5, 50).map(float),
    dims=st.sampled_from([{}, {"method": "card"}, {"method": "cash"}, {"method": "barter"}]),
)
moves = st.lists(st.one_of(st.lists(rows, max_size=8), st.integers(1, 6), st.just("refold")), max_size=12)
days = st.integers(0, 130).map(lambda n: date(2025, 12, 28) + timedelta(days=n))
GROUPS: list[tuple[str, ...]] = [
    (), ("day",), ("month",), ("unit",), ("channel", "unit"), ("month", "channel"), ("unit", "month", "day")
]  # fmt: skip


def naive(
    facts: Sequence[FactRow],
    one: Indicator,
    start: date,
    end: date,
    units: set[int] | None,
    groups: tuple[str, ...],
) -> dict[tuple[Any, ...], float]:
    found: Counter[tuple[Any, ...]] = Counter()
    for fact in facts:
        day = fact.at.astimezone(HALL).date()
        if fact.kind not in one.kinds or not start <= day <= end or (units and fact.unit_id not in units):
            continue
        if one.channels and fact.channel not in one.channels:
            continue
        if any(fact.dims.get(name) not in values for name, values in one.where):
            continue
        parts = {
            "day": day, "month": day.replace(day=1), "unit": fact.unit_id,
            "subject": fact.subject, "channel": fact.channel,
        }  # fmt: skip
        found[tuple(parts[group] for group in groups)] += 1 if one.measure == "count" else fact.value  # type: ignore[assignment]
    return dict(found)


def play(history: Sequence[Any], one: Indicator) -> list[FactRow]:
    """Emit, fold and refold as told; gives the facts that now stand."""
    told: list[FactRow] = []
    for move in history:
        if isinstance(move, list):
            emit(move)
            told += move
        elif move == "refold":
            refold(one)
        else:
            fold(limit=move)
    return told


@pytest.mark.django_db
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves, days, days, st.sampled_from([None, {1}, {2, 3}]), st.sampled_from(GROUPS))
def test_any_order_of_facts_and_folds_gives_the_naive_count(
    fees: Indicator,
    history: Sequence[Any],
    one_day: date,
    other: date,
    units: set[int] | None,
    groups: tuple[str, ...],
) -> None:
    start, end = sorted((one_day, other))
    with transaction.atomic():
        told = play(history, fees)
        for wanted in (fees, indicator("cases_received")):
            seen = figure(wanted, start, end, units, groups)
            assert dict(seen.cells) == naive(told, wanted, start, end, units, groups)
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows, min_size=1, max_size=30), st.integers(1, 7))
def test_a_published_month_cannot_be_changed_by_folding_again(
    fees: Indicator, facts: list[FactRow], limit: int
) -> None:
    with transaction.atomic():
        emit(facts)
        while fold(limit):
            pass
        january = date(2026, 1, 1), date(2026, 1, 31)
        published = figures([fees, indicator("cases_closed")], *january, None, ("unit",))
        stored = sorted(Tally.objects.values_list("indicator", "grain", "period", "unit_id", "n", "total"))
        assert fold() == 0
        refold(fees)
        while fold(limit):
            pass
        again = figures([fees, indicator("cases_closed")], *january, None, ("unit",))
        assert {n: f.cells for n, f in again.items()} == {n: f.cells for n, f in published.items()}
        assert (
            sorted(Tally.objects.values_list("indicator", "grain", "period", "unit_id", "n", "total"))
            == stored
        )
        transaction.set_rollback(True)


def received(number: int = 1, **changes: Any) -> list[FactRow]:
    return [dataclasses.replace(FactRow("case.received", NEW_YEAR, 1), **changes) for _ in range(number)]


@pytest.mark.django_db
def test_fold_takes_at_most_its_limit_and_says_how_many() -> None:
    emit(received(7))
    assert [fold(3), fold(3), fold(3), fold(3)] == [3, 3, 1, 0]
    assert figure(indicator("cases_received"), date(2026, 1, 1), date(2026, 1, 1)).value == 7


@pytest.mark.django_db
def test_a_figure_declared_later_counts_what_was_before() -> None:
    emit([FactRow("late.kind", NEW_YEAR, 1) for _ in range(5)])
    while fold(2):
        pass
    late = declare.declare(Indicator("test_late", "后设", "后来声明的指标。", ("late.kind",), unit="件"))
    try:
        assert figure(late, date(2026, 1, 1), date(2026, 1, 1)).value == 5, "before any fold of it"
        assert fold(2) == 2
        assert figure(late, date(2026, 1, 1), date(2026, 1, 1)).value == 5, "half folded"
        while fold(2):
            pass
        assert figure(late, date(2026, 1, 1), date(2026, 1, 1)).value == 5
        assert Tally.objects.filter(indicator=late.key).count() == 2
    finally:
        del declare._declared[late.name]


@pytest.mark.django_db
def test_a_dimension_that_is_not_declared_makes_no_cells() -> None:
    emit([FactRow("breach.second_notice", NEW_YEAR, 1, subject=f"matter:{n}") for n in range(30)])
    fold()
    assert (
        Tally.objects.filter(indicator=indicator("second_notice_breach").key).count() == 2
    )  # a day and a month


@pytest.mark.django_db
def test_the_queries_of_a_fold_are_the_same_however_much_was_folded_before() -> None:
    emit(received(10))
    fold()
    emit(received(10))
    with CaptureQueriesContext(connection) as few:
        fold()
    emit([row for n in range(40) for row in received(10, at=NEW_YEAR + timedelta(days=n))])
    while fold():
        pass
    emit(received(10))
    with CaptureQueriesContext(connection) as many:
        fold()
    assert len(many) == len(few) <= 14


@pytest.mark.django_db
def test_an_idle_fold_only_reads() -> None:
    emit(received())
    fold()
    with CaptureQueriesContext(connection) as queries:
        assert fold() == 0
    assert len(queries) == 2
    assert all(query["sql"].startswith("SELECT") for query in queries)


def _emit_in_turns(name: int) -> None:
    for turn in range(25):
        with transaction.atomic():
            emit(received(3, unit_id=name, at=NEW_YEAR + timedelta(days=turn)))


def _fold_for_a_while() -> int:
    return sum(fold(limit=20) for _ in range(30))


def test_two_folding_workers_and_three_writers_lose_and_double_nothing(transactional_db: None) -> None:
    together(
        lambda: _emit_in_turns(1), lambda: _emit_in_turns(2), lambda: _emit_in_turns(3),
        _fold_for_a_while, _fold_for_a_while,
    )  # fmt: skip
    while fold(limit=50):
        pass
    one = indicator("cases_received")
    assert figure(one, date(2026, 1, 1), date(2026, 12, 31), None, ("unit",)).cells == {
        (n,): 75 for n in (1, 2, 3)
    }
    assert sum(Tally.objects.filter(indicator=one.key, grain="month").values_list("n", flat=True)) == 225
    assert list(Fact.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 226))
    assert Watermark.objects.get(name=Watermark.NUMBERED).position == 225


@pytest.mark.postgres
def test_a_fact_that_becomes_visible_after_a_younger_one_is_not_missed(transactional_db: None) -> None:
    """The older transaction takes its ids first and commits last: the trap of every watermark over ids."""
    import threading

    inserted, folded = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            emit(received(2, unit_id=1))
            inserted.set()
            assert folded.wait(20)

    def quick_writer_and_fold() -> None:
        assert inserted.wait(20)
        with transaction.atomic():
            emit(received(3, unit_id=2))
        assert fold() == 3
        folded.set()

    together(slow_writer, quick_writer_and_fold)
    year = date(2026, 1, 1), date(2026, 12, 31)
    assert figure(indicator("cases_received"), *year, None, ("unit",)).cells == {(1,): 2, (2,): 3}
    assert fold() == 2
    assert figure(indicator("cases_received"), *year, None, ("unit",)).cells == {(1,): 2, (2,): 3}


def test_a_figure_read_while_folding_never_flickers(transactional_db: None) -> None:
    with transaction.atomic():
        emit(received(400))
    one, day = indicator("cases_received"), date(2026, 1, 1)

    def watch() -> set[float]:
        return {figure(one, day, day).value for _ in range(120)}

    def work() -> int:
        return sum(fold(limit=10) for _ in range(60))

    seen, more, _, _ = together(watch, watch, work, work)
    assert seen | more == {400}
