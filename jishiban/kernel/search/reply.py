"""What the library answers: how the question was read, what was found, how sure it is, what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Decision(StrEnum):
    """ANSWER: the first hit. CHOOSE: 3–5 buttons. CLARIFY: one question on the missing slot. HANDOVER: a person."""

    ANSWER = "answer"
    CHOOSE = "choose"
    CLARIFY = "clarify"
    HANDOVER = "handover"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was understood."""

    folded: str  # one form for all ways to write it
    item: str  # what is left when politeness and the aspect are taken out
    aspects: tuple[str, ...] = ()  # 流程 材料 …, the surest first; empty: none was named
    rules: tuple[tuple[str, str], ...] = ()  # lexicon lines applied: said, official
    unknown: float = 0.0  # share of the question's weight that the library has never heard of


@dataclass(frozen=True, slots=True)
class Found:
    """One hit. `row` is the entry's key, `group` what its siblings share (a matter), best first in a reply."""

    row: str
    group: str
    aspect: str
    score: float
    confidence: float  # calibrated: the chance that this is what was meant
    matched: tuple[str, ...] = ()  # words of the question that stand in it
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """`slot` says what CLARIFY asks for: item, aspect or variant. `why` is a short code of the reason."""

    decision: Decision
    hits: tuple[Found, ...]
    reading: Reading
    slot: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as the index takes it in.

    Rows of one `group` share `item` (the official name asked about) and `aliases`; they differ in `aspect`. A row
    without `item` stands for itself, found by its question, `similar` ways to ask it and its `text`.
    """

    id: str
    question: str
    item: str = ""
    aspect: str = ""
    group: str = ""
    aliases: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()
    text: str = ""
