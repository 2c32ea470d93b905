"""The Merkle tree of RFC 9162 §2.1 with SHA-256: growing it, proving with it, checking proofs.

Pure functions; nothing here knows where hashes are stored. A *range* is a pair `(lo, hi)` of leaves
`lo … hi-1`; a complete subtree is named by `Node(start, level)` and covers `2 ** level` leaves.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

HASH_SIZE = 32
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
EMPTY_ROOT = sha256(b"").digest()

Range = tuple[int, int]


class Node(NamedTuple):
    """A complete subtree: the first leaf under it and its height."""

    start: int
    level: int

    @property
    def last(self) -> int:
        """The leaf whose arrival completes this subtree; its hash is stored there."""
        return self.start + (1 << self.level) - 1


def leaf_hash(data: bytes) -> bytes:
    return sha256(LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(NODE_PREFIX + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees given largest first; the empty tree's root for none."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


class Frontier:
    """The right edge of a growing tree: as many hashes as `size` has one-bits, largest subtree first."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self.peaks)}")

    def append(self, leaf: bytes) -> bytes:
        """Add a leaf hash; return the hashes of the subtrees it completes, levels 1, 2, … joined."""
        completed = []
        size = self.size
        while size & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            completed.append(leaf)
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1
        return b"".join(completed)

    def root(self) -> bytes:
        return fold(self.peaks)


def split(count: int) -> int:
    """The largest power of two smaller than `count` (RFC 9162's k)."""
    return 1 << ((count - 1).bit_length() - 1)


def cover(lo: int, hi: int) -> list[Node]:
    """The complete subtrees a range falls into, largest first for the ranges proofs are made of."""
    nodes = []
    while lo < hi:
        room = (hi - lo).bit_length() - 1
        level = min(room, (lo & -lo).bit_length() - 1) if lo else room
        nodes.append(Node(lo, level))
        lo += 1 << level
    return nodes


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots are the inclusion path of a leaf, lowest first (PATH, §2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    lo, hi = 0, size
    ranges = []
    while hi - lo > 1:
        middle = lo + split(hi - lo)
        if index < middle:
            ranges.append((middle, hi))
            hi = middle
        else:
            ranges.append((lo, middle))
            lo = middle
    return ranges[::-1]


def consistency_ranges(first: int, second: int) -> list[Range]:
    """The ranges whose roots prove that the first `first` leaves were kept (PROOF, §2.1.4.1)."""
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {second} never had {first} leaves before")
    if first in (0, second):
        return []
    lo, hi = 0, second
    ranges = []
    while hi != first:
        middle = lo + split(hi - lo)
        if first <= middle:
            ranges.append((middle, hi))
            hi = middle
        else:
            ranges.append((lo, middle))
            lo = middle
    if lo:  # the verifier knows the old root itself when it is one complete subtree
        ranges.append((lo, hi))
    return ranges[::-1]


def nodes_of(ranges: Iterable[Range]) -> list[Node]:
    """Every complete subtree a proof needs, so that one query can fetch them."""
    return [node for lo, hi in ranges for node in cover(lo, hi)]


def roots(ranges: Iterable[Range], get: Callable[[Node], bytes]) -> list[bytes]:
    """The root of each range, from the hashes of complete subtrees."""
    return [fold([get(node) for node in cover(lo, hi)]) for lo, hi in ranges]


def root_from_path(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root an inclusion path leads to (§2.1.3.2); None when the path cannot belong to that leaf."""
    if not 0 <= index < size:
        return None
    fn, sn = index, size - 1
    for sibling in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            leaf = node_hash(sibling, leaf)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            leaf = node_hash(leaf, sibling)
        fn >>= 1
        sn >>= 1
    return leaf if sn == 0 else None


def is_included(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    return root_from_path(index, size, leaf, path) == root


def is_consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` proves that the tree `first` is the beginning of the tree `second` (§2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    if first & (first - 1) == 0:
        path = [first_root, *path]
    return bool(path) and _climb(first - 1, second - 1, path) == (first_root, second_root)


def _climb(fn: int, sn: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots a consistency path leads to; None when its length is wrong."""
    while fn & 1:
        fn >>= 1
        sn >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            new = node_hash(new, sibling)
        fn >>= 1
        sn >>= 1
    return (old, new) if sn == 0 else None
