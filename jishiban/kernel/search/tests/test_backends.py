"""One contract, kept by every index: what goes in is found, in the same order, with the same scores."""

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiban.kernel.search.backend import Doc, SearchBackend, Terms
from jishiban.kernel.search.embedded import EmbeddedIndex
from jishiban.kernel.search.fallback import WithFallback, open_backend
from jishiban.kernel.search.tests.sentences import Bm25, asked, doc, docs, official, sentences

CASES = 200


class Make(Protocol):
    def __call__(self, *, keep: bool = False) -> SearchBackend: ...


def pymilvus() -> Any:
    return pytest.importorskip("pymilvus", reason="没有 pymilvus:pip install pymilvus milvus-lite")


@pytest.fixture(scope="module")
def milvus_address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A test database of the place's own cluster (TEST_MILVUS_URL), else a file of Milvus Lite."""
    pymilvus()
    if address := os.environ.get("TEST_MILVUS_URL"):
        return address
    pytest.importorskip("milvus_lite", reason="没有 milvus-lite:pip install pymilvus milvus-lite")
    return str(tmp_path_factory.mktemp("milvus") / "contract.db")


@pytest.fixture(scope="module", params=["embedded", "milvus", "both"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes an empty index each time: `keep` for one that others leave alone."""
    made: list[SearchBackend] = []

    def milvus(*, keep: bool) -> SearchBackend:
        from jishiban.kernel.search.milvus import MilvusIndex

        address = request.getfixturevalue("milvus_address")
        collection = f"contract_{request.param}_{'kept' if keep else 'fresh'}"
        emptied(address, collection)
        return MilvusIndex(address, collection, patience=10)

    def new(*, keep: bool = False) -> SearchBackend:
        match request.param:
            case "embedded":
                made.append(EmbeddedIndex())
            case "milvus":
                made.append(milvus(keep=keep))
            case _:
                made.append(WithFallback(milvus(keep=keep), EmbeddedIndex()))
        return made[-1]

    yield new
    for one in made:
        one.close()


def emptied(address: str, collection: str) -> None:
    """Take every row out: making a collection anew takes half a second, and there are many tests."""
    client = pymilvus().MilvusClient(address)
    if client.has_collection(collection):
        client.delete(collection, filter="k >= 0")
    client.close()


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return random.Random(1).sample(sentences(), CASES)


@pytest.fixture(scope="module")
def filled(make: Make, texts: list[str]) -> SearchBackend:
    """An index nobody in this module writes to after it is filled."""
    index = make(keep=True)
    index.write(docs(texts))
    return index


@pytest.fixture
def index(make: Make) -> SearchBackend:
    return make()


def numbers(found: list[tuple[int, float]]) -> list[int]:
    return [n for n, _score in found]


# -- the case of two hundred ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def formula(texts: list[str]) -> Bm25:
    return Bm25(docs(texts))


@pytest.mark.parametrize("case", range(CASES))
def test_a_sentence_is_scored_as_bm25_is_written(
    filled: SearchBackend, formula: Bm25, texts: list[str], case: int
) -> None:
    words = official()[case * 7 % len(official())]
    for terms in (asked(texts[case]), asked(words, 1.0, 0.35)):
        every, found = formula(terms), filled.recall(terms, 10)
        assert [s for _n, s in found] == pytest.approx(sorted(every.values(), reverse=True)[:10], rel=1e-4)
        assert [every[n] for n in numbers(found)] == pytest.approx([s for _n, s in found], rel=1e-4)


def test_each_sentence_finds_itself_first(filled: SearchBackend, texts: list[str]) -> None:
    missed = [n for n, text in enumerate(texts) if filled.recall(asked(text), 1)[0][0] != n]
    assert missed == []


# -- what is asked ----------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", [{}, {"w": {}}, {"w": {}, "u": {}, "iw": {}}])
def test_no_terms_find_nothing(filled: SearchBackend, terms: Terms) -> None:
    assert filled.recall(terms, 5) == []


@pytest.mark.parametrize("limit", [0, -1])
def test_no_places_hold_nothing(filled: SearchBackend, texts: list[str], limit: int) -> None:
    assert filled.recall(asked(texts[0]), limit) == []


@pytest.mark.parametrize("token", ["龘", "zzz", "", " ", "🙂", 'w:"a" OR *', "\x00", "a" * 5000])
def test_tokens_nobody_has_find_nothing(filled: SearchBackend, token: str) -> None:
    assert filled.recall({"w": {token: 1.0}}, 5) == []


def test_an_unknown_token_beside_a_known_one_changes_nothing(filled: SearchBackend, texts: list[str]) -> None:
    terms = asked(texts[3])
    more = {**terms, "w": {**terms["w"], "龘龘": 1.0}, "ip": {"x": 1.0}}
    assert filled.recall(more, 10) == filled.recall(terms, 10)


def test_a_token_is_found_in_its_own_field_only(index: SearchBackend) -> None:
    index.write([Doc(1, {"w": ["许可"], "iw": []}), Doc(2, {"iw": ["许可"]})])
    assert numbers(index.recall({"w": {"许可": 1.0}}, 5)) == [1]
    assert numbers(index.recall({"iw": {"许可": 1.0}}, 5)) == [2]
    assert numbers(index.recall({"w": {"许可": 1.0}, "iw": {"许可": 1.0}}, 5)) == [1, 2]


@pytest.mark.parametrize("limit", [1, 2, 10, 100])
def test_no_more_than_the_limit_and_the_best_of_them(
    filled: SearchBackend, texts: list[str], limit: int
) -> None:
    found = filled.recall(asked("怎么办营业执照要什么材料"), limit)
    assert len(found) <= limit
    assert found == sorted(found, key=lambda one: (-one[1], one[0]))
    assert found == filled.recall(asked("怎么办营业执照要什么材料"), 100)[:limit]


def test_weights_multiply_scores(filled: SearchBackend, texts: list[str]) -> None:
    once, thrice = filled.recall(asked(texts[5]), 5), filled.recall(asked(texts[5], 3, 3), 5)
    assert numbers(thrice) == numbers(once)
    assert [s for _n, s in thrice] == pytest.approx([3 * s for _n, s in once], rel=1e-4)


def test_a_weight_may_turn_the_order(index: SearchBackend) -> None:
    index.write([Doc(1, {"w": ["驾照"]}), Doc(2, {"w": ["换证"]})])
    assert numbers(index.recall({"w": {"驾照": 1.0, "换证": 0.2}}, 2)) == [1, 2]
    assert numbers(index.recall({"w": {"驾照": 0.2, "换证": 1.0}}, 2)) == [2, 1]


def test_equal_scores_stand_by_number(index: SearchBackend) -> None:
    index.write(docs(["办证"] * 12, first=5) + docs(["办照"] * 3, first=100))
    assert numbers(index.recall(asked("办证"), 12)) == list(range(5, 17))


def test_equal_scores_stand_by_number_after_one_was_renewed(index: SearchBackend) -> None:
    index.write(docs(["办证"] * 4))
    index.write([doc(1, "办证")])
    assert numbers(index.recall(asked("办证"), 10)) == [0, 1, 2, 3]


def test_a_rare_word_weighs_more_than_a_common_one(index: SearchBackend) -> None:
    index.write([Doc(n, {"w": ["办理", "甲"]}) for n in range(9)] + [Doc(9, {"w": ["婚检", "甲"]})])
    found = index.recall({"w": {"办理": 1.0, "婚检": 1.0}}, 10)
    assert found[0][0] == 9
    assert found[0][1] > 5 * found[1][1]


def test_a_short_document_stands_before_a_long_one(index: SearchBackend) -> None:
    index.write([Doc(1, {"w": ["婚检", *"甲乙丙丁戊己庚"]}), Doc(2, {"w": ["婚检"]}), Doc(3, {"w": ["辛"]})])
    assert numbers(index.recall({"w": {"婚检": 1.0}}, 5)) == [2, 1]


def test_a_token_repeated_weighs_more_but_ever_less(index: SearchBackend) -> None:
    index.write([Doc(n, {"w": ["婚检"] * n + [str(n)] * (8 - n)}) for n in range(1, 8)])
    scores = [s for _n, s in index.recall({"w": {"婚检": 1.0}}, 10)]
    steps = [a - b for a, b in pairwise(scores)]
    assert numbers(index.recall({"w": {"婚检": 1.0}}, 10)) == [7, 6, 5, 4, 3, 2, 1]
    assert steps == sorted(steps)


@pytest.mark.parametrize("length", [39, 40, 41, 55, 64, 100, 255, 300, 1200])
def test_long_texts_are_scored_alike_everywhere(index: SearchBackend, length: int) -> None:
    held = [Doc(1, {"b": ["婚检", *map(str, range(length - 1))]}), Doc(2, {"b": ["婚检", "乙"]})]
    index.write(held)
    beside = EmbeddedIndex()
    beside.write(held)
    terms = {"b": {"婚检": 1.0, "7": 0.5}}
    expected = beside.recall(terms, 5)
    assert [s for _n, s in index.recall(terms, 5)] == pytest.approx([s for _n, s in expected], rel=1e-4)
    beside.close()


# -- what is written --------------------------------------------------------------------------------


def test_a_new_index_is_empty(index: SearchBackend) -> None:
    assert len(index) == 0
    assert index.recall(asked("办证"), 5) == []


def test_nothing_written_changes_nothing(index: SearchBackend) -> None:
    index.write([])
    index.write([], [])
    index.write([], [7])
    assert len(index) == 0
    assert index.recall(asked("办证"), 5) == []


def test_what_is_written_is_found_at_once(index: SearchBackend) -> None:
    for n, text in enumerate(("新办身份证", "补办身份证", "换领身份证")):
        index.write([doc(n, text)])
        assert len(index) == n + 1
        assert index.recall(asked(text), 5)[0][0] == n


def test_a_document_renewed_is_found_by_its_new_words_only(index: SearchBackend) -> None:
    index.write(docs(["补办身份证", "宠物登记"]))
    index.write([doc(0, "领养老金")])
    assert len(index) == 2
    assert index.recall(asked("身份证"), 5) == []
    assert numbers(index.recall(asked("养老金"), 5)) == [0]


def test_a_document_renewed_unchanged_stands_there_once(index: SearchBackend) -> None:
    index.write(docs(["补办身份证", "宠物登记"]))
    before = index.recall(asked("身份证"), 5)
    index.write([doc(0, "补办身份证")])
    assert numbers(index.recall(asked("身份证"), 5)) == numbers(before) == [0]


def test_a_document_taken_out_is_found_no_more(index: SearchBackend) -> None:
    index.write(docs(["补办身份证", "换领身份证", "宠物登记"]))
    index.write([], [0])
    assert len(index) == 2
    assert numbers(index.recall(asked("身份证"), 5)) == [1]


def test_of_two_equal_documents_one_may_go(index: SearchBackend) -> None:
    index.write(docs(["补办身份证", "补办身份证", "宠物登记"]))
    index.write([], [0])
    assert numbers(index.recall(asked("身份证"), 5)) == [1]
    index.write([], [1])
    assert index.recall(asked("身份证"), 5) == []


def test_a_text_may_move_to_another_number(index: SearchBackend) -> None:
    index.write(docs(["补办身份证", "宠物登记"]))
    index.write([doc(8, "补办身份证")], [0])
    assert numbers(index.recall(asked("身份证"), 5)) == [8]
    assert len(index) == 2


def test_two_documents_may_change_places(index: SearchBackend) -> None:
    index.write(docs(["补办身份证", "宠物登记"]))
    index.write(docs(["宠物登记", "补办身份证"]))
    assert numbers(index.recall(asked("身份证"), 5)) == [1]
    assert numbers(index.recall(asked("宠物"), 5)) == [0]


def test_out_and_in_again_in_one_write_is_in(index: SearchBackend) -> None:
    index.write(docs(["补办身份证"]))
    index.write([doc(0, "宠物登记")], [0])
    assert numbers(index.recall(asked("宠物"), 5)) == [0]
    assert len(index) == 1


def test_taking_out_what_is_not_there_harms_nothing(index: SearchBackend) -> None:
    index.write(docs(["补办身份证"]), [5, 6])
    index.write([], [99, 99])
    assert len(index) == 1


def test_all_may_go_and_come_again(index: SearchBackend) -> None:
    index.write(docs(["补办身份证", "宠物登记"]))
    index.write([], [0, 1])
    assert len(index) == 0
    assert index.recall(asked("身份证"), 5) == []
    index.write(docs(["补办身份证"], first=4))
    assert numbers(index.recall(asked("身份证"), 5)) == [4]


def test_documents_may_come_from_a_generator(index: SearchBackend) -> None:
    index.write(doc(n, text) for n, text in enumerate(("补办身份证", "宠物登记")))
    assert len(index) == 2


def test_a_document_without_words_is_counted_and_never_found(index: SearchBackend) -> None:
    index.write([Doc(0, {}), Doc(1, {"w": [], "u": []}), *docs(["补办身份证"], first=2)])
    assert len(index) == 3
    assert numbers(index.recall(asked("补办身份证"), 5)) == [2]
    index.write([], [0, 1])
    assert len(index) == 1


@pytest.mark.parametrize(
    "token", ["café", "🙂", "ﷺ", "\u0301", "𠮷", "Ａ", "a.b-c", "ё", "\u200d", "许" * 200]
)
def test_any_letter_is_a_token(index: SearchBackend, token: str) -> None:
    index.write([Doc(1, {"w": [token, "甲"]}), Doc(2, {"w": ["乙"]})])
    assert numbers(index.recall({"w": {token: 1.0}}, 5)) == [1]


def test_great_numbers_are_kept(index: SearchBackend) -> None:
    index.write([doc(2**40, "补办身份证"), doc(0, "宠物登记")])
    assert numbers(index.recall(asked("身份证"), 5)) == [2**40]


def test_rarity_follows_what_is_written(index: SearchBackend) -> None:
    index.write([Doc(n, {"w": ["婚检", str(n)]}) for n in range(3)])
    before = index.recall({"w": {"婚检": 1.0}}, 1)[0][1]
    index.write([Doc(n, {"w": ["办理", str(n)]}) for n in range(3, 60)])
    assert index.recall({"w": {"婚检": 1.0}}, 1)[0][1] > 5 * before


def test_several_may_ask_while_one_writes(index: SearchBackend) -> None:
    index.write(docs(["补办身份证"] * 3))

    def ask(_: int) -> set[int]:
        return set(numbers(index.recall(asked("身份证"), 3)))

    with ThreadPoolExecutor(3) as pool:
        seen = pool.map(ask, range(30))
        for n in range(3, 9):
            index.write([doc(n, "宠物登记")])
    assert all(found == {0, 1, 2} for found in seen)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["", *"甲乙丙丁"])), min_size=1, max_size=12))
def test_whatever_was_written_the_last_word_counts(make: Make, steps: list[tuple[int, str]]) -> None:
    index = make()
    held: dict[int, str] = {}
    for n, text in steps:
        if text:
            index.write([Doc(n, {"w": [text, "共"]})])
            held[n] = text
        else:
            index.write([], [n])
            held.pop(n, None)
    assert len(index) == len(held)
    for text in "甲乙丙丁":
        found = numbers(index.recall({"w": {text: 1.0}}, 20))
        assert found == sorted(n for n, said in held.items() if said == text)
    index.close()


def test_many_documents_are_written_in_one_go(index: SearchBackend) -> None:
    index.write(docs(sentences()[:2500]))
    assert len(index) == 2500
    for n in (0, 999, 1000, 2499):
        assert n in numbers(index.recall(asked(sentences()[n]), 3))
    index.write(docs(["龘龘龘"], first=5000), [0, 2499])
    assert numbers(index.recall(asked("龘龘龘"), 3)) == [5000]
    assert 2499 not in numbers(index.recall(asked(sentences()[2499]), 5))


def test_the_embedded_index_needs_no_address() -> None:
    assert isinstance(open_backend(None), EmbeddedIndex)
    assert isinstance(open_backend(""), EmbeddedIndex)
