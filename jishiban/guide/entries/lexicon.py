"""The lexicon's lines that come with the house, to be looked at beside those of the place."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jishiban.kernel import search

FOLDER = Path(search.__file__).parent / "data" / "lexicon"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One line: what people say, the official words, who answers for it, a sentence that tests it."""

    said: str
    official: str
    owner: str
    test: str
    file: str


@cache
def shipped() -> tuple[Shipped, ...]:
    """All lines of all files, in their order; read once."""
    return tuple(line for path in sorted(FOLDER.glob("*.csv")) for line in _read(path))


def _read(path: Path) -> list[Shipped]:
    with path.open(encoding="utf-8", newline="") as rows:
        return [
            Shipped(row["said"], row["official"], row["owner"], row["test"], path.stem)
            for row in csv.DictReader(rows)
        ]


def found(words: str) -> list[Shipped]:
    """The lines in which every word stands somewhere."""
    asked = words.split()
    return [
        one for one in shipped() if all(word in f"{one.said} {one.official} {one.owner}" for word in asked)
    ]
