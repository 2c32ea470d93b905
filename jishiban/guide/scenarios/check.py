"""What is wrong with a scenario before it may be published: every way through it is walked.

Each refusal says where, what happened and what to do. `where` is a path into the document, `steps.2.when`, so that the
editor's form can put the words beside the field. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from jishiban.guide.scenarios import body
from jishiban.guide.scenarios.body import Body, holds, leaves
from jishiban.guide.scenarios.plan import next_question

MOST_PATHS: Final = 2_000
MOST_QUESTIONS, MOST_OPTIONS, MOST_STEPS = 12, 12, 40
KEY = re.compile(r"^[a-z][a-z0-9_-]{0,31}$")
NOTHING_SHAPED: Final = ("all", "any", "not", "q")


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: the place, and a sentence that says what to do about it."""

    where: str
    text: str


class TooManyPaths(Exception):
    """There are more ways through the questions than anybody could test."""


Known = Callable[[Mapping[str, Any]], bool]


def check(whole: Body, known: Known) -> list[Problem]:
    """All refusals, in the order of the document; none: it may be published.

    `known` says whether the catalogue has the matter of a step. What the form is made of comes first; the ways
    are walked only when that is right.
    """
    shape = [*_facts(whole), *_questions(whole), *_steps(whole, known), *_conditions(whole)]
    return shape or [*_circle(whole)] or list(_ways(whole))


# -- every way -------------------------------------------------------------------------------------


def paths(whole: Body, most: int = MOST_PATHS) -> Iterator[dict[str, str]]:
    """The answers of every way through the questions, in order. Raises TooManyPaths after `most` of them."""
    found = 0
    waiting: list[dict[str, str]] = [{}]
    while waiting:
        answers = waiting.pop()
        question = next_question(whole, answers)
        if question is None:
            found += 1
            if found > most:
                raise TooManyPaths
            yield answers
            continue
        waiting += [{**answers, question["key"]: one["key"]} for one in reversed(question["options"])]


def _ways(whole: Body) -> Iterator[Problem]:
    try:
        ways = list(paths(whole))
    except TooManyPaths:
        words = _("这些问题的走法超过%(most)s种，没有办法逐条测试。请减少问题，或者给问题加上“什么时候问”。")
        yield Problem("questions", words % {"most": MOST_PATHS})
        return
    yield from _unreachable(whole, ways)
    yield from _empty(whole, ways)


def _unreachable(whole: Body, ways: Sequence[Mapping[str, str]]) -> Iterator[Problem]:
    taken = {(key, answer) for way in ways for key, answer in way.items()}
    for n, question in enumerate(whole["questions"]):
        reached = [(question["key"], one["key"]) in taken for one in question["options"]]
        if not any(reached):
            words = _("问题“%(text)s”永远问不到。请改“什么时候问”，或者删去它。")
            yield Problem(f"questions.{n}.ask_if", words % {"text": question["text"]})
    for n, step in enumerate(whole["steps"]):
        if not any(holds(step["when"], way) for way in ways):
            words = _("步骤“%(name)s”在哪种回答下都不会出现。请改“什么情形要办”，或者删去它。")
            yield Problem(f"steps.{n}.when", words % {"name": name_of(step)})
    for n, step in enumerate(whole["steps"]):
        yield from _silent(step, n, [way for way in ways if holds(step["when"], way)])
    for n, note in enumerate(whole["outcome"]):
        if not any(holds(note["when"], way) for way in ways):
            yield Problem(f"outcome.{n}.when", _("这句说明永远不会显示。请改“什么情形说”，或者删去它。"))


def _silent(step: Body, n: int, ways: Sequence[Mapping[str, str]]) -> Iterator[Problem]:
    """Notes and papers of a step nobody would ever see."""
    if not ways:
        return
    for note in step["notes"]:
        if not any(holds(note["when"], way) for way in ways):
            words = _("步骤“%(name)s”的提示“%(text)s”永远不会显示。请改它的情形，或者删去它。")
            yield Problem(f"steps.{n}.notes", words % {"name": name_of(step), "text": note["text"][:20]})
    for one in [one for part in ("take", "leave", "add") for one in step["papers"][part]]:
        if not any(holds(one["when"], way) for way in ways):
            words = _("步骤“%(name)s”的材料“%(paper)s”永远用不上。请改它的情形，或者删去它。")
            what = one.get("name") or one["key"]
            yield Problem(f"steps.{n}.papers", words % {"name": name_of(step), "paper": what})


