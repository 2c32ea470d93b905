"""What time brings: a warning, going up one level and again, and nothing for what is not due."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.queries import inbox, lights
from jishiban.kernel.cases.sweep import sweep
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.roster import moved
from jishiban.kernel.directory.tests.cast import Cast, make_unit
from jishiban.kernel.notices.models import Notice

TUESDAY = timezone.make_aware(datetime(2026, 3, 10, 10, 0))
DEADLINE = timezone.make_aware(
    datetime(2026, 3, 18, 0, 0)
)  # five working days after the tenth: the seventeenth


def steps(case: Case) -> list[str]:
    return list(case.events.order_by("seq").values_list("step", flat=True))


def test_nothing_happens_before_it_is_due(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    assert sweep(TUESDAY + timedelta(days=1)) == 0
    assert steps(case) == ["receive"]


def test_the_owner_is_warned_once_when_the_light_turns_yellow(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    yellow = case.yellow_at
    assert yellow is not None
    assert sweep(yellow) == 1
    assert sweep(yellow + timedelta(minutes=1)) == 0
    assert steps(case) == ["receive", "warn"]


def test_what_turns_red_goes_up_to_the_head_and_then_higher(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    sweep(DEADLINE)
    case.refresh_from_db()
    assert (case.level, case.overseer_id) == (1, cast["head"].pk)
    assert sweep(DEADLINE + timedelta(hours=1)) == 0
    sweep(DEADLINE + timedelta(days=3))
    case.refresh_from_db()
    assert (case.level, case.overseer_id) == (2, cast["chief"].pk)
    assert steps(case)[-2:] == ["overdue", "overdue"]
    assert case.owner_id == cast["reviewer"].pk  # going up does not take it from its owner


def test_at_the_top_it_is_looked_at_again_and_goes_no_higher(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    for days in (0, 3, 10, 20, 40):
        sweep(DEADLINE + timedelta(days=days))
    case.refresh_from_db()
    assert case.overseer_id == cast["chief"].pk
    assert case.level <= 3
    assert case.next_check is not None


def test_the_overseer_finds_it_in_the_inbox_and_the_level_falls_when_it_is_done(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    sweep(DEADLINE)
    assert [row.pk for row in inbox(cast.actor("head"), scope="overseen").rows] == [case.pk]
    act(case, "decide", by=cast.actor("reviewer"), now=DEADLINE + timedelta(hours=1), why="迟了")
    assert inbox(cast.actor("head"), scope="overseen").rows == []


def test_lights_follow_the_time_in_one_statement(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    moments = {TUESDAY: "绿", case.yellow_at: "黄", DEADLINE: "红"}
    for moment in moments:
        with CaptureQueriesContext(connection) as queries:
            found = lights(moment)
        assert len(queries) == 1
        assert sum(found.values()) == 1
    act(case, "hold", by=cast.actor("reviewer"), now=TUESDAY, until="2026-03-20")
    assert [n for n in lights(TUESDAY).values() if n] == [1]


def test_the_sweep_costs_by_what_is_due(cast: Cast) -> None:
    for _n in range(12):
        open_errand(cast, now=TUESDAY + timedelta(days=20))
    one = open_errand(cast, now=TUESDAY)
    with CaptureQueriesContext(connection) as queries:
        assert sweep(one.yellow_at) == 1
    assert len(queries) < 30


def test_one_broken_case_does_not_stop_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = open_errand(cast, now=TUESDAY), open_errand(cast, now=TUESDAY)
    from jishiban.kernel.cases import sweep as room
    from jishiban.kernel.cases.errors import StepRefused

    real = room.advance_by_time

    def fail_for_bad(life: object, now: datetime) -> object:
        if life.case.pk == bad.pk:  # type: ignore[attr-defined]
            raise StepRefused("broken")
        return real(life, now)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "advance_by_time", fail_for_bad)
    sweep(DEADLINE)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert good.level == 1
    assert bad.next_check is not None
    assert bad.next_check > DEADLINE


def test_the_warning_reaches_the_owner(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    sweep(case.yellow_at)
    assert Notice.objects.filter(to_staff_id=cast["reviewer"].pk, key="warn").exists()


def test_a_vacant_head_does_not_stop_the_way_up(cast: Cast) -> None:
    section = make_unit(
        "受理组", "受理", cast.office
    )  # has no head: the office's answers at its level as well
    case = open_errand(cast, now=TUESDAY)
    Case.objects.filter(pk=case.pk).update(unit=section)
    moved()
    went = []
    for days in (0, 3, 10):
        sweep(DEADLINE + timedelta(days=days))
        case.refresh_from_db()
        went.append(case.overseer_id)
    assert went == [cast["head"].pk, cast["chief"].pk, cast["chief"].pk]


def test_a_red_case_that_is_held_is_looked_at_again_when_the_time_told_is_over(cast: Cast) -> None:
    case = open_errand(cast, now=TUESDAY)
    sweep(DEADLINE)
    act(case, "hold", by=cast.actor("reviewer"), now=DEADLINE + timedelta(hours=10), until="2026-03-19")
    case.refresh_from_db()
    assert case.next_check == timezone.make_aware(datetime(2026, 3, 20))
