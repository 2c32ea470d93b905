"""The public calculator's question and answer: plain texts and numbers in, a deadline with its days out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypedDict

from .calendars import CITY, STATUTORY, Calendar, filed, place
from .deadlines import deadline, explain
from .terms import ClockError, DayLine, Deadline, Extension, Pause, Term, Unit, check_amount, gettext_noop

MOST_PARTS: Final = 100  # pauses, or extensions, in one question
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?")


class DayDict(TypedDict):
    """One line of an answer as it goes over the wire."""

    date: str
    counted: bool
    why: str


class AnswerDict(TypedDict):
    """An answer as it goes over the wire."""

    deadline: str
    provisional: bool
    days: list[DayDict]


@dataclass(frozen=True, slots=True)
class Answer:
    """A deadline and the days that led to it."""

    deadline: Deadline
    days: tuple[DayLine, ...]

    def as_dict(self) -> AnswerDict:
        """ISO texts, ready for JSON."""
        return {
            "deadline": self.deadline.iso(),
            "provisional": self.deadline.provisional,
            "days": [
                {"date": line.date.isoformat(), "counted": line.counted, "why": line.why}
                for line in self.days
            ],
        }


def compute(
    amount: object,
    unit: object,
    start: object,
    pauses: object = (),
    extensions: object = (),
    calendar: object = "statutory",
    filed: object = False,
    *,
    calendars: Mapping[str, Calendar] | None = None,
    now: date | None = None,
) -> Answer:
    """Answer the calculator's question, whose parts may come straight from JSON or a form.

    `start` is an ISO date or time; `pauses` are {"from": notice day, "to": last day}, where `to` may be missing when
    `now` is given; `extensions` are numbers or {"amount", "unit"}. With `filed` the start is taken as a hand-in at the
    hall (READINGS 1). `calendars` are the calendars by name when a county has loaded its own.
    Raises ClockError whose `field` is the part at fault, such as "start" or "pauses.0.to".

    >>> compute(5, "工作日", "2026-02-10").as_dict()["deadline"]
    '2026-02-24'
    >>> compute(1, "工作日", "2026-02-13T18:00", filed=True).as_dict()["days"][0]["date"]
    '2026-02-14'
    >>> compute(20, "日", "2026-02-10")
    Traceback (most recent call last):
    ...
    jishiban.kernel.clock.terms.ClockError: “日”有两种算法，请选工作日或自然日
    """
    term = Term(parse_amount(amount), parse_unit(unit))
    chosen = parse_calendar(calendar, calendars)
    begin = parse_start(start)
    handed_in = parse_flag(filed)
    stops = parse_pauses(pauses, open_ended=now is not None)
    more = parse_extensions(extensions)
    begin, guessed = _received(begin, chosen) if handed_in else (begin, False)
    days = explain(term, begin, calendar=chosen, pauses=stops, extensions=more, now=now)
    due = deadline(term, begin, calendar=chosen, pauses=stops, extensions=more, now=now)
    return Answer(replace(due, provisional=True) if guessed else due, days)


def parse_amount(value: object, field: str = "amount") -> int:
    """A whole number from 0 to 10,000, also as digits in a text. Raises ClockError naming `field`.

    >>> parse_amount(" 20 ")
    20
    """
    if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) <= 9:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or value == "":
        raise ClockError(field, gettext_noop("请填写期限的数字"))
    if not isinstance(value, int):
        raise ClockError(field, gettext_noop("期限须为整数，请改填"))
    return check_amount(value, field)


def parse_unit(value: object, field: str = "unit") -> Unit:
    """A unit by its exact name; a bare 日 has to be decided first. Raises ClockError naming `field`.

    >>> parse_unit("自然日").name
    'DAY'
    """
    if value in ("日", "天"):
        raise ClockError(field, gettext_noop("“%(unit)s”有两种算法，请选工作日或自然日"), unit=value)
    try:
        return Unit(str(value))
    except ValueError:
        raise ClockError(field, gettext_noop("单位须为工作日、自然日、月、小时或工作小时")) from None


def parse_date(value: object, field: str) -> date:
    """A day from an ISO text or a date. Raises ClockError naming `field`.

    >>> parse_date("2026-02-10", "pauses.0.from")
    datetime.date(2026, 2, 10)
    """
    day = value if isinstance(value, date) else _read(value)
    if day is None or isinstance(day, datetime):
        raise ClockError(field, gettext_noop("日期请写成2026-03-02的样子"))
    place(day, field)
    return day


def parse_start(value: object, field: str = "start") -> date:
    """A day, or a moment (without a zone: in China). Raises ClockError naming `field`.

    >>> parse_start("2026-02-10"), parse_start("2026-02-10T09:30").isoformat()
    (datetime.date(2026, 2, 10), '2026-02-10T09:30:00')
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        raise ClockError(field, gettext_noop("请填写起算日期"))
    begin = value if isinstance(value, date) else _read(value)
    if begin is None:
        raise ClockError(field, gettext_noop("请写成2026-03-02或2026-03-02T09:30"))
    place(begin, field)
    return begin