def _empty(whole: Body, ways: Sequence[Mapping[str, str]]) -> Iterator[Problem]:
    for way in ways:
        if not any(holds(step["when"], way) for step in whole["steps"]):
            words = _("有人这样回答时，结果是空的：%(way)s。请给这种情形写一个步骤。")
            yield Problem("steps", words % {"way": said(whole, way) or _("不用回答任何问题")})
            return


def said(whole: Body, way: Mapping[str, str]) -> str:
    """A way in words: 场所：租的，人数：10人以内."""
    parts = []
    for question in whole["questions"]:
        if answer := way.get(question["key"]):
            label = next((one["label"] for one in question["options"] if one["key"] == answer), answer)
            parts.append(f"{question['text'].rstrip('？?')}：{label}")
    return "；".join(parts)


def name_of(step: Mapping[str, Any]) -> str:
    return str(step["title"] or step["matter"].get("name") or step["key"])


# -- the shape -------------------------------------------------------------------------------------


def _facts(whole: Body) -> Iterator[Problem]:
    if not KEY.match(str(whole["key"])):
        yield Problem("key", _("代号要用小写字母开头，只含小写字母、数字和短横线，比如restaurant。"))
    for part, longest, words in (
        ("title", 40, _("请写标题，最多40个字，比如：我要开餐馆。")),
        ("summary", 120, _("请用一句话说明这份攻略帮什么忙，最多120个字。")),
    ):
        if not 0 < len(str(whole[part]).strip()) <= longest:
            yield Problem(part, words)
    if whole["group"] not in body.GROUPS:
        yield Problem("group", _("请选这份攻略归在哪一类。"))
    if not whole["steps"]:
        yield Problem("steps", _("还没有步骤。请至少写一个步骤。"))
    for part, most in (("questions", MOST_QUESTIONS), ("steps", MOST_STEPS)):
        if len(whole[part]) > most:
            yield Problem(part, _("太多了，最多%(most)s个。请拆成两份攻略。") % {"most": most})


def _questions(whole: Body) -> Iterator[Problem]:
    yield from _twice(whole["questions"], "questions")
    for n, question in enumerate(whole["questions"]):
        where = f"questions.{n}"
        if not KEY.match(str(question["key"])):
            yield Problem(f"{where}.key", _("问题的代号要用小写字母开头，比如owner。"))
        if not str(question["text"]).strip():
            yield Problem(f"{where}.text", _("请写问题，比如：房子是租的还是自己的？"))
        yield from _options(question, f"{where}.options")


def _options(question: Body, where: str) -> Iterator[Problem]:
    listed = question["options"]
    if not 2 <= len(listed) <= MOST_OPTIONS:
        words = _("每个问题要有2至%(most)s个选项，一行一个。")
        yield Problem(where, words % {"most": MOST_OPTIONS})
    keys = [one["key"] for one in listed]
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        yield Problem(where, _("选项代号“%(key)s”用了两次，请改掉一个。") % {"key": key})
    for one in listed:
        if not KEY.match(str(one["key"])) or not str(one["label"]).strip():
            yield Problem(
                where, _("选项“%(one)s”要写成“代号 | 文字”。") % {"one": one["label"] or one["key"]}
            )


def _twice(rows: Sequence[Mapping[str, Any]], part: str) -> Iterator[Problem]:
    keys = [row["key"] for row in rows]
    for n, key in enumerate(keys):
        if key in keys[:n]:
            words = _("代号“%(key)s”用了两次，请改掉一个。")
            yield Problem(f"{part}.{n}.key", words % {"key": key})


def _steps(whole: Body, known: Known) -> Iterator[Problem]:
    yield from _twice(whole["steps"], "steps")
    keys = {step["key"] for step in whole["steps"]}
    for n, step in enumerate(whole["steps"]):
        yield from _step(step, f"steps.{n}", keys, known)


