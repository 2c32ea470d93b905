"""The seed guides are data people will read and act on: these facts hold for every one of them."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[1] / "data"
FIELDS = {
    "seq",
    "name",
    "aliases",
    "summary",
    "kind",
    "promise",
    "visits",
    "online",
    "conditions",
    "materials",
    "questions",
    "steps",
    "special",
    "extension",
    "fee",
    "results",
    "place",
    "hours",
    "variants",
    "on_site",
    "renew_before_days",
    "faq",
    "law",
    "confidence",
    "check",
}
MATERIAL = {
    "key",
    "name",
    "kind",
    "copies",
    "source",
    "issuer",
    "necessity",
    "when",
    "basis",
    "note",
    "blank_form",
    "shared",
}
QUESTION_KINDS = {"text", "longtext", "number", "date", "choice", "address", "uscc", "phone"}
SPECIAL = {"专家评审", "检验", "检测", "鉴定", "听证", "招标", "拍卖", "检疫"}
VARIANTS = {"新办", "变更", "延续", "补办", "注销"}
UNITS = {"工作日", "自然日", "月"}
# matters.csv keeps the statute's own word; the guides use the clock's.
CLOCK_UNIT = {"工作日": "工作日", "日": "自然日", "月": "月"}
CATCH_ALL = re.compile(
    r"其他(材料|资料|文件|证件)|其它(材料|资料|文件)|(有关|相关)(部门)?(要求|规定)的|等(有关|相关)?(材料|资料)"
)
DECIDING = ("决定", "登记", "备案", "登簿")
KEY = re.compile(r"[a-z][a-z0-9_]*")


def _guides() -> list[dict[str, Any]]:
    """Every guide file, in the order of its number."""
    files = sorted((DATA / "guides").glob("*.json"))
    return [json.loads(f.read_text(encoding="utf-8")) | {"file": f.name} for f in files]


@cache
def _rows() -> dict[int, dict[str, str]]:
    """The 266 items of the list, by seq."""
    with (DATA / "matters.csv").open(encoding="utf-8", newline="") as f:
        return {int(r["seq"]): r for r in csv.DictReader(f)}


GUIDES = _guides()
each = pytest.mark.parametrize("guide", GUIDES, ids=[f"{g['seq']}-{g['name']}" for g in GUIDES])


def _counted_days(guide: dict[str, Any]) -> int:
    """Days of the steps up to the decision that are in the unit of the promise (receipt is before the clock)."""
    steps = guide["steps"]
    last = max((i for i, s in enumerate(steps) if s["name"].endswith(DECIDING)), default=len(steps) - 1)
    unit = guide["promise"]["unit"]
    return sum(s["limit"]["amount"] for s in steps[1 : last + 1] if s["limit"]["unit"] == unit)


def test_every_one_of_the_266_matters_has_a_full_guide() -> None:
    assert sorted(_rows()) == list(range(1, 267))
    assert sorted(g["seq"] for g in GUIDES) == sorted(_rows())


def test_no_two_guides_are_about_the_same_matter() -> None:
    assert len({g["seq"] for g in GUIDES}) == len(GUIDES)


def test_most_everyday_fields_are_covered_and_kinds_vary() -> None:
    assert len({_rows()[g["seq"]]["department"] for g in GUIDES}) >= 25
    assert sum(g["kind"] == "即办件" for g in GUIDES) >= 12
    assert sum(g["on_site"] for g in GUIDES) >= 20


def test_an_alias_leads_to_one_matter_only() -> None:
    counts = Counter(a for g in GUIDES for a in g["aliases"])
    assert [a for a, n in counts.items() if n > 1] == []


@each
def test_a_guide_belongs_to_a_matter_of_the_list(guide: dict[str, Any]) -> None:
    assert guide["file"] == f"{guide['seq']:03d}.json"
    assert _rows()[guide["seq"]]["name"] == guide["name"]


@each
def test_a_guide_has_exactly_the_agreed_fields(guide: dict[str, Any]) -> None:
    assert set(guide) - {"file"} == FIELDS
    assert 4 <= len(guide["aliases"]) <= 15
    assert guide["summary"].endswith("。")
    assert guide["kind"] in {"承诺件", "即办件"}
    assert guide["online"] in {"全程网办", "网上申请窗口取件", "窗口办理"}
    assert guide["visits"] in {0, 1, 2}
    assert set(guide["variants"]) <= VARIANTS
    assert guide["variants"]
    assert guide["confidence"] in {"high", "medium"}
    assert guide["check"]


@each
def test_a_guide_does_not_promise_more_than_the_statute(guide: dict[str, Any]) -> None:
    row = _rows()[guide["seq"]]
    promise = guide["promise"]
    assert promise["unit"] in UNITS
    if not row["statutory_limit"]:
        return
    if promise["amount"] == 0 or row["limit_unit"] == "当场":
        assert promise["amount"] == 0
    else:
        assert promise["unit"] == CLOCK_UNIT[row["limit_unit"]]
        assert promise["amount"] <= int(row["statutory_limit"])


@each
def test_an_item_done_on_the_spot_promises_at_most_one_working_day(guide: dict[str, Any]) -> None:
    if guide["kind"] == "即办件":
        assert guide["promise"]["amount"] <= 1
    else:
        assert guide["promise"]["amount"] >= 1


@each
def test_the_steps_to_the_decision_fit_in_the_promise(guide: dict[str, Any]) -> None:
    assert len(guide["steps"]) >= 3
    assert _counted_days(guide) <= guide["promise"]["amount"]
    for step in guide["steps"]:
        assert step["standard"]
        assert step["limit"]["unit"] in UNITS
        assert step["role"] in {"窗口人员", "审查人员", "负责人"}


@each
def test_no_material_is_a_catch_all(guide: dict[str, Any]) -> None:
    for material in guide["materials"]:
        assert not CATCH_ALL.search(material["name"]), material["name"]
        assert not material["name"].endswith("等")


@each
def test_every_material_says_whence_and_whether_it_is_necessary(guide: dict[str, Any]) -> None:
    assert guide["materials"]
    for material in guide["materials"]:
        assert set(material) == MATERIAL
        assert material["kind"] in {"原件", "复印件", "电子"}
        assert material["source"] in {"申请人自备", "政府部门核发", "其他"}
        assert material["necessity"] in {"必要", "非必要", "容缺后补"}
        assert material["note"]
        assert material["basis"]
        assert material["copies"] >= 1
        assert bool(material["issuer"]) or material["source"] == "申请人自备", material["name"]


@each
def test_keys_of_materials_and_questions_are_unique(guide: dict[str, Any]) -> None:
    for part in ("materials", "questions"):
        keys = [x["key"] for x in guide[part]]
        assert len(set(keys)) == len(keys)
        assert all(KEY.fullmatch(k) for k in keys)


@each
def test_questions_are_of_known_kinds_and_choices_have_choices(guide: dict[str, Any]) -> None:
    assert guide["questions"]
    for question in guide["questions"]:
        assert question["kind"] in QUESTION_KINDS
        assert question["label"]
        assert ("choices" in question) == (question["kind"] == "choice")


@each
def test_a_special_procedure_is_one_the_law_names(guide: dict[str, Any]) -> None:
    for special in guide["special"]:
        assert special["name"] in SPECIAL
        assert special["days"] > 0
        assert special["unit"] in UNITS
        assert special["basis"]


@each
def test_people_find_answers_law_place_and_result(guide: dict[str, Any]) -> None:
    assert 3 <= len(guide["faq"]) <= 6
    assert all(x["q"].endswith("？") and x["a"].endswith(("。", "！")) for x in guide["faq"])
    assert all(x["name"].startswith("《") and x["article"] and x["says"] for x in guide["law"])
    assert guide["law"]
    assert all(guide["place"].values())
    assert guide["hours"]
    assert guide["results"]
    for result in guide["results"]:
        assert result["kind"] in {"证照", "批文", "登记", "证明", "不出证"}


@each
def test_a_guide_that_says_fees_are_charged_lists_them(guide: dict[str, Any]) -> None:
    assert guide["fee"]["charged"] == bool(guide["fee"]["items"])


@each
def test_a_matter_with_an_on_site_check_has_it_among_its_counted_steps(guide: dict[str, Any]) -> None:
    checks = [s for s in guide["steps"] if "核查" in s["name"] or "调查" in s["name"] or "核实" in s["name"]]
    assert bool(checks) or not guide["on_site"]
