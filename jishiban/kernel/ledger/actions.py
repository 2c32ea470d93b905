"""Everything that is ever written to the ledger: leaves, records that live only here, signed checkpoints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.kernel.ledger import keys, merkle, sealing, statements, witness
from jishiban.kernel.ledger.models import Checkpoint, Head, Leaf, LedgerRecord


class Entry(NamedTuple):
    """What is to be sealed: its kind, its exact bytes and when it happened."""

    kind: str
    payload: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where an entry stands. `at` is the time on the leaf: never earlier than the leaf before it."""

    index: int
    salt: bytes
    at: datetime


class LedgerDamaged(Exception):
    """The head row is not the one this house wrote; nothing may be added until somebody has looked."""


def append(kind: str, payload: bytes, at: datetime) -> Sealed:
    """Seal one entry inside the caller's transaction, in three statements; call it last, it takes the head's lock.

    Raises TransactionManagementError outside `atomic`, LedgerDamaged when the head row was tampered with,
    ValueError for a kind or a time that cannot be sealed.
    """
    return append_many([Entry(kind, payload, at)])[0]


def append_many(entries: Iterable[tuple[str, bytes, datetime]]) -> list[Sealed]:
    """Seal entries in their order under one lock; the same rules as `append`."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the ledger is written inside a transaction only")
    growth = _Growth(locked_head())
    leaves = [growth.leaf(*entry) for entry in entries]
    Leaf.objects.bulk_create(leaves)
    Head.objects.filter(pk=Head.ROW).update(**growth.head())
    return [Sealed(leaf.index, bytes(leaf.salt), leaf.at) for leaf in leaves]


class _Growth:
    """The log while leaves are being added to it."""

    def __init__(self, head: Head) -> None:
        self.frontier = frontier(head)
        self.seal = bytes(head.seal)
        self.at = head.at
        self.key = keys.seal_key()

    def leaf(self, kind: str, payload: bytes, at: datetime) -> Leaf:
        """The next leaf. A clock that went back, or a writer who waited for the lock, cannot date it back."""
        self.at = max(at, self.at) if self.at else at
        salt = sealing.new_salt()
        commitment = sealing.commit(salt, payload)
        hashed = sealing.leaf_hash(sealing.check_kind(kind), sealing.stamp(self.at), commitment)
        index = self.frontier.size
        self.seal = sealing.next_seal(self.key, self.seal, index, hashed)
        nodes = self.frontier.append(hashed)
        return Leaf(
            index=index,
            kind=kind,
            at=self.at,
            salt=salt,
            commitment=commitment,
            hash=hashed,
            nodes=nodes,
            seal=self.seal,
        )

    def head(self) -> dict[str, Any]:
        size, peaks = self.frontier.size, b"".join(self.frontier.peaks)
        at = sealing.stamp(self.at) if self.at else ""
        mac = sealing.head_mac(self.key, size, peaks, self.seal, at) if size else b""
        return {"size": size, "peaks": peaks, "seal": self.seal, "at": self.at, "mac": mac}


def locked_head() -> Head:
    """The head row, locked until the transaction ends and checked against its code; made when there is none."""
    head = Head.objects.select_for_update().filter(pk=Head.ROW).first()
    if head is None:
        Head.objects.get_or_create(pk=Head.ROW)
        head = Head.objects.select_for_update().get(pk=Head.ROW)
    if not is_ours(head):
        raise LedgerDamaged(
            _(
                "账本首行的校验码不对。它被改动过，或者密钥目录不是原来那一个。"
                "请先运行 jishiban ledger verify，再恢复密钥目录或数据库备份。"
            )
        )
    return head


def is_ours(head: Head) -> bool:
    """Whether the head row carries the code only the holder of the key can make; an untouched one needs none."""
    if head.size == 0:
        return (bytes(head.peaks), bytes(head.seal), bytes(head.mac)) == (b"", sealing.FIRST_SEAL, b"")
    at = sealing.stamp(head.at) if head.at else ""
    key = keys.seal_key()
    return sealing.head_mac(key, head.size, bytes(head.peaks), bytes(head.seal), at) == bytes(head.mac)


def frontier(head: Head) -> merkle.Frontier:
    peaks = bytes(head.peaks)
    return merkle.Frontier(
        head.size, [peaks[i : i + merkle.HASH_SIZE] for i in range(0, len(peaks), merkle.HASH_SIZE)]
    )


def record(kind: str, body: Mapping[str, Any], at: datetime) -> LedgerRecord:
    """Seal an act that has no other table and keep it; inside the caller's transaction, five statements at most.

    `body` goes through `sealing.canonical`, so it holds text, whole numbers, booleans, null, lists, mappings.
    """
    text = sealing.canonical(body).decode()
    sealed = append(kind, LedgerRecord.payload(kind, sealing.stamp(at), text), at)
    return LedgerRecord.objects.create(kind=kind, body=text, at=at, leaf=sealed.index)


def checkpoint() -> Checkpoint:
    """Sign the log as it stands, in the database and in the file beside it; the same one while nothing was added.

    Only of what is committed: raises RuntimeError inside a transaction. The line is on the disk before the row
    is: a crash between the two leaves a true statement too many, never one too few.
    """
    with transaction.atomic(durable=True):
        head = locked_head()
        if standing := Checkpoint.objects.filter(size=head.size).first():
            return standing
        statement = statements.sign(head.size, frontier(head).root(), timezone.now(), keys.signer())
        witness.write(statement)
        return Checkpoint.objects.create(
            size=statement.size,
            root=statement.root,
            at=statement.moment,
            key_id=statement.key_id,
            signature=statement.signature,
        )
