"""The order of a plan as one picture: a band for what can be done at once, then one for each round after it.

Every step is a numbered box that says how long it takes and which numbers it waits for. The same stands as a list
beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jishiban.web.flowdraw import FULL_WIDTH, NARROW, fitted

WIDTH, PAD, GAP = 360, 10, 8
BOX, TALL = (WIDTH - 2 * PAD - GAP) // 2, 76
LABEL, ARROW = 30, 28
LETTER, SMALL = 15, 13
NEVER_FIRST = tuple("）)》”，。、")  # no line begins with these


@dataclass(frozen=True, slots=True)
class Box:
    """A step on the sheet: its number, its title, and the line under it."""

    number: int
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Band:
    """What is done in one round."""

    label: str
    boxes: tuple[Box, ...]

    @property
    def height(self) -> int:
        rows = (len(self.boxes) + 1) // 2
        return LABEL + rows * (TALL + GAP) + PAD - GAP


def draw(bands: Sequence[Band]) -> SafeString:
    """The picture as SVG."""
    tops = [0, *accumulate(band.height + ARROW for band in bands)]
    height = tops[-1] - ARROW
    parts = [_band(band, top, first=n == 0) for n, (band, top) in enumerate(zip(bands, tops, strict=False))]
    arrows = [_arrow(top - ARROW) for top in tops[1:-1]]
    return format_html(
        '<svg class="order" viewBox="-1 -1 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH + 2,
        height + 2,
        _("先后顺序图，文字见下面的步骤"),
        format_html_join("", "{}", ((part,) for part in [*parts, *arrows])),
    )


def _arrow(y: int) -> SafeString:
    x = WIDTH // 2
    return format_html(
        '<path class="order__way" d="M{} {}v18"/><path class="order__tip" d="M{} {}l-6-9h12z"/>',
        x, y + 2, x, y + ARROW - 1,
    )  # fmt: skip


def _band(band: Band, top: int, *, first: bool) -> SafeString:
    boxes = format_html_join(
        "", "{}", ((_box(one, n, len(band.boxes), top),) for n, one in enumerate(band.boxes))
    )
    return format_html(
        '<g class="order__band{}"><rect x="0" y="{}" width="{}" height="{}" rx="6"/>'
        '<text class="order__label" x="{}" y="{}">{}</text>{}</g>',
        " is-first" if first else "",
        top, WIDTH, band.height, PAD, top + 21, band.label, boxes,
    )  # fmt: skip


def _box(box: Box, n: int, count: int, top: int) -> SafeString:
    alone = n == count - 1 and count % 2 == 1
    x, y = PAD + (n % 2) * (BOX + GAP), top + LABEL + (n // 2) * (TALL + GAP)
    width = 2 * BOX + GAP if alone else BOX
    lines = broken(box.title, width - 46, LETTER)
    titles = format_html_join(
        "",
        '<text class="order__title" x="{}" y="{}">{}</text>',
        ((x + 38, y + (22 if len(lines) > 1 else 30) + 19 * k, line) for k, line in enumerate(lines)),
    )
    return format_html(
        '<rect class="order__box" x="{}" y="{}" width="{}" height="{}" rx="4"/>'
        '<circle class="order__dot" cx="{}" cy="{}" r="12"/>'
        '<text class="order__number" x="{}" y="{}" text-anchor="middle">{}</text>{}'
        '<text class="order__note" x="{}" y="{}">{}</text>',
        x, y, width, TALL, x + 20, y + 25, x + 20, y + 30, box.number, titles,
        x + 38, y + 63, fitted(box.note, width - 44, SMALL),
    )  # fmt: skip


def broken(text: str, room: float, size: float) -> list[str]:
    """The text in at most two lines of `room` units, the second cut where it does not fit."""
    used, cut = 0.0, len(text)
    for n, letter in enumerate(text):
        used += size if ord(letter) >= FULL_WIDTH else size * NARROW
        if used > room:
            cut = n
            break
    if text[cut : cut + 1] in NEVER_FIRST:
        cut -= 1
    rest = text[cut:]
    return [text[:cut], fitted(rest, room, size)] if rest else [text]
