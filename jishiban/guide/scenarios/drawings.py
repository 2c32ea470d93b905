"""The room's own drawings on a 48-unit square: what papers look like, and a sign for every scenario.

Each is a list of strokes and areas: "l" a line, "a" a lightly filled area, "s" the red of a seal, "d" a filled dark dot.
They stand beside words and say nothing alone.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Strokes = tuple[tuple[str, str], ...]

SHEET = "M11 4h20l8 8v32H11z"
LINES = "M17 20h16M17 26h16M17 32h10"
PAPERS: Final[dict[str, Strokes]] = {
    "sheet": (("a", SHEET), ("l", "M31 4v8h8"), ("l", LINES)),
    "form": (("a", SHEET), ("l", "M31 4v8h8M17 18h14M17 25h5M26 25h7M17 32h5M26 32h7M17 38h16")),
    "idcard": (
        ("a", "M4 11h40v27H4z"), ("l", "M10 18h13M10 24h11M10 32h18"),
        ("l", "M35 23a3.6 3.6 0 1 0 0-7.2 3.6 3.6 0 0 0 0 7.2zM29.500 32c.6-4 2.800-6 5.500-6s4.900 2 5.500 6z"),
    ),
    "household": (
        ("a", "M9 5h28a2 2 0 0 1 2 2v36a2 2 0 0 1-2 2H9z"), ("l", "M14 5v40"),
        ("s", "M27 24.500a5 5 0 1 0 0-10 5 5 0 0 0 0 10z"), ("l", "M20 31h14M22 36h10"),
    ),
    "photo": (
        ("a", "M11 4h26v40H11z"), ("l", "M24 23a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM13.500 39c1-8 5-11 10.500-11s9.500 3 10.500 11"),
    ),
    "marriage": (
        ("a", "M6 9h20v30H6z"), ("s", "M22 13h20v30H22z"), ("w", "M32 24c-2-3-6-1-5 2.500 1 2.500 5 5 5 5s4-2.500 5-5c1-3.500-3-5.500-5-2.500z"),
    ),
    "house": (
        ("a", "M8 5h32v38H8z"), ("l", "M8 12h32"), ("l", "M16 27l8-7 8 7M18.500 26v10h11V26M22 36v-6h4v6"),
        ("s", "M34 9.500a1.800 1.800 0 1 0 0-3.600 1.800 1.800 0 0 0 0 3.600z"),
    ),
    "licence": (
        ("a", "M4 8h40v32H4z"), ("l", "M8 12h32v24H8z"), ("l", "M17 18h14M14 24h20M14 29h12"),
        ("s", "M35 34a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z"),
    ),
    "plan": (("a", "M5 7h38v34H5z"), ("l", "M11 13h26v22H11zM11 25h11M22 13v7M22 31v4M30 25h7M30 25v-5"), ("l", "M22 25a5 5 0 0 1 5-5")),
    "card": (("a", "M4 11h40v27H4z"), ("d", "M4 17h40v5H4z"), ("l", "M10 31h8M30 31h8")),
    "health": (("a", SHEET), ("l", "M31 4v8h8M17 37h16"), ("s", "M22 17h5v5h5v5h-5v5h-5v-5h-5v-5h5z")),
    "contract": (
        ("a", SHEET), ("l", "M31 4v8h8M17 18h14M17 24h16"), ("l", "M17 37c2-5 4-5 5-1s3 1 5-2"),
        ("s", "M33 39a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z"),
    ),
    "pledge": (("a", SHEET), ("l", "M31 4v8h8M17 19h14M17 25h9"), ("l", "M29 40l9-12 4 3-9 12-5 1.500z")),
    "list": (("a", SHEET), ("l", "M31 4v8h8M22 20h12M22 27h12M22 34h12M16 20l1.500 1.500L20 18.500M16 27l1.500 1.500L20 25.500M16 34l1.500 1.500L20 32.500")),
    "book": (("a", "M10 5h26a3 3 0 0 1 3 3v35H13a3 3 0 0 1-3-3z"), ("l", "M10 39a3 3 0 0 1 3-3h26M17 14h15M17 20h11")),
    "passport": (("s", "M10 4h28v40H10z"), ("w", "M24 27a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM17 20h14M24 13c4 4 4 10 0 14-4-4-4-10 0-14M18 34h12")),
    "certificate": (("a", "M6 8h36v26H6z"), ("l", "M14 16h20M14 22h20M14 28h8"), ("s", "M33 38.500a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM30 38l-1.500 7 4.500-2 4.500 2L36 38z")),
}  # fmt: skip
SIGNS: Final[dict[str, Strokes]] = {
    "file": PAPERS["sheet"],
    "bowl": (("a", "M5 23h38c0 10-8 17-19 17S5 33 5 23z"), ("l", "M16 40h16M17 16c-3-3 3-5 0-9M25 16c-3-3 3-5 0-9M33 16c-3-3 3-5 0-9")),
    "shop": (("a", "M8 22h32v20H8z"), ("l", "M6 14l4-8h28l4 8M6 14c0 10 9 10 9 0 0 10 9 10 9 0 0 10 9 10 9 0 0 10 9 10 9 0M6 14h36M27 42V29h8v13M13 29h8v6h-8z")),
    "company": (("a", "M8 6h20v38H8z"), ("a", "M28 20h13v24H28z"), ("l", "M14 13h3M20 13h3M14 20h3M20 20h3M14 27h3M20 27h3M15 44v-9h6v9M33 26h3M33 32h3M33 38h3")),
    "stall": (("a", "M9 26h30v8H9z"), ("l", "M6 16l18-9 18 9zM10 16v10M38 16v10M15 40a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM33 40a3 3 0 1 0 0-6 3 3 0 0 0 0 6z")),
    "close": (("a", "M8 14h32v28H8z"), ("l", "M5 14h38M14 14V7h20v7"), ("s", "M17 27h14v4H17z")),
    "pill": (("a", "M28 8l12 12-19 19a8.500 8.500 0 0 1-12-12z"), ("l", "M18.500 17.500l12 12M35 33v10M30 38h10")),
    "clinic": (("a", "M7 17L24 5l17 12v26H7z"), ("s", "M21.500 19h5v6h6v5h-6v6h-5v-6h-6v-5h6z")),
    "scissors": (("l", "M12 18a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM12 40a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM16 16l26 18M16 32l26-18"),),
    "bed": (("a", "M5 24h38v10H5z"), ("l", "M5 12v30M43 34v8M5 34h38M11 24v-6h10v6M43 24v10")),
    "school": (("a", "M10 20h28v23H10z"), ("l", "M5 21L24 8l19 13M24 8V3M24 4h7M20 43V32h8v11M15 26h4M29 26h4")),
    "baby": (("a", "M24 37a13 13 0 1 0 0-26 13 13 0 0 0 0 26z"), ("l", "M24 11c-3-4 4-5 2-8M19 22v1.500M29 22v1.500M19 29c3 3 7 3 10 0M11 21c-4 1-4 7 0 8M37 21c4 1 4 7 0 8")),
    "book": (("a", "M24 12C19 8 12 7 5 8v30c7-1 14 0 19 4 5-4 12-5 19-4V8c-7-1-14 0-19 4z"), ("l", "M24 12v30M11 16c3 0 6 .500 8 1.500M11 23c3 0 6 .500 8 1.500M37 16c-3 0-6 .500-8 1.500M37 23c-3 0-6 .500-8 1.500")),
    "rings": (("l", "M18 40a12 12 0 1 0 0-24 12 12 0 0 0 0 24zM30 40a12 12 0 1 0 0-24 12 12 0 0 0 0 24z"), ("s", "M30 15l-4-5 2-3h4l2 3z")),
    "flower": (("l", "M24 24v20M24 36c-8 0-9-5-9-7 6 0 9 3 9 7M24 40c8 0 9-5 9-7-6 0-9 3-9 7"), ("a", "M24 24c-7 0-8-6-4-8-1-5 4-8 4-12 0 4 5 7 4 12 4 2 3 8-4 8z")),
    "sunset": (("a", "M12 32a12 12 0 0 1 24 0z"), ("l", "M4 32h40M10 38h28M17 44h14M24 14V6M11 19l-5-5M37 19l5-5")),
    "umbrella": (("a", "M4 25a20 18 0 0 1 40 0c-4-4-9-4-13 0-4-4-10-4-14 0-4-4-9-4-13 0z"), ("l", "M24 25v14a4 4 0 0 0 8 0M24 7V4")),
    "briefcase": (("a", "M5 15h38v26H5z"), ("l", "M17 15V9h14v6M5 26c12 6 26 6 38 0M24 27v4")),
    "card": PAPERS["card"],
    "train": (("a", "M12 6h24a4 4 0 0 1 4 4v24a4 4 0 0 1-4 4H12a4 4 0 0 1-4-4V10a4 4 0 0 1 4-4z"), ("l", "M8 24h32M24 8v16M15 38l-5 7M33 38l5 7M15 31v.1M33 31v.1")),
    "heart": (("a", "M24 42S6 31 6 18.500C6 9 19 6 24 15 29 6 42 9 42 18.500 42 31 24 42 24 42z"), ("l", "M8 25h9l3-7 6 13 4-6h10")),
    "hands": (("a", "M24 22a7 7 0 1 0 0-14 7 7 0 0 0 0 14z"), ("l", "M4 26l8 4v12M44 26l-8 4v12M12 30c3-5 7-6 12-6s9 1 12 6M12 42h24")),
    "helping": (("a", "M24 26s-10-6-10-12c0-5 7-6 10-2 3-4 10-3 10 2 0 6-10 12-10 12z"), ("l", "M5 32h7l8 3h8c3 0 3 5 0 5H18M28 39l11-5c4-1 5 3 2 5L29 45H17L5 42")),
    "medal": (("a", "M24 43a11 11 0 1 0 0-22 11 11 0 0 0 0 22z"), ("l", "M15 4l6 17M33 4l-6 17M15 4h18"), ("s", "M24 26l2 4 4.500.600-3.300 3 .800 4.400-4-2.100-4 2.100.800-4.400-3.300-3 4.500-.600z")),
    "house": (("a", "M9 22v21h30V22"), ("l", "M4 25L24 7l20 18M9 22v21h30V22M20 43V30h8v13")),
    "fund": (("a", "M24 43a19 19 0 1 0 0-38 19 19 0 0 0 0 38z"), ("l", "M16 13l8 10 8-10M24 23v14M16 25h16M16 31h16")),
    "farm-house": (("a", "M11 23v20h26V23"), ("l", "M5 26L24 12l19 14M11 23v20h26V23M32 17V9h5v12M17 29h6v6h-6zM28 43V31h5v12")),
    "car": (("a", "M4 25l5-2 5-10h20l6 10 4 2v11H4z"), ("l", "M9 23h30M24 13v10M14 41a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM34 41a5 5 0 1 0 0-10 5 5 0 0 0 0 10z")),
    "plane": (("a", "M43 6c-3-3-7 0-9 2l-7 7L8 10l-3 3 16 9-7 7-6-1-2 2 7 4 4 7 2-2-1-6 7-7 9 16 3-3-5-19 7-7c2-2 5-5 4-7z"),),
    "injury": (("a", "M31 5l12 12a6 6 0 0 1 0 8L25 43a6 6 0 0 1-8 0L5 31a6 6 0 0 1 0-8L23 5a6 6 0 0 1 8 0z"), ("l", "M14 14l20 20M20 24v.1M24 20v.1M24 28v.1M28 24v.1")),
    "flag": (("a", "M12 7c8-5 16 5 26 0v20c-10 5-18-5-26 0z"), ("l", "M12 4v40M7 44h10")),
    "factory": (("a", "M5 43V24l11 7v-7l11 7v-7l11 7v12z"), ("l", "M33 26l2-19h6l2 36M5 43h38M12 37h4M21 37h4M30 37h4")),
    "sign": (("a", "M6 7h36v20H6z"), ("l", "M14 27v17M34 27v17M13 14h22M13 20h14M9 44h30")),
    "cow": (("a", "M14 20c0-6 4-9 10-9s10 3 10 9v6c0 10-4 16-10 16s-10-6-10-16z"), ("l", "M14 18c-6 0-9-3-9-7 4 0 7 1 10 4M34 18c6 0 9-3 9-7-4 0-7 1-10 4M20 22v1M28 22v1M17 31c3-3 11-3 14 0M21 36v.1M27 36v.1")),
}  # fmt: skip


@cache
def paper(name: str) -> SafeString:
    """The drawing of a kind of paper (`papers.picture`); a plain sheet for what is unknown."""
    return _drawn(PAPERS.get(name, PAPERS["sheet"]))


@cache
def sign(name: str) -> SafeString:
    """The sign of a scenario; a plain sheet for what is unknown."""
    return _drawn(SIGNS.get(name, SIGNS["file"]))


def _drawn(strokes: Strokes) -> SafeString:
    paths = format_html_join("", '<path class="art__{}" d="{}"/>', strokes)
    return format_html(
        '<svg class="art" viewBox="0 0 48 48" aria-hidden="true" focusable="false">{}</svg>', paths
    )
