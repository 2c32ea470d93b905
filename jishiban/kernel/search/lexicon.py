"""What people say → the official words. Applied to questions with their full weight, to entries never.

A line's `said` may hold gaps (`身份证…丢`), each of at most six characters. Where lines overlap the one with more
characters wins, and what lies inside it is not applied: 车牌 says nothing inside 电动车牌.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from jishiban.kernel.search.speech import fold, spoken

GAP: Final = "…"
SHIPPED: Final = Path(__file__).with_name("data") / "lexicon"
# Lines about how a matter goes, not which matter: the reader of aspects knows those.
_NOT_SUBJECTS: Final = {
    "申请材料",
    "办理时限",
    "办理流程",
    "收费标准",
    "办理地点",
    "办公时间",
    "委托代理",
    "办理进度",
    "办理",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: who answers for it, and a sentence in which it must apply."""

    said: str
    official: str
    owner: str = ""
    test: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """A line that applied, and which characters of the question it explains."""

    line: Line
    places: frozenset[int]


class Lexicon:
    """Lines ready to be applied. Later lines replace earlier ones with the same `said`."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = {in_form(line.said): line for line in lines}
        self._plain: dict[str, Line] = {}
        self._gapped: defaultdict[str, list[tuple[re.Pattern[str], Line]]] = defaultdict(list)
        for said, line in self.lines.items():
            if GAP in said:
                pattern = ".{0,6}?".join(f"({re.escape(part)})" for part in said.split(GAP))
                self._gapped[said[:2].rstrip(GAP)[:1]].append((re.compile(pattern), line))
            else:
                self._plain[said] = line
        self._lengths = sorted({len(said) for said in self._plain}, reverse=True)

    def __len__(self) -> int:
        return len(self.lines)

    def apply(self, text: str) -> list[Applied]:
        """The lines that apply to a question in its form, in the order in which they stand in it."""
        found = sorted((*self._straight(text), *self._over_gaps(text)), key=lambda one: -len(one.places))
        taken: set[int] = set()
        kept: list[Applied] = []
        for one in found:
            if not one.places & taken:
                taken |= one.places
                kept.append(one)
        return sorted(kept, key=lambda one: min(one.places))

    def _straight(self, text: str) -> Iterator[Applied]:
        for start in range(len(text)):
            for length in self._lengths:
                if start + length <= len(text) and (line := self._plain.get(text[start : start + length])):
                    yield Applied(line, frozenset(range(start, start + length)))
                    break

    def _over_gaps(self, text: str) -> Iterator[Applied]:
        for letter in dict.fromkeys(text):
            for pattern, line in self._gapped.get(letter, ()):
                if found := pattern.search(text):
                    spans = (range(*found.span(n)) for n in range(1, pattern.groups + 1))
                    yield Applied(line, frozenset(place for span in spans for place in span))


def in_form(said: str) -> str:
    """`said` as questions are written; each side of a gap for itself: folding would make three full stops of it."""
    return GAP.join(spoken(fold(part)) for part in said.split(GAP))


def read(path: Path) -> list[Line]:
    """The lines of one CSV file with the columns said, official, owner, test."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Line(row["said"], row["official"], row["owner"], row["test"]) for row in rows]


@lru_cache(maxsize=1)
def shipped() -> tuple[Line, ...]:
    """The lines the house comes with, those that name a subject only."""
    lines = [line for path in sorted(SHIPPED.glob("*.csv")) for line in read(path)]
    return tuple(line for line in lines if not _NOT_SUBJECTS & set(line.official.split()))
