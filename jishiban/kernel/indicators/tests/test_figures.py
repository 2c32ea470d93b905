"""Reading figures: periods, groups, shares, lineage, and what they cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jishiban.kernel.indicators.actions import FactRow, emit, fold
from jishiban.kernel.indicators.declare import Indicator, Live, Ratio, indicator, named
from jishiban.kernel.indicators.queries import facts_behind, figure, figures, share, standing

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
NOW = datetime(2026, 4, 1, 1, tzinfo=UTC)
MARCH = date(2026, 3, 1), date(2026, 3, 31)
RECEIVED = "case.received"


def receive(days: int = 0, unit: int = 1, channel: str = "0", number: str = "") -> FactRow:
    at = NOON + timedelta(days=days)
    return FactRow(RECEIVED, at, unit, case_number=number, channel=channel, subject="matter:5")


@pytest.mark.django_db
def test_a_figure_carries_its_period_and_its_data_time() -> None:
    emit([receive(), receive(1)])
    seen = figure(indicator("cases_received"), *MARCH, now=NOW)
    assert (seen.start, seen.end, seen.as_of, seen.value, str(seen)) == (*MARCH, NOW, 2, "2")


@pytest.mark.django_db
def test_a_figure_of_an_empty_hall_is_nought_and_a_share_a_dash() -> None:
    assert figure(indicator("cases_received"), *MARCH).value == 0
    assert str(share(_ratio("online_share"), *MARCH)) == "—"


@pytest.mark.django_db
@pytest.mark.parametrize("folded", [False, True])
def test_the_online_share_is_what_came_by_the_net(folded: bool) -> None:
    emit([receive(channel="1"), receive(channel="1"), receive(channel="0"), receive(unit=2, channel="8")])
    if folded:
        fold()
    online = share(_ratio("online_share"), *MARCH, group_by=("unit",))
    assert str(online) == "50.00%"
    assert (online.at(1), online.at(2), online.at(9)) == ("66.67%", "0.00%", "—")


@pytest.mark.django_db
@pytest.mark.parametrize("folded", [False, True])
def test_units_filter_and_no_unit_means_none(folded: bool) -> None:
    emit([receive(unit=1), receive(unit=2), receive(unit=3)])
    if folded:
        fold()
    received = indicator("cases_received")
    assert figure(received, *MARCH, unit_ids=[1, 3]).value == 2
    assert figure(received, *MARCH, unit_ids=[]).value == 0


@pytest.mark.django_db
def test_a_year_read_by_month_is_its_months() -> None:
    emit([receive(days) for days in (0, 5, 40, 100)])
    fold()
    year = figure(indicator("cases_received"), date(2026, 1, 1), date(2026, 12, 31), group_by=("month",))
    assert year.cells == {(date(2026, 3, 1),): 2, (date(2026, 4, 1),): 1, (date(2026, 6, 1),): 1}


@pytest.mark.django_db
def test_a_dimension_that_is_not_declared_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="subject"):
        figure(indicator("promises_made"), *MARCH, group_by=("subject",))


@pytest.mark.django_db
def test_sums_keep_their_decimals(fees: Indicator) -> None:
    paid = FactRow("fee.paid", NOON, 1, channel="0", value=1200.5, dims={"method": "cash"})
    emit([paid, paid])
    assert str(figure(fees, *MARCH)) == "2,401.00"


@pytest.mark.django_db
@pytest.mark.parametrize("folded", [False, True])
def test_a_figure_opens_to_exactly_its_records(fees: Indicator, folded: bool) -> None:
    emit([receive(number="a"), receive(1, number="b"), receive(unit=2, number="c"), receive(60, number="d")])
    emit(
        [
            FactRow("fee.paid", NOON, 1, channel=c, dims={"method": m})
            for c in "012"
            for m in ("card", "barter")
        ]
    )
    if folded:
        fold()
    received = indicator("cases_received")
    assert [fact.case_number for fact in facts_behind(received, *MARCH, [1])] == ["b", "a"]
    for one in (received, fees, indicator("cases_received_online")):
        assert facts_behind(one, *MARCH).count() == figure(one, *MARCH).value
    assert facts_behind(fees, *MARCH).count() == 2


@pytest.mark.django_db
def test_all_figures_of_a_page_are_one_query_whatever_is_counted() -> None:
    page = [
        indicator(name) for name in ("promises_made", "promises_kept", "promises_broken", "cases_received")
    ]
    emit([receive(days % 28, unit=days % 9 + 1) for days in range(300)])
    fold(limit=150)
    with CaptureQueriesContext(connection) as queries:
        seen = figures(page, *MARCH, group_by=("unit",))
    assert len(queries) == 1
    assert seen["cases_received"].value == 300
    assert seen["promises_made"].value == 0


@pytest.mark.django_db
def test_a_figure_never_walks_through_folded_facts() -> None:
    """Read from the plan: unfolded facts are found by having no number yet."""
    if connection.vendor != "sqlite":
        pytest.skip("the planner of a nearly empty PostgreSQL table prefers to walk")
    emit([receive()])
    with CaptureQueriesContext(connection) as queries:
        figure(indicator("cases_received"), *MARCH)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + queries[0]["sql"])
        plan = [str(row[3]) for row in cursor.fetchall()]
    reads = [step for step in plan if "indicators_fact" in step]
    assert "(seq=?)" in reads[0], plan
    assert all(step.startswith("SEARCH") for step in reads)


def test_a_state_of_this_moment_is_counted_by_its_own_room() -> None:
    overdue = {1: 4, 2: 1}

    def count(unit_ids: Collection[int] | None) -> Mapping[int, int]:
        return {unit: n for unit, n in overdue.items() if unit_ids is None or unit in unit_ids}

    live = Live("test_overdue", "当前超期", "此刻已过期限的时限数。", "个", count)
    assert (standing(live).value, standing(live, [2], NOW).value) == (5, 1)
    assert standing(live, [2], NOW).as_of == NOW
    assert str(standing(live)) == "5"


def _ratio(name: str) -> Ratio:
    found = named(name)
    assert isinstance(found, Ratio)
    return found
