"""A reply as programs get it: one shape for the API and for assistants, made of entries as they are now."""

from __future__ import annotations

from typing import Any

from jishiban.guide.conversations import words
from jishiban.guide.conversations.actions import Asked
from jishiban.guide.conversations.pieces import scenarios_of
from jishiban.guide.conversations.queries import Shown, shown, version_of
from jishiban.guide.entries.models import Entry
from jishiban.guide.scenarios import offers
from jishiban.kernel.search.reply import Decision


def reply_of(asked: Asked, k: int) -> dict[str, Any]:
    """The reply with up to `k` hits, best first, also where it chooses, asks back or hands over."""
    turn = asked.turn
    view = shown([turn])[0]
    return {
        "decision": str(turn.decision),
        "hits": [hit_of(hit, asked.entries[hit["key"]]) for hit in turn.hits[:k]],
        "slot": turn.slot,
        "clarify": _clarify(view),
        "why": turn.why,
        "conversation": turn.conversation.key,
        "turn": turn.pk,
        "reading": turn.reading,
        "phrased": view.phrased,
        "took_ms": turn.took_ms,
        "scenarios": [scenario_of(card) for card in scenarios_of(turn, offers.known())],
        "handover": handover(asked.decision is Decision.HANDOVER, turn.why),
    }


def scenario_of(card: dict[str, Any]) -> dict[str, str]:
    """A scenario the question calls for."""
    return {"id": card["key"], "title": card["title"], "url": card["url"]}


def hit_of(hit: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """One candidate, its answer and its source."""
    return {
        "id": entry.key,
        "question": entry.question,
        "answer": entry.answer,
        "matter": entry.matter.name if entry.matter else "",
        "matter_url": entry.matter.get_absolute_url() if entry.matter else "",
        "aspect": entry.aspect,
        "version": version_of(entry),
        "source": entry.source,
        "checked_on": entry.checked_on,
        "score": hit["score"],
        "confidence": hit["confidence"],
        "matched": hit["matched"],
    }


def _clarify(view: Shown) -> dict[str, Any] | None:
    if view.clarification is None:
        return None
    options = [{"id": key, "label": label} for key, label in view.clarification.options]
    return {"question": view.clarification.question, "options": options}


def handover(advised: bool, why: str) -> dict[str, Any]:
    """How to reach a person: always offered, advised where the guide has no answer."""
    return {
        "advised": advised,
        "reason": words.why_words(why) if advised else "",
        "within": words.promise_words(),
        "phone": words.hall_phone(),
    }
