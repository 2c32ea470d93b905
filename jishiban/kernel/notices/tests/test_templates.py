"""The texts."""

import re

import pytest
from django.utils.translation import override

from jishiban.kernel.notices import templates
from jishiban.kernel.notices.templates import MissingWord, declare, keys, render, words

CASE_WORDS = {"number": "370115-20260930-00001-5", "title": "食品经营许可"}
CODE_WORDS = {"code": "314159", "minutes": 5}


def test_every_text_of_a_case_needs_only_its_number_and_title() -> None:
    assert all(words(key) <= set(CASE_WORDS) for key in keys() - {"code"})


@pytest.mark.parametrize("key", sorted(keys()))
def test_every_text_is_short_sentences_that_end(key: str) -> None:
    text = render(key, CASE_WORDS | CODE_WORDS)
    assert text.endswith("。")
    assert "{" not in text
    assert not re.search(r"[,:;!?]", text), "Chinese text has Chinese punctuation"
    bare = str(templates.TEMPLATES[key])
    for sentence in re.split("[。：，]", re.sub(r"\{\w+\}", "", bare)):
        assert len(sentence) < 25, sentence


@pytest.mark.parametrize("key", sorted(keys()))
def test_an_english_text_has_the_same_placeholders(key: str) -> None:
    expected = words(key)
    with override("en"):
        assert words(key) == expected


def test_a_text_is_in_the_halls_language_whoever_acts() -> None:
    with override("en"):
        assert "已受理" in render("accepted", CASE_WORDS)


def test_a_gap_or_an_unknown_key_is_an_error_and_not_a_strange_message() -> None:
    with pytest.raises(MissingWord, match="number"):
        render("accepted", {"title": "食品经营许可"})
    with pytest.raises(KeyError, match="no_such"):
        render("no_such", CASE_WORDS)


def test_a_key_means_one_text() -> None:
    declare("test_tea", "请喝茶。")
    try:
        declare("test_tea", "请喝茶。")
        with pytest.raises(ValueError, match="twice"):
            declare("test_tea", "请喝水。")
    finally:
        del templates.TEMPLATES["test_tea"]
