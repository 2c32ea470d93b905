"""What changed between two versions, in words."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.hall.matters import diff, document, page, words
from jishiban.hall.matters.diagram import draw, sheet
from jishiban.hall.matters.tests.conftest import FOOD


def told(**parts: Any) -> list[str]:
    return [f"{c.kind} {c.part}: {c.before} > {c.after}" for c in diff.changes(FOOD, deepcopy(FOOD) | parts)]


def test_no_difference_says_nothing() -> None:
    assert told() == []
    assert diff.changes(None, FOOD) == []


def test_each_kind_of_change_has_its_words() -> None:
    assert told(promise={"amount": 0, "unit": "工作日"}) == ["changed 承诺时限: 5个工作日 > 当天"]
    assert told(visits=1) == ["changed 跑几趟: 0 > 1"]
    assert told(
        fee={"charged": True, "items": [{"name": "工本费", "standard": "10元", "basis": "某文"}]}
    ) == ["changed 收费: 免费 > 工本费（10元）"]
    assert told(conditions=[*FOOD["conditions"], "有场所"]) == ["added 受理条件:  > 有场所"]
    assert told(on_site=False) == ["changed 现场核查: 是 > 否"]


def test_a_material_is_known_again_by_its_key() -> None:
    changed = deepcopy(FOOD["materials"])
    changed[1] |= {"name": "执照副本", "shared": False}
    assert told(materials=changed) == [
        "changed 材料“执照副本”的名称: 营业执照 > 执照副本",
        "changed 材料“执照副本”的可共享免交: 是 > 否",
    ]


def test_another_order_is_said_to_be_one() -> None:
    assert told(materials=FOOD["materials"][::-1]) == ["changed 材料: 原来的顺序 > 新的顺序"]


def test_a_changed_basis_of_a_limit_is_told() -> None:
    law = FOOD["statutory"] | {"basis": "新法第一条"}
    assert told(statutory=law) == [f"changed 法定时限的依据: {FOOD['statutory']['basis']} > 新法第一条"]


def test_notes_of_editors_are_not_changes_of_the_promise() -> None:
    assert told(check="核对", confidence="high", aliases=["馆子"]) == []


PARTS = st.fixed_dictionaries(
    {},
    optional={
        "conditions": st.lists(st.text(max_size=5), max_size=4),
        "steps": st.lists(
            st.builds(lambda n: {**document.ROWS["steps"], "name": n}, st.text(max_size=4)), max_size=4
        ),
        "promise": st.none() | st.builds(lambda n: {"amount": n, "unit": "工作日"}, st.integers(0, 99)),
        "faq": st.lists(
            st.builds(lambda q, a: {"q": q, "a": a}, st.text(max_size=3), st.text(max_size=3)), max_size=4
        ),
    },
)


@given(old=PARTS, new=PARTS)
def test_every_difference_of_what_is_promised_is_told(old: dict[str, Any], new: dict[str, Any]) -> None:
    before, after = document.complete(old), document.complete(new)
    said = diff.changes(before, after)
    assert bool(said) == (before != after)


@pytest.mark.parametrize(
    ("limit", "phrase"),
    [
        ({"amount": 20, "unit": "日"}, "20日"),
        ({"amount": 20, "unit": "工作日"}, "20个工作日"),
        ({"amount": 3, "unit": "月"}, "3个月"),
        ({"amount": 0, "unit": "当场"}, "当场"),
        ({"amount": 0, "unit": "工作日"}, "当天"),
        ({"amount": None, "unit": "日"}, "—"),
        (None, "—"),
    ],
)
def test_a_limit_is_said_in_its_own_unit(limit: dict[str, Any] | None, phrase: str) -> None:
    assert words.limit(limit) == phrase


def test_days_of_different_kinds_are_not_subtracted() -> None:
    assert words.sooner({"amount": 5, "unit": "工作日"}, {"amount": 20, "unit": "日"}) == ""
    assert words.sooner({"amount": 5, "unit": "自然日"}, {"amount": 20, "unit": "日"}) == "比法定快15日"
    assert page.bar(deepcopy(FOOD) | {"statutory": {"amount": 20, "unit": "日", "basis": "法"}}) is None


def test_no_picture_has_more_than_four_lanes() -> None:
    steps = [{**document.ROWS["steps"], "name": f"第{n}步", "role": f"角色{n}"} for n in range(7)]
    drawn = sheet(steps)
    assert len(drawn.lanes) == 4
    assert {stop.lane for stop in drawn.stops} <= set(range(4))


def test_a_picture_holds_no_style_and_no_markup_of_its_words() -> None:
    picture = draw([{**document.ROWS["steps"], "name": "<b>受理</b>", "role": "窗口"}])
    assert "style=" not in picture
    assert "<b>" not in picture
