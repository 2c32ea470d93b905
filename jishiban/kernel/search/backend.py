"""What an index is, whoever keeps it: documents of our own tokens in, numbered candidates with BM25 scores out.

We own tokens and weights, so that every backend returns the same candidates: the embedded one (Tantivy) and a
Milvus cluster run the same code above this line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

# Of questions: words, characters, pairs (long texts only). Of names of matters: words, characters, sounds.
FIELDS: Final = ("w", "u", "b", "iw", "iu", "ip")

Terms = Mapping[str, Mapping[str, float]]  # field → token → weight


@dataclass(frozen=True, slots=True)
class Doc:
    """What is indexed under one number: the tokens of each field, repeated as often as they stand there."""

    n: int
    tokens: Mapping[str, list[str]]


class BackendDown(Exception):
    """The index cannot be reached now; whoever asks may use another."""


class SearchBackend(Protocol):
    """The one door to an index. Equal documents and terms give equal candidates on every backend."""

    def write(self, docs: Iterable[Doc], gone: Iterable[int] = ()) -> None:
        """Put documents in (renewing those with the same number), take others out; seen by the next recall."""

    def recall(self, terms: Terms, limit: int) -> list[tuple[int, float]]:
        """Numbers and scores, best first; ties by number. Empty for no terms. Raises BackendDown."""

    def __len__(self) -> int:
        """How many documents are in it."""

    def close(self) -> None:
        """Let go of what is held."""
