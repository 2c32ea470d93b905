"""Asking and planning, as facts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.guide.scenarios import body, check, papers, plan
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.plan import Guide
from jishiban.guide.scenarios.tests.conftest import FIRE, FOOD, LICENCE, small

GUIDES = {
    f"{code} {whole['name']}": Guide(n, whole["name"], whole, 1, "2026年3月2日", True)
    for n, (code, whole) in enumerate((("2", LICENCE), ("5", FOOD), ("181", FIRE)), 1)
}
LARGE = {"size": "large", "floor": "up"}


def made(answers: dict[str, str], scenario: Body | None = None) -> plan.Plan:
    return plan.result(scenario or small(), answers, GUIDES)


def asked_next(stall: Body, answers: dict[str, str]) -> str:
    """The key of the question that comes now; empty when there is none."""
    question = plan.next_question(stall, answers)
    return str(question["key"]) if question else ""


def test_questions_come_one_by_one_and_only_those_that_apply(stall: Body) -> None:
    assert asked_next(stall, {}) == "size"
    assert asked_next(stall, {"size": "large"}) == "floor"
    assert plan.next_question(stall, {"size": "small"}) is None


def test_an_answer_nobody_offers_is_asked_again(stall: Body) -> None:
    assert asked_next(stall, {"size": "enormous"}) == "size"


def test_answers_to_what_is_not_asked_are_dropped(stall: Body) -> None:
    assert plan.valid_answers(stall, {"size": "small", "floor": "up", "x": "y"}) == {"size": "small"}


def test_a_step_waits_for_what_a_missing_step_waits_for() -> None:
    steps = {step.key: step for step in made({"size": "small"}).steps}
    assert "fire" not in steps
    assert steps["food"].after == ("licence",)
    assert steps["food"].layer == 1


def test_what_waits_for_nothing_comes_first() -> None:
    layers = made(LARGE).layers
    assert [[step.key for step in layer] for layer in layers] == [["licence", "health"], ["fire"], ["food"]]


def test_the_longest_way_keeps_units_apart() -> None:
    assert dict(made(LARGE).total) == {"工作日": 6, "日": 10}
    assert dict(made({"size": "small"}).total) == {"工作日": 6}


def test_one_identity_card_for_all_steps_with_the_copies_added_up() -> None:
    card = next(paper for paper in made({"size": "small"}).papers if paper.name == "身份证")
    assert (card.originals, card.copies) == (1, 2)
    assert card.steps == ("licence", "health", "food")


def test_a_licence_got_on_the_way_says_so() -> None:
    licence = next(paper for paper in made({"size": "small"}).papers if paper.name == "营业执照")
    assert licence.made_by == "licence"


def test_papers_of_another_kind_of_business_are_left_out() -> None:
    step = made({"size": "small"}).step("licence")
    assert [paper.name for paper in step.papers] == ["经营者身份证", "经营场所使用证明"]
    assert step.maybe == 1  # 委托书 depends on what nobody asked


def test_an_editors_word_on_papers_goes_first(stall: Body) -> None:
    stall["steps"][0]["papers"] = {
        "take": [{"key": "weituo", "when": {}}],
        "leave": [{"key": "changsuo", "when": {"q": "size", "is": ["small"]}}],
        "add": [],
    }
    step = made({"size": "small"}, stall).step("licence")
    assert [paper.name for paper in step.papers] == ["经营者身份证", "授权委托书及受托人身份证"]


def test_notes_are_said_to_those_they_concern() -> None:
    assert made(LARGE).step("fire").notes == ("楼上要有两个出口。",)
    assert made({"size": "large", "floor": "one"}).step("fire").notes == ()


def test_fees_visits_and_what_is_online_come_from_the_guides() -> None:
    whole = made({"size": "small"})
    assert [(fee.step, fee.standard) for fee in whole.fees] == [("food", "10元")]
    assert whole.visits == 1
    assert [step.key for step in whole.online] == ["licence"]


def test_a_matter_that_is_gone_stands_with_its_name() -> None:
    whole = plan.result(small(), {"size": "small"}, {})
    assert whole.step("food").title == "食品经营许可"
    assert whole.step("food").guide is None


@pytest.mark.parametrize(
    ("name", "drawn"),
    [("居民户口簿", "household"), ("身份证", "idcard"), ("营业执照", "licence"), ("场所平面图", "plan"),
     ("食品经营许可申请书", "form"), ("一寸照片", "photo"), ("施工合同", "contract"), ("没见过的东西", "sheet")],
)  # fmt: skip
def test_papers_get_their_picture(name: str, drawn: str) -> None:
    assert papers.picture(name) == drawn


@pytest.mark.parametrize(
    ("one", "other"),
    [("经营者身份证", "参保人身份证"), ("户口簿", "居民户口簿"), ("营业执照正副本", "营业执照"),
     ("经营场所使用证明", "住所使用证明")],
)  # fmt: skip
def test_the_same_thing_under_two_names_is_one(one: str, other: str) -> None:
    assert papers.thing(one) == papers.thing(other)


@pytest.mark.parametrize(
    ("one", "other"), [("身份证", "夫妻身份证"), ("户口簿", "身份证"), ("告知承诺书", "食品安全承诺书")]
)
def test_different_things_stay_apart(one: str, other: str) -> None:
    assert papers.thing(one) != papers.thing(other)


# -- whatever the scenario -------------------------------------------------------------------------


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """A well-formed scenario: conditions look back at questions, steps wait for earlier ones."""
    questions: list[dict[str, Any]] = []
    for n in range(draw(st.integers(0, 4))):
        options = [{"key": f"o{m}", "label": f"选{m}"} for m in range(draw(st.integers(2, 3)))]
        questions.append(
            {"key": f"q{n}", "text": f"问{n}？", "options": options, "ask_if": draw(_condition(questions))}
        )
    steps: list[dict[str, Any]] = [{"key": "always", "title": "总是", "after": []}]
    for n in range(draw(st.integers(0, 5))):
        before = [str(step["key"]) for step in steps]
        steps.append({
            "key": f"s{n}", "title": f"步{n}", "when": draw(_condition(questions)),
            "after": draw(st.lists(st.sampled_from(before), max_size=2, unique=True)),
            "limit": draw(st.sampled_from([None, {"amount": 2, "unit": "工作日"}, {"amount": 3, "unit": "日"}])),
        })  # fmt: skip
    return body.complete(
        {"key": "any", "title": "任意", "summary": "任意", "questions": questions, "steps": steps}
    )


def _condition(questions: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    if not questions:
        return st.just({})
    leaf = st.sampled_from(questions).flatmap(
        lambda row: st.lists(st.sampled_from([one["key"] for one in row["options"]]), min_size=1, max_size=2, unique=True)
        .map(lambda keys: {"q": row["key"], "is": keys})
    )  # fmt: skip
    inner = st.one_of(leaf, leaf.map(lambda one: {"not": one}))
    many = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.just({}), inner, many.map(lambda all_: {"all": all_}), many.map(lambda any_: {"any": any_})
    )


@given(scenarios())
def test_every_way_ends_and_orders_its_steps(scenario: Body) -> None:
    for way in check.paths(scenario):
        assert plan.next_question(scenario, way) is None
        whole = plan.result(scenario, way, {})
        layer = {step.key: step.layer for step in whole.steps}
        assert all(layer[before] < step.layer for step in whole.steps for before in step.after)
        assert {step.key for step in whole.steps} == {
            row["key"] for row in scenario["steps"] if body.holds(row["when"], way)
        }


@given(
    scenarios(),
    st.dictionaries(st.sampled_from(["q0", "q1", "q2", "zz"]), st.sampled_from(["o0", "o1", "??"])),
)
def test_any_answers_whatever_give_a_plan_or_a_question(scenario: Body, answers: dict[str, str]) -> None:
    kept = plan.valid_answers(scenario, answers)
    assert plan.valid_answers(scenario, kept) == kept
    plan.result(scenario, answers, {})


@given(scenarios())
def test_what_check_lets_pass_is_reached(scenario: Body) -> None:
    if check.check(scenario, lambda _matter: True):
        return
    ways = list(check.paths(scenario))
    for question in scenario["questions"]:
        assert {way.get(question["key"]) for way in ways} >= {one["key"] for one in question["options"]}
    for step in scenario["steps"]:
        assert any(step["key"] in {one.key for one in plan.result(scenario, way, {}).steps} for way in ways)
