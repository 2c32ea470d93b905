"""What changed between two versions of a guide, in words people can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jishiban.hall.matters import words

Doc = Mapping[str, Any]
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
NAMES = {"materials": "key", "questions": "key", "faq": "q"}  # how a row is known again; others by name
SHOWN = {"questions": "label", "faq": "q"}
SILENT = ("confidence", "check", "aliases")  # not part of what the hall promises


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, what it was, what it is. `kind` is added, removed or changed."""

    kind: str
    part: str
    before: str = ""
    after: str = ""


def changes(before: Doc | None, after: Doc) -> list[Change]:
    """All differences, in the order of the guide; empty for the first version."""
    if before is None:
        return []
    found: list[Change] = []
    for part in words.PARTS:
        if part not in SILENT and before.get(part) != after.get(part):
            found.extend(_part(part, before.get(part), after.get(part)))
    return found


def _part(part: str, old: Any, new: Any) -> Iterator[Change]:
    title = str(words.PARTS[part])
    if part in ("promise", "statutory", "extension"):
        yield from _limits(title, old, new)
    elif part == "fee":
        yield from _one(title, _fee(old), _fee(new))
    elif part == "place":
        yield from _one(title, _joined(old), _joined(new))
    elif isinstance(new or old, list):
        yield from _rows(part, title, old or [], new or [])
    else:
        yield from _one(title, said(old), said(new))


def _limits(title: str, old: Any, new: Any) -> Iterator[Change]:
    before, after = words.limit(old), words.limit(new)
    if before != after:
        yield from _one(title, before, after)
    elif (old or {}).get("basis") != (new or {}).get("basis"):
        yield from _one(
            _("%(part)s的依据") % {"part": title},
            said((old or {}).get("basis")),
            said((new or {}).get("basis")),
        )


def _one(title: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(CHANGED, title, before, after)


def _rows(part: str, title: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    before, after = _by_name(part, old), _by_name(part, new)
    for name, row in before.items():
        if name not in after:
            yield Change(REMOVED, title, before=_row_name(part, row))
    for name, row in after.items():
        if name not in before:
            yield Change(ADDED, title, after=_row_name(part, row))
        elif row != before[name]:
            yield from _cells(title, _row_name(part, row), before[name], row)
    if list(before) != list(after) and set(before) == set(after):
        yield Change(CHANGED, title, _("原来的顺序"), _("新的顺序"))


def _by_name(part: str, rows: list[Any]) -> dict[str, Any]:
    column = NAMES.get(part, "name")
    found: dict[str, Any] = {}
    for row in rows:
        name = str(row if not isinstance(row, Mapping) else row.get(column, ""))
        while name in found:
            name += "+"
        found[name] = row
    return found


def _row_name(part: str, row: Any) -> str:
    return str(row.get(SHOWN.get(part, "name"), "")) if isinstance(row, Mapping) else str(row)


def _cells(title: str, name: str, old: Doc, new: Doc) -> Iterator[Change]:
    for cell in dict.fromkeys([*old, *new]):
        before, after = old.get(cell), new.get(cell)
        if cell != "key" and before != after:
            label = words.CELLS.get(cell, cell)
            where = _("%(part)s“%(name)s”的%(cell)s") % {"part": title, "name": name, "cell": label}
            yield Change(CHANGED, where, said(before), said(after))


def said(value: Any) -> str:
    """A value in words: 是, 否, a limit, a list; 没有 for nothing."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Mapping):
        return words.limit(value) if "amount" in value else _joined(value)
    if isinstance(value, list):
        return "、".join(said(one) for one in value) or _("没有")
    return str(value) if value not in (None, "") else _("没有")


def _joined(value: Any) -> str:
    return " ".join(str(part) for part in (value or {}).values() if part) or _("没有")


def _fee(fee: Any) -> str:
    if not fee or not fee["charged"]:
        return _("免费")
    return "、".join(f"{row['name']}（{row['standard']}）" for row in fee["items"]) or _("收费")
