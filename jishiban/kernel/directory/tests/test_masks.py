"""What is hidden stays hidden, whatever stands around it."""

import logging
import string
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jishiban.kernel.directory import masks
from jishiban.kernel.directory.identifiers import make_case_number, make_identity, make_uscc

chinese = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
identities = st.builds(
    make_identity,
    st.sampled_from(["370115", "370125", "110105", "830000", "937000"]),
    st.dates(date(1900, 1, 1), date(2026, 9, 30)),
    st.integers(0, 999),
)
mobiles = st.builds(
    "1{}{}".format, st.sampled_from("3456789"), st.text(string.digits, min_size=9, max_size=9)
)
landlines = st.builds(
    "{}{}{}".format,
    st.sampled_from(["0531", "010", "021", "0825"]),
    st.sampled_from(["", "-", " "]),
    st.from_regex(r"[2-8][0-9]{6,7}", fullmatch=True).filter(str.isascii),
)
sole_traders = st.builds(
    make_uscc,
    st.just("92"),
    st.just("370115"),
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8),
)
words = st.text(st.one_of(chinese, st.sampled_from("，。:：、( )tel=号")), max_size=12)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张**"),
        ("欧阳修远", "欧**"),
        (" 李四 ", "李**"),
        ("Alice Smith", "A**"),
        ("王", "王**"),
        ("", ""),
    ],
)
def test_names_keep_their_first_character(name: str, shown: str) -> None:
    assert masks.mask_name(name) == shown


@given(st.text(chinese, min_size=1, max_size=20))
def test_a_masked_name_holds_nothing_of_the_rest(name: str) -> None:
    assert masks.mask_name(name) == name[0] + "**"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("济南鑫源食品有限公司", "济南**有限公司"),
        ("山东某某建材(集团)股份有限公司", "山东**股份有限公司"),
        ("济阳区曲堤黄瓜专业合作社", "济阳**专业合作社"),
        ("张三小吃店", "张**"),
        ("有限公司", "有**"),
        ("", ""),
    ],
)
def test_enterprises_keep_two_characters_and_their_form(name: str, shown: str) -> None:
    assert masks.mask_enterprise(name) == shown


@given(st.text(chinese, min_size=4, max_size=12), st.sampled_from(["有限公司", "股份有限公司", "专业合作社"]))
def test_a_masked_enterprise_does_not_hold_its_trade_name(trade: str, form: str) -> None:
    assume(not any(c in "有限公司股份专业合作社责任集团普通伙企" for c in trade))
    assert masks.mask_enterprise(trade + form) == f"{trade[:2]}**{form}"


@given(identities)
def test_a_masked_identity_number_shows_the_last_four_only(number: str) -> None:
    assert masks.mask_id(number) == "*" * 14 + number[-4:]
    assert number[6:14] not in masks.mask_id(number)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800138000", "*******8000"),
        ("138 0013 8000", "*******8000"),
        ("0531-84230000", "********0000"),
        ("0531-84230000-801", "********0000"),
        ("84230000转801", "****0000"),
        ("12345", "**"),
        ("", ""),
    ],
)
def test_telephones_show_their_last_four(number: str, shown: str) -> None:
    assert masks.mask_phone(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("", ""), ("12345678", "**"), ("123456789", "*****6789"), (" ab ", "**")]
)
def test_short_numbers_are_hidden_whole(number: str, shown: str) -> None:
    assert masks.mask_number(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("山东省济南市济阳区济阳街道富强街12号3单元402室", "山东省济南市济阳区济阳街道**"),
        ("济南市济阳区回河街道三官庙村57号", "济南市济阳区回河街道三官庙村**"),
        ("济阳区经二路12号", "济阳区**"),
        ("济阳区 济北街道 华阳社区 3号楼", "济阳区济北街道华阳社区**"),
        ("新市镇大柳店村12号", "新市镇大柳店村**"),
        (
            "内蒙古自治区呼伦贝尔市鄂温克族自治旗巴彦托海镇1号",
            "内蒙古自治区呼伦贝尔市鄂温克族自治旗巴彦托海镇**",
        ),
        ("富强街12号镇政府家属院", "**"),
        ("幸福花园3号楼2单元501", "**"),
        ("孙耿街道", "孙耿街道"),
        ("", ""),
    ],
)
def test_addresses_end_at_the_town_or_village(address: str, shown: str) -> None:
    assert masks.mask_address(address) == shown


