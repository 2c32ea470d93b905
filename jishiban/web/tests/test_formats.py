"""Dates, times, amounts and numbers as people read them, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from jishiban.web import formats

EVENING_IN_LONDON = datetime(2026, 9, 30, 17, 5, tzinfo=UTC)


def test_a_date_is_written_in_the_official_form() -> None:
    assert formats.cndate(date(2026, 9, 30)) == "2026年9月30日"


def test_a_time_is_written_with_24_hours_in_local_time() -> None:
    assert formats.cndatetime(EVENING_IN_LONDON) == "2026年10月1日 01:05"


def test_a_moment_late_in_the_utc_day_has_its_local_date() -> None:
    assert formats.cndate(EVENING_IN_LONDON) == "2026年10月1日"


def test_the_forms_the_api_writes_are_understood() -> None:
    assert formats.cndate("2026-03-16") == "2026年3月16日"
    assert formats.cndatetime("2026-03-16T17:00:00+08:00") == "2026年3月16日 17:00"


@pytest.mark.parametrize("nothing", [None, "", "昨天", "2026-02-30", 20260930, object()])
def test_what_is_not_a_date_becomes_a_dash(nothing: object) -> None:
    assert formats.cndate(nothing) == formats.cndatetime(nothing) == "—"
    assert formats.isotime(nothing) == ""


def test_english_pages_get_english_forms() -> None:
    with override("en"):
        assert formats.cndatetime("2026-03-16T17:00:00+08:00") == "16 March 2026 17:00"
        assert formats.amount(1200) == "¥1,200.00"
        assert formats.weekday(date(2026, 9, 30)) == "Wednesday"


def test_the_day_of_the_week_is_named() -> None:
    assert formats.weekday(date(2026, 9, 30)) == "星期三"
    assert formats.weekday("no day") == ""


def test_the_machine_form_keeps_the_offset() -> None:
    assert formats.isotime(EVENING_IN_LONDON) == "2026-10-01T01:05:00+08:00"
    assert formats.isotime(date(2026, 9, 30)) == "2026-09-30"


@pytest.mark.parametrize(
    ("yuan", "shown"),
    [(1200, "1,200.00 元"), ("0", "0.00 元"), (Decimal("1234567.5"), "1,234,567.50 元"), (-3.5, "-3.50 元")],
)
def test_an_amount_has_thousands_decimals_and_its_unit(yuan: object, shown: str) -> None:
    assert formats.amount(yuan) == shown


@pytest.mark.parametrize("nothing", [None, "", "免费", float("nan"), float("inf")])
def test_what_is_not_an_amount_becomes_a_dash(nothing: object) -> None:
    assert formats.amount(nothing) == "—"


@given(st.integers(-(10**15), 10**15))
def test_a_spaced_number_reads_back_as_itself_and_never_breaks(number: int) -> None:
    shown = formats.spaced(number)
    assert int(shown.replace(formats.NARROW_SPACE, "")) == number
    assert " " not in shown
    assert all(len(part) == 3 for part in shown.split(formats.NARROW_SPACE)[1:])


def test_a_phone_dials_its_digits() -> None:
    assert formats.dialled("0531-8423 1234") == "053184231234"
    assert formats.dialled("+86 531 12345") == "+8653112345"
    assert formats.dialled(None) == ""


@pytest.mark.parametrize(
    ("count", "unit", "chinese", "english"),
    [
        (5, "工作日", "5 个工作日", "5 working days"),
        (1, "工作日", "1 个工作日", "1 working day"),
        (3, "自然日", "3 天", "3 days"),
        (1, "月", "1 个月", "1 month"),
        (8, "小时", "8 小时", "8 hours"),
        (9, "工作小时", "9 个工作小时", "9 working hours"),
        (2, "天", "2 天", "2 days"),
    ],
)
def test_a_quantity_is_said_whole_with_its_unit_in_both_languages(
    count: int, unit: str, chinese: str, english: str
) -> None:
    assert formats.quantity(count, unit) == chinese
    with override("en"):
        assert formats.quantity(count, unit) == english
