"""The clock a second time, as slowly and plainly as it can be said: one day, or five minutes, after another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from jishiban.kernel.clock import Calendar, Colour, Extension, Pause, Term, Unit

DAY = timedelta(days=1)
STEP = timedelta(minutes=5)  # all starts and sessions in these tests are multiples of it
STEPS_AN_HOUR = 12


def uncounted(day: date, pauses: Sequence[Pause]) -> bool:
    return any(pause.notice < day and pause.end is not None and day <= pause.end for pause in pauses)


def is_open(moment: datetime, calendar: Calendar) -> bool:
    """Whether the five minutes from `moment` on are office time."""
    if not calendar.is_workday(moment.date()):
        return False
    return any(opening <= moment.time() < closing for opening, closing in calendar.sessions)


def steps_a_day(calendar: Calendar) -> int:
    someday = next(day for day in (date(2026, 3, 2) + DAY * n for n in range(30)) if calendar.is_workday(day))
    midnight = datetime.combine(someday, time())
    return sum(is_open(midnight + STEP * n, calendar) for n in range(24 * STEPS_AN_HOUR))


class Naive:
    """One limit, walked."""

    def __init__(
        self,
        term: Term,
        start: date,
        calendar: Calendar,
        pauses: Sequence[Pause] = (),
        extensions: Sequence[Extension] = (),
    ) -> None:
        self.calendar = calendar
        self.pauses = pauses
        self.moment = start if isinstance(start, datetime) else None
        self.day = start.date() if isinstance(start, datetime) else start
        self.start = self.moment or datetime.combine(self.day, time())
        self.counted: list[date] = []
        self.in_hours = False
        totals: dict[Unit, int] = {term.unit: term.amount}
        for extension in extensions:
            unit = extension.unit or term.unit
            totals[unit] = totals.get(unit, 0) + extension.amount
        self.term = term
        self.first_end: date | None = None
        self.first_amount = 0
        for unit, amount in totals.items():
            self.walk(unit, amount)

    @property
    def at(self) -> datetime:
        return self.moment or datetime.combine(self.day + DAY, time())

    def walk(self, unit: Unit, amount: int) -> None:
        first = self.first_end is None
        in_hours = unit in (Unit.HOUR, Unit.WORKHOUR)
        if unit is Unit.WORKDAY and self.calendar.workday_in_hours and self.moment is not None:
            steps = amount * steps_a_day(self.calendar)
            self.walk_steps(steps, office_only=True)
            in_hours = True
        elif in_hours:
            steps = amount * STEPS_AN_HOUR
            if self.moment is None:
                opening = self.calendar.sessions[0][0]
                self.moment = datetime.combine(self.day, opening) if first else self.at
                self.start = self.moment if first else self.start
            self.walk_steps(steps, office_only=unit is Unit.WORKHOUR)
        else:
            steps = self.walk_days(unit, amount)
        if first:
            self.in_hours = in_hours
            self.first_amount = steps
            self.first_end = self.moment or self.day
            if not in_hours:
                self.start = datetime.combine(self.start.date(), time())

    def walk_days(self, unit: Unit, amount: int) -> int:
        """Day after day; returns the number of days counted."""
        if unit is Unit.MONTH:
            amount = self.days_of_months(amount)
        left = amount
        while left:
            self.day += DAY
            if uncounted(self.day, self.pauses):
                continue
            if unit is Unit.WORKDAY and not self.calendar.is_workday(self.day):
                continue
            self.counted.append(self.day)
            left -= 1
        if unit is not Unit.WORKDAY and not self.calendar.is_workday(self.day):
            self.day += DAY
            while not self.calendar.is_workday(self.day) or uncounted(self.day, self.pauses):
                self.day += DAY
        self.moment = None
        return amount

    def days_of_months(self, months: int) -> int:
        year, month = self.day.year, self.day.month
        for _ in range(months):
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        for number in range(self.day.day, 0, -1):
            try:
                return (date(year, month, number) - self.day).days
            except ValueError:
                continue
        raise AssertionError

    def walk_steps(self, steps: int, *, office_only: bool) -> None:
        assert self.moment is not None
        while steps:
            running = not uncounted(self.moment.date(), self.pauses)
            if running and (not office_only or is_open(self.moment, self.calendar)):
                steps -= 1
            self.moment += STEP
        self.day = self.moment.date()

    # Lights, by the rule itself.

    def remaining(self, now: datetime) -> Fraction:
        """Days, or hours and parts of them, from `now` to the end."""
        if not self.in_hours:
            return Fraction(self.days_between(now.date(), self.day))
        return Fraction(self.steps_between(now, self.at), STEPS_AN_HOUR)

    def days_between(self, day: date, last: date, pauses: Sequence[Pause] = ()) -> int:
        count = 0
        while day < last:
            day += DAY
            works = self.term.unit is not Unit.WORKDAY or self.calendar.is_workday(day)
            count += works and not uncounted(day, pauses)
        return count

    def steps_between(self, moment: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> int:
        count = 0
        while moment < end:
            works = self.term.unit is Unit.HOUR or is_open(moment, self.calendar)
            count += works and not uncounted(moment.date(), pauses)
            moment += STEP
        return count

    def limit(self) -> Fraction:
        """The limit as extended, in the days or hours that `remaining` speaks of."""
        assert self.first_end is not None
        if not self.in_hours:
            first = self.first_end.date() if isinstance(self.first_end, datetime) else self.first_end
            return Fraction(self.first_amount + self.days_between(first, self.day, self.pauses))
        assert isinstance(self.first_end, datetime)
        return Fraction(
            self.first_amount + self.steps_between(self.first_end, self.at, self.pauses), STEPS_AN_HOUR
        )

    def colour(self, now: datetime) -> Colour:
        if now >= self.at:
            return Colour.RED
        slack = max(Fraction(1), self.limit() / 5)
        return Colour.YELLOW if self.remaining(now) <= slack else Colour.GREEN
