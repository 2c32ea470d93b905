"""The library as a bare engine, for measuring it from outside: texts in, scored and calibrated ids out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jishiban.kernel.search.backend import SearchBackend
from jishiban.kernel.search.library import Library
from jishiban.kernel.search.reply import Row


def rows(corpus: Iterable[Mapping[str, Any]]) -> Iterable[Row]:
    """Rows of a set's corpus: {"id", "text", "answer" (may be absent)}."""
    for one in corpus:
        yield Row(str(one["id"]), one["text"], text=one.get("answer") or "")


class Engine:
    """`build` a library from a corpus, `search` it; confidence is the calibrated one."""

    def __init__(self, backend: SearchBackend | None = None) -> None:
        self.library = Library(backend=backend)

    def build(self, corpus: Iterable[Mapping[str, Any]]) -> None:
        """Index {"id", "text"} entries, together with what is there."""
        self.library.put(rows(corpus))

    def search(self, text: str, k: int = 10) -> list[tuple[str, float, float]]:
        """(id, score, confidence), best first."""
        hits = self.library.search(self.library.read(text), k)
        return [(hit.row, hit.confidence, hit.confidence) for hit in hits]
