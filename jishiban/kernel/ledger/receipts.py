"""Receipts: what a person takes home to check, later and elsewhere, that a record still stands. No database here.

    {"format": "jishiban-receipt-v1", "index": 12, "leaf": {"kind", "at", "commitment"},
     "salt": …, "payload": …,            # only in the receipt of the person the record belongs to
     "path": [hash, …], "checkpoint": {signed statement}}

`compact` spells the same in about 1.4 KB of base64url for the fragment of an address in a QR code; a fragment
stays in the reader's browser. static/web/record/verify.js reads both and must give the verdicts of `verify`.
"""

import base64
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from jishiban.kernel.ledger import merkle, statements
from jishiban.kernel.ledger.merkle import HASH_SIZE
from jishiban.kernel.ledger.sealing import SALT_SIZE, commit, leaf_hash, moment, stamp
from jishiban.kernel.ledger.statements import Statement, read_hex

RECEIPT_FORMAT = "jishiban-receipt-v1"
CONSISTENCY_FORMAT = "jishiban-consistency-v1"
COMPACT_VERSION = 1
OPEN = 1
_FIXED = struct.Struct(
    ">BBQQQQBB"
)  # version, flags, index, size, leaf time, signed time, path length, kind length
_EPOCH = moment("1970-01-01T00:00:00.000000Z")

LeafFields = tuple[str, str, bytes]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a receipt proves, step by step; None where a step could not be asked.

    `content`: the payload is the one that was sealed. `path`: the leaf stands under the signed root.
    `signature`: the statement is signed by the key it names. `key`: that key is one the reader trusts.
    """

    content: bool | None
    path: bool
    signature: bool
    key: bool | None

    @property
    def ok(self) -> bool:
        return self.content is not False and self.path and self.signature and self.key is not False

    def as_dict(self) -> dict[str, bool | None]:
        return {**asdict(self), "ok": self.ok}


def make(
    index: int,
    leaf: LeafFields,
    opening: tuple[bytes, bytes] | None,
    path: Sequence[bytes],
    statement: Statement,
) -> dict[str, Any]:
    """The receipt as a mapping; `opening` is (salt, payload). ValueError when that does not open the commitment."""
    kind, at, commitment = leaf
    shape: dict[str, Any] = {
        "format": RECEIPT_FORMAT,
        "index": index,
        "leaf": {"kind": kind, "at": at, "commitment": commitment.hex()},
    }
    if opening is not None:
        if commit(*opening) != commitment:
            raise ValueError(f"this is not what was sealed as leaf {index}")
        shape |= {"salt": opening[0].hex(), "payload": opening[1].decode()}
    return shape | {"path": [step.hex() for step in path], "checkpoint": statement.as_dict()}


def verify(receipt: Mapping[str, Any], trusted: Collection[str] = ()) -> Verdict:
    """Check a receipt by itself. `trusted`: public keys in hex the reader knows from elsewhere.

    Raises ValueError when it is not a receipt at all.
    """
    index, (kind, at, commitment), opening, path, statement = _read(receipt)
    hashed = leaf_hash(kind, at, commitment)
    return Verdict(
        content=None if opening is None else commit(*opening) == commitment,
        path=merkle.is_included(index, statement.size, hashed, path, statement.root),
        signature=statement.is_genuine,
        key=statement.public_key.hex() in trusted if trusted else None,
    )


def _read(
    receipt: Mapping[str, Any],
) -> tuple[int, LeafFields, tuple[bytes, bytes] | None, list[bytes], Statement]:
    try:
        if receipt["format"] != RECEIPT_FORMAT or type(receipt["index"]) is not int:
            raise ValueError("not a receipt of this kind")
        leaf = receipt["leaf"]
        fields = (leaf["kind"], leaf["at"], read_hex(leaf["commitment"], HASH_SIZE))
        if not all(isinstance(field, str) for field in fields[:2]):
            raise ValueError("a leaf's kind and time are text")
        path = [read_hex(step, HASH_SIZE) for step in receipt["path"]]
        statement = statements.read(receipt["checkpoint"])
        opening = None
        if "payload" in receipt:
            opening = (read_hex(receipt["salt"], SALT_SIZE), receipt["payload"].encode())
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not a receipt: {wrong}") from wrong
    return receipt["index"], fields, opening, path, statement


def verify_consistency(
    kept: Mapping[str, Any], proof: Mapping[str, Any], trusted: Collection[str] = ()
) -> Verdict:
    """Check a checkpoint somebody kept against the log of today: nothing of what it covered was changed or removed.

    `proof` is what `queries.consistency_proof` gives. Raises ValueError when either is something else.
    """
    old = statements.read(kept)
    try:
        if proof["format"] != CONSISTENCY_FORMAT or proof["first"] != old.size:
            raise ValueError("not a proof that starts from this checkpoint")
        new = statements.read(proof["checkpoint"])
        path = [read_hex(step, HASH_SIZE) for step in proof["path"]]
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not a proof: {wrong}") from wrong
    return Verdict(
        content=None,
        path=merkle.is_consistent(old.size, new.size, old.root, new.root, path),
        signature=old.is_genuine and new.is_genuine and old.public_key == new.public_key,
        key=new.public_key.hex() in trusted if trusted else None,
    )


def compact(receipt: Mapping[str, Any], *, with_payload: bool = True) -> str:
    """The receipt in base64url without padding. Root and key id are left out: the reader computes them."""
    index, (kind, at, commitment), opening, path, statement = _read(receipt)
    if not with_payload:
        opening = None
    name = kind.encode()
    flags = 0 if opening is None else OPEN
    fixed = _FIXED.pack(
        COMPACT_VERSION,
        flags,
        index,
        statement.size,
        _micros(at),
        _micros(statement.at),
        len(path),
        len(name),
    )
    content = commitment if opening is None else opening[0] + struct.pack(">H", len(opening[1])) + opening[1]
    raw = b"".join((fixed, name, *path, statement.public_key, statement.signature, content))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def expand(text: str) -> dict[str, Any]:
    """The receipt `compact` spelled; ValueError for anything else."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return _expand(raw)
    except (struct.error, IndexError) as wrong:
        raise ValueError(f"not a receipt: {wrong}") from wrong


