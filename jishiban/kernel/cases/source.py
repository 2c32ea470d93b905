"""What the ledger checks about cases: every event against its leaf, every case against its last event.

Reads go by raw rows, because a verification walks through millions of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from jishiban.kernel.cases.models import Case, CaseEvent, Promise
from jishiban.kernel.cases.snapshot import (
    BOOLEANS,
    CASE_COLUMNS,
    EVENT_COLUMNS,
    PROMISE_COLUMNS,
    digest,
    words_digest,
)
from jishiban.kernel.ledger.sources import Fault, stamp_sql, stream

KIND = "case-event"
USING = DEFAULT_DB_ALIAS
CHUNK = 2_000


class CaseSource:
    """The ledger's view of case events and of the cases they made."""

    kind = KIND

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """(leaf index, payload) of every event, by leaf."""
        columns = _columns("e", EVENT_COLUMNS)
        sql = (
            f"SELECT e.leaf, c.number, {columns} FROM {CaseEvent._meta.db_table} e "  # noqa: S608
            f"LEFT JOIN {Case._meta.db_table} c ON c.id = e.case_id ORDER BY e.leaf"
        )
        for row in stream(USING, sql):
            yield row[0], "\x1f".join(map(_text, row[1:])).encode()

    def audit(self) -> Iterator[Fault]:
        """Cases that do not match their last event, promises without a case, words that do not match their digest."""
        yield from self._cases()
        yield from self._unsealed()
        yield from self._words()

    def _cases(self) -> Iterator[Fault]:
        flags = [name in BOOLEANS for name in CASE_COLUMNS]
        promises = groupby(self._promise_rows(), key=lambda row: row[0])
        current = next(promises, None)
        for case_id, leaf, sealed, *values in stream(USING, self._case_sql()):
            rows: list[list[object]] = []
            while current is not None and current[0] <= case_id:
                if current[0] == case_id:
                    rows = [_booleans(row[1:], PROMISE_FLAGS) for row in current[1]]
                current = next(promises, None)
            if leaf is None:
                yield Fault(None, f"办件 {values[0]} 没有对应的办理记录，是直接写入数据库的。")
            elif digest([_text(v) for v in _booleans(values, flags)], [_texts(r) for r in rows]) != sealed:
                yield Fault(leaf, f"办件 {values[0]} 或其承诺与最后一条办理记录不符，被直接改动过。")

    def _case_sql(self) -> str:
        columns = _columns("c", CASE_COLUMNS)
        return (
            f"SELECT c.id, e.leaf, e.snapshot, {columns} FROM {Case._meta.db_table} c "  # noqa: S608
            f"LEFT JOIN {CaseEvent._meta.db_table} e ON e.case_id = c.id AND e.seq = c.seq ORDER BY c.id"
        )

    def _promise_rows(self) -> Iterator[tuple[Any, ...]]:
        columns = _columns("p", PROMISE_COLUMNS)
        yield from stream(
            USING,
            f"SELECT p.case_id, {columns} FROM {Promise._meta.db_table} p ORDER BY p.case_id",  # noqa: S608
        )

    def _unsealed(self) -> Iterator[Fault]:
        """Events beyond the sequence their case knows, or of no case at all."""
        sql = (
            f"SELECT e.leaf, c.number FROM {CaseEvent._meta.db_table} e LEFT JOIN {Case._meta.db_table} c "  # noqa: S608
            f"ON c.id = e.case_id WHERE c.id IS NULL OR e.seq > c.seq ORDER BY e.leaf"
        )
        for leaf, number in stream(USING, sql):
            yield Fault(leaf, f"有一条办理记录不属于办件 {number or '（已不存在）'} 的现有经过。")

    def _words(self) -> Iterator[Fault]:
        """Words still held must match their digest; erased words leave the digest and are no fault."""
        held = CaseEvent.objects.exclude(words_salt="").order_by("leaf")
        for event in held.only("leaf", "words", "words_salt", "words_digest").iterator(CHUNK):
            if words_digest(event.words_salt, event.words) != event.words_digest:
                yield Fault(event.leaf, "办理记录中的文字被直接改动过。")


MOMENTS = frozenset(
    {"at", "effective", "opened_at", "closed_at", "due_at", "yellow_at", "red_at", "next_check", "started_at",
     "deadline", "ended_at"}
)  # fmt: skip


def _columns(alias: str, names: tuple[str, ...]) -> str:
    """The columns as SQL, moments spelt as the ledger spells them, which spares parsing each."""
    return ", ".join(
        stamp_sql(USING, f"{alias}.{name}") if name in MOMENTS else f"{alias}.{name}" for name in names
    )


PROMISE_FLAGS = [name in BOOLEANS for name in PROMISE_COLUMNS]


def _booleans(values: Any, flags: list[bool]) -> list[object]:
    return [bool(v) if flag else v for v, flag in zip(values, flags, strict=True)]


def _texts(values: list[object]) -> list[str]:
    """Promise columns as text, kept in the order `digest` sorts by (kind, then round as a number)."""
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    """One raw column as `snapshot.plain` writes it."""
    if value is None:
        return ""
    if value is True:
        return "1"
    return "0" if value is False else str(value)
