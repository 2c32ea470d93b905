"""Rest and make-up work days of China, as the State Council's office announces them each November.

Facts, not rules: 全国年节及纪念日放假办法 names the holidays, the yearly 国务院办公厅关于部分节假日安排的通知 fixes the
days. Spans hold the week-ends inside them. A year that is missing here is unknown and makes deadlines provisional.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from .terms import gettext_noop as _

NEW_YEAR: Final = _("元旦放假")
SPRING: Final = _("春节放假")
QINGMING: Final = _("清明节放假")
LABOUR: Final = _("劳动节放假")
DRAGON_BOAT: Final = _("端午节放假")
MID_AUTUMN: Final = _("中秋节放假")
NATIONAL: Final = _("国庆节放假")
NATIONAL_AND_MID_AUTUMN: Final = _("国庆节、中秋节放假")

# year: ((why, first day, last day), …)
RESTS: Final[dict[int, tuple[tuple[str, str, str], ...]]] = {
    2020: (
        (NEW_YEAR, "01-01", "01-01"),
        (SPRING, "01-24", "02-02"),  # lengthened by three days against the epidemic
        (QINGMING, "04-04", "04-06"),
        (LABOUR, "05-01", "05-05"),
        (DRAGON_BOAT, "06-25", "06-27"),
        (NATIONAL_AND_MID_AUTUMN, "10-01", "10-08"),
    ),
    2021: (
        (NEW_YEAR, "01-01", "01-03"),
        (SPRING, "02-11", "02-17"),
        (QINGMING, "04-03", "04-05"),
        (LABOUR, "05-01", "05-05"),
        (DRAGON_BOAT, "06-12", "06-14"),
        (MID_AUTUMN, "09-19", "09-21"),
        (NATIONAL, "10-01", "10-07"),
    ),
    2022: (
        (NEW_YEAR, "01-01", "01-03"),
        (SPRING, "01-31", "02-06"),
        (QINGMING, "04-03", "04-05"),
        (LABOUR, "04-30", "05-04"),
        (DRAGON_BOAT, "06-03", "06-05"),
        (MID_AUTUMN, "09-10", "09-12"),
        (NATIONAL, "10-01", "10-07"),
        (NEW_YEAR, "12-31", "12-31"),
    ),
    2023: (
        (NEW_YEAR, "01-01", "01-02"),
        (SPRING, "01-21", "01-27"),
        (QINGMING, "04-05", "04-05"),
        (LABOUR, "04-29", "05-03"),
        (DRAGON_BOAT, "06-22", "06-24"),
        (NATIONAL_AND_MID_AUTUMN, "09-29", "10-06"),
        (NEW_YEAR, "12-30", "12-31"),
    ),
    2024: (
        (NEW_YEAR, "01-01", "01-01"),
        (SPRING, "02-10", "02-17"),
        (QINGMING, "04-04", "04-06"),
        (LABOUR, "05-01", "05-05"),
        (DRAGON_BOAT, "06-10", "06-10"),
        (MID_AUTUMN, "09-15", "09-17"),
        (NATIONAL, "10-01", "10-07"),
    ),
    2025: (
        (NEW_YEAR, "01-01", "01-01"),
        (SPRING, "01-28", "02-04"),
        (QINGMING, "04-04", "04-06"),
        (LABOUR, "05-01", "05-05"),
        (DRAGON_BOAT, "05-31", "06-02"),
        (NATIONAL_AND_MID_AUTUMN, "10-01", "10-08"),
    ),
    2026: (
        (NEW_YEAR, "01-01", "01-03"),
        (SPRING, "02-15", "02-23"),
        (QINGMING, "04-04", "04-06"),
        (LABOUR, "05-01", "05-05"),
        (DRAGON_BOAT, "06-19", "06-21"),
        (MID_AUTUMN, "09-25", "09-27"),
        (NATIONAL, "10-01", "10-07"),
    ),
}

# year: week-end days worked in exchange (调休)
WORKS: Final[dict[int, str]] = {
    2020: "01-19 04-26 05-09 06-28 09-27 10-10",
    2021: "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    2022: "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    2023: "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}


def rest_days(year: int) -> dict[date, str]:
    """Rest days of `year` with the holiday's name. Raises KeyError for a year that is not seeded.

    >>> rest_days(2026)[date(2026, 2, 17)]
    '春节放假'
    """
    return {
        first + timedelta(days=step): why
        for why, first, last in ((why, _day(year, a), _day(year, b)) for why, a, b in RESTS[year])
        for step in range((last - first).days + 1)
    }


def make_up_days(year: int) -> frozenset[date]:
    """Week-end days of `year` that are worked. Raises KeyError for a year that is not seeded.

    >>> date(2026, 2, 28) in make_up_days(2026)
    True
    """
    return frozenset(_day(year, text) for text in WORKS[year].split())


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")
