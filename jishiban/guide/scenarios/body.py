"""A scenario as one document of plain JSON: what it asks, what follows from the answers, in which order.

    {"key": "restaurant", "title": "我要开餐馆", "group": "enterprise", "icon": "bowl", "summary": "…", "who": "…",
     "said": ["开饭店"], "sources": ["…"],
     "questions": [{"key": "owner", "text": "…", "hint": "…", "ask_if": CONDITION,
                    "options": [{"key": "rent", "label": "租的", "hint": ""}]}],
     "steps": [{"key": "licence", "matter": {"code": "2", "name": "…"}, "variant": "新办", "title": "", "text": "",
                "when": CONDITION, "after": ["…"], "limit": LIMIT, "notes": [{"text": "…", "when": CONDITION}],
                "papers": {"take": [{"key", "when"}], "leave": [{"key", "when"}],
                           "add": [{"name", "kind", "copies", "note", "when"}]}}],
     "outcome": [{"text": "…", "when": CONDITION}]}

A condition is empty (always), `{"q": "owner", "is": ["rent"]}`, or all, any and not of such; a question that was not
asked answers nothing. A step names a matter of the catalogue or stands for itself with a title.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from jishiban.kernel.ledger.sealing import canonical

Body = dict[str, Any]
Condition = Mapping[str, Any]
Answers = Mapping[str, str]

LIFE, ENTERPRISE = "life", "enterprise"
GROUPS: Final = (LIFE, ENTERPRISE)

BLANK: Final[Body] = {
    "key": "", "title": "", "summary": "", "who": "", "said": [], "icon": "file", "group": LIFE,
    "questions": [], "steps": [], "outcome": [], "sources": [],
}  # fmt: skip
QUESTION: Final[Body] = {"key": "", "text": "", "hint": "", "options": [], "ask_if": {}}
OPTION: Final[Body] = {"key": "", "label": "", "hint": ""}
STEP: Final[Body] = {
    "key": "", "matter": {}, "variant": "新办", "title": "", "text": "", "when": {}, "after": [], "limit": None,
    "notes": [], "papers": {"take": [], "leave": [], "add": []},
}  # fmt: skip
NOTE: Final[Body] = {"text": "", "when": {}}
PAPER: Final[Body] = {"name": "", "kind": "原件", "copies": 1, "note": "", "when": {}}
PICK: Final[Body] = {"key": "", "when": {}}
ROWS: Final = {"questions": QUESTION, "steps": STEP, "outcome": NOTE}


def complete(given: Mapping[str, Any]) -> Body:
    """The document with every part of every row present; parts this release does not know are kept."""
    whole = deepcopy(BLANK) | deepcopy(dict(given))
    whole["questions"] = [_question(row) for row in whole["questions"]]
    whole["steps"] = [_step(row) for row in whole["steps"]]
    whole["outcome"] = [deepcopy(NOTE) | row for row in whole["outcome"]]
    return whole


def _question(row: Mapping[str, Any]) -> Body:
    whole = deepcopy(QUESTION) | dict(row)
    whole["options"] = [deepcopy(OPTION) | option for option in whole["options"]]
    return whole


def _step(row: Mapping[str, Any]) -> Body:
    whole = deepcopy(STEP) | dict(row)
    whole["notes"] = [deepcopy(NOTE) | note for note in whole["notes"]]
    papers = deepcopy(STEP["papers"]) | whole["papers"]
    blank = {"take": PICK, "leave": PICK, "add": PAPER}
    whole["papers"] = {
        part: [deepcopy(blank[part]) | one for one in rows] if part in blank else rows
        for part, rows in papers.items()
    }
    return whole


def digest(whole: Mapping[str, Any]) -> str:
    """SHA-256 over the one spelling of the document, in hex: what a publication puts in the ledger."""
    return hashlib.sha256(canonical(whole)).hexdigest()


# -- conditions ------------------------------------------------------------------------------------


def holds(condition: Condition | None, answers: Answers) -> bool:
    """Whether a condition is true of these answers; an empty one always is.

    >>> holds({"q": "owner", "is": ["rent"]}, {"owner": "rent"}), holds({}, {}), holds({"not": {"q": "a", "is": ["b"]}}, {})
    (True, True, True)
    """
    if not condition:
        return True
    if "all" in condition:
        return all(holds(one, answers) for one in condition["all"])
    if "any" in condition:
        return any(holds(one, answers) for one in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], answers)
    return answers.get(condition.get("q", "")) in condition.get("is", ())


def leaves(condition: Condition | None) -> Iterator[Condition]:
    """The single comparisons a condition is made of."""
    if not condition:
        return
    for one in [*condition.get("all", ()), *condition.get("any", ())]:
        yield from leaves(one)
    if "not" in condition:
        yield from leaves(condition["not"])
    if "q" in condition:
        yield condition


def conditions(whole: Mapping[str, Any]) -> Iterator[tuple[str, Condition]]:
    """(place, condition) of every condition that is not empty; the place reads as `rules.Problem.where` does."""
    for n, question in enumerate(whole["questions"]):
        yield f"questions.{n}.ask_if", question["ask_if"]
    for n, step in enumerate(whole["steps"]):
        yield f"steps.{n}.when", step["when"]
        yield from ((f"steps.{n}.notes", note["when"]) for note in step["notes"])
        for part in ("take", "leave", "add"):
            yield from ((f"steps.{n}.papers", one["when"]) for one in step["papers"][part])
    for n, note in enumerate(whole["outcome"]):
        yield f"outcome.{n}.when", note["when"]
