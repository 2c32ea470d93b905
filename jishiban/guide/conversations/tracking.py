"""Reading back a question handed over: by number and query code, alike for people, programs and assistants."""

from __future__ import annotations

import hmac
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.guide.conversations import queries, words
from jishiban.guide.conversations.flow import ANSWER, INQUIRY
from jishiban.guide.conversations.models import Conversation, Turn
from jishiban.guide.entries.models import Entry
from jishiban.kernel.cases.models import Case, CaseEvent, Promise
from jishiban.kernel.directory.identifiers import check_case_number, parse_case_number
from jishiban.kernel.directory.masks import mask_name
from jishiban.kernel.directory.roster import Roster, roster

PAGE = "/guide/questions/"
OF_STAFF = ("reply", "ask_back", "to_guide", "close")


def spelt(number: str) -> str:
    """A case number in its one spelling; empty for what is none."""
    return "" if len(number) > 60 or check_case_number(number) else str(parse_case_number(number))


def numbered(number: str) -> Case | None:
    """The hand-over of a number: one query."""
    wanted = spelt(number)
    related = ("unit", "owner", "inquiry__turn__conversation", "person")
    return (
        Case.objects.select_related(*related).filter(number=wanted, flow=INQUIRY.name).first()
        if wanted
        else None
    )


def tracked(number: str, code: str) -> Case | None:
    """The hand-over of a number when the code is its query code: one query."""
    case = numbered(number)
    return case if fits(case, code) else None


def fits(case: Case | None, code: str) -> bool:
    """Whether the code opens the case; compared in constant time, also where there is no case."""
    given = "".join(c for c in code[:40] if c.isascii() and c.isdigit())
    known = (case.query_code if case else "") or "no code"
    return hmac.compare_digest(known.encode(), given.encode()) and len(given) == 6


def of_person(person_id: int) -> QuerySet[Case]:
    """A person's hand-overs, open ones first: one query a page."""
    mine = Case.objects.filter(person_id=person_id, flow=INQUIRY.name).select_related("unit")
    return mine.order_by("-is_open", "-opened_at", "-pk")


def last_turn(talk: Conversation) -> Turn | None:
    """The last question of a talk; None for a talk that has not begun."""
    return talk.turns.order_by("-pk").first() if talk.pk else None


def answer_clock(case: Case) -> Promise | None:
    """The latest promise to answer."""
    return case.promises.filter(kind=ANSWER).order_by("-round").first()


def answer_by(clock: Promise | None) -> date | None:
    """The last day on which the answer is still in time; None when nobody is waited for."""
    return timezone.localdate(clock.deadline - timedelta(microseconds=1)) if clock and clock.is_live else None


def status_of(case: Case, now: datetime) -> dict[str, Any]:
    """Where it stands, as programs get it."""
    clock = answer_clock(case)
    due = (
        timezone.localtime(clock.deadline).isoformat(timespec="seconds") if clock and clock.is_live else None
    )
    return {
        "number": case.number, "state": case.state, "label": case.state_label,
        "next": words.next_words(case.state), "asked": timezone.localtime(case.opened_at).isoformat(timespec="seconds"),
        "due": due, "replies": [line["text"] for line in said(case, now=now) if line["from_hall"] and line["text"]],
    }  # fmt: skip


def said(case: Case, today: Roster | None = None, *, now: datetime | None = None) -> list[dict[str, Any]]:
    """What both sides said, oldest first, entries as they are now: two queries. Colleagues' remarks are not among it."""
    events = [event for event in case.events.order_by("seq") if event.step in words.PUBLIC]
    keys = [str(event.facts.get("entry") or "") for event in events]
    entries = queries.answers(keys, timezone.localdate(now) if now else None)
    known = today or roster()
    return [_line(event, entries, known) for event in events]


def _line(event: CaseEvent, entries: dict[str, Entry], today: Roster) -> dict[str, Any]:
    words_said = event.said
    text = str(words_said.get("words") or words_said.get("question") or "")
    entry = entries.get(str(event.facts.get("entry") or ""))
    if entry is not None and not text:
        text = entry.answer
    erased = bool(event.words_digest) and not event.words
    return {
        "step": event.step, "label": words.step_label(event.step), "at": event.at, "leaf": event.leaf,
        "from_hall": event.step in OF_STAFF, "text": _("（文字内容已按规定删除）") if erased else text, "entry": entry,
        "source": event.facts.get("source", ""), "by": _by(event, today),
    }  # fmt: skip


def _by(event: CaseEvent, today: Roster) -> str:
    if event.actor_kind == "person":
        return ""
    unit = today.units.get(event.unit_id, ("", ""))[1]
    name = mask_name(today.names.get(event.actor_id or 0, "")) if event.actor_kind == "staff" else ""
    return f"{unit} {name}".strip()
