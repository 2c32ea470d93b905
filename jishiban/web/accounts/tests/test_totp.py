"""Codes of an app, against the numbers of RFC 6238 and against each other."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.web.accounts import totp

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    """The last six digits of the standard's eight (RFC 6238, appendix B)."""
    assert totp.code_at(RFC_SECRET, datetime.fromtimestamp(second, UTC)) == code


@given(st.integers(min_value=-29, max_value=29))
def test_a_clock_half_a_minute_off_is_forgiven(seconds: int) -> None:
    code = totp.code_at(RFC_SECRET, NOON + timedelta(seconds=seconds))
    assert totp.step_of(RFC_SECRET, code, NOON, 0) is not None


def test_a_code_two_minutes_old_is_refused() -> None:
    code = totp.code_at(RFC_SECRET, NOON - timedelta(minutes=2))
    assert totp.step_of(RFC_SECRET, code, NOON, 0) is None


def test_a_step_that_was_used_is_not_taken_again() -> None:
    code = totp.code_at(RFC_SECRET, NOON)
    step = totp.step_of(RFC_SECRET, code, NOON, 0)
    assert step is not None
    assert totp.step_of(RFC_SECRET, code, NOON, step) is None


@pytest.mark.parametrize("code", ["", "abc", "12345", "1234567", "验证码"])
def test_nonsense_is_refused_without_a_fuss(code: str) -> None:
    assert totp.step_of(RFC_SECRET, code, NOON, 0) is None


def test_secrets_differ_and_have_160_bits() -> None:
    secrets = {totp.new_secret() for _n in range(50)}
    assert len(secrets) == 50
    assert all(len(base64.b32decode(secret)) == 20 for secret in secrets)


def test_the_address_names_account_and_issuer() -> None:
    address = totp.address(RFC_SECRET, "kezhang", "济阳区济时办")
    assert address.startswith("otpauth://totp/")
    assert f"secret={RFC_SECRET}" in address
