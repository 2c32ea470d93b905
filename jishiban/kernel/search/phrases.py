"""Sentences people say, with what they meant officially: a question much like one of them probably means the same.

The lexicon applies where its words stand in the question; this applies where a whole sentence is alike. Its sentences
are the test sentences of the lexicon's lines, which their owners keep.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jishiban.kernel.search import aspects, cut, lexicon
from jishiban.kernel.search.backend import Doc
from jishiban.kernel.search.embedded import EmbeddedIndex
from jishiban.kernel.search.rarity import Rarity
from jishiban.kernel.search.speech import question as in_form
from jishiban.kernel.search.speech import wish

MOST: Final = 10  # sentences looked at
_LEAST: Final = 0.2  # less alike says nothing


@dataclass(frozen=True, slots=True)
class Alike:
    """A sentence like the question: how alike, 0 to 1, and the official words it stands for."""

    share: float
    official: str


@dataclass(frozen=True, slots=True)
class _Sentence:
    tokens: tuple[str, ...]
    weight: float
    official: str


class Phrasebook:
    """Sentences ready to be compared. Made once for the shipped lexicon; equal lines give equal books."""

    def __init__(self, lines: Iterable[lexicon.Line]) -> None:
        self._rarity = Rarity()
        self._index = EmbeddedIndex()
        found = [(_subject(line.test), in_form(line.official)) for line in lines]
        found = [(text, official) for text, official in found if len(text) > 1]
        docs: list[Doc] = []
        for n, (text, _official) in enumerate(found):
            words, characters = cut.words(text), cut.characters(text)
            self._rarity.add({*words, *characters})
            docs.append(Doc(n, {"w": words, "u": characters}))
        self._index.write(docs)
        self._sentences = [self._sentence(text, official) for text, official in found]

    def _sentence(self, text: str, official: str) -> _Sentence:
        tokens = tuple(frozenset((*cut.words(text), *cut.characters(text))))
        return _Sentence(tokens, sum(map(self._rarity, tokens)), official)

    def alike(self, words: Iterable[str], characters: Iterable[str]) -> list[Alike]:
        """The sentences most like a question of these tokens, the likest first; each official wording once."""
        words, characters = list(words), list(characters)
        tokens = frozenset((*words, *characters))
        weight = sum(map(self._rarity, tokens))
        hits = self._index.recall({"w": dict.fromkeys(words, 1.0), "u": dict.fromkeys(characters, 1.0)}, MOST)
        best: dict[str, float] = {}
        for n, _score in hits:
            one = self._sentences[n]
            shared = sum(map(self._rarity, tokens.intersection(one.tokens)))
            share = shared / math.sqrt(weight * one.weight) if shared else 0.0
            if share >= _LEAST:
                best[one.official] = max(best.get(one.official, 0.0), share)
        return [Alike(share, official) for official, share in sorted(best.items(), key=lambda one: -one[1])]


def _subject(test: str) -> str:
    """What a test sentence is about, without what it asks of it."""
    plain = wish(in_form(test))
    return aspects.read(plain).item or plain


@lru_cache(maxsize=1)
def shipped() -> Phrasebook:
    """The book the house comes with."""
    return Phrasebook(lexicon.shipped())
