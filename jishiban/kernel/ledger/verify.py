"""`verify` recomputes the whole log from what is stored now and names the first leaf at fault.

What it proves, and what not. Whoever changes the database alone (an edit, a deletion, another order, an earlier
date, an extra row, a shorter log) is found, because the chain of seals and the head need a key that is not in
the database, and the signed checkpoints are also in a file outside it. Whoever holds the database, the key
directory and that file can write a new log; then only a checkpoint kept by somebody else shows it. Nothing here
proves that what was entered was true.

Every check compares stored values with their neighbours, so a fault shows where it is and does not smear over
the leaves after it.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from heapq import merge
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext as _

from jishiban.kernel.ledger import audits, keys, marks, sealing, sources, witness
from jishiban.kernel.ledger.merkle import HASH_SIZE, NODE_PREFIX, fold
from jishiban.kernel.ledger.sources import Fault, Source, stamp_sql, stream

STEP = 50_000
NO_CLAIM = (2**63, b"")
UNKNOWN = b""
MALFORMED = (TypeError, ValueError, AttributeError, OverflowError)
_BLOCK = 64

Claim = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """The columns of a leaf as they are read; anything may be in them."""

    index: int
    kind: str
    at: str
    salt: bytes
    commitment: bytes
    hash: bytes
    nodes: bytes
    seal: bytes


class _Head(NamedTuple):
    size: int = 0
    peaks: bytes = b""
    seal: bytes = sealing.FIRST_SEAL
    at: str | None = None
    mac: bytes = b""


class _Faults:
    """The first few faults, the earliest of all, and how many there were."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.kept: list[Fault] = []
        self.first: Fault | None = None
        self.count = 0

    def add(self, index: int | None, reason: str, part: str = "") -> None:
        self.put(Fault(index, reason, part))

    def put(self, fault: Fault) -> None:
        self.count += 1
        if len(self.kept) < self.limit:
            self.kept.append(fault)
        if self.first is None or _place(fault) < _place(self.first):
            self.first = fault


def _place(fault: Fault) -> float:
    return float("inf") if fault.index is None else fault.index


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found: `first_fault` the earliest, `faults` the first few, `count` all of them."""

    leaves: int
    checkpoints: int
    seconds: float
    count: int = 0
    first_fault: Fault | None = None
    faults: tuple[Fault, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return self.count == 0


def verify(
    *,
    using: str = DEFAULT_DB_ALIAS,
    among: Iterable[Source] | None = None,
    lines: Sequence[bytes] | None = None,
    limit: int = 20,
    progress: Callable[[int], None] = lambda _done: None,
    apart: bool = False,
) -> Report:
    """Check every leaf, every source row, the head and every checkpoint; memory flat, no lock taken.

    `among` instead of the registered sources, `lines` instead of the checkpoint file. What is added meanwhile is
    left for the next time. `progress` is told the leaves done, every 50,000. `apart` lets the registered sources
    audit themselves in a second process meanwhile, which pays for a long log on a machine with two cores.
    """
    began = time.perf_counter()
    faults = _Faults(limit)
    beside = list(sources.registered() if among is None else among)
    found = audits.begin(beside, using, apart=apart)
    # Read before the head: nothing signed can then be newer than it.
    signed = marks.collect(using, witness.lines() if lines is None else lines, faults.put)
    head, trusted = _head(using)
    size = head.size if trusted else _leaves(using)
    claims = merge(*(_claims(source, faults) for source in beside))
    walk = _Walk(size, signed, faults, progress)
    walk.run(_leaf_rows(using, size), claims)
    _check_head(head, trusted, walk, faults)
    _check_signed_sizes(signed, size, faults)
    _check_surplus(using, claims, walk, faults)
    for fault in found():
        faults.put(fault)
    spent = time.perf_counter() - began
    return Report(walk.seen, signed.count, spent, faults.count, faults.first, tuple(faults.kept))


# -- reading ---------------------------------------------------------------------------------------
def _head(using: str) -> tuple[_Head, bool]:
    """The head row as it is stored, and whether it carries the code only the key's holder can make."""
    at = stamp_sql(using, "at")
    sql = f"SELECT size, peaks, seal, {at}, mac FROM ledger_head"  # noqa: S608  # column names only
    rows = list(stream(using, sql))
    if not rows:
        return _Head(), True
    head = _Head(*rows[0])
    if head.size == 0:
        return head, head == _Head(at=head.at)
    try:
        key = keys.seal_key()
        return head, sealing.head_mac(key, head.size, head.peaks, head.seal, str(head.at)) == head.mac
    except MALFORMED:
        return head, False


