"""One-time codes of an authenticator app (RFC 6238: six digits, thirty seconds, SHA-1, as every app has it)."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
NEIGHBOURS: Final = (0, -1, 1)  # a phone's clock may be half a minute off


def new_secret() -> str:
    """160 random bits in base32, as apps show and take them."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def address(secret: str, account: str, issuer: str) -> str:
    """The `otpauth://` address inside the QR code."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def code_at(secret: str, moment: datetime) -> str:
    """The code an app shows at that moment."""
    return _totp(secret).generate(int(moment.timestamp())).decode("ascii")


def step_of(secret: str, code: str, moment: datetime, last: int) -> int | None:
    """The time step a code belongs to, if it is right and newer than `last`, the last one used; else None."""
    now = int(moment.timestamp()) // STEP_SECONDS
    for step in (now + shift for shift in NEIGHBOURS):
        if step > last and _is_right(secret, code, step):
            return step
    return None


def _is_right(secret: str, code: str, step: int) -> bool:
    try:
        _totp(secret).verify(code.encode("ascii"), step * STEP_SECONDS)
    except (InvalidToken, UnicodeEncodeError):
        return False
    return True


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303  the standard's own hash
