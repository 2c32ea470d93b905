"""How rare tokens are: the weight of a match."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable


class Rarity:
    """How rare tokens are among the documents of one kind; a table of its own, equal on every backend."""

    def __init__(self) -> None:
        self.documents = 0
        self.found: Counter[str] = Counter()
        self._known: dict[str, float] = {}

    def add(self, tokens: Iterable[str], sign: int = 1) -> None:
        self.documents += sign
        if sign > 0:
            self.found.update(tokens)
        else:
            self.found.subtract(tokens)
        if self._known:
            self._known.clear()

    def __call__(self, token: str) -> float:
        """Inverse document frequency; of a token nobody has, that of one found once."""
        known = self._known.get(token)
        if known is None:
            found = self.found.get(token, 0)
            known = math.log(1 + (self.documents - found + 0.5) / (max(found, 1) + 0.5))
            if len(self._known) < 200_000:
                self._known[token] = known
        return known
