"""What a guide must be before it may be published."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from jishiban.hall.matters import document, rules
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.tests.conftest import FOOD


def changed(**parts: Any) -> Document:
    return deepcopy(FOOD) | parts


def row(part: str, **cells: Any) -> Document:
    return (
        {**document.ROWS[part], "key": "x", **cells}
        if part in ("materials", "questions")
        else {**document.ROWS[part], **cells}
    )


def test_a_whole_guide_has_no_problems() -> None:
    assert rules.check(FOOD) == {}


def test_a_blank_guide_is_told_everything_it_needs() -> None:
    missing = set(rules.check(document.complete({})))
    assert missing >= {
        "name",
        "summary",
        "promise.amount",
        "visits",
        "online",
        "conditions",
        "steps",
        "results",
        "law",
    }
    assert missing >= {"place.area", "hours"}


@pytest.mark.parametrize(
    "name",
    [
        "其他材料", "其它材料", "有关部门要求的材料", "法律、法规规定的其他材料", "法律法规规定的其他文件", "其他相关证明材料",
        "审批机关要求提交的其他材料", "相关材料", "身份证等材料", "需要的其他资料", "其他", "其他（按要求）", "窗口要求的材料",
        "行政机关规定的证明文件", "法律、行政法规规定的其他证明文件", "所需材料", " 其他 材料 ",
    ],
)  # fmt: skip
def test_a_catch_all_is_no_material(name: str) -> None:
    assert rules.is_catch_all(name)
    problems = rules.check(changed(materials=[row("materials", name=name)]))
    assert problems["materials.0.name"].startswith("不能写“其他材料”")


@pytest.mark.parametrize(
    "name",
    [
        "营业执照", "放射诊疗许可相关批件", "其他卫生技术人员名录及资格证明", "其他股东同意证明", "主管部门证明文件",
        "原登记机关的证明文件", "病种要求的检查报告", "申请材料真实性承诺书", "身份证", "开户银行证明",
    ],
)  # fmt: skip
def test_a_named_paper_is_a_material(name: str) -> None:
    assert not rules.is_catch_all(name)


@pytest.mark.parametrize(
    ("promise", "law", "place"),
    [
        ((5, "工作日"), (10, "工作日"), None),
        ((10, "工作日"), (10, "工作日"), None),
        ((11, "工作日"), (10, "工作日"), "promise.amount"),
        ((20, "自然日"), (20, "日"), None),
        ((21, "自然日"), (20, "日"), "promise.amount"),
        ((0, "工作日"), (0, "当场"), None),
        ((1, "工作日"), (0, "当场"), "promise.amount"),
        ((5, "工作日"), (30, "日"), None),
        ((20, "工作日"), (20, "日"), "promise.unit"),
        ((1, "月"), (3, "月"), None),
        ((20, "工作日"), (3, "月"), None),
        ((20, "工作日"), (1, "月"), "promise.unit"),
        ((8, "小时"), (1, "月"), None),
    ],
)
def test_a_promise_is_never_longer_than_the_law(
    promise: tuple[int, str], law: tuple[int, str], place: str | None
) -> None:
    doc = changed(
        promise={"amount": promise[0], "unit": promise[1]},
        statutory={"amount": law[0], "unit": law[1], "basis": "《某法》第一条"},
    )
    assert list(rules.check(doc)) == ([place] if place else [])


@pytest.mark.parametrize(("amount", "unit", "fits"), [(0, "工作日", True), (1, "工作日", True), (2, "工作日", False),
                                                      (8, "小时", True), (1, "月", False)])  # fmt: skip
def test_what_is_done_on_the_spot_takes_a_working_day_at_most(amount: int, unit: str, fits: bool) -> None:
    doc = changed(kind="即办件", promise={"amount": amount, "unit": unit}, statutory=None)
    assert ("promise.amount" not in rules.check(doc)) is fits


@pytest.mark.parametrize("amount", ["五", "", None, -1, 1.5, True, 10_001])
def test_a_limit_is_a_whole_number(amount: object) -> None:
    doc = changed(promise={"amount": amount, "unit": "工作日"})
    assert rules.check(doc)["promise.amount"] == "时限要填整数，比如5。当天办结填0。"


def test_a_limit_of_the_law_says_which_law() -> None:
    doc = changed(statutory={"amount": 10, "unit": "工作日", "basis": " "})
    assert list(rules.check(doc)) == ["statutory.basis"]


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"kind": "口头"}, "kind"),
        ({"source": "老乡"}, "source"),
        ({"necessity": "可能"}, "necessity"),
        ({"copies": "两"}, "copies"),
        ({"source": "政府部门核发", "issuer": ""}, "issuer"),
        ({"name": ""}, "name"),
        ({"note": "长" * 201}, "note"),
        ({"key": "不行"}, "name"),
    ],
)
def test_each_cell_of_a_material_is_checked_where_it_stands(cells: dict[str, Any], place: str) -> None:
    doc = changed(materials=[row("materials", **{"name": "租房合同", **cells})])
    assert list(rules.check(doc)) == [f"materials.0.{place}"]


def test_a_material_stands_once() -> None:
    doc = changed(
        materials=[row("materials", key="a", name="租房合同"), row("materials", key="b", name="租房合同")]
    )
    assert list(rules.check(doc)) == ["materials.1.name"]


def test_a_single_choice_has_two_choices() -> None:
    doc = changed(questions=[row("questions", label="哪种", kind="choice", choices=["甲"])])
    assert list(rules.check(doc)) == ["questions.0.choices"]


@pytest.mark.parametrize(("online", "visits", "fits"), [("全程网办", 1, False), ("全程网办", 0, True),
                                                        ("窗口办理", 0, False), ("窗口办理", 1, True)])  # fmt: skip
def test_trips_fit_the_way_it_is_done(online: str, visits: int, fits: bool) -> None:
    assert ("visits" not in rules.check(changed(online=online, visits=visits))) is fits


def test_nothing_is_charged_without_a_basis() -> None:
    item = {"name": "工本费", "standard": "10元", "basis": ""}
    assert list(rules.check(changed(fee={"charged": True, "items": [item]}))) == ["fee.0.basis"]
    assert list(rules.check(changed(fee={"charged": True, "items": []}))) == ["fee"]
    assert list(
        rules.check(changed(fee={"charged": False, "items": [item | {"basis": "价格〔2020〕1号"}]}))
    ) == ["fee"]


def test_the_same_alias_twice_is_told() -> None:
    assert list(rules.check(changed(aliases=["开饭店", "开饭店"]))) == ["aliases"]


def test_messages_end_with_what_to_do_and_are_short() -> None:
    for message in rules.check(document.complete({})).values():
        assert message.endswith("。")
        assert all(len(sentence) <= 25 for sentence in message.split("。"))
