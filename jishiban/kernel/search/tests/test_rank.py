"""The trees give exactly the sum of the trees, and the confidence is a chance."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiban.kernel.search import features, rank
from jishiban.kernel.search.rank import LEAVES, Ranker, Trees, flatten

Node = Mapping[str, Any]
COLUMNS = 5
# Eighths, as 32-bit numbers hold them: sums are exact, and values and thresholds often meet.
EIGHTHS = st.integers(-16, 16).map(lambda n: n / 8)


def leaf(value: float) -> Node:
    return {"leaf_value": value}


def split(feature: int, threshold: float, left: Node, right: Node) -> Node:
    return {"split_feature": feature, "threshold": threshold, "left_child": left, "right_child": right}


def leaves(node: Node) -> int:
    return 1 if "leaf_value" in node else leaves(node["left_child"]) + leaves(node["right_child"])


NODES = st.recursive(
    EIGHTHS.map(leaf),
    lambda inner: st.builds(split, st.integers(0, COLUMNS - 1), EIGHTHS, inner, inner),
    max_leaves=LEAVES,
).filter(lambda node: leaves(node) <= LEAVES)
ROWS = st.lists(st.lists(EIGHTHS, min_size=COLUMNS, max_size=COLUMNS), min_size=1, max_size=9)


def walked(node: Node, row: list[float]) -> float:
    """What LightGBM does: left where the value is at most the threshold."""
    while "leaf_value" not in node:
        node = node["left_child"] if row[node["split_feature"]] <= node["threshold"] else node["right_child"]
    return float(node["leaf_value"])


@given(st.lists(NODES, max_size=7), ROWS)
@settings(max_examples=150, deadline=None)
def test_the_score_is_the_sum_over_all_trees(trees: list[Node], rows: list[list[float]]) -> None:
    got = Trees([flatten(tree) for tree in trees]).score(np.array(rows, dtype=np.float32))
    assert got.tolist() == [sum(walked(tree, row) for tree in trees) for row in rows]


def full(depth: int, first: float = 0) -> Node:
    if not depth:
        return leaf(first)
    half = 2 ** (depth - 1)
    return split(depth % COLUMNS, 0.0, full(depth - 1, first), full(depth - 1, first + half))


def test_a_tree_with_all_its_leaves_is_walked_to_the_last() -> None:
    tree = full(4)
    assert leaves(tree) == LEAVES
    rows = [[float(2 * bool(n & 1 << b) - 1) for b in range(COLUMNS)] for n in range(32)]
    got = Trees([flatten(tree)]).score(np.array(rows, dtype=np.float32))
    assert got.tolist() == [walked(tree, row) for row in rows]
    assert set(got.tolist()) == set(map(float, range(LEAVES)))


def chain(length: int, *, left: bool) -> Node:
    node = leaf(0)
    for n in range(1, length):
        node = split(0, float(n), node, leaf(n)) if left else split(0, float(-n), leaf(n), node)
    return node


@pytest.mark.parametrize("left", [True, False])
def test_a_tree_that_is_one_long_branch_is_walked_to_its_end(*, left: bool) -> None:
    tree = chain(LEAVES, left=left)
    rows = [[value, 0.0, 0, 0, 0] for value in np.arange(-17, 17, 0.5).tolist()]
    got = Trees([flatten(tree)]).score(np.array(rows, dtype=np.float32))
    assert got.tolist() == [walked(tree, row) for row in rows]


@pytest.mark.parametrize(
    ("value", "side"), [(0.25, 1.0), (0.2500001, 2.0), (-math.inf, 1.0), (math.inf, 2.0)]
)
def test_at_the_threshold_the_way_is_left(value: float, side: float) -> None:
    trees = Trees([flatten(split(0, 0.25, leaf(1), leaf(2)))])
    assert trees.score(np.array([[value]], dtype=np.float32)).tolist() == [side]


def test_no_trees_give_nothing_and_a_leaf_alone_gives_itself() -> None:
    x = np.zeros((3, 2), dtype=np.float32)
    assert Trees([]).score(x).tolist() == [0, 0, 0]
    assert Trees([flatten(leaf(1.5))]).score(x).tolist() == [1.5, 1.5, 1.5]


def test_a_row_is_scored_alike_alone_and_among_others() -> None:
    ranker = rank.shipped().names
    x = np.random.default_rng(7).random((40, len(features.NAMES))).astype(np.float32)
    together = ranker.trees.score(x)
    assert together.tolist() == pytest.approx([float(ranker.trees.score(x[n : n + 1])[0]) for n in range(40)])


# -- the model the house comes with ----------------------------------------------------------------


def model() -> dict[str, Any]:
    return dict(json.loads(rank.MODEL.read_text(encoding="utf-8")))


def test_the_model_was_trained_on_the_features_there_are() -> None:
    assert tuple(model()["features"]) == features.NAMES


@pytest.mark.parametrize("side", ["questions", "names"])
def test_every_condition_is_on_a_feature_there_is(side: str) -> None:
    for tree in model()[side]["trees"]:
        assert all(0 <= n < len(features.NAMES) for n in tree["feature"])
        assert len(tree["value"]) == len(tree["feature"]) + 1 <= LEAVES
        assert len(tree["feature"]) == len(tree["threshold"]) == len(tree["mask"])


def test_without_a_model_the_order_of_recall_stands() -> None:
    x = np.zeros((3, len(features.NAMES)), dtype=np.float32)
    x[:, features.NAMES.index("recall_of_best")] = [0.5, 1, 0.25]
    assert Ranker().score(x).tolist() == [0.5, 1, 0.25]
    assert Ranker().confidence([0.0]) == 0.5


@given(st.lists(st.floats(-50, 50, width=32), min_size=80, max_size=80))
@settings(max_examples=60, deadline=None)
def test_confidence_is_a_chance(signs: list[float]) -> None:
    for ranker in (rank.shipped().questions, rank.shipped().names):
        assert 0 <= ranker.confidence(signs) <= 1
