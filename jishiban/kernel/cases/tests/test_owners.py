"""Hand-over, leave, vacancy, closed accounts: an open promise is never without exactly one who answers."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from jishiban.kernel.cases import owners
from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.errors import NotAllowed, StepRefused
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.queries import inbox, orphans
from jishiban.kernel.cases.sweep import sweep
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.models import Leave, Post, Staff
from jishiban.kernel.directory.roster import moved, roster
from jishiban.kernel.directory.tests.cast import Cast

TUESDAY = timezone.make_aware(datetime(2026, 3, 10, 10, 0))


def test_an_offered_case_stays_with_its_owner_until_it_is_taken(cast: Cast) -> None:
    case = open_errand(cast)
    owners.offer(case, cast["second"].pk, by=cast.actor("reviewer"), reason="出差")
    case.refresh_from_db()
    assert (case.owner_id, case.offered_to_id) == (cast["reviewer"].pk, cast["second"].pk)
    owners.take(case, by=cast.actor("second"))
    case.refresh_from_db()
    assert (case.owner_id, case.offered_to_id) == (cast["second"].pk, None)


def test_only_the_one_it_was_offered_to_can_take_it(cast: Cast) -> None:
    case = open_errand(cast)
    owners.offer(case, cast["second"].pk, by=cast.actor("reviewer"))
    for who in ("clerk", "reviewer", "head"):
        with pytest.raises(NotAllowed):
            owners.take(case, by=cast.actor(who))


def test_a_declined_offer_leaves_the_owner_the_case(cast: Cast) -> None:
    case = open_errand(cast)
    owners.offer(case, cast["second"].pk, by=cast.actor("reviewer"))
    owners.decline(case, by=cast.actor("second"), reason="手上已满")
    case.refresh_from_db()
    assert (case.owner_id, case.offered_to_id) == (cast["reviewer"].pk, None)


def test_nothing_is_offered_to_somebody_who_is_away_or_gone(cast: Cast) -> None:
    case = open_errand(cast)
    owners.start_leave(cast["second"], timezone.localdate(), timezone.localdate(), None)
    with pytest.raises(StepRefused, match="休假"):
        owners.offer(case, cast["second"].pk, by=cast.actor("reviewer"))


def test_a_head_reassigns_only_inside_the_unit(cast: Cast) -> None:
    case = open_errand(cast)
    with pytest.raises(NotAllowed):
        owners.reassign(case, cast["second"].pk, by=cast.actor("outhead"))
    owners.reassign(case, cast["second"].pk, by=cast.actor("head"))
    case.refresh_from_db()
    assert case.owner_id == cast["second"].pk


def test_a_case_sent_to_the_right_office_is_owned_there(cast: Cast) -> None:
    case = open_errand(cast)
    owners.transfer(case, cast.other.pk, by=cast.actor("clerk"), reason="属社会事务")
    case.refresh_from_db()
    assert (case.unit_id, case.owner_id) == (cast.other.pk, cast["outsider"].pk)


def test_on_leave_the_deputy_sees_the_case_in_the_inbox_and_may_act(cast: Cast) -> None:
    case = open_errand(cast)
    today = timezone.localdate()
    owners.start_leave(cast["reviewer"], today, today, cast["second"])
    deputy = cast.actor("second")
    assert [row.pk for row in inbox(deputy).rows] == [case.pk]
    act(case, "decide", by=deputy, why="代为决定")
    assert inbox(cast.actor("reviewer")).rows == []


def test_closing_an_account_hands_every_open_case_on_at_once(cast: Cast) -> None:
    cases = [open_errand(cast) for _n in range(3)]
    moved = owners.close_account(cast["reviewer"], by=cast.actor("admin"), successor=cast["second"])
    assert moved == 3
    assert set(Case.objects.values_list("owner_id", flat=True)) == {cast["second"].pk}
    assert not orphans().exists()
    assert Post.objects.filter(staff=cast["reviewer"]).count() == 0
    assert cases[0].events.filter(step="reassign").count() == 1


def test_without_a_successor_the_head_of_the_unit_receives(cast: Cast) -> None:
    open_errand(cast)
    owners.close_account(cast["reviewer"], by=cast.actor("admin"))
    assert Case.objects.get().owner_id == cast["head"].pk


def test_the_last_account_cannot_be_closed(cast: Cast) -> None:
    Staff.objects.exclude(pk=cast["chief"].pk).update(is_active=False)
    with pytest.raises(StepRefused, match="最后一个"):
        owners.close_account(cast["chief"], by=cast.actor("chief"))


def test_an_account_closed_by_other_means_is_found_and_handed_on(cast: Cast) -> None:
    open_errand(cast)
    Staff.objects.filter(pk=cast["reviewer"].pk).update(is_active=False)
    moved()
    assert roster().accountable(cast["reviewer"].pk) == cast["head"].pk  # at once, before anything has run
    assert owners.hand_on_lost() == 1
    assert not orphans().exists()


def test_a_simulated_year_has_no_minute_without_an_owner(cast: Cast) -> None:
    """Leaves start and end, posts fall vacant, accounts close and open again; every day every case has one owner."""
    dice = random.Random(20260101)
    cases = [open_errand(cast, now=TUESDAY) for _n in range(6)]
    staff = [person for name, person in cast.people.items() if name != "admin"]
    day = date(2026, 3, 10)
    for _step in range(365):
        day += timedelta(days=1)
        _something_happens(dice, staff, day)
        if dice.random() < 0.1:
            moment = timezone.make_aware(datetime.combine(day, datetime.min.time()))
            while sweep(moment):
                pass
        owners.hand_on_lost()
        today = roster(day)
        for case in cases:
            case.refresh_from_db()
            answer = today.accountable(case.owner_id)
            assert answer in today.active
            assert case.next_check is not None
        assert not orphans().exists()


def _something_happens(dice: random.Random, staff: list[Staff], day: date) -> None:
    who, other = dice.sample(staff, 2)
    match dice.randrange(8):
        case 0 | 1:
            deputy = other if dice.random() < 0.7 else None
            Leave.objects.create(
                staff=who, deputy=deputy, start=day, end=day + timedelta(days=dice.randrange(10))
            )
        case 2:
            Post.objects.filter(staff=who).update(staff=None)
        case 3:
            Post.objects.filter(staff=None).update(staff=who)
        case 4 if Staff.objects.filter(is_active=True).count() > 2:
            Staff.objects.filter(pk=who.pk).update(is_active=False)
        case 5:
            Staff.objects.filter(pk=who.pk).update(is_active=True)
    moved()
