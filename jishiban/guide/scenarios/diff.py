"""What changed between two versions of a scenario, in words an editor reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from jishiban.guide.scenarios import wording
from jishiban.hall.matters.diff import ADDED, CHANGED, REMOVED, Change

Doc = Mapping[str, Any]
LINES: Final[Mapping[str, Callable[[Any], str]]] = {
    "options": wording.option_lines,
    "notes": wording.note_lines,
    "papers": wording.paper_lines,
}


def changes(before: Doc | None, after: Doc) -> list[Change]:
    """All differences in the order of the document; empty for a first version."""
    return [] if before is None else list(_all(before, after))


def _all(before: Doc, after: Doc) -> Iterator[Change]:
    names = {
        "title": _("标题"), "summary": _("一句话说明"), "who": _("给谁用"), "group": _("类别"), "icon": _("图标"),
        "said": _("群众怎么说"), "sources": _("依据"),
    }  # fmt: skip
    for part, title in names.items():
        if before[part] != after[part]:
            yield Change(CHANGED, title, _said(before[part]), _said(after[part]))
    yield from _rows(_("问题"), before["questions"], after["questions"], "text")
    yield from _rows(_("步骤"), before["steps"], after["steps"], "title")
    old = wording.note_lines(before["outcome"])
    if old != (new := wording.note_lines(after["outcome"])):
        yield Change(CHANGED, _("最后的说明"), old, new)


def _rows(title: str, old: list[Any], new: list[Any], shown: str) -> Iterator[Change]:
    was, now = {row["key"]: row for row in old}, {row["key"]: row for row in new}
    for key, row in was.items():
        if key not in now:
            yield Change(REMOVED, title, before=_name(row, shown))
    for key, row in now.items():
        if key not in was:
            yield Change(ADDED, title, after=_name(row, shown))
        elif row != was[key]:
            yield from _cells(title, _name(row, shown), was[key], row)
    if [key for key in was if key in now] != [key for key in now if key in was]:
        yield Change(CHANGED, title, _("原来的顺序"), _("新的顺序"))


def _name(row: Doc, shown: str) -> str:
    return str(row[shown] or row.get("matter", {}).get("name") or row["key"])


def _cells(title: str, name: str, old: Doc, new: Doc) -> Iterator[Change]:
    cells = {
        "text": _("文字"), "hint": _("提示"), "title": _("名称"), "options": _("选项"), "ask_if": _("什么时候问"),
        "when": _("什么情形要办"), "after": _("在哪一步之后"), "matter": _("对应事项"), "variant": _("业务种类"),
        "limit": _("时限"), "notes": _("提示"), "papers": _("材料的增减"),
    }  # fmt: skip
    for cell, label in cells.items():
        if old.get(cell) != new.get(cell):
            where = _("%(part)s“%(name)s”的%(cell)s") % {"part": title, "name": name, "cell": label}
            yield Change(CHANGED, where, _cell(cell, old.get(cell)), _cell(cell, new.get(cell)))


def _cell(cell: str, value: Any) -> str:
    if cell in ("ask_if", "when"):
        return wording.line(value) or _("总是")
    if value and cell in LINES:
        return LINES[cell](value)
    return _said(value)


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or json.dumps(value, ensure_ascii=False) if value else "") or _("没有")
    if isinstance(value, list):
        return "、".join(map(str, value)) or _("没有")
    return str(value) if value not in (None, "") else _("没有")
