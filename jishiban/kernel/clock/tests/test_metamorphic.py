"""Changes of the question whose effect on the answer is known beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jishiban.kernel.clock import Deadline, Extension, Pause, Term, Unit, deadline, explain, thresholds
from jishiban.kernel.clock.tests.strategies import Question, pauses, questions, starts

DAY = timedelta(days=1)
FIXED_UNITS = (Unit.WORKDAY, Unit.DAY, Unit.HOUR, Unit.WORKHOUR)


def ask(question: Question) -> Deadline:
    return deadline(
        question.term,
        question.start,
        calendar=question.calendar,
        pauses=question.pauses,
        extensions=question.extensions,
    )


def day_of(start: date) -> date:
    return start.date() if isinstance(start, datetime) else start


def with_pauses(question: Question, *more: Pause) -> Question:
    return replace(question, pauses=(*question.pauses, *more))


@given(questions(), st.integers(0, 400), st.integers(0, 60))
@settings(deadline=None)
def test_a_pause_wholly_before_the_start_changes_nothing(question: Question, ago: int, length: int) -> None:
    end = day_of(question.start) - DAY * (ago + 1)
    assert ask(with_pauses(question, Pause(end - DAY * length, end))) == ask(question)


@given(questions(), st.integers(-30, 90))
@settings(deadline=None)
def test_a_pause_of_no_days_changes_nothing(question: Question, offset: int) -> None:
    notice = day_of(question.start) + DAY * offset
    assert ask(with_pauses(question, Pause(notice, notice))) == ask(question)


@given(questions(), st.integers(0, 60))
@settings(deadline=None)
def test_a_pause_told_after_the_last_day_changes_nothing(question: Question, length: int) -> None:
    notice = ask(question).last_day
    assert ask(with_pauses(question, Pause(notice, notice + DAY * length))) == ask(question)


@given(questions(), st.data())
@settings(deadline=None)
def test_a_pause_never_brings_a_deadline_nearer(question: Question, data: st.DataObject) -> None:
    assert ask(with_pauses(question, data.draw(pauses(question.start)))).at >= ask(question).at


@given(questions(), st.data())
@settings(deadline=None)
def test_a_pause_told_twice_is_one_pause(question: Question, data: st.DataObject) -> None:
    pause = data.draw(pauses(question.start))
    assert ask(with_pauses(question, pause, pause)) == ask(with_pauses(question, pause))


@given(questions(), st.data())
@settings(deadline=None)
def test_a_pause_cut_in_two_is_the_same_pause(question: Question, data: st.DataObject) -> None:
    pause = data.draw(pauses(question.start))
    assert pause.end is not None
    cut = pause.notice + DAY * data.draw(st.integers(0, (pause.end - pause.notice).days))
    overlap = data.draw(st.integers(0, (cut - pause.notice).days))
    halves = Pause(pause.notice, cut), Pause(cut - DAY * overlap, pause.end)
    assert ask(with_pauses(question, *halves)) == ask(with_pauses(question, pause))


@given(questions())
@settings(deadline=None)
def test_the_order_of_pauses_does_not_matter(question: Question) -> None:
    backwards = tuple(reversed(question.pauses))
    assert ask(replace(question, pauses=backwards)) == ask(question)


@given(questions(extended=False), st.integers(0, 8), st.integers(0, 8), st.sampled_from([None, *Unit]))
@settings(deadline=None)
def test_an_extension_split_in_two_is_their_sum(
    question: Question, one: int, two: int, unit: Unit | None
) -> None:
    whole = replace(question, extensions=(Extension(one + two, unit),))
    split = replace(question, extensions=(Extension(one, unit), Extension(two, unit)))
    assert ask(split) == ask(whole)


@given(questions(extended=False), st.integers(0, 8))
@settings(deadline=None)
def test_an_extension_in_the_own_unit_is_a_longer_limit(question: Question, more: int) -> None:
    longer = replace(question, term=Term(question.term.amount + more, question.term.unit))
    extended = replace(question, extensions=(Extension(more),))
    assert ask(extended) == ask(longer)
    assert thresholds(
        longer.term, longer.start, calendar=longer.calendar, pauses=longer.pauses
    ) == thresholds(
        extended.term,
        extended.start,
        calendar=extended.calendar,
        pauses=extended.pauses,
        extensions=extended.extensions,
    )


@given(questions(), st.integers(1, 5))
@settings(deadline=None)
def test_a_larger_amount_never_ends_earlier(question: Question, more: int) -> None:
    larger = replace(question, term=Term(question.term.amount + more, question.term.unit))
    assert ask(larger).at >= ask(question).at


@given(questions(FIXED_UNITS, extended=False), starts())
@settings(deadline=None)
def test_a_later_start_never_ends_earlier(question: Question, other: date) -> None:
    assume(isinstance(other, datetime) == isinstance(question.start, datetime))
    early, late = sorted([question.start, other])
    assert ask(replace(question, start=early)).at <= ask(replace(question, start=late)).at


@given(questions((Unit.MONTH,), paused=False, extended=False), st.integers(0, 40))
@settings(deadline=None)
def test_a_later_start_never_ends_months_earlier(question: Question, days: int) -> None:
    later = replace(question, start=question.start + DAY * days)
    assert ask(question).at <= ask(later).at


@given(questions())
@settings(deadline=None)
def test_the_same_question_always_has_the_same_answer(question: Question) -> None:
    assert ask(question) == ask(question)


@given(questions((Unit.WORKDAY, Unit.DAY), extended=False))
@settings(deadline=None)
def test_the_lines_counted_are_exactly_the_limit(question: Question) -> None:
    assume(not (question.calendar.workday_in_hours and isinstance(question.start, datetime)))
    lines = explain(question.term, question.start, calendar=question.calendar, pauses=question.pauses)
    assert sum(line.counted for line in lines) == question.term.amount
    assert lines[-1].date == ask(question).last_day


@given(questions())
@settings(deadline=None)
def test_a_basis_is_only_a_note(question: Question) -> None:
    noted = replace(question, term=replace(question.term, basis="行政许可法第四十二条"))
    assert ask(noted) == ask(question)
