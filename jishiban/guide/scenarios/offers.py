"""Which scenarios a question is about, told by the words its editors wrote down as what people say (`said`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jishiban.guide.scenarios import queries

MOST: Final = 2
SHORT: Final = 2  # 备案, 补助: said of much else, so they count only where they are most of the question
GAP: Final = ".{0,3}?"  # 开饭店 is also 开一家饭店
Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offers:
    """What people say of each published scenario, ready to be looked for."""

    said: tuple[tuple[str, re.Pattern[str], Card], ...] = ()

    def of(self, question: str, item: str = "") -> list[Card]:
        """The cards of at most two scenarios, the longest words first; `item` is the question without its trimmings."""
        plain = "".join(question.split())
        found = sorted(self._found(plain, "".join(item.split()) or plain), key=lambda one: -one[0])
        return list({card["key"]: card for _length, card in found}.values())[:MOST]

    def _found(self, question: str, item: str) -> Iterator[tuple[int, Card]]:
        for words, pattern, card in self.said:
            enough = len(words) > SHORT or 2 * len(words) >= len(item)
            if enough and pattern.search(question):
                yield len(words), card


def known() -> Offers:
    """The offers as the published scenarios have them now: one query while none has changed, else two."""
    found = queries.published().values_list("key", "place", "current__digest")
    return _read(tuple(found))


@lru_cache(maxsize=2)
def _read(_state: tuple[tuple[str, int, str], ...]) -> Offers:
    rows = queries.published().defer(None).select_related("current")
    said = {
        (words, one.key): (words, _pattern(words), queries.card(one))
        for one in rows
        if one.current is not None
        for words in one.current.body.get("said", ())
        if len(words) >= SHORT
    }
    return Offers(tuple(said.values()))


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words[0]) + GAP + re.escape(words[1:]), re.IGNORECASE)