@given(
    st.text(chinese, max_size=8), st.integers(1, 9999), st.sampled_from(["号", "号楼", "单元", "室"]), words
)
def test_a_masked_address_never_holds_a_house_number(road: str, house: int, kind: str, rest: str) -> None:
    shown = masks.mask_address(f"济南市济阳区济北街道{road}{house}{kind}{rest}")
    assert not any(c.isdigit() and c.isascii() for c in shown)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("zhang@example.cn", "z**@example.cn"),
        ("a@b.cn", "**@b.cn"),
        ("nobody", "**"),
        ("@b.cn", "**"),
        ("", ""),
    ],
)
def test_mail_addresses_keep_first_letter_and_domain(address: str, shown: str) -> None:
    assert masks.mask_email(address) == shown


# ---- scrub ----


@given(words, st.one_of(identities, mobiles, landlines, sole_traders), words)
def test_scrubbed_text_never_holds_the_hidden_part(before: str, secret: str, after: str) -> None:
    assume(not after[:1].isalnum() or not after[:1].isascii())
    shown = masks.scrub(f"{before}{secret}{after}")
    assert secret not in shown
    assert secret[:-4] not in shown
    assert shown == f"{before}{'*' * (len(secret) - 4)}{secret[-4:]}{after}"


@given(st.lists(st.one_of(identities, mobiles, landlines, sole_traders), min_size=2, max_size=5))
def test_every_one_of_several_is_hidden(secrets: list[str]) -> None:
    shown = masks.scrub("、".join(secrets))
    assert all(secret[:-4] not in shown for secret in secrets)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("370115 19900307 0018", "****************0018"),
        ("37011519900307001x", "**************001x"),
        ("\uff13\uff17\uff10115199003070018", "**************0018"),
        ("370115900307001", "***********7001"),
        ("+86-138-0013-8000", "*************8000"),
        ("id=370115199003070018;", "id=**************0018;"),
        ("tel13800138000", "tel*******8000"),
        ("6222021234567890123", "***************0123"),
    ],
)
def test_the_ways_people_write_numbers_are_found(text: str, shown: str) -> None:
    assert masks.scrub(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "办件370115-20260930-00012-2",
        "000131024000",
        "11310000MB2F30661Y231200356400001",
        "91370115MA00000155",
        "2026-09-30T09:00:00.123456+08:00",
        "sha256 1380013800013800138000138001380013800013800138000138001380013800",
        "共1,200.00元,第12号",
        "热线12345",
    ],
)
def test_what_is_public_stays_readable(text: str) -> None:
    assert masks.scrub(text) == text


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 99_999))
def test_case_numbers_stay_whole(day: date, serial: int) -> None:
    number = make_case_number("370115", day, serial)
    assert masks.scrub(f"办件{number}已受理") == f"办件{number}已受理"


@given(st.text(max_size=60))
def test_scrubbing_keeps_the_length(text: str) -> None:
    assert len(masks.scrub(text)) == len(text)


# ---- logs ----


def logged(filtered: logging.LogRecord) -> str:
    assert masks.ScrubFilter().filter(filtered)
    return logging.Formatter("%(message)s").format(filtered)


def test_arguments_of_a_log_line_are_scrubbed() -> None:
    record = logging.LogRecord("a", logging.INFO, "f", 1, "phone %s of %s", ("13800138000", 7), None)
    assert logged(record) == "phone *******8000 of 7"


def test_a_traceback_is_scrubbed() -> None:
    try:
        int("身份证370115199003070018")
    except ValueError as error:
        record = logging.LogRecord("a", logging.ERROR, "f", 1, "failed", (), (type(error), error, None))
    text = logged(record)
    assert "370115199003070018" not in text
    assert "身份证**************0018" in text
