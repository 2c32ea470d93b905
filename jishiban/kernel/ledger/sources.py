"""Where the sealed things themselves are kept: the register of sources `verify` walks along the leaves.

A room that appends leaves registers one source in config/wiring.py. Every leaf must be claimed by exactly one
row of exactly one source. To let personal data be erased, a source seals a salted digest of it and keeps the
digest when the data goes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connections

from jishiban.kernel.ledger.models import LedgerRecord

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the leaf it shows at (None when it is not about one leaf), why, and where."""

    index: int | None
    reason: str
    part: str = ""


class Source(Protocol):
    """One table, or several, whose rows were sealed."""

    @property
    def kind(self) -> str:
        """A name of its own, unique among sources."""
        ...

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """(leaf number, the sealed bytes rebuilt from the columns as they are now), ordered by leaf number."""
        ...

    def audit(self) -> Iterator[Fault]:
        """What the source can find wrong by itself, beyond its sealed rows."""
        ...


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source, or put another in the place of the one with the same kind."""
    _sources[source.kind] = source


def registered() -> list[Source]:
    return list(_sources.values())


def stream(using: str, sql: str, params: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Raw rows in chunks, memory flat: a server-side cursor on PostgreSQL, an open statement on SQLite."""
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(sql, params)
        yield from chain.from_iterable(iter(lambda: cursor.fetchmany(CHUNK), []))


def stamp_sql(using: str, column: str) -> str:
    """SQL that spells a moment as `sealing.stamp` does. A value with anything more or less in it stays as it is."""
    if connections[using].vendor == "postgresql":
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    return (
        f"CASE length({column}) WHEN 26 THEN replace({column}, ' ', 'T') || 'Z' "
        f"WHEN 19 THEN replace({column}, ' ', 'T') || '.000000Z' ELSE {column} END"
    )


class RecordSource:
    """The ledger's own records."""

    kind = "record"

    def __init__(self, using: str = DEFAULT_DB_ALIAS) -> None:
        self.using = using

    def rows(self) -> Iterator[tuple[int, bytes]]:
        at = stamp_sql(self.using, "at")
        sql = f"SELECT leaf, kind, {at}, body FROM ledger_ledgerrecord ORDER BY leaf"  # noqa: S608
        payload = LedgerRecord.payload
        for leaf, kind, moment, body in stream(self.using, sql):
            try:
                yield leaf, payload(kind, moment, body)
            except (
                AttributeError,
                TypeError,
            ):  # a column of another type: nothing that could have been sealed
                yield leaf, b""

    def audit(self) -> Iterator[Fault]:
        """Nothing: a record is all in its sealed bytes."""
        return iter(())


register(RecordSource())
