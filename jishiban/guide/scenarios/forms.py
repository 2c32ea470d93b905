"""The editor's forms. A scenario is laid out into fields and read back from them; nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from jishiban.guide.scenarios import body, drawings, wording
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.check import Problem
from jishiban.hall.matters.document import PROMISE_UNITS, VARIANTS

MOST_ROWS = 40
Flat = dict[str, Any]


class NewForm(forms.Form):
    """What a new scenario begins with."""

    title = forms.CharField(label=_("标题"), help_text=_("像群众说的那样，比如：我要开餐馆。"), max_length=40)
    key = forms.CharField(
        label=_("代号"), help_text=_("用在网址里，定了不能改，比如restaurant。"), max_length=32
    )


class ChangeForm(forms.Form):
    """What is said of a publication."""

    change = forms.CharField(
        label=_("这次改了什么"), widget=forms.Textarea(attrs={"rows": 2}), max_length=200,
        error_messages={"required": _("请写这次改了什么。")},
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why a scenario is taken off the site, or put back."""

    reason = forms.CharField(
        label=_("原因"), help_text=_("会记入公开账本。"), widget=forms.Textarea(attrs={"rows": 2}), max_length=200,
        error_messages={"required": _("请写原因。")},
    )  # fmt: skip


def _line(label: Any, hint: Any = "", **attrs: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=False, widget=forms.TextInput(attrs=attrs))


def _lines(label: Any, hint: Any = "", rows: int = 3) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=False, widget=area)


def _choice(label: Any, options: Iterable[tuple[str, Any]], hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, help_text=hint, required=False, choices=list(options))


class FactsForm(forms.Form):
    """What is there once."""

    title = _line(_("标题"), _("像群众说的那样。"))
    summary = _line(_("一句话说明"), _("这份攻略帮什么忙。"))
    who = _line(_("给谁用"))
    group = _choice(_("类别"), ((body.LIFE, _("个人和家庭")), (body.ENTERPRISE, _("开店和办企业"))))
    icon = _choice(_("图标"), ((name, drawn["label"]) for name, drawn in drawings.SIGNS.items()))
    said = _lines(_("群众怎么说"), _("一行一个，导服时用。"), rows=5)
    sources = _lines(_("依据"), _("一行一个，写明哪部法、哪份文件。"), rows=5)


class QuestionForm(forms.Form):
    key = _line(_("代号"))
    text = _line(_("问题"))
    hint = _line(_("提示"))
    ask_if = _line(_("什么时候问"), _("空着就总是问。"))
    options = _lines(_("选项"), _("一行一个：代号 | 文字 | 说明"), rows=4)


class StepForm(forms.Form):
    key = _line(_("代号"))
    matter = _line(_("对应事项"), _("写清单编号或者事项名称；不对应事项就空着。"), list="matter-names")
    title = _line(_("名称"), _("空着就用事项名称。"))
    when = _line(_("什么情形要办"), _("空着就人人都要办。"))
    after = _line(_("在哪一步之后"), _("步骤代号，用空格隔开。"))
    variant = _choice(_("业务种类"), ((one, one) for one in VARIANTS))
    amount = _line(_("时限"), _("空着就用指南的承诺。"), inputmode="numeric")
    unit = _choice(_("时限的单位"), ((one, one) for one in PROMISE_UNITS))
    text = _lines(_("说明"), _("空着就用指南的一句话说明。"), rows=2)
    notes = _lines(_("给这个人的提示"), _("一行一句；只对一部分人说的，行尾写（当 条件）。"))
    papers = _lines(
        _("材料的增减"), _("加 名称 | 原件 | 份数 | 说明；要 编号；不要 编号。行尾可写（当 条件）。")
    )


class OutcomeForm(forms.Form):
    text = _line(_("说明"))
    when = _line(_("什么情形说"), _("空着就总是说。"))


