"""The colours of the token sheet can be read: WCAG contrast, worked out from the sheet itself."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "static" / "web"
SHEETS = ["base.css", "components.css", "portal.css", "desk.css", "print.css"]
MODES = {"": 4.5, "elder": 7.0, "kiosk": 4.5, "wall": 4.5}
WORDS = ["ink", "muted", "river", "river-deep", "seal", "seal-deep", "ok", "soon", "late", "held"]
GROUNDS = ["paper", "mist", "river-mist", "seal-mist"]
# Brown on the tinted grounds is not used: they lie only under links (river) and errors (seal).
NOT_TOGETHER = {("soon", "river-mist"), ("soon", "seal-mist"), ("river", "seal-mist"), ("seal", "river-mist")}


def rules(mode: str) -> dict[str, str]:
    """The colours in force in a mode: those of the root, then those the mode changes."""
    sheet = re.sub(r"/\*.*?\*/", "", (STATIC / "tokens.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    sheet = sheet.split("@media print")[0]
    found: dict[str, str] = {}
    for selector in [":root", f'[data-mode="{mode}"]'][: 2 if mode else 1]:
        for block in re.findall(rf"(?m)^{re.escape(selector)} \{{(.*?)^\}}", sheet, flags=re.DOTALL):
            found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_arithmetic_agrees_with_the_known_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


PAIRS = [(word, ground) for word in WORDS for ground in GROUNDS if (word, ground) not in NOT_TOGETHER]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("word", "ground"), PAIRS)
def test_words_can_be_read_on_every_ground(mode: str, word: str, ground: str) -> None:
    colours = rules(mode)
    assert contrast(colours[word], colours[ground]) >= MODES[mode]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fill", ["river", "river-deep", "seal", "seal-deep"])
def test_words_can_be_read_on_a_filled_button(mode: str, fill: str) -> None:
    colours = rules(mode)
    assert contrast(colours[f"on-{fill.split('-', maxsplit=1)[0]}"], colours[fill]) >= MODES[mode]


@pytest.mark.parametrize("mode", MODES)
def test_edges_of_fields_and_the_focus_line_stand_out(mode: str) -> None:
    colours = rules(mode)
    assert contrast(colours["edge"], colours["paper"]) >= 3
    assert contrast(colours["edge"], colours["mist"]) >= 3
    assert contrast(colours["focus"], colours["paper"]) >= 3


def test_the_named_colours_are_those_of_the_specification() -> None:
    plain = rules("")
    named = {"ink": "#1d2129", "river": "#0b5cad", "seal": "#b3261e", "ok": "#1e7b4f", "soon": "#9a6700"}
    assert named.items() <= plain.items()


@pytest.mark.parametrize("name", SHEETS)
def test_no_sheet_has_a_colour_of_its_own(name: str) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(", sheet) == []


@pytest.mark.parametrize("name", SHEETS)
def test_every_token_a_sheet_names_exists(name: str) -> None:
    tokens = set(re.findall(r"--([a-z0-9-]+):", (STATIC / "tokens.css").read_text(encoding="utf-8")))
    assert set(re.findall(r"var\(--([a-z0-9-]+)", (STATIC / name).read_text(encoding="utf-8"))) <= tokens


def test_letters_of_the_elder_mode_are_never_under_18_pixels() -> None:
    sheet = (STATIC / "tokens.css").read_text(encoding="utf-8")
    block = re.findall(r'(?m)^\[data-mode="elder"\] \{(.*?)^\}', sheet, flags=re.DOTALL)[0]
    sizes = [float(size) * 16 for size in re.findall(r"--f-[a-z0-9]+: ([0-9.]+)rem", block)]
    assert min(sizes) >= 18
    assert re.search(r"--target: 3\.5rem", block)  # 56 px


def test_nothing_is_fetched_from_elsewhere() -> None:
    for sheet in STATIC.glob("*.css"):
        assert "url(" not in sheet.read_text(encoding="utf-8")
        assert "@import" not in sheet.read_text(encoding="utf-8")
