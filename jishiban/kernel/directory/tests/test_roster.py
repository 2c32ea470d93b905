"""Who answers for whom: always somebody, and always the same one for page, inbox and sweep."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiban.kernel.directory.models import Leave, Post
from jishiban.kernel.directory.roster import Roster, load, roster
from jishiban.kernel.directory.tests.cast import Cast, make_cast

DAY = date(2026, 3, 10)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_somebody_at_work_answers_for_themselves(cast: Cast) -> None:
    assert load(DAY).accountable(cast["reviewer"].pk) == cast["reviewer"].pk


def test_on_leave_the_deputy_answers(cast: Cast) -> None:
    Leave.objects.create(staff=cast["reviewer"], deputy=cast["second"], start=DAY, end=DAY)
    assert load(DAY).accountable(cast["reviewer"].pk) == cast["second"].pk
    assert load(DAY + timedelta(days=1)).accountable(cast["reviewer"].pk) == cast["reviewer"].pk


def test_when_the_deputy_is_away_too_the_deputys_deputy_answers(cast: Cast) -> None:
    Leave.objects.create(staff=cast["reviewer"], deputy=cast["second"], start=DAY, end=DAY)
    Leave.objects.create(staff=cast["second"], deputy=cast["clerk"], start=DAY, end=DAY)
    assert load(DAY).accountable(cast["reviewer"].pk) == cast["clerk"].pk


def test_a_ring_of_deputies_ends_at_the_head(cast: Cast) -> None:
    Leave.objects.create(staff=cast["reviewer"], deputy=cast["second"], start=DAY, end=DAY)
    Leave.objects.create(staff=cast["second"], deputy=cast["reviewer"], start=DAY, end=DAY)
    assert load(DAY).accountable(cast["reviewer"].pk) == cast["head"].pk


def test_a_closed_account_is_answered_for_by_the_head_and_then_from_above(cast: Cast) -> None:
    cast["reviewer"].is_active = False
    cast["reviewer"].save()
    assert load(DAY).accountable(cast["reviewer"].pk) == cast["head"].pk
    cast["head"].is_active = False
    cast["head"].save()
    assert load(DAY).accountable(cast["reviewer"].pk) == cast["chief"].pk


def test_a_vacant_post_is_held_by_the_head(cast: Cast) -> None:
    Post.objects.filter(unit=cast.office, role="clerk").update(staff=None)
    assert load(DAY).holder(cast.office.pk, "clerk") == cast["head"].pk


def test_covers_is_the_mirror_of_accountable(cast: Cast) -> None:
    Leave.objects.create(staff=cast["reviewer"], deputy=cast["second"], start=DAY, end=DAY)
    today = load(DAY)
    assert today.covers(cast["second"].pk) == {cast["second"].pk, cast["reviewer"].pk}
    assert today.covers(cast["reviewer"].pk) == {cast["reviewer"].pk}


def test_an_unchanged_roster_costs_one_query(cast: Cast, django_assert_num_queries: object) -> None:
    roster(DAY)
    with django_assert_num_queries(1):  # type: ignore[operator]  # a pytest-django fixture without types
        roster(DAY)


@settings(max_examples=200, deadline=None)
@given(
    active=st.sets(st.integers(1, 8), min_size=1),
    away=st.dictionaries(
        st.integers(1, 8), st.lists(st.one_of(st.none(), st.integers(1, 8)), min_size=1, max_size=2)
    ),
    heads=st.dictionaries(st.integers(1, 3), st.lists(st.integers(1, 8), max_size=2)),
)
def test_there_is_always_exactly_one_accountable_active_person(
    active: set[int], away: dict[int, list[int | None]], heads: dict[int, list[int]]
) -> None:
    made = Roster(
        DAY, active=active, unit_of={n: 1 + n % 3 for n in range(1, 9)}, parent={1: None, 2: 1, 3: 1}
    )
    made.away.update(away)
    made.heads.update(heads)
    for owner in range(1, 9):
        answer = made.accountable(owner)
        assert answer in active
        if any(made.present(n) for n in range(1, 9)):
            assert made.present(answer)
        assert owner in made.covers(answer) or made.present(owner)
