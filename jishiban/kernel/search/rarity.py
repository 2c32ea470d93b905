"""How rare tokens are: the weight of a match."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable


class _Weights(dict[str, float]):
    """Token → weight, worked out when first asked for: a hit costs no Python call."""

    def __init__(self, rarity: Rarity) -> None:
        super().__init__()
        self._rarity = rarity

    def __missing__(self, token: str) -> float:
        weight = self._rarity.weigh(token)
        if len(self) < _MOST:
            self[token] = weight
        return weight


_MOST = 200_000


class Rarity:
    """How rare tokens are among the documents of one kind; a table of its own, equal on every backend.

    Called with a token it returns the inverse document frequency as BM25 counts it; of a token nobody has, that of
    one found once.
    """

    def __init__(self) -> None:
        self.documents = 0
        self.found: Counter[str] = Counter()
        self._weights = _Weights(self)
        self.of = self._weights.__getitem__

    def __call__(self, token: str) -> float:
        return self.of(token)

    def add(self, tokens: Iterable[str], sign: int = 1) -> None:
        """Count a document in, or out again with a sign of -1."""
        self.documents += sign
        if sign > 0:
            self.found.update(tokens)
        else:
            for token in tokens:
                self.found[token] -= 1
                if self.found[token] < 1:
                    del self.found[token]
        if self._weights:
            self._weights.clear()

    def weigh(self, token: str) -> float:
        found = max(self.found.get(token, 0), 1)
        return math.log(1 + max(self.documents - found + 0.5, 0.0) / (found + 0.5))
