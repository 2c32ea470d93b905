"""An editor's lines are read back to the very same thing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.guide.scenarios import forms, wording
from jishiban.guide.scenarios.seed import shipped

QUESTIONS = [
    {
        "key": "owner",
        "text": "房子是谁的？",
        "options": [{"key": "rent", "label": "租的"}, {"key": "own", "label": "自己的"}],
    }
]
leaf = st.fixed_dictionaries({
    "q": st.sampled_from(["owner", "size"]),
    "is": st.lists(st.sampled_from(["rent", "own", "big"]), min_size=1, max_size=3, unique=True),
})  # fmt: skip
clause = st.one_of(leaf, leaf.map(lambda one: {"not": one}))
group = st.one_of(clause, st.lists(clause, min_size=2, max_size=3).map(lambda all_: {"all": all_}))
condition: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}), group, st.lists(group, min_size=2, max_size=3).map(lambda any_: {"any": any_})
)


@given(condition)
def test_a_condition_survives_being_written_down(given_: dict[str, Any]) -> None:
    assert wording.condition(wording.line(given_), []) == given_


@given(st.text(max_size=60))
def test_whatever_is_typed_nothing_breaks_and_nothing_is_lost(typed: str) -> None:
    read = wording.condition(typed, QUESTIONS)
    assert isinstance(read, dict)
    assert isinstance(wording.line(read), str)


def test_words_of_the_question_and_labels_will_do() -> None:
    assert wording.condition("房子是谁的 是 租的、自己的", QUESTIONS) == {"q": "owner", "is": ["rent", "own"]}


def test_a_condition_is_read_back_in_the_words_of_the_questions() -> None:
    assert wording.reading({"q": "owner", "is": ["rent"]}, QUESTIONS) == "房子是谁的 是 “租的”"


def test_what_cannot_be_said_in_a_line_is_shown_as_json() -> None:
    deep = {"all": [{"any": [{"q": "a", "is": ["x"]}, {"q": "b", "is": ["y"]}]}, {"q": "c", "is": ["z"]}]}
    assert wording.condition(wording.line(deep), []) == deep


@pytest.mark.parametrize("whole", shipped(), ids=lambda whole: whole["key"])
def test_every_shipped_scenario_survives_the_form(whole: dict[str, Any]) -> None:
    from django.http import QueryDict

    laid = forms.editor(whole)
    post = QueryDict(mutable=True)
    for form in laid.all:
        for field in form:
            post[field.html_name] = str(field.value() if field.value() is not None else "")
    assert forms.read(post, whole) == whole


@pytest.mark.parametrize(
    ("do", "order", "anchor"),
    [("up:steps:1", ["b", "a", "c"], "steps-0"), ("down:steps:0", ["b", "a", "c"], "steps-1"),
     ("drop:steps:0", ["b", "c"], "steps-0"), ("up:steps:0", ["a", "b", "c"], "steps-0"),
     ("drop:steps:9", ["a", "b", "c"], "steps-9"), ("save", ["a", "b", "c"], ""), ("up:nothing:1", ["a", "b", "c"], "")],
)  # fmt: skip
def test_row_buttons_do_what_they_say(do: str, order: list[str], anchor: str) -> None:
    whole: dict[str, Any] = {"steps": [{"key": key} for key in "abc"]}
    assert forms.alter(whole, do) == anchor
    assert [row["key"] for row in whole["steps"]] == order
