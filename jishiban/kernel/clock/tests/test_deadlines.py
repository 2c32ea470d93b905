"""Deadlines in days: the worked examples, year ends, month ends, pauses and extensions by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from jishiban.kernel.clock import (
    CHINA,
    CITY,
    STATUTORY,
    ClockError,
    Deadline,
    Extension,
    Pause,
    Term,
    Unit,
    deadline,
)

WORKED_EXAMPLES = [
    (date(2026, 2, 10), 20, date(2026, 3, 16)),
    (date(2026, 2, 10), 5, date(2026, 2, 24)),
    (date(2026, 4, 29), 20, date(2026, 5, 29)),
    (date(2026, 9, 18), 7, date(2026, 9, 29)),
    (date(2026, 9, 28), 7, date(2026, 10, 13)),
]


def due(
    amount: int,
    unit: Unit,
    start: date,
    *,
    pauses: tuple[Pause, ...] = (),
    extensions: tuple[Extension, ...] = (),
    now: date | None = None,
) -> Deadline:
    return deadline(
        Term(amount, unit), start, calendar=STATUTORY(), pauses=pauses, extensions=extensions, now=now
    )


def workdays(amount: int, start: date, *pauses: Pause) -> date:
    return due(amount, Unit.WORKDAY, start, pauses=pauses).last_day


@pytest.mark.parametrize(("start", "amount", "last_day"), WORKED_EXAMPLES)
def test_the_worked_examples_hold(start: date, amount: int, last_day: date) -> None:
    answer = due(amount, Unit.WORKDAY, start)
    assert answer.last_day == last_day
    assert not answer.provisional


def test_a_day_limit_is_over_at_the_24th_hour_of_its_last_day() -> None:
    answer = due(20, Unit.WORKDAY, date(2026, 2, 10))
    assert answer.at == datetime(2026, 3, 17, tzinfo=CHINA)
    assert answer.at.isoformat() == "2026-03-17T00:00:00+08:00"
    assert answer.iso() == "2026-03-16"
    assert answer.by_day


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 3, 7), date(2026, 10, 1)])
def test_no_working_days_is_the_same_day(day: date) -> None:
    assert workdays(0, day) == day


def test_the_start_day_is_not_counted_even_when_it_is_worked() -> None:
    assert workdays(1, date(2026, 3, 2)) == date(2026, 3, 3)
    assert workdays(1, date(2026, 3, 6)) == date(2026, 3, 9)


def test_a_make_up_saturday_is_counted() -> None:
    assert workdays(1, date(2026, 2, 27)) == date(2026, 2, 28)
    assert workdays(1, date(2026, 3, 6)) == date(2026, 3, 9)


def test_the_hour_of_the_start_does_not_matter_to_day_limits() -> None:
    assert workdays(5, datetime(2026, 2, 10, 0, 0)) == workdays(5, datetime(2026, 2, 10, 23, 59, 59))


def test_a_start_in_another_zone_is_the_day_it_was_in_china() -> None:
    assert workdays(1, datetime(2026, 3, 2, 15, 59, tzinfo=UTC)) == date(2026, 3, 3)
    assert workdays(1, datetime(2026, 3, 2, 16, 0, tzinfo=UTC)) == date(2026, 3, 4)


def test_calendar_days_count_rest_days_too() -> None:
    assert due(10, Unit.DAY, date(2026, 3, 2)).last_day == date(2026, 3, 12)


@pytest.mark.parametrize(
    ("amount", "start", "last_day"),
    [
        (5, date(2026, 3, 2), date(2026, 3, 9)),  # ends on a Saturday
        (7, date(2026, 9, 25), date(2026, 10, 8)),  # ends inside the National Day holiday
        (3, date(2026, 2, 25), date(2026, 2, 28)),  # ends on a Saturday that is worked
        (0, date(2026, 3, 7), date(2026, 3, 9)),
    ],
)
def test_a_last_calendar_day_on_a_rest_day_moves_to_the_next_working_day(
    amount: int, start: date, last_day: date
) -> None:
    assert due(amount, Unit.DAY, start).last_day == last_day


@pytest.mark.parametrize(
    ("months", "start", "last_day"),
    [
        (1, date(2026, 3, 10), date(2026, 4, 10)),
        (1, date(2026, 3, 31), date(2026, 4, 30)),
        (1, date(2024, 1, 31), date(2024, 2, 29)),  # a leap year
        (1, date(2023, 1, 31), date(2023, 2, 28)),
        (12, date(2024, 2, 29), date(2025, 2, 28)),
        (24, date(2022, 2, 28), date(2024, 2, 28)),
        (1, date(2025, 12, 31), date(2026, 2, 2)),  # 31 January is a Saturday
        (6, date(2025, 8, 31), date(2026, 2, 28)),  # a Saturday that is worked
        (0, date(2026, 3, 10), date(2026, 3, 10)),
        (13, date(2024, 12, 15), date(2026, 1, 15)),
    ],
)
def test_months_end_on_the_same_number_or_on_the_months_last_day(
    months: int, start: date, last_day: date
) -> None:
    assert due(months, Unit.MONTH, start).last_day == last_day


def test_the_city_has_no_rest_day_to_move_to() -> None:
    answer = deadline(Term(5, Unit.DAY), date(2026, 3, 2), calendar=CITY())
    assert answer.last_day == date(2026, 3, 7)


# Years that are not published


def test_a_count_that_ends_with_the_known_year_is_certain() -> None:
    answer = due(1, Unit.WORKDAY, date(2026, 12, 30))
    assert (answer.last_day, answer.provisional) == (date(2026, 12, 31), False)


def test_a_count_past_the_known_year_is_provisional_and_goes_by_the_week() -> None:
    answer = due(1, Unit.WORKDAY, date(2026, 12, 31))
    assert (answer.last_day, answer.provisional) == (date(2027, 1, 1), True)


@pytest.mark.parametrize("unit", [Unit.DAY, Unit.MONTH])
def test_calendar_limits_are_provisional_when_their_last_day_is_not_published(unit: Unit) -> None:
    assert due(2, unit, date(2026, 12, 30)).provisional
    assert not due(1, unit, date(2026, 11, 30)).provisional


def test_calendar_limits_care_only_for_their_last_day() -> None:
    assert not due(300, Unit.DAY, date(2019, 6, 3)).provisional
    assert due(60, Unit.WORKDAY, date(2019, 11, 1)).provisional


def test_a_count_that_begins_on_the_eve_of_the_known_years_is_certain() -> None:
    assert not due(5, Unit.WORKDAY, date(2019, 12, 31)).provisional
    assert due(5, Unit.WORKDAY, date(2019, 12, 30)).provisional


def test_plain_hours_need_no_calendar_and_are_never_provisional() -> None:
    assert not due(48, Unit.HOUR, date(2026, 12, 31)).provisional
    assert due(8, Unit.WORKHOUR, date(2026, 12, 31)).provisional
    assert not due(7, Unit.WORKHOUR, date(2026, 12, 31)).provisional
    assert due(1, Unit.WORKHOUR, date(2027, 1, 4)).provisional


def test_a_calendar_that_needs_no_years_is_never_provisional() -> None:
    assert not deadline(Term(400, Unit.WORKDAY), date(2026, 12, 1), calendar=CITY()).provisional


# Pauses


def test_a_pause_leaves_out_the_days_after_its_notice_through_its_end() -> None:
    pause = Pause(date(2026, 3, 3), date(2026, 3, 5))
    assert workdays(5, date(2026, 3, 2)) == date(2026, 3, 9)
    assert workdays(5, date(2026, 3, 2), pause) == date(2026, 3, 11)


def test_the_day_of_the_notice_is_still_counted() -> None:
    assert workdays(1, date(2026, 3, 2), Pause(date(2026, 3, 3), date(2026, 3, 20))) == date(2026, 3, 3)
    assert workdays(2, date(2026, 3, 2), Pause(date(2026, 3, 3), date(2026, 3, 20))) == date(2026, 3, 23)


def test_overlapping_pauses_are_merged_not_added() -> None:
    one, two = Pause(date(2026, 3, 2), date(2026, 3, 6)), Pause(date(2026, 3, 4), date(2026, 3, 10))
    both = Pause(date(2026, 3, 2), date(2026, 3, 10))
    assert workdays(5, date(2026, 3, 2), one, two) == workdays(5, date(2026, 3, 2), both)
    assert workdays(5, date(2026, 3, 2), two, one) == workdays(5, date(2026, 3, 2), both)


def test_a_pause_that_begins_before_the_start_leaves_out_only_what_comes_after() -> None:
    early = Pause(date(2026, 2, 25), date(2026, 3, 4))
    assert workdays(2, date(2026, 3, 2), early) == date(2026, 3, 6)


def test_a_pause_after_the_last_day_comes_too_late() -> None:
    assert workdays(2, date(2026, 3, 2), Pause(date(2026, 3, 4), date(2026, 3, 30))) == date(2026, 3, 4)


def test_a_pause_over_rest_days_alone_changes_no_working_day_limit() -> None:
    assert workdays(5, date(2026, 3, 2), Pause(date(2026, 3, 6), date(2026, 3, 8))) == date(2026, 3, 9)


def test_paused_days_are_added_to_calendar_days_and_months() -> None:
    pause = Pause(date(2026, 3, 9), date(2026, 3, 19))
    assert due(16, Unit.DAY, date(2026, 3, 2), pauses=(pause,)).last_day == date(2026, 3, 30)  # from Saturday
    assert due(1, Unit.MONTH, date(2026, 3, 2), pauses=(pause,)).last_day == date(2026, 4, 13)  # from Sunday


def test_a_last_day_does_not_move_into_a_pause() -> None:
    pause = Pause(date(2026, 3, 8), date(2026, 3, 10))
    assert due(5, Unit.DAY, date(2026, 3, 2), pauses=(pause,)).last_day == date(2026, 3, 11)


def test_a_pause_that_still_runs_counts_to_the_day_asked_about() -> None:
    running = (Pause(date(2026, 3, 3), None),)
    start = date(2026, 3, 2)
    assert due(5, Unit.WORKDAY, start, pauses=running).last_day == date(2026, 3, 9)
    for now in (date(2026, 3, 5), datetime(2026, 3, 5, 23, 59), datetime(2026, 3, 4, 16, 0, tzinfo=UTC)):
        assert due(5, Unit.WORKDAY, start, pauses=running, now=now).last_day == date(2026, 3, 11)


def test_a_pause_that_still_runs_leaves_nothing_out_before_its_notice() -> None:
    running = (Pause(date(2026, 3, 3), None),)
    assert due(5, Unit.WORKDAY, date(2026, 3, 2), pauses=running, now=date(2026, 3, 1)).last_day == date(
        2026, 3, 9
    )


# Extensions


def test_an_extension_in_the_own_unit_is_added() -> None:
    for extension in (Extension(10), Extension(10, Unit.WORKDAY)):
        answer = due(20, Unit.WORKDAY, date(2026, 2, 10), extensions=(extension,))
        assert answer.last_day == workdays(30, date(2026, 2, 10))


def test_an_extension_in_another_unit_runs_on_from_the_last_day() -> None:
    answer = due(20, Unit.WORKDAY, date(2026, 2, 10), extensions=(Extension(10, Unit.DAY),))
    assert answer.last_day == date(2026, 3, 26)
    answer = due(5, Unit.DAY, date(2026, 3, 2), extensions=(Extension(2, Unit.WORKDAY),))
    assert answer.last_day == date(2026, 3, 11)  # Saturday 7 moves to Monday 9, two working days on


def test_an_own_extension_is_added_before_the_others_wherever_it_stands() -> None:
    start = date(2026, 2, 10)
    mixed = (Extension(1, Unit.MONTH), Extension(5))
    swapped = (Extension(5), Extension(1, Unit.MONTH))
    assert due(20, Unit.WORKDAY, start, extensions=mixed) == due(20, Unit.WORKDAY, start, extensions=swapped)


def test_an_extension_in_hours_runs_on_from_the_24th_hour() -> None:
    answer = due(1, Unit.WORKDAY, date(2026, 3, 2), extensions=(Extension(30, Unit.HOUR),))
    assert answer.iso() == "2026-03-05T06:00:00+08:00"


def test_an_extension_in_days_of_an_hour_limit_ends_with_a_day() -> None:
    answer = due(24, Unit.HOUR, datetime(2026, 3, 2, 10), extensions=(Extension(2, Unit.WORKDAY),))
    assert answer.iso() == "2026-03-05"


# What cannot be counted


@pytest.mark.parametrize("start", [date(1999, 12, 31), date(2121, 1, 1), datetime(1999, 12, 31, 12)])
def test_a_start_outside_the_tables_is_refused(start: date) -> None:
    with pytest.raises(ClockError) as caught:
        workdays(5, start)
    assert caught.value.field == "start"


@pytest.mark.parametrize("unit", list(Unit))
def test_a_limit_past_the_tables_is_refused(unit: Unit) -> None:
    with pytest.raises(ClockError, match="超出2120年") as caught:
        due(10_000, unit, date(2120, 12, 1))
    assert caught.value.field == "amount"


def test_the_tables_last_day_is_no_deadline() -> None:
    assert due(1, Unit.WORKDAY, date(2120, 12, 29)).last_day == date(2120, 12, 30)
    with pytest.raises(ClockError, match="超出2120年"):
        due(2, Unit.WORKDAY, date(2120, 12, 29))


@pytest.mark.parametrize("unit", [Unit.WORKDAY, Unit.DAY, Unit.HOUR, Unit.WORKHOUR])
def test_the_largest_limits_still_count(unit: Unit) -> None:
    assert due(10_000, unit, date(2026, 3, 2)).last_day > date(2027, 1, 1)


def test_a_pause_that_ends_beyond_the_tables_is_refused() -> None:
    with pytest.raises(ClockError, match="太晚") as caught:
        workdays(5, date(2026, 3, 2), Pause(date(2026, 3, 3), date.max))
    assert caught.value.field == "pauses"


@pytest.mark.parametrize(
    ("amount", "words"), [(-1, "不能为负数"), (10_001, "最多为10000"), (1.5, "须为整数"), (True, "须为整数")]
)
def test_absurd_amounts_are_refused_in_plain_words(amount: int, words: str) -> None:
    with pytest.raises(ClockError, match=words) as caught:
        Term(amount, Unit.DAY)
    assert caught.value.field == "amount"
    with pytest.raises(ClockError, match=words) as caught:
        Extension(amount)
    assert caught.value.field == "extensions"


def test_a_pause_cannot_end_before_it_begins() -> None:
    with pytest.raises(ClockError, match="不能早于开始日"):
        Pause(date(2026, 3, 2), date(2026, 3, 1))
