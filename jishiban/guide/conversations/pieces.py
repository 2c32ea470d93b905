"""What the pages of a talk draw: an answer with its matched words lit, its source, and where to go next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from jishiban.guide.conversations import words
from jishiban.guide.conversations.models import Turn
from jishiban.guide.conversations.queries import Shown, version_of
from jishiban.guide.entries.models import Entry
from jishiban.guide.scenarios.offers import Offers
from jishiban.kernel.search.reply import Decision

Line = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry as a page draws it. `lines` are pieces of text with whether they are lit; `steps` are links."""

    entry: Entry
    lines: list[Line]
    version: int
    steps: list[dict[str, str]]
    phrased: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One turn as a page draws it: the answer, or buttons, or why a person is better."""

    view: Shown
    answer: Answer | None
    buttons: Sequence[tuple[str, str]]
    lead: str
    why: str = ""
    scenarios: Sequence[dict[str, Any]] = ()

    @property
    def turn(self) -> Any:
        return self.view.turn


def piece(view: Shown, offers: Offers | None = None) -> Piece:
    """A turn of a talk, ready to be drawn, with the scenarios its words call for."""
    drawn = _piece(view)
    return replace(drawn, scenarios=scenarios_of(view.turn, offers)) if offers else drawn


def scenarios_of(turn: Turn, offers: Offers) -> list[dict[str, Any]]:
    """The scenarios a turn's words call for."""
    return offers.of(turn.asked, str(turn.reading.get("item", "")))


def _piece(view: Shown) -> Piece:
    if view.entry is not None:
        return Piece(view, answer(view.entry, view.matched, view.phrased), (), "")
    if view.clarification is not None:
        return Piece(view, None, view.clarification.options, view.clarification.question)
    if view.choices:
        return Piece(view, None, [(entry.key, entry.question) for entry in view.choices], _("您想问的是："))
    return Piece(view, None, (), "", _why(view))


def _why(view: Shown) -> str:
    turn = view.turn
    if turn.decision != Decision.HANDOVER:
        return _("原来的答复已停用或更新，请再问一次。")
    return words.why_words(turn.why)


def answer(entry: Entry, matched: Sequence[str] = (), phrased: str = "") -> Answer:
    """An entry with its source, its lit words and its next steps."""
    lines = [lit(line, matched) for line in entry.answer.splitlines() if line.strip()]
    return Answer(entry, lines, version_of(entry), next_steps(entry), phrased)


def lit(text: str, matched: Sequence[str]) -> Line:
    """The text in pieces, those that stand in the question lit; longer words win over shorter ones."""
    wanted = sorted({word for word in matched if word.strip()}, key=len, reverse=True)
    if not wanted:
        return [(text, False)]
    cut = re.split("(" + "|".join(map(re.escape, wanted)) + ")", text, flags=re.IGNORECASE)
    return [(part, bool(n % 2)) for n, part in enumerate(cut) if part]


def next_steps(entry: Entry) -> list[dict[str, str]]:
    """Where to go from an answer: apply, read, print, call. Only what is there."""
    matter = entry.matter
    if matter is None:
        return []
    steps = []
    if matter.in_hall and matter.current is not None and matter.current.is_full:
        steps.append({"title": _("去办理"), "url": f"/apply/{matter.pk}/", "icon": "arrow"})
    steps.append({"title": _("办事指南"), "url": matter.get_absolute_url(), "icon": "book"})
    steps.append({"title": _("打印指南"), "url": f"{matter.get_absolute_url()}print/", "icon": "print"})
    return steps


def phone_of(entry: Entry | None) -> str:
    """The telephone to ask at: the matter's unit's, else the hall's."""
    unit = (entry.matter.unit if entry.matter else entry.unit) if entry else None
    return (unit.phone if unit else "") or str(settings.PLACE.phone)
