"""What is read from the ledger: proofs, receipts, checkpoints. Three statements at most, whatever the size of the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from jishiban.kernel.ledger import keys, merkle, receipts, statements
from jishiban.kernel.ledger.actions import LedgerDamaged, frontier
from jishiban.kernel.ledger.merkle import HASH_SIZE, Node
from jishiban.kernel.ledger.models import Checkpoint, Head, Leaf
from jishiban.kernel.ledger.sealing import stamp
from jishiban.kernel.ledger.statements import Statement


@dataclass(frozen=True, slots=True)
class Proof:
    """That leaf `index` stands in the log of `size` leaves whose root is `root`."""

    index: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]
    root: bytes


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the log of `first` leaves is the beginning of the log of `second`."""

    first: int
    second: int
    path: tuple[bytes, ...]


def size() -> int:
    """How many leaves the log has now."""
    return Head.objects.filter(pk=Head.ROW).values_list("size", flat=True).first() or 0


def prove(index: int, size: int | None = None, *, using: str = DEFAULT_DB_ALIAS) -> Proof:
    """The inclusion proof of a leaf in the log of `size` leaves (now, when not given).

    Raises LookupError when the log has, or had, no such leaf; LedgerDamaged when stored hashes are missing.
    """
    now = _head(using)
    if size is None:
        size = now.size
    if not 0 <= index < size <= now.size:
        raise LookupError(f"no leaf {index} in a log of {size}")
    ranges = merkle.inclusion_ranges(index, size)
    stored = _subtrees([Node(index, 0), *merkle.nodes_of(ranges)], using)
    path = merkle.roots(ranges, stored.__getitem__)
    leaf = stored[Node(index, 0)]
    root = merkle.root_from_path(index, size, leaf, path)
    if root is None or (size == now.size and root != now.root()):
        raise LedgerDamaged(f"the stored hashes around leaf {index} do not lead to the root")
    return Proof(index, size, leaf, tuple(path), root)


def consistency(first: int, second: int | None = None) -> Consistency:
    """The proof that nothing among the first `first` leaves changed up to `second` (now, when not given)."""
    now = _head().size
    second = now if second is None else second
    if not 0 <= first <= second <= now:
        raise LookupError(f"a log of {now} leaves has no proof from {first} to {second}")
    ranges = merkle.consistency_ranges(first, second)
    stored = _subtrees(merkle.nodes_of(ranges))
    return Consistency(first, second, tuple(merkle.roots(ranges, stored.__getitem__)))


def consistency_proof(first: int) -> dict[str, Any]:
    """For one who kept the checkpoint of `first` leaves: the proof up to now, with a statement signed now."""
    statement = current_statement()
    path = consistency(first, statement.size).path
    return {
        "format": receipts.CONSISTENCY_FORMAT,
        "first": first,
        "path": [step.hex() for step in path],
        "checkpoint": statement.as_dict(),
    }


def receipt(index: int, payload: bytes | None = None) -> dict[str, Any]:
    """A receipt of a leaf, with a statement signed now; see `receipts` for its shape.

    With the payload that was sealed it also opens the commitment: hand that only to whom the record belongs.
    Without, it shows the leaf but nothing of what is in it, and may be public. LookupError as in `prove`,
    ValueError when the payload is not the one that was sealed.
    """
    proof = prove(index)
    leaf = Leaf.objects.only("kind", "at", "salt", "commitment").get(pk=index)
    statement = statements.sign(proof.size, proof.root, timezone.now(), keys.signer())
    opening = None if payload is None else (bytes(leaf.salt), payload)
    return receipts.make(
        index, (leaf.kind, stamp(leaf.at), bytes(leaf.commitment)), opening, proof.path, statement
    )


def current_statement() -> Statement:
    """A statement about the log as it stands, signed now and kept nowhere."""
    head = _head()
    return statements.sign(head.size, head.root(), timezone.now(), keys.signer())


def last_checkpoints(limit: int = 20) -> list[Checkpoint]:
    """The newest kept checkpoints, newest first."""
    return list(Checkpoint.objects.order_by("-size")[:limit])


def statement_of(checkpoint: Checkpoint) -> Statement:
    """A kept checkpoint as it leaves the house."""
    return Statement(
        checkpoint.size,
        bytes(checkpoint.root),
        stamp(checkpoint.at),
        keys.signer().public_key,
        bytes(checkpoint.signature),
    )


def _head(using: str = DEFAULT_DB_ALIAS) -> merkle.Frontier:
    head = Head.objects.using(using).filter(pk=Head.ROW).first()
    return frontier(head) if head else merkle.Frontier()


def _subtrees(nodes: Iterable[Node], using: str = DEFAULT_DB_ALIAS) -> dict[Node, bytes]:
    """The hashes of complete subtrees, by one statement."""
    wanted = list(nodes)
    leaves = Leaf.objects.using(using).filter(index__in=[node.last for node in wanted])
    rows = leaves.values_list("index", "hash", "nodes")
    chains = {index: bytes(leaf) + bytes(completed) for index, leaf, completed in rows}
    try:
        found = {node: _slice(chains[node.last], node.level) for node in wanted}
    except KeyError as gone:
        raise LedgerDamaged(f"leaf {gone} is missing") from gone
    return found


def _slice(chain: bytes, level: int) -> bytes:
    part = chain[level * HASH_SIZE : (level + 1) * HASH_SIZE]
    if len(part) != HASH_SIZE:
        raise LedgerDamaged("a stored subtree hash is missing")
    return part
