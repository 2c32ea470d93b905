"""What the promise meter says and draws."""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.clock import STATUTORY, Colour, Deadline, Term, Unit, deadline
from jishiban.web.meter import MOST_CELLS, Meter, colour_name, last_moment, light_word, measure

SHANGHAI = ZoneInfo("Asia/Shanghai")


def meter(**given_: Any) -> Meter:
    base = {"amount": 20, "unit": "工作日", "total": 20, "left": 3, "colour": "yellow"}
    return measure(base | {"deadline": date(2026, 9, 30)} | given_)


def test_a_running_promise_says_what_is_left_and_until_when() -> None:
    drawn = meter()
    assert drawn.headline == "还剩 3 个工作日"
    assert drawn.detail == "不晚于 2026年9月30日"
    assert drawn.cells == ("gone",) * 17 + ("left",) * 3


def test_on_the_last_day_it_says_today() -> None:
    assert meter(left=0).headline == "今天到期"


def test_an_overdue_promise_says_by_how_much_and_draws_it() -> None:
    drawn = meter(left=-2, colour="red")
    assert drawn.headline == "已超过 2 个工作日"
    assert drawn.cells == ("gone",) * 20 + ("over",) * 2


def test_a_stopped_clock_is_grey_and_says_so() -> None:
    drawn = meter(left=8, state="paused", paused_days=4, colour="")
    assert drawn.colour == "grey"
    assert drawn.headline == "已暂停，还剩 8 个工作日"
    assert drawn.cells == ("gone",) * 12 + ("held",) * 4 + ("left",) * 8


def test_a_promise_that_is_late_and_stopped_keeps_the_red_it_was_given() -> None:
    assert meter(left=-1, state="paused", colour="red").colour == "red"


def test_a_kept_promise_is_green_and_tells_how_long_it_took() -> None:
    drawn = meter(left=9, state="kept", colour="")
    assert (drawn.colour, drawn.headline, drawn.detail) == ("green", "已按时办结", "用时 11 个工作日")


def test_a_broken_promise_is_red_even_when_nobody_says_so() -> None:
    drawn = meter(left=-3, state="broken", colour="")
    assert drawn.colour == "red"
    assert drawn.headline == "已办结，超过承诺时限"


def test_a_promise_that_ended_without_a_result_no_longer_counts() -> None:
    assert meter(state="void").headline == "不再计时"


def test_a_limit_of_months_is_watched_in_days() -> None:
    drawn = meter(amount=2, unit="月", total=61, left=40, colour="green")
    assert (drawn.term, drawn.headline) == ("2 个月", "还剩 40 天")


def test_hours_are_counted_in_hours_and_end_at_a_moment() -> None:
    drawn = meter(
        amount=9, unit="工作小时", total=9, left=5, deadline=datetime(2026, 9, 30, 17, tzinfo=SHANGHAI)
    )
    assert drawn.headline == "还剩 5 个工作小时"
    assert drawn.detail == "不晚于 2026年9月30日 17:00"


def test_an_instant_at_midnight_is_told_as_the_day_before() -> None:
    assert last_moment(datetime(2026, 10, 1, tzinfo=SHANGHAI)) == "2026年9月30日"


def test_the_clocks_own_deadline_can_be_shown_as_it_is() -> None:
    due: Deadline = deadline(Term(20, Unit.WORKDAY), date(2026, 2, 10), calendar=STATUTORY())
    assert last_moment(due) == "2026年3月16日"


def test_a_stored_promise_and_a_mapping_draw_the_same() -> None:
    values = {
        "label": "承诺时限",
        "amount": 5,
        "unit": "自然日",
        "used": 1,
        "total": 5,
        "colour": Colour.GREEN,
    }
    assert measure(SimpleNamespace(**values)) == measure(values)


def test_a_provisional_deadline_says_so_only_while_it_runs() -> None:
    assert meter(provisional=True).provisional
    assert not meter(provisional=True, state="kept").provisional


def test_with_nothing_known_there_are_words_and_no_bar() -> None:
    drawn = measure({})
    assert (drawn.headline, drawn.detail, drawn.term, drawn.cells) == ("正在计时", "", "", ())


@pytest.mark.parametrize("spelling", ["green", "GREEN", "绿", Colour.GREEN])
def test_every_spelling_of_a_light_is_one_light(spelling: object) -> None:
    assert (colour_name(spelling), light_word(spelling)) == ("green", "按时")


@pytest.mark.parametrize("nothing", [None, "", "mauve", 7])
def test_an_unknown_light_is_grey_rather_than_green(nothing: object) -> None:
    assert colour_name(nothing) == "grey"


@given(used=st.integers(0, 4000), left=st.integers(-4000, 4000), held=st.integers(0, 400))
def test_the_bar_never_grows_beyond_what_a_phone_can_show(used: int, left: int, held: int) -> None:
    drawn = meter(total=None, used=max(used, -left), left=left, paused_days=held, state="running")
    assert len(drawn.cells) <= MOST_CELLS + 3  # each of the kinds may be rounded up once
    assert ("over" in drawn.cells) == (left < 0)


def test_the_meter_does_not_ask_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: pytest.fail("a meter is drawn from what it is given"))
    meter()
