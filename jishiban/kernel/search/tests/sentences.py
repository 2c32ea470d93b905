"""Sentences of our own to fill an index with, and BM25 written out, to hold every backend to."""

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from jishiban.kernel.search import cut
from jishiban.kernel.search.backend import Doc, Terms

LEXICON = Path(__file__).parents[1] / "data" / "lexicon"


@cache
def sentences() -> tuple[str, ...]:
    """What people say, from the test column of the lexicon: a few thousand different sentences."""
    found: dict[str, None] = {}
    for path in sorted(LEXICON.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            found.update(dict.fromkeys(line["test"] for line in csv.DictReader(lines)))
    return tuple(found)


@cache
def official() -> tuple[str, ...]:
    """What the same things are called in offices."""
    found: dict[str, None] = {}
    for path in sorted(LEXICON.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            found.update(dict.fromkeys(line["official"] for line in csv.DictReader(lines)))
    return tuple(found)


def doc(n: int, text: str) -> Doc:
    return Doc(n, {"w": cut.words(text), "u": cut.characters(text)})


def docs(texts: Iterable[str], first: int = 0) -> list[Doc]:
    return [doc(n, text) for n, text in enumerate(texts, first)]


def asked(text: str, words: float = 1.0, characters: float = 1.0) -> Terms:
    return {"w": dict.fromkeys(cut.words(text), words), "u": dict.fromkeys(cut.characters(text), characters)}


class Bm25:
    """The formula word for word: k1 1.2, b 0.75, every field for itself, all documents counted in every field."""

    def __init__(self, held: Sequence[Doc]) -> None:
        fields = {field for one in held for field in one.tokens}
        self._rows = {field: [(d.n, Counter(d.tokens.get(field, ()))) for d in held] for field in fields}

    def __call__(self, terms: Terms) -> dict[int, float]:
        """The score of every document that has one of the terms."""
        scores: defaultdict[int, float] = defaultdict(float)
        for field, tokens in terms.items():
            rows = self._rows[field]
            average = sum(row.total() for _n, row in rows) / len(rows)
            for token, weight in tokens.items():
                df = sum(1 for _n, row in rows if token in row)
                idf = math.log(1 + (len(rows) - df + 0.5) / (df + 0.5))
                for n, row in rows:
                    if tf := row[token]:
                        scores[n] += (
                            weight * idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * row.total() / average))
                        )
        return scores
