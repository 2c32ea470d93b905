"""/desk/: one list over all cases, ordered by what falls due. Six queries at most, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jishiban.hall.applications.desk.finding import find
from jishiban.hall.applications.desk.words import DueWords, party_name
from jishiban.kernel.cases import access, queries
from jishiban.kernel.cases.flow import flow_named
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.models import Role
from jishiban.kernel.directory.roster import Roster, roster
from jishiban.web.doors import actor_of, staff
from jishiban.web.meter import light_word

DESK = (Role.CLERK, Role.REVIEWER, Role.HEAD, Role.AUDITOR)
SCOPES = ("mine", "unit", "offered", "overseen")
PAGE = 50
ALONE = 2  # all and one: nothing to choose
FEW = 9  # more units than this fold away


@dataclass(frozen=True, slots=True)
class Line:
    """One case as one line; everything is ready text. `row` is the line drawn, for long lists."""

    url: str
    number: str
    light: SafeString
    title: str
    party: str
    owner: str
    due: str
    until: str
    unit: str
    state: str
    mark: str

    @property
    def row(self) -> SafeString:
        """The line as a row of the table. Formatted in one go: as template nodes it costs twenty times as much."""
        mark = format_html(MARK, self.mark) if self.mark else ""
        return format_html(
            ROW, self.light, self.due, self.until, self.url, self.number, self.title, self.title, self.party, self.party,
            mark, self.state, self.owner, self.unit,
        )  # fmt: skip


MARK = '<span class="tag tag--wait">{}</span> '
ROW = (
    '<tr data-line><td>{}</td><td class="queue__due"><b>{}</b> <span class="muted">{}</span></td>'
    '<td class="queue__number"><a href="{}">{}</a></td><td title="{}">{}</td><td title="{}">{}</td>'
    '<td class="queue__state">{}{}</td><td>{}</td><td>{}</td></tr>\n'
)


@dataclass(frozen=True, slots=True)
class Group:
    """One of the five groups, with how many cases it holds in all."""

    name: str
    title: str
    count: str
    lines: list[Line]


@staff(*DESK)
def inbox(request: HttpRequest) -> HttpResponse:
    """The inbox, a search in it, or only its list when the page refreshes itself."""
    actor = actor_of(request)
    if sought := request.GET.get("q", "").strip():
        return _search(request, actor, sought)
    now = timezone.now()
    asked = _asked(request)
    today = roster()
    page = queries.inbox(
        actor,
        scope=asked["scope"],
        group=asked["group"],
        unit_id=asked["unit"],
        after=asked["after"],
        size=PAGE,
        now=now,
        today=today,
    )
    context: dict[str, Any] = asked | {
        "groups": groups_of(page, now, today), "next": page.next_after, "now": now, "empty": _empty_words(asked["scope"]),
        "filters": _filters(actor, asked, page, today), "may_register": actor.has_role(Role.CLERK),
    }  # fmt: skip
    only_list = request.headers.get("HX-Request") == "true"
    template = "applications/desk/_queue.html" if only_list else "applications/desk/inbox.html"
    return render(request, template, context)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The filters in the address; what is not ours is as if it had not been said."""
    scope, group, unit = (request.GET.get(name, "") for name in ("scope", "group", "unit"))
    return {
        "scope": scope if scope in SCOPES else "mine",
        "group": group if group in queries.GROUPS else "",
        "unit": int(unit) if unit.isdecimal() and len(unit) < 16 else None,
        "after": request.GET.get("after", ""),
    }


# --- lines --------------------------------------------------------------------------------------------------------


def groups_of(page: queries.Page, now: datetime, today: Roster) -> list[Group]:
    """The rows of a page under the headings of the groups they stand in."""
    edges, titles = queries.bounds(now), group_titles()
    drawer = Drawer(now, today)
    return [
        Group(name, titles[name], count_words(page.counts[name]), [drawer.line(row) for row in rows])
        for name, rows in groupby(page.rows, key=lambda row: queries.group_of(row, now, edges))
    ]


class Drawer:
    """Makes lines of rows; what all lines share is looked up once."""

    def __init__(self, now: datetime, today: Roster) -> None:
        self.now, self.today = now, today
        self.due = DueWords(now, calendars()["statutory"])
        self.language = get_language() or ""
        self.offered, self.gone_up = _("待接收"), _("上报")

    def line(self, row: queries.Listed) -> Line:
        """A case as a line."""
        due, until = self.due.say(row.due_at, row.is_paused)
        mark = self.offered if row.offered_to_id else self.gone_up if row.level else ""
        return Line(
            f"/desk/cases/{row.number}/", row.number, light_html(colour_at(row, self.now), self.language), row.title,
            party_name(row.enterprise_name, row.person_name), self.today.names.get(row.owner_id, "—"), due, until,
            self.today.units.get(row.unit_id, ("", "—"))[1], _state(row.flow, row.state, self.language), mark,
        )  # fmt: skip

    def lines(self, cases: QuerySet[Case]) -> list[Line]:
        """The cases of a query as lines: one query."""
        return [self.line(row) for row in queries.listed(cases)]


