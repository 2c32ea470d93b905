"""What is counted of a talk, told to the room of indicators in the same transaction. No words, no persons."""

from __future__ import annotations

from datetime import datetime

from jishiban.guide.conversations.models import Conversation, Judged, Turn
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.indicators.actions import FactRow, emit
from jishiban.kernel.search.reply import Decision

ASKED, DIRECT, TOOK, MISSED = "guide.asked", "guide.direct", "guide.took", "guide.missed"
CHOSEN, HELPFUL, USELESS, HANDED = "guide.chosen", "guide.helpful", "guide.useless", "guide.handed"
CHANNELS = {"portal": "1", "kiosk": "8", "api": "7", "mcp": "7", "desk": "0"}  # as cases name their channels


def asked(talk: Conversation, turn: Turn) -> None:
    """A question was asked."""
    emit(rows_of(talk, turn))


def rows_of(talk: Conversation, turn: Turn) -> list[FactRow]:
    """A question: itself, how long it took, whether it was answered at once or missed."""
    rows = [
        row(talk, ASKED, turn.at, {"decision": str(turn.decision)}),
        row(talk, TOOK, turn.at, value=turn.took_ms),
    ]
    if turn.decision == Decision.ANSWER:
        rows.append(row(talk, DIRECT, turn.at))
    elif turn.decision == Decision.HANDOVER:
        rows.append(row(talk, MISSED, turn.at))
    return rows


def chosen(talk: Conversation, now: datetime) -> None:
    emit([row(talk, CHOSEN, now)])


def judged(talk: Conversation, turn: Turn, now: datetime) -> None:
    emit([row(talk, HELPFUL if turn.judged == Judged.SOLVED else USELESS, now)])


def handed_over(talk: Conversation, turn: Turn, now: datetime) -> None:
    """A person took over. An answer that needed one after all is taken back from the direct answers."""
    back = [row(talk, DIRECT, turn.at, value=-1)] if turn.decision == Decision.ANSWER else []
    emit([row(talk, HANDED, now), *back])


def row(
    talk: Conversation, kind: str, at: datetime, dims: dict[str, str] | None = None, value: float = 1
) -> FactRow:
    """One fact of a talk."""
    return FactRow(
        kind=kind, at=at, unit_id=hall(), channel=CHANNELS[talk.channel], value=value, dims=dims or {},
        subject=f"matter:{talk.about[1:]}" if talk.about else "",
    )  # fmt: skip


def hall() -> int:
    """The bureau all questions come to; 0 before any unit has been entered."""
    try:
        return roster().root()
    except LookupError:
        return 0
