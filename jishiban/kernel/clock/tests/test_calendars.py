"""Calendars: what a day is, counting over days, and calendars made from a county's own data."""

from __future__ import annotations

import pickle
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.clock import CITY, STATUTORY, Calendar, ClockError, YearPlan, statutory_years
from jishiban.kernel.clock.calendars import FIRST_YEAR, LAST_YEAR
from jishiban.kernel.clock.tests.strategies import CALENDARS, dates

MORNING = [(time(8), time(12))]


def test_a_weekday_works_and_a_week_end_rests() -> None:
    assert STATUTORY().is_workday(date(2026, 3, 2))
    assert not STATUTORY().is_workday(date(2026, 3, 1))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 3, 2), "工作日"),
        (date(2026, 3, 7), "周六休息"),
        (date(2026, 3, 8), "周日休息"),
        (date(2026, 2, 17), "春节放假"),
        (date(2026, 2, 28), "调休上班"),
        (date(2025, 10, 6), "国庆节、中秋节放假"),
        (date(2027, 1, 1), "暂按工作日（放假安排未公布）"),
        (date(2027, 1, 2), "暂按休息日（放假安排未公布）"),
    ],
)
def test_every_day_tells_why_it_works_or_rests(day: date, why: str) -> None:
    assert STATUTORY().why(day) == why


def test_a_rest_day_without_a_name_is_a_holiday() -> None:
    hall = Calendar.from_plan("hall", years={2026: YearPlan(rest=[date(2026, 3, 2), date(2026, 3, 7)])})
    assert hall.why(date(2026, 3, 2)) == "节假日放假"
    assert hall.why(date(2026, 3, 7)) == "周六休息"


def test_the_city_works_every_day_from_seven_to_nineteen() -> None:
    assert all(CITY().is_workday(date(2026, 9, 28) + timedelta(days=step)) for step in range(20))
    assert CITY().sessions == ((time(7), time(19)),)
    assert CITY().knows(2099)
    assert CITY().workday_in_hours
    assert not STATUTORY().workday_in_hours


def test_the_statutory_office_has_two_sessions() -> None:
    assert STATUTORY().sessions == ((time(9), time(12)), (time(13), time(17)))


@given(CALENDARS, dates(), st.integers(0, 80))
def test_working_days_between_are_those_met_on_the_way(calendar: Calendar, day: date, span: int) -> None:
    met = [day + timedelta(days=step) for step in range(1, span + 1)]
    count = sum(calendar.is_workday(one) for one in met)
    through = day + timedelta(days=span)
    assert calendar.workdays_between(day, through) == count
    assert calendar.workdays_between(through, day) == -count


@given(CALENDARS, dates(), st.integers(1, 300))
def test_adding_working_days_is_undone_by_counting_them(calendar: Calendar, day: date, count: int) -> None:
    end = calendar.add_workdays(day, count)
    assert calendar.is_workday(end)
    assert calendar.workdays_between(day, end) == count


@given(CALENDARS, dates(), st.integers(1, 300))
def test_going_back_over_working_days_is_the_mirror(calendar: Calendar, day: date, count: int) -> None:
    end = calendar.add_workdays(day, -count)
    assert calendar.is_workday(end)
    assert calendar.workdays_between(end - timedelta(days=1), day - timedelta(days=1)) == count


@given(CALENDARS, dates())
def test_the_next_working_day_is_the_first_one_after(calendar: Calendar, day: date) -> None:
    following = calendar.next_workday(day)
    assert following > day
    assert calendar.is_workday(following)
    assert calendar.workdays_between(day, following) == 1
    assert calendar.add_workdays(day, 0) == day


def test_a_year_can_be_loaded_when_it_is_published() -> None:
    plan = YearPlan(rest={date(2027, 1, 1): "元旦放假"}, work=[date(2027, 1, 3)])
    loaded = Calendar.from_plan("statutory", years={**statutory_years(), 2027: plan})
    assert loaded.knows(2027)
    assert not loaded.is_workday(date(2027, 1, 1))
    assert loaded.is_workday(date(2027, 1, 3))
    assert loaded.why(date(2027, 1, 1)) == "元旦放假"
    assert loaded.version != STATUTORY().version


