"""What a search is, whoever does it: documents in, ranked hits with highlights out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Document:
    """A thing to be found: a short title, other names people use for it, a sentence about it, codes.

    `weight` above 1 lifts what is asked for most among equals; it never lifts a worse match over a better kind.
    """

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    codes: tuple[str, ...] = ()
    weight: float = 1.0


Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found. `title` and `summary` come in pieces, True where the query matched.

    `score` falls within a result list; 1000 and above means the query is the title or an alias.
    """

    key: str
    score: float
    title: Pieces
    summary: Pieces


class SearchBackend(Protocol):
    """The one door to search. Equal documents and queries always give equal answers."""

    def replace(self, documents: Iterable[Document]) -> None:
        """Make these the whole index, at once: a search sees the old one or the new one."""

    def put(self, document: Document) -> None:
        """Add a document, or the new form of one with the same key."""

    def remove(self, key: str) -> None:
        """Take a document out; nothing happens when it is not there."""

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """The best hits, best first; empty when nothing resembles the query."""