def parse_pauses(value: object, field: str = "pauses", *, open_ended: bool = False) -> tuple[Pause, ...]:
    """Pauses from a list of {"from", "to"}. Raises ClockError naming the entry and its part.

    >>> parse_pauses([{"from": "2026-03-02", "to": "2026-03-06"}])[0].end
    datetime.date(2026, 3, 6)
    """
    return tuple(
        _pause(entry, f"{field}.{index}", open_ended=open_ended)
        for index, entry in enumerate(_entries(value, field))
    )


def parse_extensions(value: object, field: str = "extensions") -> tuple[Extension, ...]:
    """Extensions from a list of numbers (in the limit's own unit) or {"amount", "unit"}.

    Raises ClockError naming the entry and its part.

    >>> parse_extensions([10, {"amount": 1, "unit": "月"}])[1].unit.name
    'MONTH'
    """
    return tuple(_extension(entry, f"{field}.{index}") for index, entry in enumerate(_entries(value, field)))


def parse_calendar(
    value: object, calendars: Mapping[str, Calendar] | None = None, field: str = "calendar"
) -> Calendar:
    """A calendar by its name. Raises ClockError naming `field`.

    >>> parse_calendar("city").name
    'city'
    """
    known = calendars if calendars is not None else {"statutory": STATUTORY(), "city": CITY()}
    found = known.get(value) if isinstance(value, str) else None
    if found is None:
        raise ClockError(field, gettext_noop("日历须为其中之一：%(names)s"), names="、".join(known))
    return found


def parse_flag(value: object, field: str = "filed") -> bool:
    """True or false, nothing else. Raises ClockError naming `field`."""
    if isinstance(value, bool):
        return value
    raise ClockError(field, gettext_noop("请填true或false"))


def _read(value: object) -> date | None:
    """The day or moment that an ISO text tells, or None."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        return None


def _received(begin: date, calendar: Calendar) -> tuple[date, bool]:
    """The start as a hand-in, and whether an unpublished year had a say in it."""
    if isinstance(begin, datetime):
        shifted: date = filed(begin, calendar)
    else:
        shifted = begin if calendar.is_workday(begin) else calendar.next_workday(begin)
    return shifted, not (calendar.knows(begin.year) and calendar.knows(shifted.year))


def _entries(value: object, field: str) -> Sequence[object]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise ClockError(field, gettext_noop("请填写一个列表"))
    if len(value) > MOST_PARTS:
        raise ClockError(field, gettext_noop("最多填%(most)s项"), most=MOST_PARTS)
    return value


def _pause(entry: object, field: str, *, open_ended: bool) -> Pause:
    if isinstance(entry, Pause):
        return entry
    if not isinstance(entry, Mapping):
        raise ClockError(field, gettext_noop("暂停须写明from和to两个日期"))
    notice = parse_date(entry.get("from"), f"{field}.from")
    if entry.get("to") is None and open_ended:
        return Pause(notice, None)
    end = parse_date(entry.get("to"), f"{field}.to")
    if end < notice:
        raise ClockError(f"{field}.to", gettext_noop("暂停的结束日不能早于开始日"))
    return Pause(notice, end)


def _extension(entry: object, field: str) -> Extension:
    if isinstance(entry, Extension):
        return entry
    if not isinstance(entry, Mapping):
        return Extension(parse_amount(entry, field))
    unit = entry.get("unit")
    amount = parse_amount(entry.get("amount"), f"{field}.amount")
    return Extension(amount, None if unit is None else parse_unit(unit, f"{field}.unit"))
