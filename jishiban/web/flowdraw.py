"""Draws a flow table as one inline picture: the ordinary way down the spine, every other way as a branch beside it.

The picture is built from the table and nothing else, so it cannot say something the engine does not do. It holds
coordinates as attributes (no styles, which the site's policy forbids) and real text, and beside it stands the
same as a list for those who do not see it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, TypeVar, cast

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jishiban.kernel.cases.flow import Flow

Made = TypeVar("Made")

MOST_KEPT: Final = 256
WIDTH = 360
SPINE = 16
TEXT = 36
PILL = 182
STATION = 34
BRANCH = 40
FULL_WIDTH = 0x2E80  # from here on the scripts of Chinese and its punctuation
NARROW = 0.5  # of the height: the width of a Latin letter, on average
SIZE = 14  # of the letters, in the picture's own units: a Chinese character is as wide as it is high


@dataclass(frozen=True, slots=True)
class Branch:
    """A way off the spine: the steps that lead there, the state reached, and the step that leads back, if any."""

    label: str
    target: str
    is_open: bool
    back: str


@dataclass(frozen=True, slots=True)
class Station:
    """A state of the ordinary way, the step that leads on from it, and its branches."""

    name: str
    label: str
    onward: str
    branches: tuple[Branch, ...]


def _edges(flow: Flow) -> list[tuple[str, str, str]]:
    """(from, to, label) of every step people see and that changes the state, in the table's order."""
    return [
        (source.name, step.move.target.name, _(step.label))
        for step in flow.steps
        if step.move.target is not None and not step.internal
        for source in step.move.sources
        if source.name != step.move.target.name
    ]


def _spine(flow: Flow, edges: list[tuple[str, str, str]]) -> list[str]:
    """The shortest way from the first state to the end that lies farthest: what happens when nothing is amiss."""
    first = flow.initial.name
    came: dict[str, str] = {first: ""}
    queue = deque([first])
    while queue:
        here = queue.popleft()
        for source, target, _label in edges:
            if source == here and target not in came:
                came[target] = here
                queue.append(target)
    ways = [_way(came, name) for name, state in flow.states.items() if not state.open and name in came]
    return max(ways, key=len, default=[first])


def _way(came: dict[str, str], end: str) -> list[str]:
    way = [end]
    while came[way[0]]:
        way.insert(0, came[way[0]])
    return way


_made: dict[tuple[object, ...], tuple[Flow, object]] = {}


def _once(flow: Flow, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """What `make` gives, made once for each table: tables are constants, and guides draw the same one all day."""
    place = (id(flow), get_language(), *key)
    found = _made.get(place)
    if found is None or found[0] is not flow:
        if len(_made) >= MOST_KEPT:
            _made.clear()
        found = _made[place] = (flow, make())
    return cast("Made", found[1])


def stations(flow: Flow, spine: tuple[str, ...] = ()) -> list[Station]:
    """The flow as stations from first to last; `spine` names the ordinary way where the caller knows better."""
    return list(_once(flow, ("stations", spine), lambda: _stations(flow, spine)))


def _stations(flow: Flow, spine: tuple[str, ...]) -> list[Station]:
    edges = _edges(flow)
    way = list(spine) or _spine(flow, edges)
    return [
        Station(
            name,
            _(flow.states[name].label),
            _onward(edges, way, i),
            tuple(_branches(flow, edges, way, name)),
        )
        for i, name in enumerate(way)
    ]


def _onward(edges: list[tuple[str, str, str]], way: list[str], i: int) -> str:
    if i + 1 == len(way):
        return ""
    return next((label for a, b, label in edges if (a, b) == (way[i], way[i + 1])), "")


def _branches(flow: Flow, edges: list[tuple[str, str, str]], way: list[str], name: str) -> Iterator[Branch]:
    targets = list(dict.fromkeys(b for a, b, _label in edges if a == name and b not in way))
    for target in targets:
        labels = [label for a, b, label in edges if (a, b) == (name, target)]
        state = flow.states[target]
        back = next((label for a, b, label in edges if a == target and b in way), "") if state.open else ""
        yield Branch(labels[0], _(state.label), state.open, back)


def fitted(text: str, room: float, size: float) -> str:
    """The text, cut to what fits into `room` units at letters of `size`; a Latin letter is half as wide as it is high."""
    widths = [size if ord(letter) >= FULL_WIDTH else size * NARROW for letter in text]
    if sum(widths) <= room:
        return text
    ends = accumulate(widths)
    return text[: sum(1 for end in ends if end <= room - size)].rstrip() + "…"


def _short(text: str, room: int) -> str:
    return fitted(text, room, SIZE)


def _station(station: Station, y: int, current: str) -> SafeString:
    kind = "now" if station.name == current else "stop"
    return format_html(
        '<circle class="flow__{}" cx="{}" cy="{}" r="7"/><text class="flow__name" x="{}" y="{}">{}</text>',
        kind,
        SPINE,
        y,
        TEXT,
        y + 5,
        _short(station.label, WIDTH - TEXT),
    )


def _branch(branch: Branch, y: int) -> SafeString:
    back = (
        format_html(
            '<text class="flow__back" x="{}" y="{}">{}</text>',
            PILL + 10,
            y + 28,
            _short(_back(branch), WIDTH - PILL),
        )
        if branch.back
        else ""
    )
    return format_html(
        '<path class="flow__off" d="M{} {}q0 16 12 16H{}"/><path class="flow__tip" d="M{} {}l7 4-7 4z"/>'
        '<text class="flow__step" x="{}" y="{}">{}</text>'
        '<rect class="flow__pill{}" x="{}" y="{}" width="{}" height="26" rx="{}"/><text class="flow__end" x="{}" y="{}">{}</text>{}',
        SPINE, y - 16, PILL - 6, PILL - 7, y - 4,
        TEXT, y - 5, _short(branch.label, PILL - TEXT - 8),
        "" if branch.is_open else " is-end", PILL, y - 13, WIDTH - PILL - 2, 13 if branch.is_open else 2,
        PILL + 12, y + 5, _short(branch.target, WIDTH - PILL - 20),
        back,
    )  # fmt: skip


def _back(branch: Branch) -> str:
    return _("%(step)s后回到原处") % {"step": branch.back}


def draw(flow: Flow, current: str = "", spine: tuple[str, ...] = ()) -> SafeString:
    """The picture as SVG, with `current` marked. Its meaning is in `stations`, which the page also lists."""
    return _once(flow, ("picture", current, spine), lambda: _draw(flow, current, spine))


def _draw(flow: Flow, current: str, spine: tuple[str, ...]) -> SafeString:
    parts: list[SafeString] = []
    way = stations(flow, spine)
    y = 16
    for station in way:
        parts.append(_station(station, y, current))
        top, y = y, y + STATION // 2
        for branch in station.branches:
            y += BRANCH
            parts.append(_branch(branch, y))
            y += 20 if branch.back else 0
        if station is way[-1]:
            break
        y += STATION
        parts.insert(0, format_html('<path class="flow__way" d="M{} {}V{}"/>', SPINE, top, y + STATION))
        parts.append(
            format_html(
                '<text class="flow__step" x="{}" y="{}">↓ {}</text>', TEXT, y + 2, _short(station.onward, 300)
            )
        )
        y += STATION
    return format_html(
        '<svg class="flow__picture" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        y + 18,
        _("办理流程图，文字见下方列表"),
        format_html_join("", "{}", ((part,) for part in parts)),
    )
