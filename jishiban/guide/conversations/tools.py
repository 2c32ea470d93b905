"""What an assistant may do in the hall: ask, read a guide, follow a scenario, look up a case. Reading only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.guide.conversations import actions, queries, replies, tracking
from jishiban.guide.conversations.models import Channel
from jishiban.guide.conversations.question import NotAQuestion
from jishiban.guide.scenarios import queries as scenarios
from jishiban.guide.scenarios.api import plan_out
from jishiban.guide.scenarios.body import complete
from jishiban.guide.scenarios.plan import next_question, result, valid_answers
from jishiban.hall.matters import queries as matters
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.flow import flow_named
from jishiban.kernel.cases.models import Case
from jishiban.web.limits import limit

MOST = 20


class BadArguments(ValueError):
    """The arguments do not fit the tool's schema; the message says which and how."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: its name, what it does, its arguments as JSON Schema, and how it is done."""

    name: str
    title: str
    description: str
    schema: dict[str, Any]
    run: Callable[[dict[str, Any], str], dict[str, Any]]

    def listed(self) -> dict[str, Any]:
        """As `tools/list` tells it."""
        return {
            "name": self.name, "title": self.title, "description": self.description, "inputSchema": self.schema,
            "annotations": {"readOnlyHint": True, "openWorldHint": False},
        }  # fmt: skip


def _schema(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


# --- the tools -------------------------------------------------------------------------------------------------------


def search(given: dict[str, Any], who: str) -> dict[str, Any]:
    """The same as `POST /api/v1/guide/ask`."""
    known = queries.conversation(given.get("conversation", ""))
    mine = known is not None and known.channel == Channel.MCP
    talk = known if known is not None and mine else actions.begin(Channel.MCP, who=who)
    k = given.get("k", 5)
    try:
        return replies.reply_of(actions.ask(given["q"], talk, k), k)
    except NotAQuestion as wrong:
        raise BadArguments(str(wrong)) from wrong


def guide(given: dict[str, Any], _who: str) -> dict[str, Any]:
    """The guide in force of a matter, by its exact name or its number."""
    found = _matter(given["matter"])
    version = matters.versions(found).first() if found else None
    if found is None or version is None:
        raise BadArguments(_("没有这个事项。请先用 search 找到它的准确名称。"))
    return {
        "matter": found.name, "id": found.pk, "url": found.get_absolute_url(), "version": version.number,
        "published_at": version.published_at, "guide": version.body,
    }  # fmt: skip


def _matter(name: str) -> Matter | None:
    known = matters.in_hall()
    if name.isascii() and name.isdecimal() and len(name) < 16:
        return known.filter(pk=int(name)).first()
    return known.filter(name=name).first()


def scenario(given: dict[str, Any], _who: str) -> dict[str, Any]:
    """A scenario by its key: without answers what it asks, with answers the next question or this person's way."""
    found = scenarios.one(given["id"][:32])
    if found is None or found.current is None:
        raise BadArguments(
            _("没有这个情景。可以用的有：%(keys)s")
            % {"keys": _("、").join(c["key"] for c in scenarios.cards())}
        )
    whole = complete(found.current.body)
    answers = valid_answers(
        whole, {str(name): str(value) for name, value in given.get("answers", {}).items()}
    )
    told = {"id": given["id"], "title": whole["title"], "version": found.current.number, "answers": answers}
    question = next_question(whole, answers)
    if question is not None:
        return told | {"next": question}
    return told | {"plan": plan_out(given["id"], result(whole, answers, scenarios.guides(whole)))}


def case_status(given: dict[str, Any], who: str) -> dict[str, Any]:
    """Where any case stands, for whoever holds number and query code; never a name, never a word of it."""
    limit("mcp-track", who or "-", times=60, seconds=600)
    number = tracking.spelt(given["number"])
    limit("api-track-number", number or "-", times=10, seconds=3600)
    case = Case.objects.select_related("unit").filter(number=number).first() if number else None
    if not tracking.fits(case, given["code"]) or case is None:
        raise BadArguments(_("没有这个编号，或者查询码不对。"))
    state = flow_named(case.flow).states[case.state]
    due = (
        timezone.localtime(case.due_at).isoformat(timespec="seconds")
        if case.due_at and case.is_open
        else None
    )
    told = {
        "number": case.number, "title": case.title, "state": case.state, "label": _(state.label), "open": case.is_open,
        "waiting": str(state.waiting), "unit": case.unit.name, "due": due,
        "opened": timezone.localtime(case.opened_at).isoformat(timespec="seconds"),
    }  # fmt: skip
    replied = tracking.status_of(case, timezone.now())["replies"] if case.flow == "inquiry" else []
    return told | ({"replies": replied} if replied else {})


TEXT: Final = {"type": "string"}
TOOLS: Final = {
    tool.name: tool
    for tool in (
        Tool("search", "问办事", "用一句平常的话问办事的条件、材料、地点、时限、费用等。返回有出处的答复，拿不准时给候选或反问。",
             _schema(["q"], q=TEXT | {"maxLength": 500, "description": "问题"},
                     k={"type": "integer", "minimum": 1, "maximum": MOST, "description": "最多几个候选"},
                     conversation=TEXT | {"maxLength": 64, "description": "上次返回的咨询编号，接着问时带上"}), search),
        Tool("guide", "办事指南", "取一个事项现行的完整办事指南。",
             _schema(["matter"], matter=TEXT | {"maxLength": 300, "description": "事项的准确名称或编号"}), guide),
        Tool("scenario", "情景攻略", "取一个情景（开餐馆、新生儿……）的问题；带上回答时给出要办的事项和顺序。",
             _schema(["id"], id=TEXT | {"maxLength": 80, "description": "情景编号"},
                     answers={"type": "object", "description": "问题编号到回答"}), scenario),
        Tool("case_status", "查进度", "凭编号和六位查询码查一件事办到哪里。",
             _schema(["number", "code"], number=TEXT | {"maxLength": 60, "description": "编号"},
                     code=TEXT | {"maxLength": 20, "description": "六位查询码"}), case_status),
    )
}  # fmt: skip


def call(name: str, given: dict[str, Any], who: str) -> dict[str, Any]:
    """Run a tool. KeyError for an unknown name, BadArguments for arguments that do not fit or find nothing."""
    tool = TOOLS[name]
    _fit(tool.schema, given)
    return tool.run(given, who)


TYPES: Final[dict[str, Callable[[Any], bool]]] = {
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "object": lambda v: isinstance(v, dict),
}


def _fit(schema: dict[str, Any], given: dict[str, Any]) -> None:
    """The few words of JSON Schema the tools use."""
    for name in schema["required"]:
        if name not in given:
            raise BadArguments(_("缺少参数 %(name)s。") % {"name": name})
    for name, value in given.items():
        rule = schema["properties"].get(name)
        if rule is None:
            raise BadArguments(_("没有参数 %(name)s。") % {"name": name[:40]})
        if not TYPES[rule["type"]](value) or not _within(rule, value):
            raise BadArguments(
                _("参数 %(name)s 不对：%(rule)s")
                % {"name": name, "rule": json.dumps(rule, ensure_ascii=False)}
            )


def _within(rule: dict[str, Any], value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= int(rule.get("maxLength", 500))
    if isinstance(value, int):
        return bool(rule.get("minimum", value) <= value <= rule.get("maximum", value))
    return len(str(value)) <= 10_000