def test_loaded_years_are_added_to_a_calendar_or_replace_its_own() -> None:
    plans = {2026: YearPlan(), 2027: YearPlan(rest=[date(2027, 1, 1)])}
    loaded = STATUTORY().with_years(plans)
    assert loaded.is_workday(date(2026, 1, 1))  # the new plan of 2026 has no rest days
    assert not loaded.is_workday(date(2027, 1, 1))
    assert not loaded.is_workday(date(2025, 1, 1))  # other years stay
    assert loaded == Calendar.from_plan("statutory", years={**statutory_years(), **plans})
    assert STATUTORY().with_years({}) is STATUTORY()
    assert not STATUTORY().knows(2027)


def test_a_notice_may_take_a_day_of_the_december_before() -> None:
    plan = YearPlan(rest=[date(2026, 12, 31)])
    loaded = Calendar.from_plan("statutory", years={**statutory_years(), 2027: plan})
    assert STATUTORY().is_workday(date(2026, 12, 31))
    assert not loaded.is_workday(date(2026, 12, 31))


def test_the_version_is_the_hash_of_what_can_move_a_deadline() -> None:
    years = {2026: YearPlan(rest=[date(2026, 1, 1), date(2026, 1, 2)])}
    named = {2026: YearPlan(rest={date(2026, 1, 2): "元旦放假", date(2026, 1, 1): "元旦放假"})}
    base = Calendar.from_plan("a", years=years).version
    assert len(base) == 12
    assert int(base, 16) >= 0
    assert Calendar.from_plan("b", years=named).version == base
    assert Calendar.from_plan("a", years={}).version != base
    assert Calendar.from_plan("a", years=years, weekly_rest=[6]).version != base
    assert Calendar.from_plan("a", years=years, sessions=MORNING).version != base
    assert Calendar.from_plan("a", years=years, needs_years=False).version != base
    assert Calendar.from_plan("a", years=years, workday_in_hours=True).version != base


def test_the_version_of_the_seeded_calendar_stays_the_same() -> None:
    assert STATUTORY().version == "dc592b2d0d12"


def test_a_calendar_survives_pickling_small_and_stays_one() -> None:
    packed = pickle.dumps(STATUTORY())
    assert len(packed) < 20_000
    assert pickle.loads(packed) is STATUTORY()
    assert hash(pickle.loads(packed)) == hash(STATUTORY())


def test_equal_plans_are_equal_calendars() -> None:
    one = Calendar.from_plan("hall", years={}, weekly_rest=[6, 5, 5])
    assert one == Calendar.from_plan("hall", years={}, weekly_rest=[5, 6])
    assert one != Calendar.from_plan("hall", years={}, weekly_rest=[6])
    assert one != "hall"
    assert repr(one) == f"<Calendar hall {one.version}>"


def test_a_day_cannot_be_both_rest_and_work() -> None:
    with pytest.raises(ClockError, match="2026-01-04既放假又上班") as caught:
        YearPlan(rest=[date(2026, 1, 4)], work=[date(2026, 1, 4)])
    assert caught.value.field == "calendar"


@pytest.mark.parametrize("week", [[7], [-1], range(7)])
def test_a_week_needs_real_days_and_one_that_works(week: list[int]) -> None:
    with pytest.raises(ClockError, match="至少留一天上班"):
        Calendar.from_plan("hall", years={}, weekly_rest=week)


@pytest.mark.parametrize(
    "sessions",
    [
        [],
        [(time(9), time(9))],
        [(time(12), time(9))],
        [(time(9), time(12)), (time(11), time(17))],
        [(time(13), time(17)), (time(9), time(12))],
    ],
)
def test_office_hours_follow_each_other(sessions: list[tuple[time, time]]) -> None:
    with pytest.raises(ClockError, match="办公时间"):
        Calendar.from_plan("hall", years={}, sessions=sessions)


@pytest.mark.parametrize("day", [date(FIRST_YEAR - 1, 12, 31), date(LAST_YEAR + 1, 1, 1), date.max, date.min])
def test_days_outside_the_tables_are_refused(day: date) -> None:
    with pytest.raises(ClockError, match="2000年至2120年"):
        STATUTORY().is_workday(day)
    with pytest.raises(ClockError, match="2000年至2120年"):
        Calendar.from_plan("hall", years={2026: YearPlan(rest=[day])})


def test_the_tables_reach_both_their_edges() -> None:
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    assert STATUTORY().is_workday(date(FIRST_YEAR, 1, 3))
    assert STATUTORY().workdays_between(first, last) > 31_000
    with pytest.raises(ClockError, match="2120"):
        STATUTORY().add_workdays(last, 1)
    with pytest.raises(ClockError, match="2120"):
        STATUTORY().add_workdays(first, -2)
