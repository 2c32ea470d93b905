"""A guide as its page shows it: the four facts, the checklist, the steps. Pure functions of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jishiban.hall.matters import words
from jishiban.hall.matters.diagram import draw
from jishiban.hall.matters.document import ON_THE_SPOT
from jishiban.kernel.directory.models import Window

Doc = Mapping[str, Any]
Row = dict[str, Any]


def context(doc: Doc) -> Row:
    """Everything the template of a guide's body needs."""
    always, sometimes = sorted_materials(doc)
    return {
        "doc": doc,
        "facts": facts(doc),
        "promise": words.limit(doc["promise"]),
        "statutory": words.limit(doc["statutory"]),
        "sooner": words.sooner(doc["promise"], doc["statutory"]),
        "bar": bar(doc),
        "extension": words.limit(doc["extension"]) if doc["extension"] else "",
        "special": [{**row, "term": special_term(row)} for row in doc["special"]],
        "always": always,
        "sometimes": sometimes,
        "blank_forms": any(row["blank_form"] for row in doc["materials"]),
        "steps": step_rows(doc),
        "picture": draw(doc["steps"]) if doc["steps"] else "",
    }


# -- four facts ------------------------------------------------------------------------------------


def facts(doc: Doc) -> list[Row]:
    """几天 · 几趟 · 几份材料 · 多少钱, for the component `four_facts`."""
    return [_days(doc), _trips(doc), _papers(doc), _money(doc)]


def _days(doc: Doc) -> Row:
    given = doc["promise"] or doc["statutory"]
    law = words.limit(doc["statutory"])
    note = _("法定%(limit)s") % {"limit": law} if doc["promise"] and doc["statutory"] else ""
    if not given:
        return {"label": _("几天"), "value": "—", "unit": "", "note": _("时限请打电话问")}
    value, unit = words.limit_parts(given)
    if not doc["promise"]:
        note = _("法定时限")
    elif not doc["statutory"]:
        note = _("法律没有规定时限")
    if doc["kind"] == ON_THE_SPOT:
        value, unit = _("当场"), ""
    return {"label": _("几天"), "value": value, "unit": unit, "note": note}


def _trips(doc: Doc) -> Row:
    if doc["visits"] is None:
        return {"label": _("几趟"), "value": "—", "unit": "", "note": _("请打电话问")}
    return {
        "label": _("几趟"),
        "value": str(doc["visits"]),
        "unit": ngettext("趟", "趟", doc["visits"]),
        "note": _(doc["online"]) if doc["online"] else "",
    }


def _papers(doc: Doc) -> Row:
    label = _("几份材料")
    if not doc["steps"]:
        return {"label": label, "value": "—", "unit": "", "note": _("请打电话问")}
    always, sometimes = sorted_materials(doc)
    free = sum(1 for row in always if row["state"] == "shared")
    notes = [
        _("%(n)s份免交") % {"n": free} if free else "",
        _("另%(n)s份看情形") % {"n": len(sometimes)} if sometimes else "",
    ]
    return {
        "label": label,
        "value": str(len(always)),
        "unit": ngettext("份", "份", len(always)),
        "note": _("，").join(filter(None, notes)),
    }


def _money(doc: Doc) -> Row:
    label = _("多少钱")
    if not doc["steps"]:
        return {"label": label, "value": "—", "unit": "", "note": _("请打电话问")}
    if not doc["fee"]["charged"]:
        return {"label": label, "value": _("免费"), "unit": "", "note": ""}
    items = doc["fee"]["items"]
    return {"label": label, "value": _("收费"), "unit": "", "note": items[0]["standard"] if items else ""}


# -- windows ---------------------------------------------------------------------------------------


def counters(windows: Iterable[Window]) -> list[str]:
    """The windows of a unit by floor and zone, many in a row as from and to: 1楼 企业开办专区 B01至B08号窗口."""
    groups: dict[tuple[int, str], list[str]] = {}
    for window in windows:
        groups.setdefault((window.floor, window.zone), []).append(window.number)
    return [
        _("%(floor)s楼 %(zone)s %(numbers)s号窗口")
        % {"floor": floor, "zone": zone, "numbers": _numbers(found)}
        for (floor, zone), found in groups.items()
    ]


def _numbers(found: list[str]) -> str:
    words = {"first": found[0], "last": found[-1]}
    return _("、").join(found) if len(found) < 3 else _("%(first)s至%(last)s") % words


# -- limits ----------------------------------------------------------------------------------------


def bar(doc: Doc) -> Row | None:
    """Promise beside statutory limit as lengths of a bar of 100; None where they cannot be laid side by side."""
    promise, law = doc["promise"], doc["statutory"]
    if not words.sooner(promise, law):
        return None
    share = max(2, round(100 * promise["amount"] / law["amount"]))
    return {"promise": share}


def special_term(row: Doc) -> str:
    """The limit of a special procedure, where the guide names one."""
    return words.limit({"amount": row["days"], "unit": row["unit"]}) if row.get("days") else ""


# -- materials, steps ------------------------------------------------------------------------------


def sorted_materials(doc: Doc) -> tuple[list[Row], list[Row]]:
    """What everybody brings, and what only some do, for the component `material_checklist`."""
    rows = [(material_row(row), row) for row in doc["materials"]]
    needed = [shown for shown, row in rows if not row["when"] and row["necessity"] != "非必要"]
    return needed, [shown for shown, row in rows if row["when"] or row["necessity"] == "非必要"]


def material_row(row: Doc) -> Row:
    """One line of the checklist."""
    need = [
        "" if row["necessity"] == "必要" else _(row["necessity"]),
        _("有空白表") if row["blank_form"] else "",
    ]
    return {
        "name": row["name"],
        "state": "shared" if row["shared"] else "",
        "kind": _(row["kind"]) if row["kind"] else "",
        "copies": row["copies"],
        "need": _("，").join(filter(None, need)),
        "source": row["issuer"] or _(row["source"]),
        "when": row["when"],
        "note": row["note"],
        "basis": row["basis"],
    }


def step_rows(doc: Doc) -> list[Row]:
    """The steps, for the component `step_flow`."""
    return [
        {
            "title": row["name"],
            "who": _(row["role"]) if row["role"] else "",
            "term": words.limit(row["limit"]),
            "note": row["standard"],
        }
        for row in doc["steps"]
    ]
