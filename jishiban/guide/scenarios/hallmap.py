"""A drawn map of the hall, floor by floor: zones on both sides of an aisle, the ones to go to marked.

It is drawn from the windows the directory knows, so a place that moves its zones gets another map. Coordinates are
attributes and words are text, as the site's policy asks. The same stands as a list beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jishiban.web.flowdraw import fitted

WIDTH, SIDE, INSET = 360, 140, 8  # INSET: between the wall and the zones
HEAD, FOOT, GAP = 34, 44, 8
LEAST, EACH = 46, 4  # a zone's height: at least, and more for every window it has
LETTER = 15
Marks = Mapping[tuple[int, str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of the hall: its floor, its name, how many windows it has."""

    floor: int
    name: str
    windows: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A zone with its place on the sheet."""

    zone: Zone
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


def floors(zones: Sequence[Zone], marks: Marks) -> list[tuple[int, SafeString]]:
    """(floor, picture) for every floor one of the marked zones is on; all floors when none is marked.

    `marks` gives, by floor and zone, the numbers of the steps that are done there.
    """
    wanted = {floor for floor, _zone in marks} or {zone.floor for zone in zones}
    levels = sorted({zone.floor for zone in zones} & wanted)
    return [(level, draw(level, [zone for zone in zones if zone.floor == level], marks)) for level in levels]


def spots(zones: Sequence[Zone]) -> list[Spot]:
    """The zones in two columns of about the same length, the first beside the door."""
    lengths = [0, 0]
    columns: list[list[Zone]] = [[], []]
    for zone in sorted(zones, key=lambda one: (-one.windows, one.name)):
        side = 0 if lengths[0] <= lengths[1] else 1
        columns[side].append(zone)
        lengths[side] += _height(zone) + GAP
    bottom = HEAD + max(lengths) + 2
    placed = []
    for side, listed in enumerate(columns):
        y = bottom
        for zone in listed:
            y -= _height(zone) + GAP
            placed.append(Spot(zone, INSET if side == 0 else WIDTH - SIDE - INSET, y, _height(zone)))
    return placed


def _height(zone: Zone) -> int:
    return LEAST + EACH * min(zone.windows, 12)


def draw(floor: int, zones: Sequence[Zone], marks: Marks) -> SafeString:
    """One floor as SVG."""
    placed = spots(zones)
    bottom = max((spot.y + spot.height for spot in placed), default=HEAD) + GAP
    ways = [_way(spot, bottom) for spot in placed if (floor, spot.zone.name) in marks]
    boxes = [_zone(spot, marks.get((floor, spot.zone.name), ())) for spot in placed]
    return format_html(
        '<svg class="hall" viewBox="-2 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        WIDTH + 4,
        bottom + FOOT,
        _("%(floor)s楼示意图，文字见旁边的列表") % {"floor": floor},
        _frame(floor, bottom),
        format_html_join("", "{}", ((way,) for way in ways)),
        format_html_join("", "{}", ((box,) for box in boxes)),
    )


def _frame(floor: int, bottom: int) -> SafeString:
    door = _("大门") if floor == 1 else _("楼梯 电梯")
    return format_html(
        '<text class="hall__floor" x="0" y="22">{}</text>'
        '<path class="hall__wall" d="M{} {}H0V{}H{}V{}H{}"/>'
        '<rect class="hall__door" x="{}" y="{}" width="88" height="28" rx="14"/>'
        '<text class="hall__at" x="{}" y="{}" text-anchor="middle">{}</text>',
        _("%(floor)s楼") % {"floor": floor},
        WIDTH // 2 - 44, bottom + 14, HEAD - 6, WIDTH, bottom + 14, WIDTH // 2 + 44,
        WIDTH // 2 - 44, bottom,
        WIDTH // 2, bottom + 19, door,
    )  # fmt: skip


def _way(spot: Spot, bottom: int) -> SafeString:
    """The way from the door up the aisle to the zone."""
    left = spot.x == INSET
    edge, tip = (spot.x + SIDE, -7) if left else (spot.x, 7)
    return format_html(
        '<path class="hall__way" d="M{} {}V{}H{}"/><path class="hall__tip" d="M{} {}l{} -5v10z"/>',
        WIDTH // 2, bottom, spot.middle, edge - tip, edge, spot.middle, -tip,
    )  # fmt: skip


def _zone(spot: Spot, steps: Sequence[int]) -> SafeString:
    words = _("%(n)s个窗口") % {"n": spot.zone.windows}
    if steps:
        words = _("办第%(steps)s步") % {"steps": _("、").join(map(str, steps))}
    return format_html(
        '<g class="hall__zone{}"><rect x="{}" y="{}" width="{}" height="{}" rx="4"/>'
        '<text class="hall__name" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text class="hall__note" x="{}" y="{}" text-anchor="middle">{}</text></g>',
        " is-here" if steps else "",
        spot.x, spot.y, SIDE, spot.height,
        spot.x + SIDE // 2, spot.middle - 3, fitted(spot.zone.name, SIDE - 8, LETTER),
        spot.x + SIDE // 2, spot.middle + 16, fitted(words, SIDE - 8, 13),
    )  # fmt: skip
