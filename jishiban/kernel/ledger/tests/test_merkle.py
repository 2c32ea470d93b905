"""The tree against the published vectors of RFC 6962 / 9162, and against a slow second implementation."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiban.kernel.ledger import merkle
from jishiban.kernel.ledger.merkle import Frontier, Node

# The test data of the Certificate Transparency reference implementation, in its order.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
# (leaf, size) → inclusion path; (first, second) → consistency path.
PATHS = {
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
CONSISTENCY = {
    (1, 1): (),
    (1, 8): PATHS[0, 8],
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}


class Tree:
    """A tree grown leaf by leaf, its subtree hashes kept where the ledger keeps them."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.frontier = Frontier()
        self.chains: list[bytes] = []
        self.roots = [self.frontier.root()]
        for data in leaves:
            leaf = merkle.leaf_hash(data)
            self.chains.append(leaf + self.frontier.append(leaf))
            self.roots.append(self.frontier.root())

    def get(self, node: Node) -> bytes:
        return self.chains[node.last][32 * node.level : 32 * node.level + 32]

    def path(self, index: int, size: int) -> list[bytes]:
        return merkle.roots(merkle.inclusion_ranges(index, size), self.get)

    def consistency(self, first: int, second: int) -> list[bytes]:
        return merkle.roots(merkle.consistency_ranges(first, second), self.get)


# -- the second implementation: the definitions of RFC 9162 §2.1, word for word --------------------
def _k(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(data: list[bytes]) -> bytes:
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\0" + data[0]).digest()
    k = _k(len(data))
    return sha256(b"\1" + mth(data[:k]) + mth(data[k:])).digest()


def path_of(m: int, data: list[bytes]) -> list[bytes]:
    if len(data) == 1:
        return []
    k = _k(len(data))
    if m < k:
        return [*path_of(m, data[:k]), mth(data[k:])]
    return [*path_of(m - k, data[k:]), mth(data[:k])]


def subproof(m: int, data: list[bytes], whole: bool) -> list[bytes]:
    if m == len(data):
        return [] if whole else [mth(data)]
    k = _k(len(data))
    if m <= k:
        return [*subproof(m, data[:k], whole), mth(data[k:])]
    return [*subproof(m - k, data[k:], False), mth(data[:k])]


# -- published vectors -----------------------------------------------------------------------------
def test_the_roots_are_the_published_ones() -> None:
    assert [root.hex() for root in Tree(LEAVES).roots] == list(ROOTS)


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_an_inclusion_path_is_the_published_one(index: int, size: int) -> None:
    path = Tree(LEAVES).path(index, size)
    assert [step.hex() for step in path] == list(PATHS[index, size])


@pytest.mark.parametrize(("first", "second"), CONSISTENCY)
def test_a_consistency_path_is_the_published_one(first: int, second: int) -> None:
    path = Tree(LEAVES).consistency(first, second)
    assert [step.hex() for step in path] == list(CONSISTENCY[first, second])


# -- against the second implementation -------------------------------------------------------------
def test_roots_and_proofs_are_those_of_the_definitions_for_every_size_up_to_40() -> None:
    data = [bytes([n]) for n in range(40)]
    tree = Tree(data)
    for size in range(41):
        assert tree.roots[size] == mth(data[:size])
        for index in range(size):
            assert tree.path(index, size) == path_of(index, data[:size])
        for first in range(1, size + 1):
            assert tree.consistency(first, size) == subproof(first, data[:size], True)


@st.composite
def _places(draw: st.DrawFn) -> tuple[list[bytes], int, int]:
    data = draw(st.lists(st.binary(max_size=4), min_size=1, max_size=130))
    size = draw(st.integers(1, len(data)))
    return data, draw(st.integers(0, size - 1)), size


@settings(deadline=None)
@given(_places(), st.data())
def test_a_proof_holds_and_stops_holding_when_anything_in_it_changes(
    place: tuple[list[bytes], int, int], data: st.DataObject
) -> None:
    leaves, index, size = place
    tree = Tree(leaves)
    leaf, path, root = merkle.leaf_hash(leaves[index]), tree.path(index, size), tree.roots[size]
    assert merkle.is_included(index, size, leaf, path, root)
    assert not merkle.is_included(index, size, merkle.leaf_hash(leaves[index] + b"!"), path, root)
    assert not merkle.is_included(index, size, leaf, [*path, root], root)
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert not merkle.is_included(index, size, leaf, path[:at] + path[at + 1 :], root)
        path[at] = bytes(32)
        assert not merkle.is_included(index, size, leaf, path, root)


@settings(deadline=None)
@given(_places(), st.data())
def test_a_shorter_log_is_proved_the_beginning_and_another_log_is_not(
    place: tuple[list[bytes], int, int], data: st.DataObject
) -> None:
    leaves, before, second = place
    first = before + 1
    tree = Tree(leaves)
    path = tree.consistency(first, second)
    old, new = tree.roots[first], tree.roots[second]
    assert merkle.is_consistent(first, second, old, new, path)
    assert not merkle.is_consistent(first, second, bytes(32), new, path)
    assert not merkle.is_consistent(first, second, old, bytes(32), path)
    assert not merkle.is_consistent(first, second, old, new, [*path, new])
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert not merkle.is_consistent(first, second, old, new, path[:at] + path[at + 1 :])


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_range_is_covered_without_gap_and_without_overlap(lo: int, length: int) -> None:
    at = lo
    for node in merkle.cover(lo, lo + length):
        assert node.start == at
        assert node.start % (1 << node.level) == 0
        at = node.last + 1
    assert at == lo + length


def test_a_path_among_a_million_leaves_has_twenty_hashes_at_most_made_of_twenty_six() -> None:
    for index in (0, 1, 499_999, 524_287, 524_288, 777_777, 999_999):
        ranges = merkle.inclusion_ranges(index, 1_000_000)
        assert len(ranges) <= 20
        assert len(merkle.nodes_of(ranges)) <= 26


def test_a_frontier_goes_on_from_its_stored_peaks() -> None:
    tree = Tree(LEAVES[:5])
    again = Frontier(5, tree.frontier.peaks)
    again.append(merkle.leaf_hash(LEAVES[5]))
    assert again.root().hex() == ROOTS[6]


def test_a_frontier_refuses_peaks_that_do_not_fit_its_size() -> None:
    with pytest.raises(ValueError, match="3 leaves has 2 peaks"):
        Frontier(3, [bytes(32)])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 4), (4, 4)])
def test_a_leaf_outside_the_tree_has_no_path(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_ranges(index, size)
    assert merkle.root_from_path(index, size, bytes(32), []) is None


def test_a_tree_was_never_larger_before() -> None:
    with pytest.raises(ValueError, match="never had"):
        merkle.consistency_ranges(5, 4)
    assert not merkle.is_consistent(5, 4, bytes(32), bytes(32), [])


def test_every_tree_goes_on_from_the_empty_one() -> None:
    tree = Tree(LEAVES)
    assert tree.consistency(0, 8) == []
    assert merkle.is_consistent(0, 8, merkle.EMPTY_ROOT, tree.roots[8], [])
    assert not merkle.is_consistent(0, 8, bytes(32), tree.roots[8], [])
