"""Text cut into words, characters and pairs."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.search import cut
from jishiban.kernel.search.speech import question

TEXT = st.text(alphabet="办理食品经营许可证护照 ,。?!app12.5号…🙏\n", max_size=60).map(question)


def test_letters_and_digits_stay_whole() -> None:
    assert cut.characters("app办理2.5号") == ["app", "办", "理", "2.5", "号"]
    assert cut.pairs("app办理2.5号") == ["办理"]


def test_pairs_do_not_cross_what_stands_between() -> None:
    assert cut.pairs("食品,经营 许可") == ["食品", "经营", "许可"]


def test_words_are_words() -> None:
    words = cut.words("食品经营许可证怎么办理")
    assert "办理" in words
    assert "".join(words) == "食品经营许可证怎么办理"


def test_words_said_twice_are_counted_twice() -> None:
    assert cut.words("护照护照").count("护照") == 2


def test_nothing_gives_nothing() -> None:
    for text in ("", " ", "?!", "🙏", "\ud800"):
        text = question(text)
        assert cut.words(text) == cut.characters(text) == cut.pairs(text) == []


@given(TEXT)
def test_every_chinese_character_is_in_the_characters_and_in_a_word(text: str) -> None:
    chinese = [c for c in text if "\u3400" <= c <= "\u9fff"]
    assert [c for c in cut.characters(text) if len(c) == 1 and c >= "\u3400"] == chinese
    assert [c for word in cut.words(text) for c in word if c >= "\u3400" and c <= "\u9fff"] == chinese


@given(TEXT)
def test_every_pair_stands_in_the_text(text: str) -> None:
    assert all(pair in text and len(pair) == 2 for pair in cut.pairs(text))
    assert len(cut.pairs(text)) <= max(len(list(pairwise(text))), 0)


@given(TEXT)
def test_no_token_holds_a_blank(text: str) -> None:
    # The embedded index joins tokens by blanks.
    assert not any(
        c.isspace() for token in (*cut.words(text), *cut.characters(text), *cut.pairs(text)) for c in token
    )
