"""The embedded index: Tantivy in this process's memory. Built from the library at start, disposable at any time.

Terms are asked as terms, never through a query parser: what a person types must not become syntax.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Any, Final

from tantivy import Document, Index, Occur, Query, SchemaBuilder

from jishiban.kernel.search.backend import FIELDS, Doc, Terms

_HEAP: Final = 24_000_000  # bytes the writer may hold before it writes a segment
_MANY: Final = 2000  # from so many documents on a write is a load: merged before it is read


class EmbeddedIndex:
    """A `SearchBackend` on Tantivy. Safe for threads: one writes at a time, readers see the last commit."""

    def __init__(self) -> None:
        self._schema = _schema()
        self._index = Index(self._schema)
        self._lock = Lock()
        self._writer: Any = None
        self._searcher = self._index.searcher()
        self._held: set[int] = set()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def write(self, docs: Iterable[Doc], gone: Iterable[int] = ()) -> None:
        """One commit; the next recall sees it."""
        with self._lock:
            writer = self._writer or self._index.writer(_HEAP, 1)
            fresh: set[int] = set()
            for doc in docs:
                self._drop(writer, doc.n)
                writer.add_document(_document(doc))
                self._held.add(doc.n)
                fresh.add(doc.n)
            for n in gone:  # only now: which ones may be known when the last document has come
                if n not in fresh:
                    self._drop(writer, n)
            writer.commit()
            self._writer = writer
            if len(fresh) >= _MANY:
                writer.wait_merging_threads()  # ends this writer; the next write opens another
                self._writer = None
            self._index.reload()
            self._searcher = self._index.searcher()

    def _drop(self, writer: Any, n: int) -> None:
        if n in self._held:
            # Not delete_documents_by_term: it takes the number for a signed one and finds nothing.
            writer.delete_documents_by_query(Query.term_query(self._schema, "n", n))
            self._held.discard(n)

    def recall(self, terms: Terms, limit: int) -> list[tuple[int, float]]:
        """BM25 (k1 1.2, b 0.75) over all fields together."""
        clauses = [
            (Occur.Should, self._clause(field, token, weight))
            for field, tokens in terms.items()
            for token, weight in tokens.items()
        ]
        if not clauses or limit < 1:
            return []
        searcher = self._searcher
        hits = searcher.search(Query.boolean_query(clauses), limit, count=False).hits
        numbers = searcher.fast_field_values("n", [address for _score, address in hits])
        scored = [(int(n or 0), float(score)) for n, (score, _address) in zip(numbers, hits, strict=True)]
        return sorted(scored, key=lambda one: (-one[1], one[0]))

    def _clause(self, field: str, token: str, weight: float) -> Query:
        term = Query.term_query(self._schema, field, token, "freq")
        return term if weight == 1 else Query.boost_query(term, weight)

    def close(self) -> None:
        """Stop the writer's threads."""
        with self._lock:
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None


def _schema() -> Any:
    builder = SchemaBuilder()
    for field in FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("n", stored=False, indexed=True, fast=True)
    return builder.build()


def _document(doc: Doc) -> Document:
    made = Document()
    for field, tokens in doc.tokens.items():
        if tokens:
            made.add_text(field, " ".join(tokens))
    made.add_unsigned("n", doc.n)
    return made