def _leaves(using: str) -> int:
    """How far the leaves go, whatever the head says."""
    ((last,),) = stream(using, 'SELECT max("index") FROM ledger_leaf')
    return 0 if last is None else last + 1


def _leaf_rows(using: str, size: int) -> Iterator[Any]:
    at = stamp_sql(using, "at")
    return stream(
        using,
        f'SELECT "index", kind, {at}, salt, commitment, hash, nodes, seal '  # noqa: S608
        f'FROM ledger_leaf WHERE "index" < %s ORDER BY "index"',
        (size,),
    )


def _claims(source: Source, faults: _Faults) -> Iterator[Claim]:
    """The rows of a source, with what cannot be read told instead of breaking the walk."""
    try:
        for index, payload in source.rows():
            if type(index) is int and type(payload) is bytes:
                yield index, payload
            else:
                faults.add(None, _("有一行的账目编号或内容格式不对"), source.kind)
    except MALFORMED as wrong:
        faults.add(None, _("原始记录读不出来：%(why)s") % {"why": wrong}, source.kind)


# -- walking ---------------------------------------------------------------------------------------
class _Walk:
    """One pass along the leaves with the source rows beside them."""

    def __init__(
        self, size: int, signed: marks.Marks, faults: _Faults, progress: Callable[[int], None]
    ) -> None:
        self.size = size
        self.signed = signed
        self.faults = faults
        self.progress = progress
        self.peaks: list[bytes] = []
        self.seal = sealing.FIRST_SEAL
        self.seen = 0
        self.unclaimed = NO_CLAIM[0]
        self.agreed = 0  # up to here a signed root was found right
        self.told = -1  # the last leaf a fault was named at
        self.key = keys.seal_key()

    def run(self, rows: Iterable[Any], claims: Iterator[Claim]) -> None:
        """Nearly all the time of a verification goes here: four hashes a leaf, and words only when one is wrong."""
        padded = self.key + bytes(_BLOCK - len(self.key))
        inner = bytes(byte ^ 0x36 for byte in padded)  # HMAC (RFC 2104) spelled out: half the time of a call
        outer = bytes(byte ^ 0x5C for byte in padded)
        start, sha, grow = sealing.LEAF_START, sha256, self._grow
        seal, last, halt = self.seal, "", self.signed.next_after(-1)
        if halt == 0:
            halt = self._hold_against_signed(0)
        for row, payload in self._paired(rows, claims):
            index, kind, at, salt, commitment, leaf, nodes, stored = row
            try:
                sound = (
                    payload is not None
                    and sha(salt + payload).digest() == commitment
                    and sha(start + f"{kind}\n{at}\n{commitment.hex()}".encode()).digest() == leaf
                    and sha(outer + sha(inner + seal + index.to_bytes(8, "big") + leaf).digest()).digest()
                    == stored
                    and last <= at
                )
                grown = grow(index, leaf if sound else UNKNOWN, nodes)
            except MALFORMED:
                sound = grown = False
                self.peaks = [UNKNOWN] * (index + 1).bit_count()
            if not (sound and grown):
                self._explain(_Leaf(*row), payload, seal, last)
            seal, last = stored, at if isinstance(at, str) else last
            if index + 1 >= halt:
                halt = self._hold_against_signed(index + 1)
        self.seal = seal

    def _paired(self, rows: Iterable[Any], claims: Iterator[Claim]) -> Iterator[tuple[Any, bytes | None]]:
        """Each leaf with the source row that claims it, or None; what is missing or too much on either side is told."""
        claimed, payload = next(claims, NO_CLAIM)
        for row in rows:
            index = row[0]
            if index != self.seen:
                self._out_of_step(index)
                if index < 0:
                    continue
            while claimed < index:
                self.faults.add(claimed, _("多出一条没有登记过的原始记录"))
                claimed, payload = next(claims, NO_CLAIM)
            self.seen = index + 1
            if not index % STEP:
                self.progress(index)
            if claimed == index:
                yield row, payload
                claimed, payload = next(claims, NO_CLAIM)
            else:
                yield row, None
        if self.seen < self.size:
            self._out_of_step(self.size)
        self.unclaimed = claimed

    def _out_of_step(self, index: int) -> None:
        """The next leaf is not the one that should come."""
        self.told = self.seen
        if index < 0:
            self.faults.add(index, _("编号小于零，是直接写入数据库的"))
            return
        if index == self.seen + 1:
            self.faults.add(self.seen, _("这一号账目被删除了"))
        else:
            self.faults.add(self.seen, _("从这一号到第 %(last)s 号账目被删除了") % {"last": index - 1})
        self.peaks = [UNKNOWN] * index.bit_count()

    def _grow(self, index: int, leaf: bytes, nodes: bytes) -> bool:
        """Add a leaf to the tree; whether the subtree hashes stored with it are right.

        Above an unknown hash the stored one is believed: its leaf has been told already.
        """
        if not index & 1:
            self.peaks.append(leaf)
            return not nodes
        made = b""
        while index & 1:
            below = self.peaks.pop()
            known = below and leaf
            at = len(made)
            leaf = sha256(NODE_PREFIX + below + leaf).digest() if known else nodes[at : at + HASH_SIZE]
            made += leaf
            index >>= 1
        self.peaks.append(leaf)
        return made == nodes

    def _explain(self, leaf: _Leaf, payload: bytes | None, seal: bytes, last: str) -> None:
        """Say in words what is wrong with a leaf."""
        self.told = leaf.index
        try:
            reasons = list(self._reasons(leaf, payload, seal, last))
        except MALFORMED:
            reasons = [_("有一列的格式不对，被直接改动过")]
        self.faults.add(leaf.index, "；".join(reasons or [_("树的中间值被改动")]))

    def _reasons(self, leaf: _Leaf, payload: bytes | None, seal: bytes, last: str) -> Iterator[str]:
        if payload is None:
            yield _("找不到对应的原始记录")
        elif sealing.commit(leaf.salt, payload) != leaf.commitment:
            yield _("原始内容与登记时不一样")
        if sealing.leaf_hash(leaf.kind, leaf.at, leaf.commitment) != leaf.hash:
            yield _("种类、时间或摘要被改动")
        if leaf.at < last:
            yield _("登记时间早于前一号")
        if sealing.next_seal(self.key, seal, leaf.index, leaf.hash) != leaf.seal:
            yield _("与前一号接不上：被改动、调换或插入")

    def _hold_against_signed(self, size: int) -> int:
        """Compare the root at a signed size; return the next such size."""
        if size in self.signed.roots and UNKNOWN not in self.peaks:
            if self.signed.roots[size] == {fold(self.peaks)}:
                self.agreed = size
            elif self.told < self.agreed:  # else it is told already what is wrong in there
                self.faults.add(
                    self.agreed,
                    _("与 %(size)s 条时的签名存档不符：从这一号到第 %(last)s 号之间有改动")
                    % {"size": size, "last": size - 1},
                )
        return self.signed.next_after(size)


