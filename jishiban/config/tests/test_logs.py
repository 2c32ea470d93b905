"""No personal data in the log."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.config.logs import Masked, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话 13812345678 已登记", "电话 138****5678 已登记"),
        ("Key (id)=(37011519900101123X) exists", "Key (id)=(3701**********X) exists"),
        ("案件 370115202609300000012345", "案件 370115202609300000012345"),
        ("耗时 12345 毫秒", "耗时 12345 毫秒"),
    ],
)
def test_numbers_of_persons_are_masked_and_others_are_not(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True, alphabet="0123456789"))
def test_no_mobile_number_leaves_through_the_log(phone: str) -> None:
    assert phone not in mask(f"用户 {phone},请回电")


def test_a_traceback_is_masked_too() -> None:
    try:
        raise ValueError("13812345678")
    except ValueError as error:
        record = logging.LogRecord("x", 40, "f", 1, "坏了", None, (ValueError, error, error.__traceback__))
    assert "13812345678" not in Masked().format(record)
