"""How dates, times, amounts and numbers are written for people, in both languages of the house.

Chinese forms follow official usage (GB/T 15835): 2026年9月30日, 24-hour times, amounts with two decimals and 元.
English pages get English forms, never a Chinese date with translated words.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import get_language, ngettext_lazy

NARROW_SPACE = "\u202f"  # does not break, unlike the ordinary thin space
NOTHING = "—"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
QUANTITIES = {
    "工作日": ngettext_lazy("%(n)s 个工作日", "%(n)s 个工作日", "n"),
    "自然日": ngettext_lazy("%(n)s 天", "%(n)s 天", "n"),
    "月": ngettext_lazy("%(n)s 个月", "%(n)s 个月", "n"),
    "小时": ngettext_lazy("%(n)s 小时", "%(n)s 小时", "n"),
    "工作小时": ngettext_lazy("%(n)s 个工作小时", "%(n)s 个工作小时", "n"),
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def in_english() -> bool:
    """True when the page being made is an English one."""
    return (get_language() or "").startswith("en")


def moment(value: object) -> date | datetime | None:
    """The date or local time meant by `value`, which may also be an ISO text as the API writes it."""
    if isinstance(value, datetime):
        return timezone.localtime(value) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not value:
        return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else moment(datetime.fromisoformat(value))
    except ValueError:
        return None


def cndate(value: object) -> str:
    """`2026年9月30日` (English: `30 September 2026`) in local time; a dash for what is not a date."""
    when = moment(value)
    if when is None:
        return NOTHING
    if in_english():
        return f"{when.day} {MONTHS[when.month - 1]} {when.year}"
    return f"{when.year}年{when.month}月{when.day}日"


def cndatetime(value: object) -> str:
    """`2026年9月30日 17:00`, 24 hours, local time; a plain date is written without a time."""
    when = moment(value)
    if not isinstance(when, datetime):
        return cndate(when)
    return f"{cndate(when)} {when.hour:02d}:{when.minute:02d}"


def isotime(value: object) -> str:
    """The `datetime` attribute of a `<time>` element; empty for what is not a date."""
    when = moment(value)
    if isinstance(when, datetime):
        return when.isoformat(timespec="seconds")
    return when.isoformat() if when else ""


def amount(value: object) -> str:
    """`1,200.00 元` from yuan as a number or text; a dash for nothing. English: `¥1,200.00`."""
    try:
        yuan = Decimal(str(value))
    except InvalidOperation:
        return NOTHING
    if not yuan.is_finite():
        return NOTHING
    return f"¥{yuan:,.2f}" if in_english() else f"{yuan:,.2f} 元"


def spaced(value: object) -> str:
    """A whole number in groups of three, `12 345`, with spaces that do not break; a dash for nothing."""
    try:
        return f"{int(str(value)):,}".replace(",", NARROW_SPACE)
    except ValueError:
        return NOTHING


def quantity(count: int, unit: object) -> str:
    """`3 个工作日`, `2 个月`, `5 天`, `4 小时` (English: `3 working days`, `1 month`); an unknown unit counts as days."""
    return QUANTITIES.get(str(unit), QUANTITIES["自然日"]) % {"n": count}


def weekday(value: object) -> str:
    """`星期三` (English: `Wednesday`); empty for what is not a date."""
    when = moment(value)
    if when is None:
        return ""
    return DAYS[when.weekday()] if in_english() else f"星期{'一二三四五六日'[when.weekday()]}"


def dialled(phone: object) -> str:
    """The digits a phone dials for a number as people write it: `0831-12345` gives `083112345`."""
    return "".join(c for c in str(phone or "") if c.isdigit() or c == "+")
