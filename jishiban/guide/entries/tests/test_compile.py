"""What is compiled from a guide: each rule, and what a guide that is silent does not give."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from jishiban.guide.entries.aspects import Office, trips, variants_named
from jishiban.guide.entries.compile import Compiled, compile_guide
from jishiban.hall.matters import document, seed
from jishiban.hall.matters.tests.conftest import FOOD

NAME = "食品经营许可"
SHORT = document.complete(
    {"name": NAME, "law": [{"name": "《食品安全法》第35条", "article": "", "says": ""}]}
)
MATERIAL = document.ROWS["materials"]


def food(**changes: Any) -> document.Document:
    return deepcopy(FOOD) | changes


def made(guide: document.Document, office: Office | None = None) -> dict[str, Compiled]:
    return {one.key: one for one in compile_guide(NAME, guide, office)}


def with_material(**row: Any) -> document.Document:
    guide = food()
    guide["materials"].append({**MATERIAL, "key": "extra", **row})
    return guide


# -- the ten aspects -------------------------------------------------------------------------------


def test_a_whole_guide_answers_its_aspects() -> None:
    found = made(food())
    assert {"流程", "材料", "地点", "时限", "费用", "条件", "网办", "进度", "依据"} <= found.keys()
    assert found["材料"].question == "食品经营许可需要提交哪些材料？"


def test_the_materials_name_what_to_bring_what_is_issued_and_what_may_wait() -> None:
    answer = made(food())["材料"].answer
    assert "要自己准备：食品经营许可申请书（原件1份）。" in answer
    assert "由部门核发：营业执照（复印件1份）。" in answer
    assert "可以后补：检测报告。" in answer
    assert "能共享查到的免交：营业执照。" in answer


def test_without_materials_nothing_is_said_of_them() -> None:
    assert not any(one.aspect == "材料" for one in compile_guide(NAME, food(materials=[], questions=[])))


def test_the_time_is_the_promise_and_the_law_in_their_own_units() -> None:
    found = made(food(statutory={"amount": 20, "unit": "日", "basis": "《某法》第三条"}))["时限"]
    assert "承诺5个工作日办好。" in found.answer
    assert "法定时限是20日（《某法》第三条）。" in found.answer
    assert "比法定快" not in found.answer


def test_a_promise_quicker_than_the_law_says_by_how_much() -> None:
    assert "比法定快5个工作日。" in made(food())["时限"].answer


def test_a_guide_without_any_limit_says_no_time() -> None:
    guide = food(promise=None, statutory=None)
    assert "时限" not in made(guide)
    assert "statutory" not in made(guide)


def test_what_is_free_is_free_and_what_costs_names_its_basis() -> None:
    assert made(food())["费用"].answer == "不收费。"
    items = [{"name": "登记费", "standard": "每件80元", "basis": "《收费规定》"}]
    charged = made(food(fee={"charged": True, "items": items}))
    assert charged["费用"].answer == "登记费：每件80元（《收费规定》）。"
    assert "费用:变更" not in charged
    assert charged["fee:登记费"].answer == "标准：每件80元。\n依据：《收费规定》。"


@pytest.mark.parametrize(
    ("way", "visits", "answer"),
    [
        ("全程网办", 0, "可以，全程在网上办。\n一趟也不用跑。"),
        ("网上申请窗口取件", 0, "可以在网上申请，再到窗口取结果。\n申请不用跑，只来取结果。"),
        ("窗口办理", 1, "现在不能在网上办，要到窗口办理。\n要跑1趟。"),
    ],
)
def test_the_way_to_apply_is_the_guides(way: str, visits: int, answer: str) -> None:
    assert made(food(online=way, visits=visits))["网办"].answer == answer


def test_a_guide_without_a_way_says_nothing_of_it() -> None:
    assert not {"网办", "网办:变更"} & made(food(online="")).keys()


def test_somebody_may_come_for_another_where_an_authorisation_is_listed() -> None:
    guide = with_material(name="授权委托书及受托人身份证", when="委托他人办理时", note="写清代办事项")
    assert (
        made(guide)["代办"].answer == "可以。\n委托他人办理时要交“授权委托书及受托人身份证”：写清代办事项。"
    )


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("集中用餐单位委托经营合同", "承包食堂时"),
        ("代理记账资格申请表", ""),
        ("亲子、监护关系证明", "投靠父母、子女时"),
        ("委托加工协议", "委托生产时"),
    ],
)
def test_not_every_paper_with_such_a_word_lets_another_come(name: str, when: str) -> None:
    assert "代办" not in made(with_material(name=name, when=when))


def test_the_law_stands_with_name_and_article() -> None:
    assert made(food())["依据"].answer == "《食品安全法》第三十五条。"
    assert made(food())["law:《食品安全法》第三十五条"].answer.startswith("《食品安全法》第三十五条：\n")


def test_a_law_only_named_gives_no_entry_of_its_own() -> None:
    assert not [key for key in made(SHORT) if key.startswith("law:")]


def test_progress_is_answered_by_the_house_itself() -> None:
    found = made(food())["进度"]
    assert "编号和查询码" in found.answer
    assert found.source == "本站查询进度的说明"


def test_the_place_falls_back_to_the_unit() -> None:
    office = Office("市场准入科", "0531-12345", "市民中心三楼")
    guide = food(place={"area": "", "window": ""}, hours="")
    assert made(guide, office)["地点"].answer == "到市民中心三楼，找市场准入科。\n咨询电话：0531-12345。"
    assert made(guide, office)["地点"].source == "政务服务事项清单"
    assert "地点" not in made(guide)


def test_many_conditions_still_fit_into_six_lines() -> None:
    answer = made(food(conditions=[f"条件{n}" for n in range(9)]))["条件"].answer
    assert answer.count("\n") == 5
    assert "条件8" in answer


# -- variants --------------------------------------------------------------------------------------


def test_a_situation_names_its_variants_or_none() -> None:
    assert variants_named("变更、延续或者注销时", ["新办", "变更", "注销"]) == {"变更", "注销"}
    assert variants_named("承包食堂时", ["新办", "变更"]) == set()
    assert variants_named("首次注册时", ["新办", "变更"]) == {"新办"}


def test_a_variants_own_materials_stand_first() -> None:
    guide = with_material(name="许可证原件", when="变更时")
    found = made(guide)["材料:变更"]
    assert found.answer.startswith("变更专门要交：许可证原件（原件1份）。")
    assert "请先问窗口" in found.answer
    assert "许可证原件" not in made(guide)["材料:新办"].answer
    assert found.variant == "变更"


def test_a_variant_the_materials_do_not_speak_of_has_no_list_of_its_own() -> None:
    assert "材料:变更" not in made(food())
    assert "时限:变更" in made(food())


def test_the_steps_of_a_later_variant_are_not_claimed_where_somebody_comes_to_look() -> None:
    assert "流程:变更" not in made(food(on_site=True))
    assert "流程:变更" in made(food(on_site=False))


def test_a_single_variant_is_the_matter_itself() -> None:
    assert not [one for one in compile_guide(NAME, food(variants=["新办"])) if one.variant]


# -- parts -----------------------------------------------------------------------------------------


def test_a_material_says_how_many_from_whom_and_when() -> None:
    answer = made(food())["materials:zhizhao"].answer
    assert answer == "要复印件1份。\n由市场监督管理部门核发。\n能共享查到的，不用交。"
    assert (
        made(food())["materials:jiance"].answer
        == "要原件1份。\n只在这种情形要交：中央厨房。\n可以先受理，这份后补。"
    )


def test_a_step_says_how_long_and_who() -> None:
    assert made(food())["steps:受理"].answer == "“受理”1个工作日内。\n由窗口人员办。\n要求：材料齐全。"


def test_two_steps_of_one_name_are_two_entries() -> None:
    guide = food()
    guide["steps"].append(deepcopy(guide["steps"][0]))
    assert {"steps:受理", "steps:受理.2"} <= made(guide).keys()


def test_what_a_guide_does_not_have_gives_no_entry() -> None:
    found = made(food())
    assert not {"renew_before_days", "extension", "questions:none"} & found.keys()
    assert not [key for key in found if key.startswith(("special:", "fee:"))]


def test_renewal_extension_and_special_procedures_are_told() -> None:
    guide = food(
        renew_before_days=30,
        extension={"amount": 5, "unit": "工作日", "basis": "《办法》第二条"},
        special=[{"name": "专家评审", "basis": "《行政许可法》第四十五条", "days": 40, "unit": "工作日"}],
    )
    found = made(guide)
    assert found["renew_before_days"].answer == "请在到期前至少30天申请延续。"
    assert found["extension"].answer == "经批准，最多延长5个工作日。\n依据：《办法》第二条。"
    assert "最长40个工作日，不计入办理时限。" in found["special:专家评审"].answer


def test_a_question_of_the_form_is_told_only_with_a_hint_or_a_choice() -> None:
    blank = {**document.ROWS["questions"], "key": "dianming", "label": "店名", "hint": ""}
    found = made(food(questions=[*FOOD["questions"], blank]))
    assert "从这几项里选：新办、变更。" in found["questions:yewu"].answer
    assert "questions:dianming" not in found
    assert "店名" in found["questions"].answer


# -- short guides ----------------------------------------------------------------------------------


def test_the_line_of_a_list_gives_only_what_it_holds() -> None:
    assert set(made(SHORT)) == {"进度", "依据"}


def test_the_line_of_a_list_with_a_limit_knows_its_kind() -> None:
    guide = SHORT | {"statutory": {"amount": 0, "unit": "当场", "basis": ""}, "kind": "即办件"}
    found = made(guide)
    assert found["时限"].answer == "按规定当场办好。"
    assert found["时限"].field == "statutory"
    assert found["kind"].answer == "是即办件。"
    assert "费用" not in found


# -- all of them -----------------------------------------------------------------------------------


def test_every_entry_of_the_shipped_guides_has_its_source_and_fits() -> None:
    for _code, guide in seed.full_guides():
        entries = compile_guide(guide["name"], guide, Office("市场准入科"))
        assert len({one.key for one in entries}) == len(entries)
        for one in entries:
            assert one.answer, one
            assert one.source, one
            assert one.answer.count("\n") < 6, one
            assert len(f"m123456:{one.key}") <= 160, one
            assert len(one.source) <= 300, one
            assert len(one.question) <= 500, one


def test_keys_stay_when_rows_change_places() -> None:
    guide = food()
    keys = {one.key: one.answer for one in compile_guide(NAME, guide)}
    turned = food(materials=guide["materials"][::-1], law=guide["law"][::-1], special=guide["special"][::-1])
    after = {one.key: one.answer for one in compile_guide(NAME, turned)}
    assert keys.keys() == after.keys()
    assert all(after[key] == keys[key] for key in keys if key.startswith("materials:") and "all" not in key)


def test_the_same_guide_compiles_to_the_same_in_any_language_of_the_page() -> None:
    from django.utils import translation

    with translation.override("en"):
        abroad = compile_guide(NAME, food())
    assert abroad == compile_guide(NAME, food())


def test_with_guides_for_all_its_matters_the_library_holds_over_ten_thousand() -> None:
    guides = list(seed.full_guides())
    count = sum(len(compile_guide(guide["name"], guide)) for _code, guide in guides)
    assert count >= 10_000


def test_trips_are_said_plainly() -> None:
    assert trips(2) == "要跑2趟。"
