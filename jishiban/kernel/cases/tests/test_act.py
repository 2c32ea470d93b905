"""Taking a step: allowed to whom, refused when, and everything or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.errors import FactsMissing, NotAllowed, StepRefused
from jishiban.kernel.cases.models import Case, CaseEvent, Promise
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.identifiers import check_case_number
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.indicators.models import Fact
from jishiban.kernel.ledger.models import Leaf
from jishiban.kernel.notices.models import Notice

TUESDAY = timezone.make_aware(datetime(2026, 3, 10, 10, 0))


def everything() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Case, CaseEvent, Promise, Leaf, Fact, Notice)}


def test_an_opened_case_has_a_checked_number_an_owner_two_promises_and_a_leaf(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    assert check_case_number(case.number) == []
    assert case.number.startswith("370115-20260310-00001-")
    assert case.owner_id == cast["reviewer"].pk
    assert {p.kind for p in case.promises.all()} == {"promised", "statutory"}
    event = case.events.get()
    assert (event.step, event.to_state, event.actor_kind) == ("receive", "open", "person")
    assert Leaf.objects.get(pk=event.leaf).kind == "case-event"
    assert set(Fact.objects.values_list("kind", flat=True)) == {"case.received", "promise.made"}


def test_the_promise_is_counted_in_working_days_from_the_next_day(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    promised = case.promises.get(kind="promised")
    assert timezone.localtime(promised.deadline) == timezone.make_aware(datetime(2026, 3, 18, 0, 0))
    assert case.due_at == promised.deadline


def test_a_step_moves_the_state_ends_the_promises_and_says_who(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    event = act(case, "decide", by=cast.actor("reviewer"), now=TUESDAY + timedelta(days=2), why="符合条件")
    case.refresh_from_db()
    assert (case.state, case.is_open, case.due_at, case.next_check) == ("done", False, None, None)
    assert set(case.promises.values_list("state", flat=True)) == {"kept"}
    assert (event.actor_id, event.seq) == (cast["reviewer"].pk, 2)


def test_a_late_decision_breaks_the_promise_it_is_late_for_and_keeps_the_other(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    act(case, "decide", by=cast.actor("reviewer"), now=TUESDAY + timedelta(days=9), why="符合条件")
    assert dict(case.promises.values_list("kind", "state")) == {"promised": "broken", "statutory": "kept"}


@pytest.mark.parametrize(
    "who", ["clerk", "second", "head", "chief", "auditor", "outsider", "stranger", "citizen"]
)
def test_only_the_owner_with_the_role_may_decide(cast: Cast, who: str) -> None:
    case = open_errand(cast)
    before = everything()
    with pytest.raises(NotAllowed):
        act(case, "decide", by=cast.actor(who), why="我来办")
    assert everything() == before


def test_only_the_party_may_withdraw(cast: Cast) -> None:
    case = open_errand(cast)
    for who in ("stranger", "reviewer", "chief"):
        with pytest.raises(NotAllowed):
            act(case, "withdraw", by=cast.actor(who))
    act(case, "withdraw", by=cast.actor("citizen"))
    case.refresh_from_db()
    assert case.state == "gone"
    assert set(case.promises.values_list("state", flat=True)) == {"void"}


def test_a_missing_fact_is_named_and_nothing_is_written(cast: Cast) -> None:
    case = open_errand(cast)
    before = everything()
    with pytest.raises(FactsMissing) as caught:
        act(case, "decide", by=cast.actor("reviewer"))
    assert caught.value.fields == {"why": "请填写“理由”。"}
    assert everything() == before


def test_a_fact_nobody_asked_for_is_refused(cast: Cast) -> None:
    case = open_errand(cast)
    with pytest.raises(FactsMissing):
        act(case, "decide", by=cast.actor("reviewer"), why="好", owner="5")


def test_a_step_from_the_wrong_state_is_refused(cast: Cast) -> None:
    case = open_errand(cast)
    act(case, "decide", by=cast.actor("reviewer"), why="好")
    with pytest.raises(StepRefused, match="不能在“已办结”时进行"):
        act(case, "decide", by=cast.actor("reviewer"), why="再来一次")


def test_a_step_that_was_overtaken_is_refused(cast: Cast) -> None:
    case = open_errand(cast)
    act(case, "note", by=cast.actor("clerk"), seen=1, text="打过电话")
    with pytest.raises(StepRefused, match="刷新"):
        act(case, "note", by=cast.actor("clerk"), seen=1, text="打过电话")


def test_private_words_are_not_in_the_open_facts_nor_readable_in_the_database(cast: Cast) -> None:
    case = open_errand(cast)
    event = act(case, "note", by=cast.actor("clerk"), text="家住黄河大街三号")
    assert event.facts == {}
    assert event.said == {"text": "家住黄河大街三号"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT words, facts_text FROM cases_caseevent WHERE id = %s", [event.pk])
        assert "黄河" not in "".join(cursor.fetchone())


def test_a_failing_listener_undoes_the_step(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = open_errand(cast)
    before = everything()

    def fail(_event: object) -> None:
        raise RuntimeError("nobody home")

    monkeypatch.setattr("jishiban.kernel.cases.actions.tell", fail)
    with pytest.raises(RuntimeError):
        act(case, "note", by=cast.actor("clerk"), text="会被撤销")
    assert everything() == before


def test_a_pause_stops_the_clock_from_the_day_after_the_notice_and_no_longer_than_told(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    act(case, "hold", by=cast.actor("reviewer"), now=TUESDAY, until="2026-03-17")
    case.refresh_from_db()
    assert case.is_paused
    promised = case.promises.get(kind="promised")
    assert timezone.localtime(promised.deadline).date().isoformat() == "2026-03-25"
    act(case, "go_on", by=cast.actor("reviewer"), now=TUESDAY + timedelta(days=30))
    promised.refresh_from_db()
    assert timezone.localtime(promised.deadline).date().isoformat() == "2026-03-25"


def test_a_pause_that_ends_early_counts_only_the_days_it_took(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    act(case, "hold", by=cast.actor("reviewer"), now=TUESDAY, until="2026-03-17")
    act(case, "go_on", by=cast.actor("reviewer"), now=TUESDAY + timedelta(days=2))
    promised = case.promises.get(kind="promised")
    assert timezone.localtime(promised.deadline).date().isoformat() == "2026-03-20"


def test_an_extension_moves_the_statutory_limit_only(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    before = dict(case.promises.values_list("kind", "deadline"))
    act(case, "longer", by=cast.actor("head"), now=TUESDAY, amount=10, unit="工作日")
    after = dict(case.promises.values_list("kind", "deadline"))
    assert after["promised"] == before["promised"]
    assert (after["statutory"] - before["statutory"]).days == 14


def test_no_comment_view_or_hand_over_moves_a_deadline(cast: Cast) -> None:
    from jishiban.kernel.cases import owners

    case = open_errand(cast, now=TUESDAY)
    before = list(case.promises.order_by("kind").values_list("deadline", "yellow_at", "red_at"))
    act(case, "note", by=cast.actor("clerk"), text="打过电话")
    act(case, "comment", by=cast.actor("auditor"), text="请留意")
    owners.offer(case, cast["second"].pk, by=cast.actor("reviewer"))
    owners.take(case, by=cast.actor("second"))
    owners.reassign(case, cast["reviewer"].pk, by=cast.actor("head"))
    assert list(case.promises.order_by("kind").values_list("deadline", "yellow_at", "red_at")) == before


def test_taking_a_step_takes_a_constant_number_of_queries(cast: Cast) -> None:
    case = open_errand(cast)
    act(case, "note", by=cast.actor("clerk"), text="一")
    actor = cast.actor("clerk")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        act(case, "note", by=actor, text="二")
    asked = [
        q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]
    assert len(asked) <= 9, asked
