"""The events of a case in words: who, what was said, and its place in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jishiban.hall.applications.flow import APPLICATION
from jishiban.kernel.cases.actions import find_step
from jishiban.kernel.cases.flow import Need, Step
from jishiban.kernel.cases.models import CaseEvent
from jishiban.kernel.directory.masks import scrub
from jishiban.kernel.directory.roster import Roster
from jishiban.web.formats import cndate

UNSPOKEN = frozenset(
    {"form", "version", "items", "answered", "by", "asked_by", "walk_in"}
)  # fingerprints, and what others say better


def timeline(events: list[CaseEvent], today: Roster) -> list[dict[str, Any]]:
    """What the timeline component shows, newest first."""
    return [_entry(event, today) for event in reversed(events)]


def _entry(event: CaseEvent, today: Roster) -> dict[str, Any]:
    step = find_step(APPLICATION, event.step)
    return {
        "title": _(step.label), "at": event.at, "by": who(event, today), "note": _note(event, step, today), "leaf": event.leaf,
        "colour": "red" if event.step in ("breach", "overdue") else None,
    }  # fmt: skip


def who(event: CaseEvent, today: Roster) -> str:
    """Who took the step: a colleague by name, the applicant, or the system."""
    if event.actor_kind == "staff":
        return today.names.get(event.actor_id or 0, _("工作人员"))
    return _("申请人") if event.actor_kind == "person" else _("系统")


def _note(event: CaseEvent, step: Step, today: Roster) -> str:
    said = event.facts | event.said
    lines = [_line(need, said[need.name], today, event.step) for need in step.needs if need.name in said]
    if event.words_digest and not event.words:
        lines.append(_("（文字内容已按规定删除）"))
    if event.effective.date() != event.at.date():
        lines.append(_("自%(day)s起算") % {"day": cndate(event.effective)})
    return scrub("\n".join(filter(None, lines)))


def _line(need: Need, value: Any, today: Roster, step: str) -> str:
    if need.name in UNSPOKEN and not (step == "breach" and need.name == "items"):
        return ""
    return _("%(label)s：%(value)s") % {"label": _(need.label), "value": _value(need, value, today)}


def _value(need: Need, value: Any, today: Roster) -> str:
    if need.name == "to" and isinstance(value, int):
        return today.names.get(value, "—")
    if need.name == "unit" and isinstance(value, int):
        return today.units.get(value, ("—", ""))[0]
    if need.name == "files":
        return ngettext("%(n)s 个文件", "%(n)s 个文件", len(value)) % {"n": len(value)}
    if need.name == "details":
        return "".join(f"\n· {detail(row)}" for row in value)
    if isinstance(value, list):
        return _("、").join(map(str, value))
    if need.kind == "choice":
        return _(str(value))
    return cndate(value) if need.kind == "date" else str(value)


def detail(row: Mapping[str, str]) -> str:
    """One line of a notice: what, what is wrong, how to mend it."""
    mend = _("；%(mend)s") % {"mend": row["mend"]} if row.get("mend") else ""
    return _("%(label)s：%(value)s") % {"label": row["name"], "value": f"{row['problem']}{mend}"}


def waiting_request(events: list[CaseEvent]) -> CaseEvent | None:
    """The request for an extension nobody has answered yet."""
    last = next(
        (e for e in reversed(events) if e.step in ("ask_extension", "extend", "decline_extension")), None
    )
    return last if last is not None and last.step == "ask_extension" else None
