"""What the ledger checks about cases: every event against its leaf, every case against its last event.

A verification walks through millions of rows, so each row comes from the database as the one text that was
sealed: the columns are spelt and joined in SQL exactly as `snapshot` spells and joins them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.db import DEFAULT_DB_ALIAS, connections

from jishiban.kernel.cases.models import Case, CaseEvent, Promise
from jishiban.kernel.cases.snapshot import (
    BOOLEANS,
    CASE_COLUMNS,
    EVENT_COLUMNS,
    PROMISE_COLUMNS,
    digest_of_texts,
    words_digest,
)
from jishiban.kernel.directory.crypto import CryptoError, decrypt
from jishiban.kernel.directory.models import Person
from jishiban.kernel.ledger.sources import Fault, stream

CASES, EVENTS, PROMISES = Case._meta.db_table, CaseEvent._meta.db_table, Promise._meta.db_table
PERSONS = Person._meta.db_table
MOMENTS = frozenset(
    {"at", "effective", "opened_at", "closed_at", "due_at", "yellow_at", "red_at", "next_check", "started_at",
     "deadline", "ended_at"}
)  # fmt: skip


class CaseSource:
    """The ledger's view of case events and of the cases they made."""

    kind = "case-event"

    def __init__(self, using: str = DEFAULT_DB_ALIAS) -> None:
        self.using = using

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """(leaf index, payload) of every event, by leaf."""
        sealed = self._joined("e", EVENT_COLUMNS, before=["c.number"])
        sql = (
            f"SELECT e.leaf, {self._as_bytes(sealed)} FROM {EVENTS} e "  # noqa: S608  names of our own
            f"LEFT JOIN {CASES} c ON c.id = e.case_id ORDER BY e.leaf"
        )
        for leaf, text in stream(self.using, sql):
            yield leaf, bytes(text)

    def audit(self) -> Iterator[Fault]:
        """Cases that differ from their last event, events of no case, words that do not match their digest."""
        yield from self._cases()
        yield from self._unsealed()
        yield from self._words()

    def _cases(self) -> Iterator[Fault]:
        sql = (
            f"SELECT c.id, e.leaf, e.snapshot, c.number, {self._joined('c', CASE_COLUMNS)} FROM {CASES} c "  # noqa: S608
            f"LEFT JOIN {EVENTS} e ON e.case_id = c.id AND e.seq = c.seq ORDER BY c.id"
        )
        promises = _Beside(self._promises())
        for case_id, leaf, sealed, number, text in stream(self.using, sql):
            if leaf is None:
                yield Fault(None, f"办件 {number} 没有对应的办理记录，是直接写入数据库的。")
            elif digest_of_texts(text, promises.of(case_id)) != sealed:
                yield Fault(leaf, f"办件 {number} 或其承诺与最后一条办理记录不符，被直接改动过。")

    def _promises(self) -> Iterator[tuple[int, list[str]]]:
        """(case id, its promises' texts in the order they are sealed in), by case."""
        joined = self._joined("p", PROMISE_COLUMNS)
        sql = f"SELECT p.case_id, p.kind, p.round, {joined} FROM {PROMISES} p ORDER BY p.case_id"  # noqa: S608
        for case_id, rows in groupby(stream(self.using, sql), key=lambda row: row[0]):
            yield case_id, [row[3] for row in sorted(rows, key=lambda row: (row[1], row[2]))]

    def _unsealed(self) -> Iterator[Fault]:
        """Events beyond the sequence their case knows, or of no case at all."""
        sql = (
            f"SELECT e.leaf, c.number FROM {EVENTS} e LEFT JOIN {CASES} c "  # noqa: S608  names of our own
            f"ON c.id = e.case_id WHERE c.id IS NULL OR e.seq > c.seq ORDER BY e.leaf"
        )
        for leaf, number in stream(self.using, sql):
            yield Fault(leaf, f"有一条办理记录不属于办件 {number or '（已不存在）'} 的现有经过。")

    def _words(self) -> Iterator[Fault]:
        """Words still held must match their digest; only those of a person who was erased may be gone."""
        context = f"{CaseEvent._meta.label_lower}.words"  # as the field itself binds it
        sql = (
            f"SELECT e.leaf, e.words, e.words_salt, e.words_digest, p.erased_at FROM {EVENTS} e "  # noqa: S608
            f"LEFT JOIN {CASES} c ON c.id = e.case_id LEFT JOIN {PERSONS} p ON p.id = c.person_id "
            f"WHERE e.words_digest <> '' ORDER BY e.leaf"
        )
        for leaf, words, salt, sealed, erased_at in stream(self.using, sql):
            if not salt and not words:
                if erased_at is None:
                    yield Fault(leaf, "办理记录中的文字被直接删掉了，没有经过依申请删除。")
            elif words_digest(salt, _opened(words, context)) != sealed:
                yield Fault(leaf, "办理记录中的文字被直接改动过。")

    # --- spelling in SQL ---------------------------------------------------------------------------------------

    def _joined(self, alias: str, names: Sequence[str], before: Sequence[str] = ()) -> str:
        """One SQL text of the columns, joined as `snapshot.case_text` joins them."""
        unit_separator = "char(31)" if self._is_sqlite else "chr(31)"
        columns = [*before, *(self._spelt(alias, name) for name in names)]
        return f" || {unit_separator} || ".join(f"COALESCE({column}, '')" for column in columns)

    def _spelt(self, alias: str, name: str) -> str:
        column = f"{alias}.{name}"
        if self._is_sqlite:
            return column
        if name in MOMENTS:
            written = f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
            return f"replace({written}, '.000000', '')"
        return f"{column}::int::text" if name in BOOLEANS else f"{column}::text"

    def _as_bytes(self, text: str) -> str:
        return f"CAST({text} AS BLOB)" if self._is_sqlite else f"convert_to({text}, 'UTF8')"

    @property
    def _is_sqlite(self) -> bool:
        return connections[self.using].vendor == "sqlite"


class _Beside:
    """Walks rows grouped by case beside another walk over cases in the same order."""

    def __init__(self, groups: Iterator[tuple[int, list[str]]]) -> None:
        self.groups = groups
        self.current = next(groups, None)

    def of(self, case_id: int) -> list[str]:
        """The texts of that case; none when it has no rows."""
        while self.current is not None and self.current[0] < case_id:
            self.current = next(self.groups, None)
        if self.current is None or self.current[0] != case_id:
            return []
        return self.current[1]


def _opened(words: str, context: str) -> str:
    """The words in clear; a text that does not open was altered, and matches no digest as it is."""
    try:
        return decrypt(words, context)
    except CryptoError:
        return words
