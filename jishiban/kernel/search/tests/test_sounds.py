"""How names sound, and their initials."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.search import sounds
from jishiban.kernel.search.sounds import initials, syllables, tokens


@pytest.mark.parametrize(
    ("meant", "typed"),
    [
        ("营业执照", "营业直照"), ("营业执照", "盈业执照"), ("食品经营许可", "食品精赢许可"), ("身份证", "生份证"), ("残疾证", "蚕疾证"),
        ("社保", "射保"), ("失业登记", "施业灯记"), ("找零", "早林"), ("常住", "藏住"),
    ],
)  # fmt: skip
def test_what_is_typed_by_ear_sounds_the_same(meant: str, typed: str) -> None:
    assert syllables(meant) == syllables(typed)


@pytest.mark.parametrize(("one", "other"), [("护照", "执照"), ("社保", "医保"), ("结婚", "离婚")])
def test_what_is_different_sounds_different(one: str, other: str) -> None:
    assert syllables(one) != syllables(other)


def test_only_chinese_is_spoken() -> None:
    assert syllables("办app1证,!") == syllables("办证")
    assert syllables("") == []
    assert tokens("证") == []


def test_neighbours_are_said_together() -> None:
    assert len(tokens("营业执照")) == 3
    assert tokens("营业执照")[1] == "".join(syllables("业执"))


@pytest.mark.parametrize(
    ("name", "typed"),
    [("营业执照", "yyzz"), ("居民身份证", "jmsfz"), ("食品经营许可", "spjyxk"), ("ETC", ""), ("", "")],
)
def test_initials_are_typed_as_people_type_them(name: str, typed: str) -> None:
    assert initials(name) == typed


@given(st.text(max_size=30))
def test_any_text_is_heard(text: str) -> None:
    assert len(tokens(text)) == max(len(syllables(text)) - 1, 0)
    assert all(sound and " " not in sound for sound in syllables(text))
    assert " " not in initials(text)


def test_the_examples_in_the_text_hold() -> None:
    found = doctest.testmod(sounds)
    assert found.attempted
    assert not found.failed
