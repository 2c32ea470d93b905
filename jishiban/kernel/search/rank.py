"""The ranker's trees and the calibrated confidence, read from one file and computed with numpy alone.

The model is trained with LightGBM by `train.py` on data of our own; LightGBM itself is not needed to use it. Every
condition of every tree is asked of every candidate at once, and the leaves a false condition rules out are struck
from a bit mask: what is left first is the leaf (the QuickScorer idea of Lucchese and others, 2015).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jishiban.kernel.search.features import NAMES

Matrix = NDArray[np.float32]
MODEL: Final = Path(__file__).with_name("data") / "model.json"
LEAVES: Final = 16  # at most, a tree


class Trees:
    """A sum of regression trees. `parts` holds for each tree its conditions and leaf values."""

    def __init__(self, trees: Sequence[Mapping[str, Any]]) -> None:
        most = max((len(tree["feature"]) for tree in trees), default=1)
        shape = (len(trees), most)
        self._feature = np.zeros(shape, dtype=np.int32)
        self._threshold = np.full(shape, np.inf, dtype=np.float32)
        self._mask = np.full(shape, 0xFFFF, dtype=np.uint16)
        self._values = np.zeros((len(trees), LEAVES), dtype=np.float32)
        for t, tree in enumerate(trees):
            count = len(tree["feature"])
            self._feature[t, :count] = tree["feature"]
            self._threshold[t, :count] = tree["threshold"]
            self._mask[t, :count] = tree["mask"]
            self._values[t, : len(tree["value"])] = tree["value"]
        self._of_tree = np.arange(len(trees))[:, None]
        self._flat = self._feature.reshape(-1)
        self._bound = self._threshold.reshape(-1, 1)
        self._struck = (~self._mask).reshape(-1, 1)
        self._shape = shape

    def score(self, x: Matrix) -> NDArray[np.float32]:
        """The sum over all trees for each row of `x` (rows × features)."""
        if not self._shape[0]:
            return np.zeros(len(x), dtype=np.float32)
        columns = np.ascontiguousarray(x.T)[self._flat]
        struck = np.where(columns > self._bound, self._struck, np.uint16(0))
        alive = ~np.bitwise_or.reduce(struck.reshape(*self._shape, len(x)), axis=1)
        leaf = _FIRST[alive]
        total: NDArray[np.float32] = self._values[self._of_tree, leaf].sum(axis=0)
        return total


# The place of the lowest bit of every 16-bit number.
_FIRST: Final = np.array([(n & -n).bit_length() - 1 if n else 0 for n in range(1 << 16)], dtype=np.uint8)


_IS_LONG: Final = NAMES.index("is_long")
_RECALLED = NAMES.index("recall_of_best")
_WORDS, _PAIRS = NAMES.index("words_asked"), NAMES.index("pairs_asked")
_MOSTLY: Final = 0.3  # from so many long texts on, recall and the share of the question that is found decide


class Ranker:
    """Scores candidates and says how sure it is. Without a model it keeps the order of recall."""

    def __init__(self, model: Mapping[str, Any] | None = None) -> None:
        self.model = dict(model or {})
        self.trees = Trees(self.model.get("trees", ()))
        self._trained = bool(self.model.get("trees"))
        self._blend = float(self.model.get("blend", 1.0))
        self._sure = Trees(self.model.get("confidence", ()))

    def score(self, x: Matrix) -> NDArray[np.float32]:
        """The candidates' scores; `x` as features.NAMES, its second column the share of the best recall score."""
        if not self._trained:
            return x[:, _RECALLED].copy()
        if x[:, _IS_LONG].mean() > _MOSTLY:
            return 10 * (x[:, _RECALLED] + 0.3 * (x[:, _WORDS] + x[:, _PAIRS]))
        return self.trees.score(x) + self._blend * x[:, _RECALLED]

    def confidence(self, signs: Sequence[float]) -> float:
        """The chance that the best candidate is right, from `signs` (see library.signs)."""
        if not self._trained:
            return 0.5
        odds = float(self._sure.score(np.array([signs], dtype=np.float32))[0])
        return 1 / (1 + math.exp(-odds))


class WrongModel(RuntimeError):
    """The model was trained on other features than this release computes."""


@dataclass(frozen=True, slots=True)
class Rankers:
    """One for whole questions, one for names of matters: they err differently."""

    questions: Ranker
    names: Ranker


@lru_cache(maxsize=1)
def shipped() -> Rankers:
    """The rankers the house comes with."""
    model = json.loads(MODEL.read_text(encoding="utf-8")) if MODEL.exists() else {}
    if model and tuple(model["features"]) != NAMES:
        raise WrongModel(f"{MODEL.name} 是按别的特征训练的，请重新训练：python tools/ranker/train.py")
    return Rankers(Ranker(model.get("questions")), Ranker(model.get("names")))


def flatten(tree: Mapping[str, Any]) -> dict[str, list[Any]]:
    """One tree of LightGBM's dump as conditions and leaves in their order from left to right."""
    made: dict[str, list[Any]] = {"feature": [], "threshold": [], "mask": [], "value": []}

    def walk(node: Mapping[str, Any]) -> tuple[int, int]:
        if "leaf_value" in node:
            made["value"].append(node["leaf_value"])
            return len(made["value"]) - 1, len(made["value"])
        place = len(made["feature"])
        made["feature"].append(node["split_feature"])
        made["threshold"].append(node["threshold"])
        made["mask"].append(0)
        first, middle = walk(node["left_child"])
        _, last = walk(node["right_child"])
        made["mask"][place] = 0xFFFF & ~sum(1 << leaf for leaf in range(first, middle))
        return first, last

    walk(tree)
    return made
