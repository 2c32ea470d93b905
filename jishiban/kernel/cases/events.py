"""The typed events of this room, and who listens. `config/wiring.py` is the only place that calls `listen`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from jishiban.kernel.cases.models import Case, CaseEvent


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step was taken on a case; heard inside the same transaction, before it commits."""

    case: Case
    event: CaseEvent
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseClosed(StepTaken):
    """The step that closed a case."""


E = TypeVar("E")
_listeners: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def listen(kind: type[E], listener: Callable[[E], None]) -> None:
    """Call `listener` for every event of exactly this kind, in the order of listening."""
    if listener not in _listeners[kind]:
        _listeners[kind].append(listener)


def tell(event: object) -> None:
    """Hand an event to its listeners, now, in this transaction: a listener that fails undoes the step."""
    for listener in _listeners[type(event)]:
        listener(event)
