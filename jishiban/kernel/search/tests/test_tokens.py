"""How text is folded and cut before it meets the index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.search.tokens import fold, spoken_forms, tokens, wish


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("\u98df\u54c1\u7d93\u71df\u8a31\u53ef", "食品经营许可"),
        ("\uff21\uff22\uff23 \uff11\uff12", "abc 12"),
        ("  食品\u3000\u3000经营 ", "食品 经营"),
        ("卫生許可證", "卫生许可证"),
        ("", ""),
    ],
)
def test_all_ways_to_write_fold_to_one(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("我要办食品经营许可证怎么办?", "食品经营许可证"),
        ("请问如何办理营业执照", "营业执照"),
        ("我想申请低保", "低保"),
        ("身份证在哪里办", "身份证"),
        ("户口迁移需要什么材料", "户口迁移"),
        ("怎么办", "怎么办"),
        ("食品经营", "食品经营"),
        ("", ""),
    ],
)
def test_politeness_and_question_words_are_left_out(asked: str, wanted: str) -> None:
    assert wish(asked) == wanted


@given(st.text(max_size=40))
def test_a_wish_is_never_lost_altogether(text: str) -> None:
    assert wish(text) or not any(c.isalnum() for c in fold(text))


def test_chinese_gives_characters_and_pairs_and_the_rest_whole_words() -> None:
    assert tokens("食品abc12 变更") == {"食", "品", "食品", "abc12", "变", "更", "变更"}


def test_pairs_do_not_cross_what_stands_between() -> None:
    assert "品变" not in tokens("食品、变更")


def test_a_licence_is_also_looked_for_as_its_permission() -> None:
    assert spoken_forms("食品经营许可证") == ("食品经营许可证", "食品经营许可")
    assert spoken_forms("身份证") == ("身份证",)