def _expand(raw: bytes) -> dict[str, Any]:
    version, flags, index, size, at, signed_at, steps, name_length = _FIXED.unpack_from(raw)
    if version != COMPACT_VERSION or flags not in (0, OPEN):
        raise ValueError("a receipt of another version")
    rest = _Reader(raw, _FIXED.size)
    kind = rest.take(name_length).decode()
    path = [rest.take(HASH_SIZE) for _ in range(steps)]
    public_key, signature = rest.take(32), rest.take(64)
    opening = None
    if flags & OPEN:
        salt = rest.take(SALT_SIZE)
        opening = (salt, rest.take(int.from_bytes(rest.take(2), "big")))
    commitment = commit(*opening) if opening else rest.take(HASH_SIZE)
    rest.end()
    leaf = (kind, _stamp(at), commitment)
    root = merkle.root_from_path(index, size, leaf_hash(*leaf), path)
    if root is None:
        raise ValueError("the path does not belong to that leaf")
    return make(index, leaf, opening, path, Statement(size, root, _stamp(signed_at), public_key, signature))


class _Reader:
    def __init__(self, raw: bytes, start: int) -> None:
        self.raw, self.at = raw, start

    def take(self, count: int) -> bytes:
        part = self.raw[self.at : self.at + count]
        if len(part) != count:
            raise ValueError("the receipt is cut short")
        self.at += count
        return part

    def end(self) -> None:
        if self.at != len(self.raw):
            raise ValueError("the receipt has something after its end")


def _micros(at: str) -> int:
    return (moment(at) - _EPOCH) // timedelta(microseconds=1)


def _stamp(micros: int) -> str:
    try:
        return stamp(_EPOCH + timedelta(microseconds=micros))
    except OverflowError as wrong:
        raise ValueError("no such time") from wrong
