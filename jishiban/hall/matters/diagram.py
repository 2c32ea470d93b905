"""Draws the steps of a guide as one inline picture: a lane for everyone who takes part, time running downwards.

Coordinates are attributes (the site's policy forbids styles) and the text is text. The same stands as a numbered
list beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jishiban.hall.matters import words
from jishiban.web.flowdraw import fitted

WIDTH = 360
HEAD = 34
ROW = 62
BOX = 38
SMALL = 12  # the letters of a limit
LETTER = 13  # a Chinese character is as wide as it is high


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing done in one lane."""

    lane: int
    name: str
    term: str
    edge: bool = False  # the applicant's own: where it begins and ends


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lanes and stops of a picture, before it has coordinates."""

    lanes: tuple[str, ...]
    stops: tuple[Stop, ...]

    @property
    def lane_width(self) -> float:
        return WIDTH / len(self.lanes)

    def centre(self, lane: int) -> float:
        return round(self.lane_width * (lane + 0.5), 1)

    @property
    def box_width(self) -> float:
        return round(min(self.lane_width - 6, 112), 1)


def sheet(steps: Sequence[Mapping[str, Any]]) -> Sheet:
    """The applicant's lane, then one for each role in the order it first takes part; at most four in all."""
    roles = list(dict.fromkeys(str(step["role"]) for step in steps))
    lanes = (_("您"), *(_(role) if role else _("大厅") for role in roles[:3]))
    stops = [Stop(0, _("提交申请"), "", edge=True)]
    for step in steps:
        lane = min(roles.index(str(step["role"])), len(lanes) - 2) + 1
        stops.append(Stop(lane, step["name"], words.limit(step["limit"])))
    stops.append(Stop(0, _("拿到结果"), "", edge=True))
    return Sheet(lanes, tuple(stops))


def draw(steps: Sequence[Mapping[str, Any]]) -> SafeString:
    """The picture as SVG."""
    page = sheet(steps)
    height = HEAD + ROW * len(page.stops) + 4
    parts = [_lanes(page, height)]
    parts += [_way(page, at) for at in range(len(page.stops) - 1)]
    parts += [_stop(page, at) for at in range(len(page.stops))]
    return format_html(
        '<svg class="lanes" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        height,
        _("办理流程图，文字见办理步骤"),
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _lanes(page: Sheet, height: int) -> SafeString:
    heads = (
        (page.centre(lane), name, round(page.lane_width * lane, 1), height)
        for lane, name in enumerate(page.lanes)
    )
    return format_html_join(
        "",
        '<text class="lanes__head" x="{}" y="20" text-anchor="middle">{}</text>'
        '<path class="lanes__line" d="M{} 0V{}"/>',
        heads,
    )


def _top(at: int) -> int:
    return HEAD + ROW * at + (ROW - BOX) // 2


def _way(page: Sheet, at: int) -> SafeString:
    """The line from one stop down to the next, round the corner where the lane changes."""
    one, two = page.stops[at], page.stops[at + 1]
    x1, x2 = page.centre(one.lane), page.centre(two.lane)
    y1, y2 = _top(at) + BOX, _top(at + 1)
    middle = (y1 + y2) // 2
    turn = f"V{middle}H{x2}" if x1 != x2 else ""
    return format_html(
        '<path class="lanes__way" d="M{} {}{}V{}"/><path class="lanes__tip" d="M{} {}l-4-7h8z"/>',
        x1,
        y1,
        turn,
        y2 - 6,
        x2,
        y2,
    )


def _stop(page: Sheet, at: int) -> SafeString:
    stop, width, top = page.stops[at], page.box_width, _top(at)
    x = page.centre(stop.lane)
    name = format_html(
        '<rect class="lanes__box{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>'
        '<text class="lanes__name" x="{}" y="{}" text-anchor="middle">{}</text>',
        " is-yours" if stop.edge else "",
        round(x - width / 2, 1),
        top,
        width,
        BOX,
        BOX // 2 if stop.edge else 3,
        x,
        top + (17 if stop.term else 24),
        fitted(stop.name, width, LETTER),
    )
    if not stop.term:
        return name
    term = format_html(
        '<text class="lanes__term" x="{}" y="{}" text-anchor="middle">{}</text>',
        x,
        top + 32,
        fitted(stop.term, width, SMALL),
    )
    return format_html("{}{}", name, term)
