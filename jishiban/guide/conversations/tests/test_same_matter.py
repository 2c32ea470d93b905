"""Who says only 要带什么 means the matter just talked about: its own rows answer, never another's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from jishiban.guide.conversations import actions, engine
from jishiban.guide.entries import library
from jishiban.guide.entries.models import Entry
from jishiban.kernel.search.reply import Decision, Found, Reading, Reply


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the library will say: by default another matter's row, for 材料."""
    said: dict[str, Any] = {"aspects": ("材料",), "why": "about_the_same"}

    def ask(_question: str, k: int, about: str | None) -> Reply:
        hit = Found("m999:材料", "m999", "材料", 1.0, 0.06)
        return Reply(Decision.ANSWER, (hit,), Reading("要带什么", "", said["aspects"]), "", said["why"])

    monkeypatch.setattr(library, "current", lambda: SimpleNamespace(ask=ask))
    return said


def group(keys: list[str]) -> str:
    return keys[0].partition(":")[0]


def test_the_matter_talked_about_answers(keys: list[str], found: dict[str, Any]) -> None:
    reply = engine.ask("要带什么", 5, group(keys))
    assert reply.decision is Decision.ANSWER
    assert [hit.row for hit in reply.hits] == keys[:3]


def test_the_aspect_asked_comes_first(keys: list[str], found: dict[str, Any]) -> None:
    found["aspects"] = ("费用", "材料")
    assert engine.ask("多少钱", 5, group(keys)).hits[0].row == keys[2]


def test_an_aspect_the_guide_is_silent_on_is_asked_back(keys: list[str], found: dict[str, Any]) -> None:
    found["aspects"] = ("代办",)
    talk = actions.begin("portal", who="a")
    talk.about = group(keys)
    turn = actions.ask("能代办吗", talk).turn
    assert (turn.decision, turn.slot) == ("clarify", "aspect")
    assert {hit["key"] for hit in turn.hits} == set(keys[:3])


def test_a_matter_that_is_gone_goes_to_a_person(keys: list[str], found: dict[str, Any]) -> None:
    Entry.objects.update(in_use=False)
    assert engine.ask("要带什么", 5, group(keys)).decision is Decision.HANDOVER


@pytest.mark.parametrize("about", ["", "h1", "mx", None])
def test_without_a_matter_before_the_library_is_believed_or_a_person_asked(
    keys: list[str], found: dict[str, Any], about: str | None
) -> None:
    reply = engine.ask("要带什么", 5, about)
    assert reply.decision is (Decision.HANDOVER if about else Decision.ANSWER)


def test_another_reason_is_left_as_it_is(keys: list[str], found: dict[str, Any]) -> None:
    found["why"] = "sure"
    assert engine.ask("开饭店要带什么", 5, group(keys)).hits[0].row == "m999:材料"
