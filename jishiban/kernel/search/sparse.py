"""BM25 as an inner product: what a document weighs and what a question weighs, for engines that only multiply.

The document's side is term → saturated frequency, the question's side is term → rarity × weight; their product is
the score Tantivy gives (k1 1.2, b 0.75). Rarity stays on the question's side, so that it may change with every edit
while documents stay as they were written.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from zlib import crc32

from jishiban.kernel.search.backend import FIELDS, Doc, Terms

K1: Final = 1.2
B: Final = 0.75
NOTHING: Final = 1 << 31  # above every term: a document without tokens still needs one
_AVERAGE: Final = NOTHING + 1  # from here on, one place for each field: the row of the averages

Vector = dict[int, float]
Averages = Mapping[str, float]  # field → tokens per document


def term(field: str, token: str) -> int:
    """The number of a term, 0 to 2³¹ − 1, the same on every machine. Two terms share one about once in 10⁹ pairs."""
    return crc32(f"{field}:{token}".encode(errors="replace")) & 0x7FFFFFFF


def kept_length(tokens: int) -> int:
    """A length as Tantivy keeps it in one byte: exact to 40, then rounded down to three bits after the first."""
    if tokens <= 40:
        return tokens
    shift = (tokens - 24).bit_length() - 4
    return 24 + ((tokens - 24) >> shift << shift)


def averages_of(docs: Collection[Doc]) -> dict[str, float]:
    """Tokens per document in each field; documents without the field count too, as in Tantivy."""
    total = Counter({field: sum(len(doc.tokens.get(field, ())) for doc in docs) for field in FIELDS})
    return {field: total[field] / len(docs) for field in FIELDS if total[field]}


def as_row(averages: Averages) -> Vector:
    """The averages as a vector no question ever meets."""
    held = {_AVERAGE + place: averages[field] for place, field in enumerate(FIELDS) if averages.get(field)}
    return held or {NOTHING: 1.0}


def from_row(row: Mapping[int, float]) -> dict[str, float]:
    """The averages out of the vector `as_row` made."""
    return {field: row[_AVERAGE + place] for place, field in enumerate(FIELDS) if _AVERAGE + place in row}


def vector(doc: Doc, averages: Averages) -> Vector:
    """The document's side: how often each term stands there, saturated, shorter fields weighing more.

    A field that had no tokens when the averages were frozen counts as of average length.
    """
    made: Vector = {}
    for field, tokens in doc.tokens.items():
        average = averages.get(field, 0.0)
        length = kept_length(len(tokens)) / average if average else 1.0
        norm = K1 * (1 - B + B * length)
        for token, often in Counter(tokens).items():
            number = term(field, token)
            made[number] = made.get(number, 0.0) + often * (K1 + 1) / (often + norm)
    return made or {NOTHING: 1.0}


def key(doc: Doc) -> int:
    """What the document says, as a number from 1 to 2⁶³ − 1: equal tokens give equal keys in every process."""
    said = "\x1e".join(
        f"{field}\x1f" + "\x1f".join(sorted(doc.tokens[field]))
        for field in sorted(doc.tokens)
        if doc.tokens[field]
    )
    return int.from_bytes(blake2b(said.encode(errors="replace"), digest_size=8).digest()) >> 1 or 1


@dataclass(frozen=True, slots=True)
class _Held:
    key: int
    terms: array[int]


class Held:
    """What this process has written: which numbers stand under which key, and in how many documents a term is."""

    def __init__(self) -> None:
        self._of: dict[int, _Held] = {}
        self._numbers: dict[int, tuple[int, ...]] = {}
        self._found: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._of)

    @property
    def keys(self) -> int:
        """How many different documents there are."""
        return len(self._numbers)

    def numbers(self, key: int) -> tuple[int, ...]:
        """The documents that say what `key` says; none when another process wrote it."""
        return self._numbers.get(key, ())

    def left_by(self, gone: Iterable[int], fresh: Iterable[int]) -> list[int]:
        """Keys that nothing stands under any more once the documents `gone` are out and those under `fresh` in."""
        leaving = Counter(self._of[n].key for n in set(gone) if n in self._of)
        return sorted(
            {key for key, often in leaving.items() if often == len(self._numbers[key])} - set(fresh)
        )

    def put(self, n: int, key: int, terms: Iterable[int]) -> None:
        """Remember a document, in place of the one with its number."""
        self.drop(n)
        held = _Held(key, array("I", terms))
        self._of[n] = held
        self._numbers[key] = (*self._numbers.get(key, ()), n)
        for number in held.terms:
            self._found[number] = self._found.get(number, 0) + 1

    def drop(self, n: int) -> None:
        """Forget a document; nothing happens when it is not held."""
        held = self._of.pop(n, None)
        if held is None:
            return
        rest = tuple(other for other in self._numbers[held.key] if other != n)
        if rest:
            self._numbers[held.key] = rest
        else:
            del self._numbers[held.key]
        for number in held.terms:
            self._found[number] -= 1
            if not self._found[number]:
                del self._found[number]

    def rarity(self, number: int) -> float:
        """ln(1 + (N − df + 0.5) / (df + 0.5)); 0 for a term no document has."""
        found = self._found.get(number, 0)
        return math.log(1 + (len(self) - found + 0.5) / (found + 0.5)) if found else 0.0

    def asked(self, terms: Terms) -> Vector:
        """The question's side. Terms nobody has and weights that are not above zero are left out."""
        made: Vector = {}
        for field, tokens in terms.items():
            for token, weight in tokens.items():
                number = term(field, token)
                if weight > 0 and (rarity := self.rarity(number)):
                    made[number] = made.get(number, 0.0) + rarity * weight
        return made