def _step(step: Body, where: str, keys: set[str], known: Known) -> Iterator[Problem]:
    if not KEY.match(str(step["key"])):
        yield Problem(f"{where}.key", _("步骤的代号要用小写字母开头，比如licence。"))
    if step["matter"] and not known(step["matter"]):
        words = _("事项目录里没有“%(name)s”，或者它已取消。请从目录里选，或者改成自己写的步骤。")
        yield Problem(f"{where}.matter", words % {"name": step["matter"].get("name", "")})
    if not step["matter"] and not str(step["title"]).strip():
        yield Problem(f"{where}.title", _("请选一个事项，或者给这一步写个名称。"))
    for key in step["after"]:
        if key not in keys:
            words = _("“在哪一步之后”写了“%(key)s”，没有这一步。请写步骤的代号，用空格隔开。")
            yield Problem(f"{where}.after", words % {"key": key})
    for one in step["papers"]["add"]:
        if not one["name"].strip() or not (isinstance(one["copies"], int) and 1 <= one["copies"] <= 99):
            yield Problem(f"{where}.papers", _("加的材料要写名称，份数在1至99之间。"))


def _conditions(whole: Body) -> Iterator[Problem]:
    """Conditions that name what is not there, or a question that comes later: that would never be asked."""
    options = {row["key"]: {one["key"] for one in row["options"]} for row in whole["questions"]}
    order = {row["key"]: n for n, row in enumerate(whole["questions"])}
    for where, condition in body.conditions(whole):
        if not _shaped(condition):
            yield Problem(where, _("看不懂这个条件。请写成“问题代号 是 选项代号”，多个用“且”“或”连接。"))
            continue
        for leaf in leaves(condition):
            yield from _leaf(leaf, where, options, order)


def _shaped(condition: Any) -> bool:
    """Whether a condition is one of the forms `body` names, all the way down."""
    if condition in ({}, None):
        return True
    if not isinstance(condition, Mapping) or sum(key in condition for key in NOTHING_SHAPED) != 1:
        return False
    for part in ("all", "any"):
        if part in condition:
            inner = condition[part]
            return isinstance(inner, list) and bool(inner) and all(one and _shaped(one) for one in inner)
    if "not" in condition:
        return bool(condition["not"]) and _shaped(condition["not"])
    return isinstance(condition.get("is"), list) and bool(condition["is"])


def _leaf(
    leaf: Mapping[str, Any], where: str, options: Mapping[str, set[str]], order: Mapping[str, int]
) -> Iterator[Problem]:
    asked = leaf["q"]
    if asked not in options:
        yield Problem(where, _("条件里的问题“%(q)s”不存在。请核对问题的代号。") % {"q": asked})
        return
    for one in leaf["is"]:
        if one not in options[asked]:
            words = _("问题“%(q)s”没有选项“%(one)s”。请核对选项的代号。")
            yield Problem(where, words % {"q": asked, "one": one})
    part, number, _cell = where.split(".", 2)
    if part == "questions" and order[asked] >= int(number):
        words = _("“什么时候问”只能看前面的问题，“%(q)s”在它后面或者就是它自己，会没完没了。请调整顺序。")
        yield Problem(where, words % {"q": asked})


def _circle(whole: Body) -> Iterator[Problem]:
    """A step that in the end waits for itself."""
    waits = {step["key"]: set(step["after"]) for step in whole["steps"]}
    done: set[str] = set()
    while ready := {key for key, before in waits.items() if key not in done and before <= done}:
        done |= ready
    names = {step["key"]: name_of(step) for step in whole["steps"]}
    left = [key for key in waits if key not in done and _returns(key, waits)]
    for n, step in enumerate(whole["steps"]):
        if step["key"] in left:
            words = _(
                "步骤“%(name)s”绕了一圈要等自己，这样谁也办不成（一起绕圈的：%(all)s）。请删去其中一个“在哪一步之后”。"
            )
            yield Problem(
                f"steps.{n}.after",
                words % {"name": name_of(step), "all": "、".join(names[key] for key in left)},
            )
            return


def _returns(key: str, waits: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    waiting = list(waits[key])
    while waiting:
        one = waiting.pop()
        if one == key:
            return True
        if one not in seen:
            seen.add(one)
            waiting += waits[one]
    return False
