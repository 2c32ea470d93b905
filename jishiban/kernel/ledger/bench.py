"""Measures of the ledger on a scratch database of its own: `measure()` builds a log, verifies it, proves from it."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

from django.core.management import call_command
from django.db import connections, transaction

from jishiban.kernel.ledger import keys, sealing
from jishiban.kernel.ledger.merkle import Frontier
from jishiban.kernel.ledger.models import Head, LedgerRecord
from jishiban.kernel.ledger.queries import prove
from jishiban.kernel.ledger.sources import RecordSource
from jishiban.kernel.ledger.verify import Report, verify

ALIAS = "ledger_bench"
BATCH = 10_000
PROOFS = 200
START = datetime(2026, 1, 1, tzinfo=UTC)
LEAF_SQL = (
    'INSERT INTO ledger_leaf ("index", kind, at, salt, commitment, hash, nodes, seal) '
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
RECORD_SQL = "INSERT INTO ledger_ledgerrecord (kind, body, at, leaf) VALUES (%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds to build and to verify; milliseconds of one proof; `hash_us`, one bare SHA-256 of 64 bytes, for scale."""

    leaves: int
    build_s: float
    verify_s: float
    proof_ms: float
    proof_worst_ms: float
    hash_us: float
    report: Report


def measure(leaves: int = 1_000_000, folder: Path | None = None) -> Measured:
    """Build a log of `leaves` records in a SQLite file under `folder` (a temporary one), then time it."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch, _database(Path(scratch) / "ledger.sqlite3"):
        began = time.perf_counter()
        build(leaves)
        build_s = time.perf_counter() - began
        report = verify(using=ALIAS, among=[RecordSource(ALIAS)], lines=[])
        spent = [_time_proof(leaves * step // PROOFS) for step in range(PROOFS)]
        return Measured(
            leaves,
            build_s,
            report.seconds,
            median(spent) * 1e3,
            max(spent) * 1e3,
            _time_hash() * 1e6,
            report,
        )


@contextmanager
def _database(path: Path) -> Iterator[None]:
    connections.databases[ALIAS] = {
        **connections.databases["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"},
    }
    try:
        call_command("migrate", "ledger", database=ALIAS, verbosity=0)
        yield
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.databases[ALIAS]


def build(leaves: int, using: str = ALIAS) -> None:
    """Fill an empty ledger with `leaves` records, sealed as `append` would, by bulk statements."""
    grower = _Grower()
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for first in range(0, leaves, BATCH):
            pairs = [grower.next(number) for number in range(first, min(first + BATCH, leaves))]
            cursor.executemany(LEAF_SQL, [leaf for leaf, _record in pairs])
            cursor.executemany(RECORD_SQL, [record for _leaf, record in pairs])
    Head.objects.using(using).update_or_create(pk=Head.ROW, defaults=grower.head())


class _Grower:
    def __init__(self) -> None:
        self.frontier = Frontier()
        self.seal = sealing.FIRST_SEAL
        self.at = START
        self.key = keys.seal_key()

    def next(self, number: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        self.at = START + timedelta(seconds=7 * number)
        at, column = sealing.stamp(self.at), self.at.replace(tzinfo=None)
        body = f'{{"case":"{number}","step":"受理","unit":"行政审批服务局"}}'
        salt = sealing.new_salt()
        commitment = sealing.commit(salt, LedgerRecord.payload("bench", at, body))
        leaf = sealing.leaf_hash("bench", at, commitment)
        self.seal = sealing.next_seal(self.key, self.seal, number, leaf)
        nodes = self.frontier.append(leaf)
        row = (number, "bench", str(column), salt, commitment, leaf, nodes, self.seal)
        return row, ("bench", body, str(column), number)

    def head(self) -> dict[str, Any]:
        size, peaks = self.frontier.size, b"".join(self.frontier.peaks)
        mac = sealing.head_mac(self.key, size, peaks, self.seal, sealing.stamp(self.at))
        return {"size": size, "peaks": peaks, "seal": self.seal, "at": self.at, "mac": mac}


def _time_proof(index: int) -> float:
    began = time.perf_counter()
    prove(index, using=ALIAS)
    return time.perf_counter() - began


def _time_hash(times: int = 100_000) -> float:
    data = bytes(64)
    began = time.perf_counter()
    for _ in range(times):
        sha256(data).digest()
    return (time.perf_counter() - began) / times
