"""Colloquial to official: how lines apply, and that the lines the house comes with do what they promise."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.search import lexicon
from jishiban.kernel.search.lexicon import GAP, Applied, Lexicon, Line, in_form, shipped
from jishiban.kernel.search.speech import fold, spoken

COVERED_AT_MOST = 0.05  # share of the shipped lines whose own sentence is better explained by longer ones


@cache
def house() -> Lexicon:
    return Lexicon(shipped())


def applied(words: Lexicon, text: str) -> list[str]:
    return [one.line.official for one in words.apply(spoken(fold(text)))]


def of(**lines: str) -> Lexicon:
    return Lexicon(Line(said, official) for said, official in lines.items())


# -- how lines apply -----------------------------------------------------------------------------


def test_what_people_say_becomes_the_official_word() -> None:
    assert applied(of(身份证丢="身份证遗失补领"), "俺的身份证丢了咋办") == ["身份证遗失补领"]


def test_the_longer_line_wins_and_what_lies_inside_it_is_not_applied() -> None:
    assert applied(of(车牌="机动车号牌", 电动车牌="电动自行车登记"), "电动车牌咋上") == ["电动自行车登记"]


def test_two_lines_side_by_side_both_apply_in_their_order() -> None:
    assert applied(of(小店="个体工商户", 关门="注销"), "小店要关门") == ["个体工商户", "注销"]


def test_of_two_that_overlap_the_longer_stays() -> None:
    assert applied(of(房产证="不动产权证书", 产证过户="转移登记"), "房产证过户") == ["转移登记"]


def test_a_gap_holds_up_to_six_characters() -> None:
    words = Lexicon([Line("身份证…丢", "身份证遗失补领")])
    assert applied(words, "身份证丢了") == ["身份证遗失补领"]
    assert applied(words, "身份证前天不小心丢了") == ["身份证遗失补领"]
    assert applied(words, "身份证前天在集上不小心丢了") == []
    assert applied(words, "丢了身份证") == []


def test_what_stands_in_a_gap_is_free_for_other_lines() -> None:
    words = Lexicon([Line("身份证…丢", "身份证遗失补领"), Line("前天", "日期")])
    assert applied(words, "身份证前天丢了") == ["身份证遗失补领", "日期"]


def test_a_line_may_have_several_gaps() -> None:
    words = Lexicon([Line("孩子…户口…上", "出生登记")])
    assert applied(words, "俺孩子的户口咋上") == ["出生登记"]


def test_three_full_stops_typed_by_a_citizen_are_no_gap() -> None:
    words = Lexicon([Line("身份证...丢", "身份证遗失补领")])
    assert applied(words, "身份证今天丢") == []


def test_the_places_are_those_of_the_words_said() -> None:
    (one,) = Lexicon([Line("身份证…丢", "x")]).apply("我身份证也丢了")
    assert one.places == frozenset({1, 2, 3, 5})


def test_later_lines_replace_earlier_ones_with_the_same_words() -> None:
    words = Lexicon([Line("低保", "旧名"), Line("低保", "最低生活保障")])
    assert len(words) == 1
    assert applied(words, "低保") == ["最低生活保障"]


def test_lines_and_questions_are_compared_in_one_form() -> None:
    assert applied(of(身份證咋補="身份证补领"), "身份证怎么补") == ["身份证补领"]
    assert applied(of(ETC="电子收费"), "ｅｔｃ咋办") == ["电子收费"]


def test_signs_of_a_pattern_are_only_text() -> None:
    words = Lexicon([Line("c++…(证", "证书"), Line(".*", "全部")])
    assert applied(words, "c++的(证") == ["证书"]
    assert applied(words, "任何问题") == []


def test_no_lines_apply_to_nothing() -> None:
    assert Lexicon([]).apply("身份证丢了") == []
    assert house().apply("") == []


WORDS = st.lists(st.text(alphabet="办证丢…车牌店", min_size=1, max_size=5), max_size=8)


@given(WORDS, st.text(alphabet="办证丢车牌店", max_size=24))
def test_no_character_is_explained_twice(said: list[str], text: str) -> None:
    found = Lexicon(Line(one, one) for one in said if one.strip(GAP)).apply(text)
    places = [place for one in found for place in one.places]
    assert len(places) == len(set(places))
    assert all(0 <= place < len(text) for place in places)
    assert [min(one.places) for one in found] == sorted(min(one.places) for one in found)


# -- the lines the house comes with --------------------------------------------------------------


def explains(found: list[Applied], line: Line, said: str) -> bool:
    return any(one.line is line or in_form(one.line.said) == said for one in found)


def test_every_line_applies_to_its_own_sentence_or_a_longer_one_covers_it() -> None:
    covered, lost = 0, []
    for said, line in house().lines.items():
        text = spoken(fold(line.test))
        found = house().apply(text)
        if explains(found, line, said):
            continue
        own = Lexicon([line]).apply(text)
        if own and any(one.places & own[0].places and len(one.places) >= len(own[0].places) for one in found):
            covered += 1
        else:
            lost.append((line.said, line.test))
    print(f"{len(house())} 行,{covered} 行在自己的例句里被更长的行盖住")
    assert lost == []
    assert covered <= COVERED_AT_MOST * len(house())


def test_the_house_comes_with_several_thousand_lines() -> None:
    assert len(house()) >= 1500
    assert sum(1 for said in house().lines if GAP in said) >= 500


def files() -> list[Path]:
    return sorted(lexicon.SHIPPED.glob("*.csv"))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_every_line_is_complete(path: Path) -> None:
    for line in lexicon.read(path):
        assert all(map(str.strip, (line.said, line.official, line.owner, line.test))), line


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_no_line_is_a_single_character(path: Path) -> None:
    assert [line.said for line in lexicon.read(path) if len(in_form(line.said).replace(GAP, "")) < 2] == []


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_no_line_begins_or_ends_with_a_gap(path: Path) -> None:
    assert [line.said for line in lexicon.read(path) if line.said != line.said.strip(GAP)] == []


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_no_file_says_two_things_of_one_word(path: Path) -> None:
    lines = lexicon.read(path)
    assert [one for one, count in Counter(line.said for line in lines).items() if count > 1] == []
    meant: dict[str, str] = {}
    for line in lines:  # 带啥 and 带什么 are one once in their form: they must agree
        assert meant.setdefault(in_form(line.said), line.official) == line.official, line


def test_no_word_is_in_two_files_but_where_a_situation_says_it_better() -> None:
    held = {path.stem: {in_form(line.said) for line in lexicon.read(path)} for path in files()}
    assert not held["persons"] & held["enterprises"]
    assert files()[-1].stem == "situations"  # the last decides


def test_of_two_files_the_later_decides() -> None:
    last = {in_form(line.said): line.official for line in shipped()}
    assert {said: line.official for said, line in house().lines.items()} == last


def test_lines_about_how_a_matter_goes_are_the_readers_of_aspects() -> None:
    assert not any({"办理流程", "申请材料"} & set(line.official.split()) for line in shipped())
