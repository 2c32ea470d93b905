"""The words of the clock: limits, pauses, extensions, deadlines, and what to say when input is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

# China keeps one time without summer time; a fixed offset needs no time zone files on the machine.
CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
MOST: Final = 10_000  # no limit in law comes near; a larger number is a slip of the hand
ONE_DAY: Final = timedelta(days=1)


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue of translations. The clock itself speaks Chinese only.

    >>> gettext_noop("工作日")
    '工作日'
    """
    return text


class ClockError(ValueError):
    """An input the clock cannot count with: the field at fault, and a sentence that says what to do.

    `message` is Chinese. A page in another language translates `msgid` and fills in `values`.

    >>> error = ClockError("amount", "期限最多为%(most)s", most=10_000)
    >>> error.field, error.message
    ('amount', '期限最多为10000')
    """

    def __init__(self, field: str, msgid: str, **values: object) -> None:
        super().__init__(field, msgid)
        self.field = field
        self.msgid = msgid
        self.values = values

    @property
    def message(self) -> str:
        """The sentence in Chinese, filled in."""
        return self.msgid % self.values if self.values else self.msgid

    def __str__(self) -> str:
        return self.message


class Unit(StrEnum):
    """What a limit is counted in.

    A bare 日 is none of these: it is a working day in 行政许可法 art. 82 and a calendar day in other laws, so whoever
    stores a limit decides it and keeps the basis (`Term.basis`).
    """

    WORKDAY = "工作日"
    DAY = "自然日"
    MONTH = "月"
    HOUR = "小时"
    WORKHOUR = "工作小时"


def check_amount(amount: int, field: str = "amount") -> int:
    """Return `amount` when it is a whole number from 0 to 10,000.

    Raises ClockError naming `field` otherwise.
    """
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise ClockError(field, gettext_noop("期限须为整数，请改填"))
    if amount < 0:
        raise ClockError(field, gettext_noop("期限不能为负数，请改填"))
    if amount > MOST:
        raise ClockError(field, gettext_noop("期限最多为%(most)s，请检查数字"), most=MOST)
    return amount


@dataclass(frozen=True, slots=True)
class Term:
    """A limit as it is stored: number, unit, and the law or promise that fixed the unit.

    An amount of 0 working days means the same day (即办件). Raises ClockError for an amount outside 0–10,000.

    >>> Term(20, Unit.WORKDAY, "行政许可法第四十二条").amount
    20
    """

    amount: int
    unit: Unit
    basis: str = ""

    def __post_init__(self) -> None:
        check_amount(self.amount)


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch left out of the limit (行政许可法 art. 45: hearing, tender, test, expert review …).

    Uncounted are the days after `notice`, the day the written notice takes effect, through `end`, the day the procedure
    ends. `end` is None while it still runs. Without a written notice there is no pause, so there is nothing to build.

    >>> Pause(date(2026, 3, 2), date(2026, 3, 1))
    Traceback (most recent call last):
    ...
    jishiban.kernel.clock.terms.ClockError: 暂停的结束日不能早于开始日
    """

    notice: date
    end: date | None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.notice:
            raise ClockError("pauses", gettext_noop("暂停的结束日不能早于开始日"))


@dataclass(frozen=True, slots=True)
class Extension:
    """An approved lengthening (行政许可法 art. 42: 10 days, or 15 for joint handling); unit None is the term's own.

    Raises ClockError for an amount outside 0–10,000.
    """

    amount: int
    unit: Unit | None = None

    def __post_init__(self) -> None:
        check_amount(self.amount, "extensions")


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit is over.

    `at` is the first instant that is too late: for limits in days and months 00:00 of the day after `last_day`, for the
    last day runs to 24:00 (民法典 art. 203); for limits in hours the moment itself. `provisional` tells that the
    rest days of some year were not yet published and the weekday rule stood in for them.
    """

    at: datetime
    last_day: date
    provisional: bool = False

    @property
    def by_day(self) -> bool:
        """Whether the limit runs to the end of a day rather than to a moment."""
        return self.at.date() > self.last_day

    def iso(self) -> str:
        """The last day for day limits, the moment with its offset for hour limits.

        >>> Deadline(datetime(2026, 3, 17, tzinfo=CHINA), date(2026, 3, 16)).iso()
        '2026-03-16'
        >>> Deadline(datetime(2026, 3, 16, 9, 30, tzinfo=CHINA), date(2026, 3, 16)).iso()
        '2026-03-16T09:30:00+08:00'
        """
        return self.last_day.isoformat() if self.by_day else self.at.isoformat()


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day on the way to a deadline: was it counted, and why (Chinese, marked for translation)."""

    date: date
    counted: bool
    why: str


def midnight(day: date) -> datetime:
    """00:00 of `day` in China.

    >>> midnight(date(2026, 3, 2)).isoformat()
    '2026-03-02T00:00:00+08:00'
    """
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def in_china(moment: datetime) -> datetime:
    """`moment` on a clock in China; a moment without a zone is taken to be there already.

    >>> from datetime import UTC
    >>> in_china(datetime(2026, 3, 1, 20, tzinfo=UTC)).isoformat()
    '2026-03-02T04:00:00+08:00'
    """
    return moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment.astimezone(CHINA)
