"""From a scenario and a person's answers to what this person does, in which order. Pure: no database, no clock.

`next_question` says what to ask next; `result` makes the plan out of the scenario, the answers and the guides in force.
Days are never converted: 3个工作日 and 20日 stay apart, and the longest way says both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jishiban.guide.scenarios import papers as bundle
from jishiban.guide.scenarios.body import Answers, Body, holds
from jishiban.guide.scenarios.papers import Merged, Paper, thing

ROUGHLY: Final = {
    "工作日": 1.4,
    "日": 1.0,
    "自然日": 1.0,
    "月": 30.0,
    "小时": 1 / 24,
}  # only to compare two ways
Limit = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A zone of the hall and the windows there."""

    floor: int
    zone: str
    windows: str


@dataclass(frozen=True, slots=True)
class Guide:
    """What a plan must know of a matter: its guide in force, where it is handled, whether it is open now."""

    matter: int
    name: str
    document: Mapping[str, Any]
    version: int
    published: str
    full: bool
    open: bool = True
    unit: str = ""
    phone: str = ""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One thing this person does. `layer` 0 can be done at once; `after` are steps of the same plan."""

    key: str
    title: str
    text: str
    layer: int
    after: tuple[str, ...]
    notes: tuple[str, ...]
    papers: tuple[Paper, ...]
    maybe: int
    limit: Limit | None
    guide: Guide | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """What a step costs, as its guide says."""

    step: str
    name: str
    standard: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole of it. `total` is the longest way by unit; `unknown` steps have no limit anybody wrote down."""

    steps: tuple[PlanStep, ...]
    papers: tuple[Merged, ...]
    total: tuple[tuple[str, int], ...]
    unknown: int
    fees: tuple[Fee, ...]
    outcome: tuple[str, ...]
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def layers(self) -> list[list[PlanStep]]:
        """The steps by layer; those of the first can be done at once."""
        deep = max((step.layer for step in self.steps), default=-1) + 1
        return [[step for step in self.steps if step.layer == n] for n in range(deep)]

    @property
    def matters(self) -> list[PlanStep]:
        return [step for step in self.steps if step.guide]

    @property
    def online(self) -> list[PlanStep]:
        """The steps for which nobody has to come."""
        return [step for step in self.matters if step.guide and step.guide.document.get("visits") == 0]

    @property
    def visits(self) -> int:
        """How often one has to come at most, as far as the guides say."""
        return sum(step.guide.document.get("visits") or 0 for step in self.matters if step.guide)

    def step(self, key: str) -> PlanStep:
        return next(step for step in self.steps if step.key == key)


# -- asking ----------------------------------------------------------------------------------------


def valid_answers(scenario: Body, given: Answers) -> dict[str, str]:
    """Of what was given only what the scenario asks on this way, in its order; what it does not ask is dropped."""
    kept: dict[str, str] = {}
    for question in scenario["questions"]:
        answer = given.get(question["key"])
        options = {option["key"] for option in question["options"]}
        if answer in options and holds(question["ask_if"], kept):
            kept[question["key"]] = str(answer)
    return kept


def next_question(scenario: Body, answers: Answers) -> Body | None:
    """The first question that applies and has no valid answer; None when the plan can be made."""
    kept: dict[str, str] = {}
    for question in scenario["questions"]:
        if not holds(question["ask_if"], kept):
            continue
        answer = answers.get(question["key"])
        if answer not in {option["key"] for option in question["options"]}:
            return dict(question)
        kept[question["key"]] = str(answer)
    return None


def asked(scenario: Body, answers: Answers) -> list[tuple[Body, Body]]:
    """(question, option chosen) of this way, in order: what the result page repeats."""
    kept = valid_answers(scenario, answers)
    rows = [question for question in scenario["questions"] if question["key"] in kept]
    return [(row, next(one for one in row["options"] if one["key"] == kept[row["key"]])) for row in rows]


# -- the plan --------------------------------------------------------------------------------------


def result(scenario: Body, answers: Answers, guides: Mapping[str, Guide]) -> Plan:
    """The plan for these answers. `guides` holds the guide of a step's matter by `reference`; a step whose matter
    is not there stands with its own words only, so that nothing silently falls out of a plan.
    """
    kept = valid_answers(scenario, answers)
    rows = [step for step in scenario["steps"] if holds(step["when"], kept)]
    after = predecessors(scenario["steps"], {row["key"] for row in rows})
    depth = depths(after)
    steps = [
        _step(row, kept, guides.get(reference(row)), depth[row["key"]], after[row["key"]]) for row in rows
    ]
    steps.sort(key=lambda step: step.layer)
    return Plan(
        steps=tuple(steps),
        papers=bundle.merge((one for step in steps for one in step.papers), _made(steps)),
        total=_longest(steps),
        unknown=sum(1 for step in steps if step.guide and not _known(step.limit)),
        fees=tuple(_fees(steps)),
        outcome=tuple(note["text"] for note in scenario["outcome"] if holds(note["when"], kept)),
        answers=kept,
    )


