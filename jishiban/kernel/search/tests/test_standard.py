"""Standard questions taken apart: strictly, quickly, and nothing else."""

import doctest
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.search import standard
from jishiban.kernel.search.speech import question
from jishiban.kernel.search.standard import read

FORMS = (
    (
        "材料",
        ("需要提交哪些材料?", "需要什么材料", "的办理材料有哪些?", "需要准备什么手续", "申请材料是什么"),
    ),
    ("时限", ("办理时限是多久?", "多久能办好?", "需要几天办完", "的办结期限是几天")),
    ("费用", ("收费标准是什么?", "费用是多少?", "要收费吗?", "需要交钱吗")),
    ("地点", ("在哪里办理?", "去哪个窗口办?", "的办理地点是哪里?")),
    ("条件", ("需要满足什么条件?", "申请条件是什么", "的受理条件有哪些?")),
    ("网办", ("能在网上办理吗?", "可以网上申请吗?", "是否可以线上办理")),
    ("代办", ("可以委托他人代为办理吗?", "能不能让家人代办?", "能代办吗")),
    ("进度", ("的办理进度怎么查询?", "进度如何查?")),
    ("依据", ("的政策依据是什么?", "的法律依据有哪些", "依据是什么?")),
    ("流程", ("怎么办理?", "的办理流程是什么?", "如何申请?", "的步骤有哪些")),
)


@pytest.mark.parametrize(("aspect", "tail"), [(aspect, tail) for aspect, tails in FORMS for tail in tails])
def test_a_standard_question_gives_its_item_and_its_aspect(aspect: str, tail: str) -> None:
    assert read(question("居民身份证遗失补领" + tail)) == ("居民身份证遗失补领", aspect)


@pytest.mark.parametrize(
    "text",
    [
        "", "?", "怎么办理", "居民身份证遗失补领", "互联网上网服务营业场所设立审批", "我的身份证丢了,着急坐车,要带什么去哪里补好呢",
        "孩子上小学的时间是什么时候,要不要带户口本", "居民身份证遗失补领需要什么材料,去哪里办,多少钱,要多久,麻烦说说",
    ],
)  # fmt: skip
def test_anything_else_is_not_taken_apart(text: str) -> None:
    item, aspect = read(question(text))
    assert (item, aspect) == ("", "") or (item and aspect == "时限" and "," not in item)


def test_item_and_aspect_come_together() -> None:
    for text in ("低保", "低保怎么办理", "低保要收费吗", "怎么"):
        item, aspect = read(question(text))
        assert bool(item) == bool(aspect)


@given(st.text(alphabet="办理需要什么材料条件流程的在哪里怎么可以网上?低保证", max_size=120))
def test_what_is_left_over_begins_the_question(text: str) -> None:
    item, aspect = read(text)
    assert text.startswith(item)
    assert bool(item) == bool(aspect)
    assert aspect in {"", *(name for name, _forms in FORMS)}


def test_long_texts_are_not_even_tried() -> None:
    started = time.process_time()
    assert read("需要" * 2_000_000 + "什么材料") == ("", "")
    assert time.process_time() - started < 0.5


def test_a_thousand_questions_are_read_in_a_moment() -> None:
    texts = [question(f"第{n}号事项需要提交哪些材料") for n in range(1000)]
    started = time.process_time()
    assert all(aspect == "材料" for _item, aspect in map(read, texts))
    assert time.process_time() - started < 1


def test_the_examples_in_the_text_hold() -> None:
    assert not doctest.testmod(standard).failed
