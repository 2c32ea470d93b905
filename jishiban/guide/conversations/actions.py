"""Every write of a talk: a question asked, a button chosen, a word on whether it helped."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from jishiban.guide.conversations import engine, facts, model, queries
from jishiban.guide.conversations.models import Channel, Conversation, Judged, Turn
from jishiban.guide.conversations.question import checked
from jishiban.guide.entries.models import Entry
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Person
from jishiban.kernel.search.reply import Decision, Found, Reply

MOST_HITS = 20
MEANT = 0.5  # confidence from which on a matter is the one talked about, though it was not answered


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question: its turn, the library's reply, and the entries it names as they are now."""

    turn: Turn
    reply: Reply
    entries: Mapping[str, Entry]

    @property
    def decision(self) -> Decision:
        return Decision(self.turn.decision)


def asker_hash(who: str) -> str:
    """Counts distinct askers without naming them: keyed by the house's own secret, so it cannot be tried out."""
    return salted_hmac("jishiban.guide.asker", who).hexdigest()[:32] if who else ""


def begin(
    channel: str, *, who: str = "", actor: Actor | None = None, now: datetime | None = None
) -> Conversation:
    """A new, unsaved talk; it is saved with its first question. `who` tells one asker from another."""
    person_id = actor.id if actor is not None and actor.kind == "person" else None
    known = f"person:{person_id}" if person_id else who
    return Conversation(
        channel=Channel(channel),
        person_id=person_id,
        started_at=now or timezone.now(),
        asker=asker_hash(known),
    )


def ask(text: object, talk: Conversation, k: int = 5, *, now: datetime | None = None) -> Asked:
    """Ask the library and keep what was asked and how it was understood.

    Raises NotAQuestion, and then nothing is kept. The search runs before the transaction, which only writes.
    A hit whose entry may not be shown any more is dropped; an answer that loses its entry is no answer.
    """
    began = time.perf_counter()
    question = checked(text)
    reply = engine.ask(question, min(max(k, 1), MOST_HITS), talk.about or None)
    entries = queries.answers(hit.row for hit in reply.hits)
    turn = _turn(question, reply, entries, now or timezone.now())
    _phrase(turn, entries)
    turn.took_ms = round((time.perf_counter() - began) * 1000, 2)
    _keep(talk, turn, entries)
    return Asked(turn, reply, entries)


def _turn(question: str, reply: Reply, entries: Mapping[str, Entry], now: datetime) -> Turn:
    hits = [hit for hit in reply.hits if hit.row in entries]
    decision, slot, why = _decided(reply, hits)
    reading = reply.reading
    return Turn(
        asked=question, decision=decision, slot=slot, why=why[:40], at=now, hits=[_hit(hit) for hit in hits],
        reading={
            "item": reading.item, "aspects": list(reading.aspects), "rules": [list(rule) for rule in reading.rules],
            "unknown": round(reading.unknown, 3),
        },
    )  # fmt: skip


def _hit(hit: Found) -> dict[str, Any]:
    weights = {name: round(float(value), 4) for name, value in hit.features.items()}
    return {
        "key": hit.row, "confidence": round(hit.confidence, 4), "score": round(hit.score, 4),
        "matched": list(hit.matched), "features": weights,
    }  # fmt: skip


def _decided(reply: Reply, hits: list[Found]) -> tuple[Decision, str, str]:
    """The library's decision, unless what it decided on may not be shown."""
    asks = (
        reply.decision is Decision.CLARIFY and not reply.hits
    )  # a question back needs nothing to have been found
    if reply.decision is not Decision.HANDOVER and not hits and not asks:
        return Decision.HANDOVER, "", "no_source"
    if reply.decision is Decision.ANSWER and hits[0] is not reply.hits[0]:
        return Decision.CHOOSE, "", "no_source"
    return reply.decision, reply.slot, reply.why


def _phrase(turn: Turn, entries: Mapping[str, Entry]) -> None:
    """Let the language model put the answer in other words, where a place has one; else nothing changes."""
    if turn.decision != Decision.ANSWER or not settings.MODEL.url:
        return
    first = entries[turn.hits[0]["key"]]
    cited = [
        first,
        *(entries[hit["key"]] for hit in turn.hits[1:] if entries[hit["key"]].matter_id == first.matter_id),
    ]
    words = model.phrase(turn.asked, [(entry.key, entry.answer) for entry in cited[:3]], settings.MODEL)
    if words is not None:
        turn.phrased, turn.cited = words.text, list(words.cited)
        turn.cited_at = max(entry.moved for entry in cited)


def _keep(talk: Conversation, turn: Turn, entries: Mapping[str, Entry]) -> None:
    with transaction.atomic():
        shown = entries.get(turn.shown)
        talk.about = queries.group_of(shown) if shown else _one_matter(turn, entries) or talk.about
        talk.save()
        turn.conversation = talk
        turn.save(force_insert=True)
        facts.asked(talk, turn)


def _one_matter(turn: Turn, entries: Mapping[str, Entry]) -> str:
    """The matter a question back, or a choice, is most likely about: the next words of the asker mean it."""
    if not turn.hits:
        return ""
    asked = turn.decision == Decision.CLARIFY and turn.slot in ("aspect", "variant")
    likely = turn.decision == Decision.CHOOSE and turn.hits[0]["confidence"] >= MEANT
    return queries.group_of(entries[turn.hits[0]["key"]]) if asked or likely else ""


def choose(turn: Turn, key: str, *, now: datetime | None = None) -> Entry | None:
    """The asker pressed a button: the entry, or None where it may not be shown any more.

    What was typed becomes a proposal for an alias of what was chosen. Pressing twice changes nothing.
    """
    entry = queries.answers([key]).get(key)
    if entry is None or turn.chosen == key:
        return entry
    with transaction.atomic():
        first = not turn.chosen
        turn.chosen = key
        turn.save(update_fields=["chosen"])
        talk = turn.conversation
        talk.about = queries.group_of(entry)
        talk.save(update_fields=["about"])
        if first:
            facts.chosen(talk, now or timezone.now())
            said = turn.reading.get("item") or turn.asked
            if len(said) <= 60:
                engine.propose(said, entry, talk.asker, now or timezone.now())
    return entry


def judge(turn: Turn, judged: str, *, now: datetime | None = None) -> None:
    """解决了 or 没解决. The first word counts; saying it again changes nothing."""
    wanted = Judged(judged)
    with transaction.atomic():
        fresh = Turn.objects.select_for_update().select_related("conversation").get(pk=turn.pk)
        if fresh.judged or not wanted:
            return
        fresh.judged = wanted
        fresh.save(update_fields=["judged"])
        facts.judged(fresh.conversation, fresh, now or timezone.now())
        turn.judged = wanted


def erase_person(person: Person) -> int:
    """Wipe what a person asked; that something was asked, and how it was decided, stays. Returns how many turns."""
    mine = Conversation.objects.filter(person=person)
    wiped = Turn.objects.filter(conversation__in=mine).update(asked="", reading={}, phrased="", cited=[])
    mine.update(person=None, asker="")
    return wiped
