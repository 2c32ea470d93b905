"""No personal data in the log."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.config.logs import Masked


def written(message: str, *args: object) -> str:
    return Masked().format(logging.LogRecord("x", 40, "f", 1, message, args, None))


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("电话 13812345678 已登记", "电话 *******5678 已登记"),
        ("电话 138 1234 5678 已登记", "电话 *********5678 已登记"),
        ("Key (id)=(37011519900101123X) exists", "Key (id)=(**************123X) exists"),
        ("办件 370115-20260930-00012-2", "办件 370115-20260930-00012-2"),
        ("耗时 12345 毫秒", "耗时 12345 毫秒"),
    ],
)
def test_numbers_of_persons_are_masked_and_others_are_not(said: str, line: str) -> None:
    assert written(said) == line


def test_what_is_put_into_a_message_is_masked_too() -> None:
    assert "13812345678" not in written("用户 %s,请回电", "13812345678")


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True, alphabet="0123456789"))
def test_no_mobile_number_leaves_through_the_log(phone: str) -> None:
    assert phone not in written(f"用户 {phone},请回电")


def test_a_traceback_is_masked_too() -> None:
    try:
        raise ValueError("13812345678")
    except ValueError as error:
        record = logging.LogRecord("x", 40, "f", 1, "坏了", None, (ValueError, error, error.__traceback__))
    assert "13812345678" not in Masked().format(record)
