"""BM25 as an inner product, without any engine."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.search.backend import FIELDS, Doc
from jishiban.kernel.search.sparse import (
    NOTHING,
    Held,
    as_row,
    averages_of,
    from_row,
    kept_length,
    key,
    term,
    vector,
)
from jishiban.kernel.search.tests.sentences import Bm25, asked, docs, official, sentences


def test_a_term_has_one_number_in_its_field() -> None:
    assert term("w", "身份证") == term("w", "身份证") == 1362161211
    assert term("w", "身份证") != term("u", "身份证")


@given(st.sampled_from(FIELDS), st.text())
def test_a_term_stays_below_what_is_kept_for_us(field: str, token: str) -> None:
    assert 0 <= term(field, token) < NOTHING


@pytest.mark.parametrize(
    ("length", "kept"),
    [
        (0, 0),
        (1, 1),
        (39, 39),
        (40, 40),
        (41, 40),
        (42, 42),
        (55, 54),
        (56, 56),
        (59, 56),
        (60, 60),
        (87, 84),
        (88, 88),
        (95, 88),
        (152, 152),
        (167, 152),
        (168, 168),
        (1000, 984),
    ],
)
def test_lengths_are_kept_as_in_one_byte(length: int, kept: int) -> None:
    assert kept_length(length) == kept


@given(st.integers(0, 10**6))
def test_a_length_kept_is_kept_again(length: int) -> None:
    kept = kept_length(length)
    assert kept_length(kept) == kept <= length < max(kept, 1) * 1.13 + 1


def test_averages_count_documents_without_the_field() -> None:
    held = [Doc(1, {"w": ["甲", "乙", "丙"]}), Doc(2, {"w": ["甲"], "b": ["甲乙"]}), Doc(3, {}), Doc(4, {})]
    assert averages_of(held) == {"w": 1.0, "b": 0.25}


@given(st.dictionaries(st.sampled_from(FIELDS), st.floats(0.01, 500)))
def test_averages_come_back_out_of_their_row(averages: dict[str, float]) -> None:
    assert from_row(as_row(averages)) == averages
    assert min(as_row(averages)) >= NOTHING


def test_a_document_of_average_length_weighs_one_for_a_word_said_once() -> None:
    assert vector(Doc(1, {"w": ["甲", "乙"]}), {"w": 2.0}) == pytest.approx(
        {term("w", "甲"): 1, term("w", "乙"): 1}
    )


def test_a_field_unknown_when_averages_were_frozen_counts_as_average() -> None:
    assert vector(Doc(1, {"b": ["甲"] * 1}), {"w": 2.0}) == pytest.approx({term("b", "甲"): 1.0})


def test_a_document_without_tokens_still_has_a_vector() -> None:
    assert vector(Doc(1, {"w": []}), {}) == {NOTHING: 1.0}


@given(st.lists(st.text(min_size=1), max_size=8), st.randoms())
def test_the_key_does_not_know_order(tokens: list[str], chance: random.Random) -> None:
    other = list(tokens)
    chance.shuffle(other)
    assert key(Doc(1, {"w": tokens, "u": []})) == key(Doc(2, {"w": other}))
    assert 1 <= key(Doc(1, {"w": tokens})) < 2**63


def test_the_key_knows_fields_tokens_and_how_often() -> None:
    said: list[dict[str, list[str]]] = [
        {"w": ["甲"]}, {"u": ["甲"]}, {"w": ["甲", "甲"]}, {"w": ["甲", "乙"]}, {"w": ["甲乙"]}, {"w": ["甲"], "u": ["乙"]}, {},
    ]  # fmt: skip
    assert len({key(Doc(1, one)) for one in said}) == len(said)


def test_the_product_is_bm25() -> None:
    held = docs(sentences()[:300])
    averages, formula, inside = averages_of(held), Bm25(held), Held()
    made = {one.n: vector(one, averages) for one in held}
    for one in held:
        inside.put(one.n, key(one), made[one.n])
    for text in official()[:50]:
        wanted = inside.asked(asked(text, 1.0, 0.5))
        product = {n: sum(wanted[t] * w for t, w in row.items() if t in wanted) for n, row in made.items()}
        assert {n: s for n, s in product.items() if s} == pytest.approx(dict(formula(asked(text, 1.0, 0.5))))


# -- what is held -----------------------------------------------------------------------------------


def test_rarity_is_that_of_bm25() -> None:
    held = Held()
    for n in range(10):
        held.put(n, n + 1, [5] if n else [5, 6])
    assert held.rarity(6) == pytest.approx(math.log(1 + 9.5 / 1.5))
    assert held.rarity(5) == pytest.approx(math.log(1 + 0.5 / 10.5))
    assert held.rarity(7) == 0


def test_what_is_put_and_dropped_leaves_nothing() -> None:
    held = Held()
    held.put(1, 10, [5, 6])
    held.put(1, 11, [6])
    assert (len(held), held.keys, held.numbers(10), held.numbers(11)) == (1, 1, (), (1,))
    held.drop(1)
    held.drop(1)
    assert (len(held), held.keys, held.rarity(5), held.rarity(6)) == (0, 0, 0, 0)


def test_a_key_is_left_when_its_last_number_goes() -> None:
    held = Held()
    held.put(1, 10, [5])
    held.put(2, 10, [5])
    assert held.left_by([1, 1], []) == []
    assert held.left_by([1, 2, 3], []) == [10]
    assert held.left_by([1, 2], [10]) == []


def test_weights_not_above_zero_are_not_asked() -> None:
    held = Held()
    held.put(1, 10, [term("w", "甲")])
    held.put(2, 11, [])
    assert held.asked({"w": {"甲": 0.0}, "u": {"甲": 1.0}}) == {}
    assert held.asked({"w": {"甲": -1.0}}) == {}
    assert held.asked({"w": {"甲": 2.0}}) == pytest.approx({term("w", "甲"): 2 * math.log(2)})
