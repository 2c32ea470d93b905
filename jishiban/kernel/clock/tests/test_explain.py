"""How a deadline was counted, in lines a person can follow."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from jishiban.kernel.clock import (
    CITY,
    STATUTORY,
    ClockError,
    DayLine,
    Extension,
    Pause,
    Term,
    Unit,
    explain,
    is_paused,
)


def lines(
    amount: int, unit: Unit, start: date, *pauses: Pause, extensions: tuple[Extension, ...] = ()
) -> list[str]:
    told = explain(Term(amount, unit), start, calendar=STATUTORY(), pauses=pauses, extensions=extensions)
    return [f"{line.date:%m-%d} {'+' if line.counted else '-'} {line.why}" for line in told]


def test_working_days_tell_each_holiday_and_exchanged_day() -> None:
    assert lines(3, Unit.WORKDAY, date(2026, 9, 30)) == [
        "09-30 - 起算当天，不计入",
        "10-01 - 国庆节放假",
        "10-02 - 国庆节放假",
        "10-03 - 国庆节放假",
        "10-04 - 国庆节放假",
        "10-05 - 国庆节放假",
        "10-06 - 国庆节放假",
        "10-07 - 国庆节放假",
        "10-08 + 工作日",
        "10-09 + 工作日",
        "10-10 + 调休上班",
    ]


def test_a_pause_is_told_on_each_of_its_days() -> None:
    assert lines(2, Unit.WORKDAY, date(2026, 3, 5), Pause(date(2026, 3, 6), date(2026, 3, 9))) == [
        "03-05 - 起算当天，不计入",
        "03-06 + 工作日",
        "03-07 - 暂停期间，不计入",
        "03-08 - 暂停期间，不计入",
        "03-09 - 暂停期间，不计入",
        "03-10 + 工作日",
    ]


def test_a_moved_last_day_tells_so() -> None:
    assert lines(2, Unit.DAY, date(2026, 3, 5)) == [
        "03-05 - 起算当天，不计入",
        "03-06 + 按自然日计入",
        "03-07 + 按自然日计入",
        "03-08 - 最后一天遇休息日，顺延",
        "03-09 - 最后一天遇休息日，顺延",
    ]


def test_the_same_day_is_one_line() -> None:
    assert lines(0, Unit.WORKDAY, date(2026, 3, 5)) == ["03-05 - 当天办结"]
    assert lines(0, Unit.HOUR, datetime(2026, 3, 5, 10)) == ["03-05 - 当天办结"]


def test_an_unpublished_year_tells_that_it_is_a_guess() -> None:
    assert lines(1, Unit.WORKDAY, date(2026, 12, 31))[1] == "01-01 + 暂按工作日（放假安排未公布）"


def test_hours_tell_the_days_they_touch() -> None:
    assert lines(24, Unit.HOUR, datetime(2026, 3, 6, 16)) == [
        "03-06 + 按小时连续计时",
        "03-07 + 按小时连续计时",
    ]


def test_working_hours_tell_closed_days() -> None:
    assert lines(2, Unit.WORKHOUR, datetime(2026, 3, 6, 18)) == [
        "03-06 - 不在办公时间，不计时",
        "03-07 - 周六休息",
        "03-08 - 周日休息",
        "03-09 + 工作日",
    ]


def test_hours_in_a_pause_tell_the_pause() -> None:
    assert lines(10, Unit.HOUR, datetime(2026, 3, 6, 18), Pause(date(2026, 3, 6), date(2026, 3, 7))) == [
        "03-06 + 按小时连续计时",
        "03-07 - 暂停期间，不计入",
        "03-08 + 按小时连续计时",
    ]


def test_a_limit_and_its_extension_in_another_unit_make_one_list() -> None:
    assert lines(1, Unit.WORKDAY, date(2026, 3, 5), extensions=(Extension(1, Unit.DAY),)) == [
        "03-05 - 起算当天，不计入",
        "03-06 + 工作日",
        "03-07 + 按自然日计入",
        "03-08 - 最后一天遇休息日，顺延",
        "03-09 - 最后一天遇休息日，顺延",
    ]


def test_an_extension_in_hours_tells_no_day_twice() -> None:
    told = lines(30, Unit.HOUR, datetime(2026, 3, 5, 10), extensions=(Extension(1, Unit.WORKHOUR),))
    assert told == ["03-05 + 按小时连续计时", "03-06 + 按小时连续计时"]


def test_a_city_working_day_tells_the_days_it_touches() -> None:
    told = explain(Term(1, Unit.WORKDAY), datetime(2026, 3, 7, 10), calendar=CITY())
    assert told == (
        DayLine(date(2026, 3, 7), counted=True, why="工作日"),
        DayLine(date(2026, 3, 8), counted=True, why="工作日"),
    )


def test_a_list_of_more_than_ten_years_is_refused() -> None:
    assert len(lines(3_600, Unit.DAY, date(2026, 3, 2))) >= 3_601
    with pytest.raises(ClockError, match="超过十年") as caught:
        lines(4_000, Unit.DAY, date(2026, 3, 2))
    assert caught.value.field == "amount"


@pytest.mark.parametrize(
    ("now", "paused"),
    [
        (datetime(2026, 3, 2, 23, 59), False),  # the notice day itself still counts
        (datetime(2026, 3, 3, 0, 0), True),
        (datetime(2026, 3, 6, 23, 59), True),
        (datetime(2026, 3, 7, 0, 0), False),
    ],
)
def test_the_clock_stands_from_the_day_after_the_notice_through_the_last_day(
    now: datetime, paused: bool
) -> None:
    assert is_paused(now, [Pause(date(2026, 3, 2), date(2026, 3, 6))]) is paused


def test_without_pauses_the_clock_runs() -> None:
    assert not is_paused(datetime(2026, 3, 2), [])
    assert is_paused(datetime(2030, 3, 2), [Pause(date(2026, 3, 2), None)])