def reference(step: Mapping[str, Any]) -> str:
    """How the guide of a step is looked up: its matter's code and name; empty for a step of its own."""
    matter = step["matter"]
    return f"{matter.get('code', '')} {matter.get('name', '')}" if matter else ""


def predecessors(rows: Sequence[Mapping[str, Any]], here: set[str]) -> dict[str, tuple[str, ...]]:
    """What each step of a plan waits for. Where a predecessor does not apply, what that one waits for counts."""
    waits = {row["key"]: tuple(row["after"]) for row in rows}
    order = {row["key"]: n for n, row in enumerate(rows)}

    def open_ones(key: str, seen: frozenset[str]) -> set[str]:
        found: set[str] = set()
        for before in waits.get(key, ()):
            if before in here:
                found.add(before)
            elif before not in seen:
                found |= open_ones(before, seen | {before})
        return found

    return {
        key: tuple(sorted(open_ones(key, frozenset({key})), key=lambda k: order[k]))
        for key in waits
        if key in here
    }


def depths(after: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The layer of each step: one more than the deepest it waits for. A circle, which `check` refuses, ends at 0."""
    known: dict[str, int] = {}

    def depth(key: str, on_the_way: frozenset[str]) -> int:
        if key in on_the_way:
            return -1
        if key not in known:
            known[key] = 1 + max((depth(one, on_the_way | {key}) for one in after[key]), default=-1)
        return known[key]

    return {key: depth(key, frozenset()) for key in after}


def _step(row: Body, answers: Answers, guide: Guide | None, layer: int, after: tuple[str, ...]) -> PlanStep:
    title = row["title"] or (guide.name if guide else row["matter"].get("name", ""))
    papers, maybe = _papers(row, answers, guide)
    document = guide.document if guide else {}
    return PlanStep(
        key=row["key"],
        title=title,
        text=row["text"] or document.get("summary", ""),
        layer=layer,
        after=after,
        notes=tuple(note["text"] for note in row["notes"] if holds(note["when"], answers)),
        papers=tuple(papers),
        maybe=maybe,
        limit=row["limit"] or document.get("promise") or document.get("statutory"),
        guide=guide,
    )


def _papers(row: Body, answers: Answers, guide: Guide | None) -> tuple[list[Paper], int]:
    picked = {
        part: {one["key"] for one in row["papers"][part] if holds(one["when"], answers)}
        for part in ("take", "leave")
    }
    listed = guide.document.get("materials", ()) if guide else ()
    sure, maybe = bundle.chosen(listed, row["variant"], picked["take"], picked["leave"])
    found = [_of_guide(paper, row["key"]) for paper in sure]
    added = [one for one in row["papers"]["add"] if holds(one["when"], answers)]
    found += [Paper(one["name"], one["kind"], one["copies"], row["key"], one["note"]) for one in added]
    return found, maybe


def _of_guide(paper: Mapping[str, Any], step: str) -> Paper:
    return Paper(
        paper["name"],
        paper["kind"],
        paper["copies"],
        step,
        paper["note"],
        paper["shared"],
        paper["blank_form"],
    )


def _made(steps: Iterable[PlanStep]) -> dict[str, str]:
    """Thing → step that yields it, so that nobody looks for a licence they are about to get."""
    return {
        thing(one["name"]): step.key
        for step in reversed(list(steps))
        if step.guide
        for one in step.guide.document.get("results", ())
    }


def _fees(steps: Iterable[PlanStep]) -> Iterable[Fee]:
    for step in steps:
        fee = step.guide.document.get("fee") if step.guide else None
        if fee and fee["charged"]:
            yield from (Fee(step.key, item["name"], item["standard"]) for item in fee["items"])


def _known(limit: Limit | None) -> bool:
    return bool(limit) and limit is not None and isinstance(limit.get("amount"), int)


def _longest(steps: Sequence[PlanStep]) -> tuple[tuple[str, int], ...]:
    """The units and amounts along the way that takes longest, `()` where no step has a limit."""
    ways: dict[str, dict[str, int]] = {}
    for step in steps:  # a step stands behind those it waits for: they are sorted by layer
        best = max((ways[one] for one in step.after if one in ways), key=_weight, default={})
        ways[step.key] = _plus(best, step.limit)
    longest = max(ways.values(), key=_weight, default={})
    return tuple((unit, amount) for unit, amount in longest.items() if amount)


def _plus(way: Mapping[str, int], limit: Limit | None) -> dict[str, int]:
    if limit is None or not _known(limit):
        return dict(way)
    unit = "日" if limit["unit"] == "自然日" else limit["unit"]
    return {**way, unit: way.get(unit, 0) + limit["amount"]}


def _weight(way: Mapping[str, int]) -> float:
    return sum(ROUGHLY.get(unit, 1.0) * amount for unit, amount in way.items())
