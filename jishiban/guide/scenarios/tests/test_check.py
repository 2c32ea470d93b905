"""What is refused, where, and with which words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jishiban.guide.scenarios import check
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.check import Problem
from jishiban.guide.scenarios.tests.conftest import small


def anything(_matter: object) -> bool:
    return True


def refused(change: Callable[[Body], Any]) -> list[Problem]:
    whole = small()
    change(whole)
    return check.check(whole, anything)


def test_a_sound_scenario_is_not_refused(stall: Body) -> None:
    assert check.check(stall, anything) == []


def test_a_question_that_is_never_asked_is_refused() -> None:
    case = {"all": [{"q": "size", "is": ["small"]}, {"q": "size", "is": ["large"]}]}
    found = refused(lambda w: w["questions"][1].update(ask_if=case))
    assert found[0].where == "questions.1.ask_if"
    assert "永远问不到" in found[0].text


def test_a_question_that_looks_at_itself_is_refused() -> None:
    found = refused(lambda w: w["questions"][1].update(ask_if={"q": "floor", "is": ["one"]}))
    assert found[0].where == "questions.1.ask_if"
    assert "没完没了" in found[0].text


def test_a_question_that_looks_at_a_later_one_is_refused() -> None:
    found = refused(lambda w: w["questions"][0].update(ask_if={"q": "floor", "is": ["one"]}))
    assert found[0].where == "questions.0.ask_if"


def test_steps_that_wait_for_each_other_are_refused() -> None:
    found = refused(lambda w: w["steps"][0].update(after=["food"]))
    assert len(found) == 1
    assert "绕了一圈" in found[0].text


def test_a_step_that_waits_for_itself_is_refused() -> None:
    assert "绕了一圈" in refused(lambda w: w["steps"][0].update(after=["licence"]))[0].text


def test_a_step_that_waits_for_nothing_there_is_refused() -> None:
    found = refused(lambda w: w["steps"][0].update(after=["nobody"]))
    assert (found[0].where, "nobody" in found[0].text) == ("steps.0.after", True)


def test_a_step_nobody_reaches_is_refused() -> None:
    case = {"all": [{"q": "size", "is": ["small"]}, {"q": "floor", "is": ["one"]}]}
    found = refused(lambda w: w["steps"][3].update(when=case))
    assert found[0].where == "steps.3.when"


def test_a_way_that_leads_to_nothing_is_refused_with_its_answers() -> None:
    def only_large(whole: Body) -> None:
        for step in whole["steps"]:
            step["when"] = {"q": "size", "is": ["large"]}

    found = refused(only_large)
    assert found[0].where == "steps"
    assert "店有多大：不大" in found[0].text


def test_an_unknown_matter_is_refused(stall: Body) -> None:
    found = check.check(stall, lambda matter: matter["code"] != "5")
    assert [one.where for one in found] == ["steps.1.matter"]
    assert "食品经营许可" in found[0].text


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda w: w["steps"][1].update(key="licence"), "steps.1.key"),
        (lambda w: w["questions"][1].update(key="size"), "questions.1.key"),
        (
            lambda w: w["questions"][0]["options"].append({"key": "small", "label": "又一个"}),
            "questions.0.options",
        ),
        (lambda w: w["questions"][0].update(options=[]), "questions.0.options"),
        (lambda w: w["questions"][0].update(key="A B"), "questions.0.key"),
        (lambda w: w["steps"][3].update(title=""), "steps.3.title"),
        (lambda w: w["steps"][2].update(when={"q": "nothing", "is": ["x"]}), "steps.2.when"),
        (lambda w: w["steps"][2].update(when={"q": "size", "is": ["huge"]}), "steps.2.when"),
        (lambda w: w["steps"][2].update(when={"text": "看不懂"}), "steps.2.when"),
        (lambda w: w["steps"][2].update(when={"all": []}), "steps.2.when"),
        (lambda w: w["steps"][2].update(when={"not": {}}), "steps.2.when"),
        (lambda w: w["steps"][2].update(when={"q": "size", "is": []}), "steps.2.when"),
        (lambda w: w["steps"][3]["papers"]["add"][0].update(copies=0), "steps.3.papers"),
        (lambda w: w.update(steps=[]), "steps"),
        (lambda w: w.update(title=""), "title"),
        (lambda w: w.update(summary="长" * 121), "summary"),
        (lambda w: w.update(key="Bad Key"), "key"),
        (lambda w: w.update(group="other"), "group"),
    ],
)
def test_each_fault_is_refused_where_it_is(change: Callable[[Body], Any], where: str) -> None:
    found = refused(change)
    assert where in [one.where for one in found]
    assert all(one.text.endswith("。") for one in found)


def test_a_note_and_a_closing_word_nobody_sees_are_refused() -> None:
    never = {"all": [{"q": "size", "is": ["small"]}, {"q": "floor", "is": ["one"]}]}
    found = refused(lambda w: w["outcome"][0].update(when=never))
    assert [one.where for one in found] == ["outcome.0.when"]
    found = refused(lambda w: w["steps"][2]["notes"][0].update(when={"q": "size", "is": ["small"]}))
    assert [one.where for one in found] == ["steps.2.notes"]


def test_an_explosion_of_ways_is_refused_politely(stall: Body) -> None:
    options = [{"key": f"o{n}", "label": f"选{n}", "hint": ""} for n in range(12)]
    stall["questions"] = [
        {"key": f"q{n}", "text": f"问{n}", "hint": "", "ask_if": {}, "options": options} for n in range(12)
    ]
    for step in stall["steps"]:
        step["when"] = {}
        step["notes"] = []
    found = check.check(stall, anything)
    assert [one.where for one in found] == ["questions"]
    assert "2000种" in found[0].text


def test_every_way_is_walked_once(stall: Body) -> None:
    ways = [tuple(way.items()) for way in check.paths(stall)]
    assert len(ways) == len(set(ways)) == 3
