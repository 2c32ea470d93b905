"""What exactly is hashed, and how the chain of seals is keyed. Pure: no database, no settings.

commitment = SHA-256(salt ‖ payload)                      salted, so a short payload cannot be guessed
leaf       = "jishiban-leaf-v1 ⏎ kind ⏎ time ⏎ commitment in hex"    hashed into the tree (RFC 9162)
seal       = HMAC-SHA-256(key, previous seal ‖ number, 8 bytes ‖ leaf hash)
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from jishiban.kernel.ledger.merkle import LEAF_PREFIX

LEAF_FORMAT = "jishiban-leaf-v1"
SALT_SIZE = 16
KIND_LENGTH = 40
FIRST_SEAL = bytes(32)
LEAF_START = LEAF_PREFIX + f"{LEAF_FORMAT}\n".encode()


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one UTF-8 JSON spelling of a value: sorted keys, no spaces, no escapes beyond JSON's own.

    Raises TypeError for floats and for keys that are not text: databases spell those in more than one way.
    """
    _check(value)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _check(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"{value!r}: write a decimal as text, a float has no one spelling")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{key!r}: a key must be text")
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)


def stamp(at: datetime) -> str:
    """A moment as it is hashed and signed: UTC, microseconds, e.g. `2026-03-02T01:30:00.000000Z`."""
    if at.tzinfo is None:
        raise ValueError("a time without its zone cannot be sealed")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def moment(text: str) -> datetime:
    """The inverse of `stamp`; ValueError for any other spelling."""
    at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    if stamp(at) != text:
        raise ValueError(f"{text!r} is not how a moment is written here")
    return at


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_SIZE)


def commit(salt: bytes, payload: bytes) -> bytes:
    return sha256(salt + payload).digest()


def leaf_hash(kind: str, at: str, commitment: bytes) -> bytes:
    """The leaf's hash in the tree; `at` as `stamp` writes it."""
    return sha256(LEAF_START + f"{kind}\n{at}\n{commitment.hex()}".encode()).digest()


def next_seal(key: bytes, previous: bytes, index: int, leaf: bytes) -> bytes:
    return hmac.digest(key, previous + index.to_bytes(8, "big") + leaf, "sha256")


def head_mac(key: bytes, size: int, peaks: bytes, seal: bytes, at: str) -> bytes:
    """The code that ties the columns of the head row together."""
    return hmac.digest(key, b"\n".join((b"head", str(size).encode(), at.encode(), peaks + seal)), "sha256")


def check_kind(kind: str) -> str:
    """Return `kind`; ValueError unless it is 1–40 printable characters (a line break would forge a field)."""
    if not 0 < len(kind) <= KIND_LENGTH or not kind.isprintable():
        raise ValueError(f"{kind!r} cannot name a kind of record")
    return kind
