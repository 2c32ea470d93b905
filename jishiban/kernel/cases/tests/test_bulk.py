"""Lives lived in memory leave the rows that the same lives leave when each step is an action of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from jishiban.kernel.cases.actions import Opening, act, open_case
from jishiban.kernel.cases.bulk import Bulk, OutOfOrder
from jishiban.kernel.cases.errors import NotAllowed, StepRefused
from jishiban.kernel.cases.models import Case, CaseEvent, Promise
from jishiban.kernel.cases.snapshot import CASE_COLUMNS, EVENT_COLUMNS, PROMISE_COLUMNS
from jishiban.kernel.cases.sweep import sweep
from jishiban.kernel.cases.tests.errand import ERRAND, PLAN
from jishiban.kernel.directory.identifiers import parse_case_number
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.indicators.models import Fact
from jishiban.kernel.ledger.models import Leaf
from jishiban.kernel.ledger.verify import verify
from jishiban.kernel.notices.models import Notice
from jishiban.kernel.papers.models import NumberSeries

TUESDAY = timezone.make_aware(datetime(2026, 3, 10, 10, 0))
AREA = "370115"


def at(days: float) -> datetime:
    return TUESDAY + timedelta(days=days)


def errand_opening(cast: Cast) -> Opening:
    return Opening(
        flow=ERRAND, unit_id=cast.office.pk, title="试办一事", subject="test:1", plan=PLAN, person_id=cast.citizen.pk,
        owner_id=cast["reviewer"].pk,
    )  # fmt: skip


def by_actions(cast: Cast) -> None:
    """Two cases: one held and decided, one that goes red and up and is given back."""
    first = open_case(errand_opening(cast), cast.actor("citizen"), now=at(0), what="一件小事")
    second = open_case(errand_opening(cast), cast.actor("citizen"), now=at(0.01), what="一件小事")
    act(first, "hold", by=cast.actor("reviewer"), now=at(1), until="2026-03-18")
    act(second, "offer", by=cast.actor("reviewer"), now=at(2), to=cast["second"].pk,
        change=lambda row: setattr(row, "offered_to_id", cast["second"].pk))  # fmt: skip
    sweep(at(6.7))
    act(first, "go_on", by=cast.actor("reviewer"), now=at(7))
    sweep(at(9))
    act(first, "decide", by=cast.actor("reviewer"), now=at(9.2), why="符合条件")


def in_bulk(cast: Cast) -> Bulk:
    today, bulk = roster(), Bulk(AREA)
    first = bulk.open(errand_opening(cast), cast.actor("citizen"), at(0), today=today, what="一件小事")
    second = bulk.open(errand_opening(cast), cast.actor("citizen"), at(0.01), today=today, what="一件小事")
    bulk.act(first, "hold", by=cast.actor("reviewer"), at=at(1), today=today, until="2026-03-18")
    bulk.act(second, "offer", by=cast.actor("reviewer"), at=at(2), today=today, to=cast["second"].pk,
             change=lambda row: setattr(row, "offered_to_id", cast["second"].pk))  # fmt: skip
    swept(bulk, (first, second), at(6.7))
    bulk.act(first, "go_on", by=cast.actor("reviewer"), at=at(7), today=today)
    swept(bulk, (first, second), at(9))
    bulk.act(first, "decide", by=cast.actor("reviewer"), at=at(9.2), today=today, why="符合条件")
    return bulk


def swept(bulk: Bulk, lives: Any, moment: datetime) -> None:
    """One pass of the sweep over these lives, in its order."""
    due = [life for life in lives if life.case.next_check and life.case.next_check <= moment]
    for life in sorted(due, key=lambda life: life.case.next_check):
        bulk.by_time(life, moment, roster())


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything written that is not drawn by lot: salts, query codes and the words' digests are."""
    events = [name for name in EVENT_COLUMNS if name != "words_digest"]
    plain = {
        "cases": Case.objects.order_by("number").values_list(*CASE_COLUMNS),
        "promises": Promise.objects.order_by("case__number", "kind", "round").values_list(*PROMISE_COLUMNS),
        "events": CaseEvent.objects.order_by("leaf").values_list("case__number", *events),
        "leaves": Leaf.objects.order_by("index").values_list("index", "kind", "at"),
        "facts": Fact.objects.order_by("at", "kind", "case_number", "dims").values_list(
            "kind", "at", "day", "hour", "unit_id", "case_number", "subject", "channel", "dims__promise"
        ),
        "notices": Notice.objects.order_by("case_number", "key", "pk").values_list(
            "case_number", "key", "to_staff_id"
        ),
        "numbers": NumberSeries.objects.order_by("kind", "period").values_list(
            "kind", "word", "period", "last"
        ),
    }
    return {name: list(found) for name, found in plain.items()}


