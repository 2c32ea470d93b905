"""A process as data: states, steps, who may take a step, what it needs and what it does to the clock.

    APPLICATION = Flow("application", "办件", opens="receive", steps=(
        Step("accept", "受理", RECEIVED >> ACCEPTED, by=(CLERK,), clock=(stop("notice"), start("promised"))),
    ))

The engine reads these tables; nothing else decides what may happen to a case. The same table draws the
diagram on the public page and fills the verbs on the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jishiban.kernel.cases.engine import Life, Taken

PARTY = "party"  # the person the case belongs to
SYSTEM = "system"  # the sweep: what the law says happens by itself


class Waiting(StrEnum):
    """Whose turn it is: shown to the citizen, and grey when it is not the hall's."""

    HALL = "hall"
    PARTY = "party"
    NOBODY = ""


@dataclass(frozen=True, slots=True)
class State:
    """One state of a case. `open` cases stand in the inbox; `label` is what everybody reads."""

    name: str
    label: str
    open: bool = True
    waiting: Waiting = Waiting.HALL

    def __rshift__(self, target: State | None) -> Move:
        return Move((self,), target)

    def __or__(self, other: State) -> States:
        return States((self, other))


@dataclass(frozen=True, slots=True)
class States:
    """Several states a step may start from."""

    members: tuple[State, ...]

    def __or__(self, other: State) -> States:
        return States((*self.members, other))

    def __rshift__(self, target: State | None) -> Move:
        return Move(self.members, target)


@dataclass(frozen=True, slots=True)
class Move:
    """From any of `sources` to `target`; a target of None leaves the state as it is."""

    sources: tuple[State, ...]
    target: State | None


class Op(StrEnum):
    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    VOID = "void"
    RECOUNT = "recount"


@dataclass(frozen=True, slots=True)
class ClockMove:
    """One thing a step does to the promises of the named kinds."""

    op: Op
    kinds: tuple[str, ...]


def start(*kinds: str) -> ClockMove:
    return ClockMove(Op.START, kinds)


def stop(*kinds: str) -> ClockMove:
    return ClockMove(Op.STOP, kinds)


def pause(*kinds: str) -> ClockMove:
    return ClockMove(Op.PAUSE, kinds)


def resume(*kinds: str) -> ClockMove:
    return ClockMove(Op.RESUME, kinds)


def extend(*kinds: str) -> ClockMove:
    return ClockMove(Op.EXTEND, kinds)


def recount_all() -> ClockMove:
    """Every live promise is counted again: the calendar has changed, the promise has not."""
    return ClockMove(Op.RECOUNT, ("",))


def void(*kinds: str) -> ClockMove:
    return ClockMove(Op.VOID, kinds)


@dataclass(frozen=True, slots=True)
class Need:
    """A fact a step cannot be taken without (or may carry, when optional).

    `private` facts are words about a person: they are encrypted and can be erased; the others stand openly in
    the event. `kind` is one of text, date, moment, int, choice, list, flag.
    """

    name: str
    label: str
    kind: str = "text"
    optional: bool = False
    private: bool = False
    choices: tuple[str, ...] = ()


Due = Callable[["Life", datetime], "tuple[str, dict[str, Any]] | None"]
Guard = Callable[["Life", "Taken"], None]
Begin = Callable[["Life", "Taken"], Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name and label, its move, who takes it, what it needs, its effect on clocks, its paper and notice.

    `guard` refuses what a table cannot say (raises StepRefused); `begins` gives the moment from which the clocks
    the step starts are counted, where that is not the moment of the step itself (a retroactive acceptance).
    """

    name: str
    label: str
    move: Move
    by: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    clock: tuple[ClockMove, ...] = ()
    paper: str = ""
    tell: str = ""
    fact: str = ""
    guard: Guard | None = None
    begins: Begin | None = None
    hands_to: str = ""  # the role in the case's unit that owns it afterwards
    anyone: bool = False  # any colleague of the role may take it, not only the owner
    internal: bool = False  # not shown to the party

    def leaves(self, state: str) -> bool:
        return any(source.name == state for source in self.move.sources)

    def does_to_clock(self) -> Iterator[tuple[Op, str]]:
        for move in self.clock:
            for kind in move.kinds:
                yield move.op, kind


@dataclass(frozen=True, slots=True)
class Flow:
    """A named table of steps. `kinds` names the promises it speaks of, `opens` the step that makes the case."""

    name: str
    label: str
    initial: State
    opens: Step
    steps: tuple[Step, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)
    of_party: frozenset[str] = frozenset()  # promises that are the party's own time: never the hall's fault
    due: Due | None = None  # what the law makes happen by itself when a time has run out

    @property
    def states(self) -> dict[str, State]:
        found: dict[str, State] = {self.initial.name: self.initial}
        for step in self.steps:
            for state in (*step.move.sources, *((step.move.target,) if step.move.target else ())):
                found.setdefault(state.name, state)
        return found

    def step(self, name: str) -> Step:
        """The step of that name; KeyError when the table has none."""
        for step in (self.opens, *self.steps):
            if step.name == name:
                return step
        raise KeyError(name)

    def steps_from(self, state: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.leaves(state))


_flows: dict[str, Flow] = {}


def register(flow: Flow) -> Flow:
    """Make a flow known by its name; each name once."""
    if _flows.setdefault(flow.name, flow) is not flow:
        raise ValueError(f"flow {flow.name} is registered twice")
    return flow


def flow_named(name: str) -> Flow:
    return _flows[name]


def flows() -> Mapping[str, Flow]:
    return dict(_flows)
