"""What is to be done with a thing: told apart where names differ in nothing else."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.search import deeds
from jishiban.kernel.search.deeds import SPECIAL, compared, of


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("身份证丢了", "补"), ("护照被偷了", "补"), ("机动车驾驶证遗失补证", "补"), ("结婚证找不着了", "补"), ("营业执照补领", "补"),
        ("驾驶证到期", "换"), ("身份证过期了", "换"), ("社保卡消磁", "换"), ("换领驾驶证", "换"),
        ("公司变更", "变"), ("换法人", "变"), ("公司搬家", "变"), ("个体户改名字", "变"),
        ("公司注销", "销"), ("小店关门", "销"), ("厂子黄了", "销"), ("歇业", "销"),
        ("许可延续", "续"), ("食品证续期", "续"), ("港澳签注", "续"), ("车年审", "续"),
        ("社保转移", "转"), ("房子过户", "转"), ("户口迁入", "转"), ("养老接续", "转"),
        ("查询社保", "查"), ("查档", "查"), ("公积金提取", "取"), ("取公积金", "取"), ("医药费手工报销", "报"), ("报药费", "报"),
        ("社保卡挂失", "挂"), ("密码忘了", "挂"), ("创业贷款", "贷"), ("首次申请护照", "新"), ("新生儿落户", "新"), ("公司设立", "新"),
    ],
)  # fmt: skip
def test_a_deed_is_heard(text: str, named: str) -> None:
    assert named in of(text)


@pytest.mark.parametrize(
    ("text", "not_named"),
    [
        ("补贴申请", "补"), ("高龄补助", "补"), ("改造房屋", "变"), ("危房改造", "变"), ("扩建改建", "变"), ("转基因加工", "转"),
        ("连续工龄", "续"), ("手续", "续"), ("检查站", "查"), ("调查员", "查"), ("取水许可", "取"), ("提醒", "取"), ("换热站", "换"),
        ("报名", "报"), ("报告", "报"), ("新闻记者证", "新"), ("高新企业", "新"),
    ],
)  # fmt: skip
def test_a_deed_is_not_heard_inside_another_word(text: str, not_named: str) -> None:
    assert not_named not in of(text)


def test_who_names_no_deed_names_none() -> None:
    assert of("护照") == of("营业执照") == of("") == frozenset()


def test_the_same_deed_and_another_are_told_apart() -> None:
    lost, expired, both = frozenset("补"), frozenset("换"), frozenset("补换")
    assert compared(lost, lost) == (1, 0, 0)
    assert compared(lost, expired) == (0, 1, 1)
    assert compared(lost, both) == (1, 0, 0)
    assert compared(lost, frozenset()) == (0, 0, 0)


def test_an_entry_with_a_deed_nobody_asked_for_is_marked() -> None:
    assert compared(frozenset(), frozenset("补")) == (0, 0, 1)
    assert compared(frozenset("新"), frozenset("销"))[2] == 1


def test_getting_it_for_the_first_time_is_nothing_special() -> None:
    assert "新" not in SPECIAL
    assert compared(frozenset("新"), frozenset("新")) == (0, 0, 0)


@given(
    st.frozensets(st.sampled_from("补换变销续转查取报挂贷新")),
    st.frozensets(st.sampled_from("补换变销续转查取报挂贷新")),
)
def test_the_same_and_another_never_both_hold(asked: frozenset[str], held: frozenset[str]) -> None:
    same, other, unasked = compared(asked, held)
    assert not (same and other)
    assert not (same and unasked)


def test_the_examples_in_the_text_hold() -> None:
    found = doctest.testmod(deeds)
    assert found.attempted
    assert not found.failed
