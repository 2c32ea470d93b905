"""A plan as its page shows it: facts, rounds, papers, the way through the hall. Reads nothing; works on a `Plan`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jishiban.guide.scenarios import drawings, flowchart, hallmap
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.papers import Merged
from jishiban.guide.scenarios.plan import Guide, Plan, PlanStep, asked
from jishiban.hall.matters import words
from jishiban.web.formats import dialled

Row = dict[str, Any]


def context(scenario: Body, plan: Plan, hall: Sequence[hallmap.Zone], phone: str = "") -> Row:
    """Everything the template of a result needs."""
    numbers = {step.key: n for n, step in enumerate(plan.steps, 1)}
    rounds = _rounds(plan, numbers, phone)
    marks = _marks(plan, numbers)
    brought, given = papers(plan, numbers)
    return {
        "scenario": scenario,
        "answers": answer_rows(scenario, plan),
        "facts": facts(plan, brought),
        "rounds": rounds,
        "order": flowchart.draw([_band(one) for one in rounds]) if plan.steps else "",
        "papers": brought,
        "given": given,
        "floors": hallmap.floors(hall, marks) if marks else [],
        "places": _places(plan, numbers),
        "fees": _fees(plan, numbers),
        "outcome": plan.outcome,
        "sources": scenario["sources"],
        "maybe": sum(step.maybe for step in plan.steps),
    }


def address(key: str, answers: Mapping[str, str], name: str = "plan") -> str:
    """The page of a scenario with these answers, as it can be shared."""
    base = reverse(f"scenarios:{name}", args=[key])
    return f"{base}?{urlencode(answers)}" if answers else base


def answer_rows(scenario: Body, plan: Plan) -> list[Row]:
    """What was asked and said; `change` leads back to that question with what was said before it."""
    rows: list[Row] = []
    before: dict[str, str] = {}
    for question, option in asked(scenario, plan.answers):
        rows.append({
            "question": question["text"], "answer": option["label"],
            "change": address(scenario["key"], before, "start"),
        })  # fmt: skip
        before = {**before, question["key"]: option["key"]}
    return rows


# -- four facts ------------------------------------------------------------------------------------


def facts(plan: Plan, brought: Sequence[Row]) -> list[Row]:
    """几天 · 几趟 · 几样材料 · 多少钱, for the component `four_facts`."""
    return [_days(plan), _trips(plan), _papers(plan, brought), _money(plan)]


def _days(plan: Plan) -> Row:
    label = _("最多几天")
    unknown = _("另有%(n)s步没有规定时限") % {"n": plan.unknown} if plan.unknown else ""
    if not plan.total:
        known = any(step.limit for step in plan.steps)
        return {"label": label, "value": _("当天") if known else "—", "unit": "", "note": unknown}
    (unit, amount), *more = plan.total
    value, unit_words = words.limit_parts({"amount": amount, "unit": unit})
    rest = [words.limit({"amount": amount, "unit": unit}) for unit, amount in more]
    plus = _("再加%(more)s") % {"more": _("、").join(rest)} if rest else _("能同时办的同时办")
    return {
        "label": label,
        "value": value,
        "unit": unit_words,
        "note": _("；").join(filter(None, [plus, unknown])),
    }


def _trips(plan: Plan) -> Row:
    online = len(plan.online)
    note = _("%(n)s件事全程网办") % {"n": online} if online else ""
    return {
        "label": _("大厅几趟"),
        "value": str(plan.visits),
        "unit": ngettext("趟", "趟", plan.visits),
        "note": note,
    }


def _papers(plan: Plan, brought: Sequence[Row]) -> Row:
    free = sum(1 for paper in plan.papers if paper.shared)
    note = _("%(n)s样免交") % {"n": free} if free else ""
    n = len(brought)
    return {"label": _("几样材料"), "value": str(n), "unit": ngettext("样", "样", n), "note": note}


def _money(plan: Plan) -> Row:
    charged = {fee.step for fee in plan.fees}
    if not charged:
        return {"label": _("多少钱"), "value": _("免费"), "unit": "", "note": _("说的是大厅收的费")}
    return {
        "label": _("多少钱"),
        "value": _("收费"),
        "unit": "",
        "note": _("%(n)s步收费，见费用") % {"n": len(charged)},
    }


# -- steps -----------------------------------------------------------------------------------------


def _rounds(plan: Plan, numbers: Mapping[str, int], phone: str) -> list[Row]:
    layers = plan.layers
    return [
        {
            "label": _round_label(n, len(layers)),
            "first": n == 0,
            "steps": [step_row(step, numbers, phone) for step in layer],
        }
        for n, layer in enumerate(layers)
    ]


def _round_label(n: int, count: int) -> str:
    if n == 0:
        return _("现在就能办")
    if n == 1:
        return _("办好上面的，接着办")
    return _("最后") if n == count - 1 else _("再接着办")


def step_row(step: PlanStep, numbers: Mapping[str, int], phone: str = "") -> Row:
    """One step with its links; a matter that is closed just now says so and offers the telephone instead."""
    guide = step.guide
    waits = [numbers[key] for key in step.after]
    return {
        "key": step.key,
        "number": numbers[step.key],
        "title": step.title,
        "text": step.text,
        "notes": step.notes,
        "waits": waits,
        "after": _("办好第%(steps)s步再办") % {"steps": _("、").join(map(str, waits))} if waits else "",
        "term": words.limit(step.limit) if step.limit else "",
        "amount": (step.limit or {}).get("amount"),
        "papers": [paper.name for paper in step.papers if not paper.shared],
        **(_guide_row(guide, phone, step.title) if guide else {"guide": None}),
    }


def _guide_row(guide: Guide, phone: str, title: str) -> Row:
    number = guide.phone or phone
    document = guide.document
    return {
        "guide": guide,
        "official": guide.name if guide.name != title else "",
        "url": reverse("matters:guide", args=[guide.matter]) if guide.open else "",
        "apply": f"/apply/{guide.matter}/" if guide.open and guide.full else "",
        "phone": number,
        "dial": dialled(number),
        "online": document.get("visits") == 0,
        "how": _(document["online"]) if document.get("online") else "",
        "where": guide.places,
        "area": _area(document),
    }


def _area(document: Mapping[str, Any]) -> str:
    place = document.get("place") or {}
    return " ".join(filter(None, (place.get("area", ""), place.get("window", ""))))


def _band(row: Row) -> flowchart.Band:
    return flowchart.Band(row["label"], tuple(_box(step) for step in row["steps"]))


def _box(step: Row) -> flowchart.Box:
    waits = _("等%(steps)s") % {"steps": _("、").join(map(str, step["waits"]))} if step["waits"] else ""
    return flowchart.Box(step["number"], step["title"], " ".join(filter(None, (step["term"], waits))))


# -- papers ----------------------------------------------------------------------------------------


def papers(plan: Plan, numbers: Mapping[str, int]) -> tuple[list[Row], list[Row]]:
    """What this person brings, and what they need not: read by the hall itself, or got on the way."""
    rows = [(paper, paper_row(paper, numbers)) for paper in plan.papers]
    brought = [row for paper, row in rows if not paper.shared and not _on_the_way(paper, plan)]
    given = [row for paper, row in rows if paper.shared or _on_the_way(paper, plan)]
    return brought, given


def _on_the_way(paper: Merged, plan: Plan) -> bool:
    """Whether a step before all that ask for it yields it."""
    if not paper.made_by:
        return False
    made = plan.step(paper.made_by).layer
    return all(plan.step(key).layer > made for key in paper.steps)


def paper_row(paper: Merged, numbers: Mapping[str, int]) -> Row:
    amounts = []
    if paper.originals:
        amounts.append(_("原件%(n)s份") % {"n": paper.originals})
    if paper.copies:
        amounts.append(_("复印件%(n)s份") % {"n": paper.copies})
    if paper.electronic and not amounts:
        amounts.append(_("电子件"))
    made = numbers.get(paper.made_by)
    steps = sorted(numbers[key] for key in paper.steps)
    return {
        "name": paper.name,
        "picture": drawings.paper(paper.picture),
        "amount": _("，").join(amounts),
        "steps": steps,
        "for": _("第%(steps)s步用") % {"steps": _("、").join(map(str, steps))},
        "notes": paper.notes[:2],
        "blank_form": paper.blank_form,
        "why": _("免交，系统核验") if paper.shared else _("第%(n)s步办好就有") % {"n": made} if made else "",
    }


# -- places and money ------------------------------------------------------------------------------


def _marks(plan: Plan, numbers: Mapping[str, int]) -> dict[tuple[int, str], list[int]]:
    """Floor and zone → the numbers of the steps one may have to go there for."""
    marks: dict[tuple[int, str], list[int]] = {}
    for step in plan.matters:
        for place in step.guide.places if step.guide else ():
            marks.setdefault((place.floor, place.zone), []).append(numbers[step.key])
    return marks


def _places(plan: Plan, numbers: Mapping[str, int]) -> list[Row]:
    """The windows, each with the steps it is for, in the order of the steps."""
    found: dict[str, Row] = {}
    for step in plan.matters:
        for place in step.guide.places if step.guide else ():
            row = found.setdefault(
                f"{step.guide.unit if step.guide else ''} {place.windows}",
                {"windows": place.windows, "unit": step.guide.unit if step.guide else "", "steps": []},
            )
            row["steps"].append({"number": numbers[step.key], "title": step.title})
    return list(found.values())


def _fees(plan: Plan, numbers: Mapping[str, int]) -> list[Row]:
    return [
        {
            "number": numbers[fee.step],
            "step": plan.step(fee.step).title,
            "name": fee.name,
            "standard": fee.standard,
        }
        for fee in plan.fees
    ]
