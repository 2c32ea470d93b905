"""Every read more than one place needs. Answers always come from the library as it is now, in one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jishiban.guide.conversations.models import Conversation, Turn
from jishiban.guide.entries.models import Entry
from jishiban.guide.entries.queries import served
from jishiban.hall.matters.models import Matter

GROUP = "m"
Label = Callable[[Entry], object]


def answers(keys: Iterable[str], today: date | None = None) -> dict[str, Entry]:
    """The entries of these keys that may be shown today, with matter, unit and guide version: one query.

    Withdrawn ones, ones not yet or no longer valid, and any without a source are not among them.
    """
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    found = _current(today).filter(key__in=wanted)
    return {entry.key: entry for entry in found}


def aspects_of(matter_ids: Iterable[int], today: date | None = None) -> list[Entry]:
    """The whole-aspect entries of some matters, as buttons: one query."""
    whole = _current(today).filter(matter_id__in=list(matter_ids), origin="compiled")
    return [one for one in whole.order_by("pk") if one.key == f"{GROUP}{one.matter_id}:{one.aspect}"]


def _current(today: date | None) -> QuerySet[Entry]:
    related = ("matter__unit", "matter__current", "guide", "unit")
    bulky = ("guide__body", "matter__current__body")
    return served(today).exclude(source="").select_related(*related).defer(*bulky)


def version_of(entry: Entry) -> int:
    """What stands beside the source: the guide's version, or for hand-written entries the number of their last change."""
    return entry.guide.number if entry.guide else entry.moved


def group_of(entry: Entry) -> str:
    """The group whose talk this is: the matter's, or none."""
    return f"{GROUP}{entry.matter_id}" if entry.matter_id else ""


def number_of(group: str) -> int | None:
    """The number of the matter a group is; None where it is none."""
    number = group.removeprefix(GROUP)
    return int(number) if number.isdecimal() and len(number) < 16 else None


def matter_of(group: str) -> Matter | None:
    """The matter of a group; None where it is none: one query."""
    number = number_of(group)
    return Matter.objects.select_related("unit", "current").filter(pk=number).first() if number else None


# --- a talk as it is shown ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clarification:
    """One question back, with buttons: (entry key, what it says)."""

    question: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A turn with what can be shown of it now. `entry` answers it; `choices` are buttons; both may be gone since."""

    turn: Turn
    entry: Entry | None
    choices: Sequence[Entry]
    clarification: Clarification | None
    phrased: str = ""
    matched: tuple[str, ...] = ()


MOST_BUTTONS, FEWEST = 5, 2
NEAR = 0.15  # share of the best one's confidence from which on a hit is worth a button
LIKELY = 0.1  # confidence below which a hit is a guess


def conversation(key: str) -> Conversation | None:
    """The talk of a key: one query."""
    return Conversation.objects.filter(key=key).first() if 0 < len(key) <= 32 else None


def shown(turns: Sequence[Turn]) -> list[Shown]:
    """The turns of a talk with their answers as they are now: two queries, whatever the number of turns."""
    entries = answers(key for turn in turns for key in _keys(turn))
    asked = {entry.matter_id for turn in turns if turn.slot == "aspect" for entry in _hits(turn, entries)[:1]}
    siblings = aspects_of(pk for pk in asked if pk) if asked else []
    return [show(turn, entries, siblings) for turn in turns]


def show(turn: Turn, entries: Mapping[str, Entry], siblings: Sequence[Entry] = ()) -> Shown:
    """One turn over entries already read."""
    entry = entries.get(turn.shown)
    found = _offered(turn, entries)
    choices: Sequence[Entry] = ()
    clarification = None
    unclear = turn.decision == "choose" and turn.slot == "item" and not found  # only guesses: ask, offer none
    if entry is None and (turn.decision == "clarify" or unclear):
        clarification = clarify(turn.slot, found, siblings)
    elif entry is None and turn.decision in ("choose", "answer"):
        choices = _choices(turn, found)
    said = next((tuple(hit.get("matched", ())) for hit in turn.hits if hit["key"] == turn.shown), ())
    return Shown(turn, entry, choices, clarification, _phrased(turn, entry, entries), said)


def _keys(turn: Turn) -> list[str]:
    return [turn.chosen, *(str(hit["key"]) for hit in turn.hits), *turn.cited]


def _hits(turn: Turn, entries: Mapping[str, Entry]) -> list[Entry]:
    return [entries[hit["key"]] for hit in turn.hits if hit["key"] in entries]


def _offered(turn: Turn, entries: Mapping[str, Entry]) -> list[Entry]:
    """The hits worth a button: near enough to the best, and where the matter is asked for, likely in themselves."""
    sure = {hit["key"]: float(hit.get("confidence", 1)) for hit in turn.hits}
    found = _hits(turn, entries)
    best = sure[found[0].key] if found else 0.0
    likely = LIKELY if turn.slot == "item" else 0.0
    near = [entry for entry in found if sure[entry.key] >= max(NEAR * best, likely)]
    return near if likely else found[: max(len(near), FEWEST)]


def _choices(turn: Turn, found: Sequence[Entry]) -> list[Entry]:
    """The buttons of a choice: each matter once, where nobody said what about it they want to know."""
    once: dict[int | str, Entry] = {}
    for entry in found:
        once.setdefault(entry.matter_id or entry.key, entry)
    plain = turn.reading.get("aspects") or len(once) < FEWEST
    return list(found if plain else once.values())[:MOST_BUTTONS]


def _phrased(turn: Turn, entry: Entry | None, entries: Mapping[str, Entry]) -> str:
    """The model's words, while every entry they were made of still stands as it stood."""
    if entry is None or not turn.phrased or turn.chosen:
        return ""
    fresh = all(key in entries and entries[key].moved <= turn.cited_at for key in turn.cited)
    return turn.phrased if fresh else ""


def clarify(slot: str, found: Sequence[Entry], siblings: Sequence[Entry] = ()) -> Clarification:
    """The one question on the missing slot, with buttons made of what was found."""
    if slot == "aspect" and found and found[0].matter:
        mine = [one for one in siblings if one.matter_id == found[0].matter_id] or found
        question = _("关于“%(matter)s”，您想知道什么？") % {"matter": found[0].matter.name}
        return Clarification(question, _one_each(mine, lambda one: one.get_aspect_display(), len(mine)))
    if slot == "variant":
        return Clarification(_("您要办的是哪一种？"), _one_each(found, _variant))
    return Clarification(_("您要办的是哪一件事？"), _one_each(found, _item))


def _variant(entry: Entry) -> str:
    return f"{_item(entry)} · {_(entry.variant)}" if entry.variant else _item(entry)


def _item(entry: Entry) -> str:
    return entry.matter.name if entry.matter else entry.question


def _one_each(entries: Sequence[Entry], label: Label, most: int = MOST_BUTTONS) -> list[tuple[str, str]]:
    """One button a label, the best entry of each."""
    found: dict[str, str] = {}
    for entry in entries:
        found.setdefault(str(label(entry)), entry.key)
    return [(key, words) for words, key in found.items()][:most]


def turns_of(talk: Conversation, most: int = 50) -> list[Turn]:
    """The last turns of a talk, oldest first: one query."""
    return list(reversed(talk.turns.order_by("-pk")[:most]))


def turn_of(talk: Conversation, pk: int) -> Turn | None:
    return talk.turns.filter(pk=pk).first()
