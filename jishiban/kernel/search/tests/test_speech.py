"""How people speak, brought to one form; and whatever else may be sent to a box anybody can write into."""

import doctest
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.search import aspects, cut, speech
from jishiban.kernel.search.speech import MOST, fold, question, spoken, wish

ANY = st.text(st.characters(), max_size=80)  # lone surrogates too
HAN = st.text(st.characters(), max_size=20).map(lambda text: f"護{text}照")
SAID = st.text(
    alphabet="怎么样咋啥能不能可以是否多少钱天长时间什么候办理里您俺护照证,。?吗呢请问谢谢嗯那个 aA１",
    max_size=60,
)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("營業執照遺失補辦", "营业执照遗失补办"),
        ("護照換發要幾天", "护照换发要几天"),
        ("老農養老保險", "老农养老保险"),
        ("\uff21\uff30\uff30\uff11\uff12\u3000\uff1f", "app12 ?"),
        ("ＥＴＣ　怎么办", "etc 怎么办"),
        ("\u2460\u3231", "1(株)"),
        ("食品\x00\x07经营\u200b许可\x1b[31m", "食品 经营 许可 [31m"),
        ("身份\u202e证\ufeff", "身份 证"),
        ("\ud800護照\udfff", "护照"),
        (" \t\r\n ", ""),
        ("👵办低保🙏", "👵办低保🙏"),
        ("", ""),
    ],
)
def test_all_ways_to_write_fold_to_one(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(ANY)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(HAN)
def test_beside_chinese_too(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    fold(text).encode()


@given(SAID)
def test_what_is_in_its_form_is_folded(text: str) -> None:
    assert fold(question(text)) == question(text)


@given(SAID)
def test_politeness_once_gone_is_gone(text: str) -> None:
    plain = wish(question(text))
    assert wish(plain) == plain


@given(ANY)
def test_what_was_said_is_never_lost_altogether(text: str) -> None:
    assert bool(wish(fold(text))) == bool(fold(text))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("护照咋办", "护照怎么办"), ("护照如何办", "护照怎么办"), ("护照怎样才能办", "护照怎么办"), ("啥时候能拿", "什么时候能拿"),
        ("能不能办", "能办"), ("可不可以代办", "能代办"), ("是否收费", "是收费"), ("要带啥", "要带什么"), ("上哪儿办", "上哪里办"),
        ("多钱", "多少钱"), ("几天", "多久"), ("俺的证", "我的证"), ("办里营业执照", "办理营业执照"), ("什么时候", "什么时候"),
        ("为什么", "为什么"), ("凭啥", "为什么"), ("可以吗", "能吗"),
    ],
)  # fmt: skip
def test_function_words_take_one_form(said: str, kept: str) -> None:
    assert spoken(fold(said)) == kept


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("你好,请问一下护照在哪办呀?谢谢", "护照在哪办"),
        ("您好您好,麻烦问一下,低保怎么申请,谢谢您", "低保怎么申请"),
        ("嗯,那个,我想问一下,营业执照咋办啊", "营业执照怎么办"),
        ("在吗?急急急!社保卡丢了", "社保卡丢了"),
        ("师傅,老年证去哪办,多谢", "老年证去哪办"),
        ("护照能加急吗", "护照能加急"),
        ("谢谢", "谢谢"),
        ("你好", "你好"),
        ("?", "?"),
    ],
)
def test_greeting_thanks_and_hesitation_are_left_out(said: str, wanted: str) -> None:
    assert wish(question(said)) == wanted


def test_a_question_of_ten_million_characters_is_cut_at_once() -> None:
    started = time.process_time()
    made = question("办理身份证" * 2_000_000)
    assert time.process_time() - started < 0.5
    assert len(made) <= MOST
    assert made.startswith("办理身份证")


def test_what_opens_into_many_characters_stays_small() -> None:
    assert len(question("\ufdfa" * 10_000)) <= 18 * MOST  # one ligature is eighteen letters when folded


HOSTILE = (
    "\x00" * 500, "\ud800\udfff" * 200, "\ud83d", "\u202e" * 500, "👨‍👩‍👧‍👦" * 100, "a\u0301" * 400, "急" * 500, "请问" * 250,
    "那个" * 250, "嗯 " * 250, "能不能" * 160, "要" * 500, "什么" * 250, "怎么样才能" * 100, "网上" * 250, "查" * 500, "…" * 500,
    "(" * 500, "\\" * 500, "[a-z" * 120, "%s%n{0}" * 70, "' OR 1=1 --", "<script>alert(1)</script>", "谢谢" * 250, "的了" * 250,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text[:8]) for text in HOSTILE])
def test_hostile_text_is_read_in_a_moment(text: str) -> None:
    started = time.process_time()
    made = wish(question(text))
    aspects.read(made)
    cut.words(made), cut.characters(made), cut.pairs(made)
    assert time.process_time() - started < 0.3


def test_no_control_character_comes_through() -> None:
    made = fold("".join(map(chr, range(0x20))) + "\x7f\x80\u2028\u2029\ue000")
    assert made == ""


def test_the_examples_in_the_text_hold() -> None:
    found = doctest.testmod(speech)
    assert found.attempted
    assert not found.failed