def colour_at(case: Case | queries.Listed, now: datetime) -> str:
    """The light of a case; the same rule as `queries.colour_of` in SQL."""
    if case.is_paused and (case.red_at is None or case.red_at > now):
        return "grey"
    if case.red_at is not None and case.red_at <= now:
        return "red"
    return "yellow" if case.yellow_at is not None and case.yellow_at <= now else "green"


@cache
def light_html(colour: str, language: str) -> SafeString:  # noqa: ARG001  the word differs by language
    """The light as ready HTML, drawn once for each colour and language."""
    return render_to_string("web/components/light.html", {"colour": colour, "word": light_word(colour)})


@cache
def _state(flow: str, state: str, language: str) -> str:  # noqa: ARG001  the label differs by language
    return _(flow_named(flow).states[state].label)


def count_words(count: int) -> str:
    """A count, cut at what was counted."""
    return f"{queries.AT_MOST}+" if count > queries.AT_MOST else str(count)


def group_titles() -> dict[str, str]:
    """The five groups in words."""
    return {
        "overdue": _("已超期"), "today": _("今天到期"), "soon": _("三日内"), "later": _("之后"), "paused": _("暂停"),
    }  # fmt: skip


# --- filters ------------------------------------------------------------------------------------------------------


def _filters(actor: Actor, asked: dict[str, Any], page: queries.Page, today: Roster) -> list[dict[str, Any]]:
    """Scopes, groups and units as links that can be shared."""
    found: list[dict[str, Any]] = [
        {"title": _("范围"), "links": list(_scopes(asked))},
        {"title": _("到期"), "links": list(_groups(asked, page))},
    ]
    if asked["scope"] == "unit":
        units = list(_units(actor, asked, today))
        found += (
            [{"title": _("单位"), "links": units, "fold": len(units) > FEW}] if len(units) > ALONE else []
        )
    return found


def _link(asked: dict[str, Any], **changes: object) -> str:
    kept = {name: asked[name] for name in ("scope", "group", "unit")} | changes
    said = {name: value for name, value in kept.items() if value and (name, value) != ("scope", "mine")}
    return "/desk/?" + urlencode(said) if said else "/desk/"


def _scopes(asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    titles = {"mine": _("我的"), "unit": _("本单位"), "offered": _("移交给我"), "overseen": _("上报给我")}
    for scope in SCOPES:
        url = _link(asked, scope=scope, unit=None, group="")
        yield {"title": titles[scope], "url": url, "current": scope == asked["scope"]}


def _groups(asked: dict[str, Any], page: queries.Page) -> Iterator[dict[str, Any]]:
    yield {"title": _("全部"), "url": _link(asked, group=""), "current": not asked["group"]}
    for name, title in group_titles().items():
        words = f"{title} {count_words(page.counts[name])}"
        yield {"title": words, "url": _link(asked, group=name), "current": name == asked["group"]}


def _units(actor: Actor, asked: dict[str, Any], today: Roster) -> Iterator[dict[str, Any]]:
    paths = actor.paths(*access.SEEING)
    yield {"title": _("全部"), "url": _link(asked, unit=None), "current": asked["unit"] is None}
    for pk, (_name, short) in sorted(today.units.items(), key=lambda item: today.paths[item[0]]):
        if any(today.paths[pk].startswith(path) for path in paths):
            yield {"title": short, "url": _link(asked, unit=pk), "current": asked["unit"] == pk}


def _empty_words(scope: str) -> tuple[str, str]:
    """Why the list is empty, and that this is good."""
    return {
        "mine": (_("手头没有办件"), _("新件到您名下时会出现在这里。")),
        "unit": (_("本单位没有在办的件"), _("换一个范围或单位看看。")),
        "offered": (_("没有移交给您的件"), _("同事移交给您的件，接收前列在这里。")),
        "overseen": (_("没有上报给您的件"), _("超期的件会逐级上报，到您这里时列出。")),
    }[scope]


# --- search -------------------------------------------------------------------------------------------------------


def _search(request: HttpRequest, actor: Actor, sought: str) -> HttpResponse:
    """A whole number opens its case; the rest gives a short list."""
    found = find(actor, sought)
    if len(found) == 1:
        return redirect(reverse("applications:desk-case", args=[found[0].number]))
    drawer = Drawer(timezone.now(), roster())
    context = {"q": sought, "lines": [drawer.line(row) for row in found]}
    return render(request, "applications/desk/found.html", context)