# -- the ends --------------------------------------------------------------------------------------
def _check_head(head: _Head, trusted: bool, walk: _Walk, faults: _Faults) -> None:
    part = _("账本首行")
    if not trusted and head.size == walk.seen:
        faults.add(walk.seen, _("校验码不对：首行被改写，从这一号起可能有账目被删除"), part)
    elif not trusted:
        counts = {"said": head.size, "seen": walk.seen}
        faults.add(None, _("校验码不对：首行写着 %(said)s 条，实有 %(seen)s 条") % counts, part)
    elif UNKNOWN not in walk.peaks and (head.peaks, head.seal) != (b"".join(walk.peaks), walk.seal):
        faults.add(None, _("与最后一号账目不符"), part)


def _check_signed_sizes(signed: marks.Marks, size: int, faults: _Faults) -> None:
    if signed.sizes and signed.sizes[-1] > size:
        counts = {"signed": signed.sizes[-1], "size": size}
        faults.add(size, _("签名存档记着 %(signed)s 条，现在只有 %(size)s 条：末尾被删除") % counts)


def _check_surplus(using: str, claims: Iterator[Claim], walk: _Walk, faults: _Faults) -> None:
    """Leaves and source rows beyond the head; it is read once more, for what was added during the walk is no fault."""
    head, trusted = _head(using)
    now = max(head.size, walk.size) if trusted else walk.size
    if (last := _leaves(using)) > now:
        faults.add(now, _("首行之外多出账目，到第 %(last)s 号") % {"last": last - 1})
    claimed = walk.unclaimed
    while claimed < NO_CLAIM[0]:
        if not walk.size <= claimed < now:
            faults.add(claimed, _("多出一条没有登记过的原始记录"))
        claimed, _payload = next(claims, NO_CLAIM)
