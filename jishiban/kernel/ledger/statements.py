"""Signed statements about the log: "at this time it had this many leaves and this root". No database here.

The text that is signed is plain, so that anyone can check it with any Ed25519 tool:

    jishiban-checkpoint-v1 ⏎ size ⏎ root in hex ⏎ time ⏎ key id ⏎
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jishiban.kernel.ledger import keys
from jishiban.kernel.ledger.merkle import HASH_SIZE
from jishiban.kernel.ledger.sealing import moment, stamp

STATEMENT_FORMAT = "jishiban-checkpoint-v1"


@dataclass(frozen=True, slots=True)
class Statement:
    """One signed checkpoint as it leaves the house; `at` as `sealing.stamp` writes it."""

    size: int
    root: bytes
    at: str
    public_key: bytes
    signature: bytes

    @property
    def key_id(self) -> str:
        return keys.key_id(self.public_key)

    @property
    def moment(self) -> datetime:
        return moment(self.at)

    @property
    def is_genuine(self) -> bool:
        """Whether the signature is that of the key named in the statement."""
        return keys.is_signed(
            self.public_key, self.signature, text(self.size, self.root, self.at, self.key_id)
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "format": STATEMENT_FORMAT,
            "size": self.size,
            "root": self.root.hex(),
            "at": self.at,
            "key_id": self.key_id,
            "public_key": self.public_key.hex(),
            "signature": self.signature.hex(),
        }


def text(size: int, root: bytes, at: str, key_id: str) -> bytes:
    """The bytes that are signed."""
    return f"{STATEMENT_FORMAT}\n{size}\n{root.hex()}\n{at}\n{key_id}\n".encode()


def sign(size: int, root: bytes, at: datetime, signer: keys.Signer) -> Statement:
    public_key = signer.public_key
    when = stamp(at)
    signature = signer.sign(text(size, root, when, keys.key_id(public_key)))
    return Statement(size, root, when, public_key, signature)


def read(data: Mapping[str, Any]) -> Statement:
    """The statement a mapping holds; ValueError when it is not one, whatever the mapping holds instead."""
    try:
        statement = Statement(
            _size(data["size"]),
            read_hex(data["root"], HASH_SIZE),
            stamp(moment(data["at"])),
            read_hex(data["public_key"], 32),
            read_hex(data["signature"], 64),
        )
        if data["format"] != STATEMENT_FORMAT or data["key_id"] != statement.key_id:
            raise ValueError("not a checkpoint of this kind")
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not a checkpoint: {wrong}") from wrong
    return statement


def _size(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no number of leaves")
    return value


def read_hex(value: str, size: int) -> bytes:
    """The `size` bytes a hex text holds; ValueError for any other text, upper case and spaces included."""
    raw = bytes.fromhex(value)
    if len(raw) != size or raw.hex() != value:
        raise ValueError(f"{value[:80]!r} is not {size} bytes in hex")
    return raw
