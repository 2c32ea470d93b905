"""The room's own drawings on a 48-unit square: what papers look like, and a sign for every scenario.

They stand in `drawings.json` as strokes: "l" a line, "a" a lightly filled area, "s" the red of a seal, "d" a dark
area, "w" a line on red. They stand beside words and say nothing alone.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_DRAWN: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("drawings.json").read_text("utf-8"))
PAPERS: Final[dict[str, Any]] = _DRAWN["papers"]
SIGNS: Final[dict[str, Any]] = _DRAWN["signs"]  # each with a label, by which an editor picks it


@cache
def paper(name: str) -> SafeString:
    """The drawing of a kind of paper (`papers.picture`); a plain sheet for what is unknown."""
    return _svg(PAPERS.get(name, PAPERS["sheet"]))


@cache
def sign(name: str) -> SafeString:
    """The sign of a scenario; a plain sheet for what is unknown."""
    return _svg(SIGNS.get(name, SIGNS["file"])["strokes"])


def _svg(strokes: list[list[str]]) -> SafeString:
    paths = format_html_join("", '<path class="art__{}" d="{}"/>', strokes)
    return format_html(
        '<svg class="art" viewBox="0 0 48 48" aria-hidden="true" focusable="false">{}</svg>', paths
    )
