"""The quick clock and the plain one agree on everything."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from jishiban.kernel.clock import CHINA, Colour, Unit, deadline, explain, light, remaining, thresholds
from jishiban.kernel.clock.tests.naive import STEP, Naive
from jishiban.kernel.clock.tests.strategies import DAY_UNITS, Question, questions

HOUR_UNITS = (Unit.HOUR, Unit.WORKHOUR)


def naive(question: Question) -> Naive:
    return Naive(question.term, question.start, question.calendar, question.pauses, question.extensions)


def quick_at(question: Question) -> datetime:
    due = deadline(
        question.term,
        question.start,
        calendar=question.calendar,
        pauses=question.pauses,
        extensions=question.extensions,
    )
    return due.at


def local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=CHINA)


@given(questions(DAY_UNITS, extended=False))
@settings(max_examples=400, deadline=None)
def test_day_limits_end_where_counting_on_fingers_ends(question: Question) -> None:
    assert quick_at(question) == local(naive(question).at)


@given(questions(HOUR_UNITS, extended=False))
@settings(max_examples=150, deadline=None)
def test_hour_limits_end_where_counting_on_fingers_ends(question: Question) -> None:
    assert quick_at(question) == local(naive(question).at)


@given(questions())
@settings(max_examples=200, deadline=None)
def test_limits_with_mixed_extensions_end_where_counting_on_fingers_ends(question: Question) -> None:
    assert quick_at(question) == local(naive(question).at)


@given(questions(DAY_UNITS, extended=False))
@settings(max_examples=200, deadline=None)
def test_the_counted_lines_are_the_days_counted_on_fingers(question: Question) -> None:
    plain = naive(question)
    if plain.in_hours:
        return
    lines = explain(question.term, question.start, calendar=question.calendar, pauses=question.pauses)
    assert [line.date for line in lines if line.counted] == plain.counted


@given(questions())
@settings(max_examples=200, deadline=None)
def test_the_lines_run_without_a_gap_from_the_start_through_the_last_day(question: Question) -> None:
    lines = explain(
        question.term,
        question.start,
        calendar=question.calendar,
        pauses=question.pauses,
        extensions=question.extensions,
    )
    days = [line.date for line in lines]
    start = question.start.date() if isinstance(question.start, datetime) else question.start
    due = quick_at(question)
    last = naive(question).day
    assert days[0] == start
    assert days[-1] == last
    assert days == [start + timedelta(days=step) for step in range(len(days))]
    assert max(Counter(days).values()) == 1
    assert due.date() in (last, last + timedelta(days=1))


@given(questions(), st.integers(-300, 300), st.booleans())
@settings(max_examples=250, deadline=None)
def test_the_light_follows_the_rule_at_every_instant(question: Question, steps: int, near_end: bool) -> None:
    plain = naive(question)
    marks = thresholds(
        question.term,
        question.start,
        calendar=question.calendar,
        pauses=question.pauses,
        extensions=question.extensions,
    )
    anchor = plain.at if near_end else marks.yellow_at.replace(tzinfo=None)
    anchor -= timedelta(seconds=anchor.second % 60, microseconds=anchor.microsecond)
    now = max(plain.start, anchor - timedelta(minutes=anchor.minute % 5) + STEP * steps)
    assert light(local(now), marks) == plain.colour(now)


@given(questions())
@settings(max_examples=150, deadline=None)
def test_the_colours_change_at_the_thresholds_and_nowhere_else(question: Question) -> None:
    plain = naive(question)
    marks = thresholds(
        question.term,
        question.start,
        calendar=question.calendar,
        pauses=question.pauses,
        extensions=question.extensions,
    )
    tick = timedelta(microseconds=1)
    assert marks.red_at == local(plain.at)
    assert light(marks.red_at, marks) is Colour.RED
    assert local(plain.start) <= marks.yellow_at <= marks.red_at
    if marks.yellow_at > local(plain.start):
        assert light(marks.yellow_at - tick, marks) is Colour.GREEN
    if marks.yellow_at < marks.red_at:
        assert light(marks.yellow_at, marks) is Colour.YELLOW
        assert light(marks.red_at - tick, marks) is Colour.YELLOW


@given(questions(DAY_UNITS), st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_what_remains_is_what_the_fingers_say(question: Question, days: int) -> None:
    plain = naive(question)
    now = plain.start + timedelta(days=days)
    if now >= plain.at:
        return
    due = deadline(
        question.term,
        question.start,
        calendar=question.calendar,
        pauses=question.pauses,
        extensions=question.extensions,
    )
    left = remaining(local(now), due, question.term, question.calendar)
    if question.term.unit is Unit.WORKDAY and question.calendar.workday_in_hours:
        return  # ends at a moment, or has a part in hours: told in the tests of the city's calendar
    assert left == plain.remaining(now)


def test_the_plain_clock_itself_knows_a_worked_example() -> None:
    from jishiban.kernel.clock import STATUTORY, Term

    assert Naive(Term(20, Unit.WORKDAY), date(2026, 2, 10), STATUTORY()).day == date(2026, 3, 16)