ROW_FORMS: Final[dict[str, type[forms.Form]]] = {
    "questions": QuestionForm, "steps": StepForm, "outcome": OutcomeForm,
}  # fmt: skip
TITLES: Final = {"questions": _("问题"), "steps": _("步骤"), "outcome": _("最后的说明")}
ONE: Final = {"questions": _("个问题"), "steps": _("个步骤"), "outcome": _("句说明")}


@dataclass(slots=True)
class Editor:
    """A scenario laid out: the form of its facts, the forms of its rows, words about whole parts."""

    facts: FactsForm
    rows: dict[str, list[forms.Form]]
    readings: dict[str, list[str]]
    about: dict[str, list[str]] = field(default_factory=dict)

    @property
    def all(self) -> list[forms.Form]:
        return [self.facts, *(form for listed in self.rows.values() for form in listed)]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The parts that have rows, for the template; each row with its condition in words."""
        return [
            {
                "part": part,
                "title": TITLES[part],
                "one": ONE[part],
                "rows": list(zip(listed, self.readings[part], strict=True)),
                "about": self.about.get(part, []),
            }
            for part, listed in self.rows.items()
        ]


# -- document to fields ----------------------------------------------------------------------------


def editor(whole: Body, problems: Iterable[Problem] = ()) -> Editor:
    """The document as forms, each refusal beside the field it is about."""
    case = {"questions": "ask_if", "steps": "when", "outcome": "when"}
    made = Editor(
        FactsForm(_flat_facts(whole)),
        {
            part: [
                form(_flat(part, row, f"{part}-{n}"), prefix=f"{part}-{n}")
                for n, row in enumerate(whole[part])
            ]
            for part, form in ROW_FORMS.items()
        },
        {
            part: [wording.reading(row[case[part]], whole["questions"]) for row in whole[part]]
            for part in ROW_FORMS
        },
    )
    for problem in problems:
        _place(made, problem)
    return made


def _place(made: Editor, problem: Problem) -> None:
    part, _dot, rest = problem.where.partition(".")
    number, _dot, cell = rest.partition(".")
    rows = made.rows.get(part, [])
    if number.isdigit() and int(number) < len(rows) and cell in rows[int(number)].fields:
        rows[int(number)].add_error(cell, problem.text)
    elif problem.where in made.facts.fields:
        made.facts.add_error(problem.where, problem.text)
    else:
        made.about.setdefault(part, []).append(problem.text)
        made.facts.add_error(None, problem.text)


def _flat_facts(whole: Body) -> Flat:
    flat = {name: whole[name] for name in FactsForm.base_fields}
    return flat | {name: "\n".join(whole[name]) for name in ("said", "sources")}


def _flat(part: str, row: Mapping[str, Any], prefix: str) -> Flat:
    shown: Flat = {**row}
    if part == "questions":
        shown |= {"options": wording.option_lines(row["options"]), "ask_if": wording.line(row["ask_if"])}
    else:
        shown["when"] = wording.line(row["when"])
    if part == "steps":
        limit = row["limit"] or {}
        shown |= {
            "matter": " ".join(filter(None, (row["matter"].get("code", ""), row["matter"].get("name", "")))),
            "after": " ".join(row["after"]),
            "amount": limit.get("amount", ""),
            "unit": limit.get("unit", "工作日"),
            "notes": wording.note_lines(row["notes"]),
            "papers": wording.paper_lines(row["papers"]),
        }
    return {f"{prefix}-{name}": value for name, value in shown.items()}


# -- fields to document ----------------------------------------------------------------------------


def read(post: QueryDict, before: Body) -> Body:
    """The document a posted form says. What the form does not show stays as it was."""
    whole = deepcopy(before)
    for name in FactsForm.base_fields:
        whole[name] = _text(post, name)
    for name in ("said", "sources"):
        whole[name] = [one.strip() for one in _text(post, name).split("\n") if one.strip()]
    whole["questions"] = [_question(post, f"questions-{n}") for n in range(_count(post, "questions"))]
    asked = whole["questions"]
    for row, n in zip(asked, range(len(asked)), strict=True):
        row["ask_if"] = wording.condition(_text(post, f"questions-{n}-ask_if"), asked)
    whole["steps"] = [_step(post, f"steps-{n}", asked) for n in range(_count(post, "steps"))]
    whole["outcome"] = [
        {
            "text": _text(post, f"outcome-{n}-text"),
            "when": wording.condition(_text(post, f"outcome-{n}-when"), asked),
        }
        for n in range(_count(post, "outcome"))
    ]
    return whole


def _text(post: QueryDict, name: str) -> str:
    return str(post.get(name, "")).replace("\r\n", "\n").strip()


def _question(post: QueryDict, prefix: str) -> Body:
    row = {name: _text(post, f"{prefix}-{name}") for name in ("key", "text", "hint")}
    return {**row, "options": wording.options(_text(post, f"{prefix}-options"))}


def _step(post: QueryDict, prefix: str, asked: list[Body]) -> Body:
    typed = {name: _text(post, f"{prefix}-{name}") for name in StepForm.base_fields}
    return {
        "key": typed["key"],
        "matter": matter(typed["matter"]),
        "variant": typed["variant"] if typed["variant"] in VARIANTS else VARIANTS[0],
        "title": typed["title"],
        "text": typed["text"],
        "when": wording.condition(typed["when"], asked),
        "after": re.split(r"[\s,，、]+", typed["after"]) if typed["after"] else [],
        "limit": _limit(typed["amount"], typed["unit"]),
        "notes": wording.notes(typed["notes"], asked),
        "papers": wording.papers(typed["papers"], asked),
    }


def matter(typed: str) -> Body:
    """The matter a field names: `5 食品经营许可`, a name alone, or a place in the base list alone.

    >>> matter("5 食品经营许可"), matter("食品经营许可"), matter("")
    ({'code': '5', 'name': '食品经营许可'}, {'code': '', 'name': '食品经营许可'}, {})
    """
    found = re.match(r"^(?P<code>\d{0,6})\s*(?P<name>.*)$", typed.strip(), re.DOTALL)
    if not typed.strip() or found is None:
        return {}
    return {"code": found["code"], "name": found["name"].strip()}


def _limit(amount: str, unit: str) -> Body | None:
    if not (amount.isascii() and amount.isdigit() and len(amount) < 5):
        return None
    return {"amount": int(amount), "unit": unit if unit in PROMISE_UNITS else PROMISE_UNITS[0]}


def _count(post: QueryDict, part: str) -> int:
    """How many rows of a part were posted; at most forty."""
    numbers = (re.match(rf"{part}-(\d{{1,2}})-", name) for name in post)
    return min(MOST_ROWS, max((int(found[1]) + 1 for found in numbers if found), default=0))


def alter(whole: Body, do: str) -> str:
    """Do what a row button says ("add:steps", "drop:steps:2", "up:steps:2", "down:steps:2") to the document.

    Returns the anchor of the row to look at next, "" when it is no such button.
    """
    verb, _colon, rest = do.partition(":")
    part, _colon, place = rest.partition(":")
    if part not in ROW_FORMS:
        return ""
    rows = whole[part]
    at = int(place) if place.isascii() and place.isdigit() else -1
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.append(deepcopy(body.ROWS[part]))
        at = len(rows) - 1
    elif verb == "drop" and 0 <= at < len(rows):
        del rows[at]
        at = max(0, at - 1)
    else:
        at = _moved(rows, at, {"up": -1, "down": 1}.get(verb, 0))
    return f"{part}-{at}" if rows else part


def _moved(rows: list[Any], at: int, step: int) -> int:
    to = at + step
    if 0 <= at < len(rows) and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        return to
    return max(0, at)
