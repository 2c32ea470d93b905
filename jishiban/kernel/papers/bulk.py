"""Numbers for a loader of many rows: counted in memory, noted in their series when the rows are written."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection, transaction

from jishiban.kernel.papers.models import NumberSeries

Series = tuple[str, str, str]  # kind, word, period


class DrawnMeanwhile(RuntimeError):
    """Somebody else took numbers of the same series while the loader was counting."""


@dataclass(slots=True)
class Numbers:
    """Gives numbers without gaps, like `actions.allocate`, and writes only the last of each series.

    Nobody else may draw from these series meanwhile; `write` sees it when they do.
    """

    _last: dict[Series, int] = field(default_factory=dict)
    _written: dict[Series, int] = field(default_factory=dict)
    _moved: set[Series] = field(default_factory=set)

    def next(self, kind: str, word: str, period: str) -> int:
        """The next number of the series."""
        series = (kind, word, period)
        if series not in self._last:
            known = NumberSeries.objects.filter(kind=kind, word=word, period=period)
            self._last[series] = self._written[series] = known.values_list("last", flat=True).first() or 0
        self._last[series] += 1
        self._moved.add(series)
        return self._last[series]

    def write(self) -> None:
        """Note the last numbers, inside the transaction of the rows that bear them. Raises DrawnMeanwhile."""
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("numbers are noted with the rows that bear them")
        for kind, word, period in sorted(self._moved):
            self._note(kind, word, period)
        self._moved.clear()

    def _note(self, kind: str, word: str, period: str) -> None:
        series = (kind, word, period)
        row, _new = NumberSeries.objects.select_for_update().get_or_create(
            kind=kind, word=word, period=period, defaults={"last": self._last[series]}
        )
        if row.last not in (self._written[series], self._last[series]):
            raise DrawnMeanwhile(
                f"series {word} {period} was at {self._written[series]} and is at {row.last}"
            )
        if row.last != self._last[series]:
            row.last = self._last[series]
            row.save(update_fields=["last"])
        self._written[series] = self._last[series]