def forget() -> None:
    for model in (CaseEvent, Promise, Case, Fact, Notice, NumberSeries, Leaf):
        model.objects.all().delete()
    from jishiban.kernel.ledger.models import Head

    Head.objects.all().delete()


def test_a_life_in_memory_leaves_the_same_rows_as_its_actions(cast: Cast) -> None:
    by_actions(cast)
    wanted = rows()
    forget()
    in_bulk(cast).write()
    found = rows()
    for name, expected in wanted.items():
        assert found[name] == expected, name


def test_what_is_written_is_whole_for_the_ledger(cast: Cast) -> None:
    in_bulk(cast).write()
    assert not verify().faults


@pytest.mark.parametrize("pause", range(1, 8))
def test_writing_in_between_changes_nothing(cast: Cast, pause: int) -> None:
    """Rows inserted early are updated later: the same in one piece or in two."""
    bulk = in_bulk_with(cast, pause)
    bulk.write()
    assert not verify().faults
    assert Case.objects.filter(state="done").count() == 1
    assert not CaseEvent.objects.filter(case=None).exists()


def in_bulk_with(cast: Cast, pause: int) -> Bulk:
    """The lives of `in_bulk`, written once after `pause` steps."""
    original: Callable[..., None] = Bulk._keep
    seen = 0

    def keep(self: Bulk, *given: Any) -> None:
        nonlocal seen
        original(self, *given)
        seen += 1
        if seen == pause:
            self.write()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bulk, "_keep", keep)
        return in_bulk(cast)


def test_numbers_go_on_where_the_day_has_come_to(cast: Cast) -> None:
    open_case(errand_opening(cast), cast.actor("citizen"), now=at(0), what="一件小事")
    bulk = Bulk(AREA)
    life = bulk.open(errand_opening(cast), cast.actor("citizen"), at(0.1), today=roster(), what="一件小事")
    bulk.write()
    assert parse_case_number(life.case.number).serial == 2
    later = open_case(errand_opening(cast), cast.actor("citizen"), now=at(0.2), what="一件小事")
    assert parse_case_number(later.number).serial == 3


def test_a_step_before_the_last_one_is_refused(cast: Cast) -> None:
    bulk = Bulk(AREA)
    bulk.open(errand_opening(cast), cast.actor("citizen"), at(1), today=roster(), what="一件小事")
    with pytest.raises(OutOfOrder):
        bulk.open(errand_opening(cast), cast.actor("citizen"), at(0), today=roster(), what="一件小事")


def test_memory_forgives_nothing_that_an_action_refuses(cast: Cast) -> None:
    bulk = Bulk(AREA)
    life = bulk.open(errand_opening(cast), cast.actor("citizen"), at(0), today=roster(), what="一件小事")
    with pytest.raises(NotAllowed):
        bulk.act(life, "decide", by=cast.actor("outsider"), at=at(1), today=roster(), why="符合条件")
    with pytest.raises(StepRefused):
        bulk.act(life, "go_on", by=cast.actor("reviewer"), at=at(1), today=roster())
    bulk.write()
    assert Case.objects.get().seq == 1


def test_numbers_drawn_by_somebody_else_meanwhile_stop_the_writing(cast: Cast) -> None:
    from jishiban.kernel.papers.bulk import DrawnMeanwhile

    bulk = Bulk(AREA)
    bulk.open(errand_opening(cast), cast.actor("citizen"), at(0), today=roster(), what="一件小事")
    for _n in range(2):
        open_case(errand_opening(cast), cast.actor("citizen"), now=at(0.1), what="一件小事")
    with pytest.raises(DrawnMeanwhile):
        bulk.write()
    assert Case.objects.count() == 2
    assert date(2026, 3, 10) == timezone.localdate(Case.objects.first().opened_at)  # type: ignore[union-attr]
