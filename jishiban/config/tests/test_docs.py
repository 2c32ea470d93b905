"""What the documents say about the code is still so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jishiban.config.env import KEYS
from jishiban.kernel.directory import demo

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", ROOT / "README.en.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md",
         *sorted((ROOT / "docs").rglob("*.md"))]  # fmt: skip
READMES = PAGES[:2]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)")


def anchors(page: Path) -> set[str]:
    """The addresses of the headings of a page, as code hosts make them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def links(page: Path) -> Iterator[tuple[Path, str]]:
    for name, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        yield (page.parent / name).resolve() if name else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        assert target.exists(), target.name
        assert not anchor or anchor in anchors(target), f"{target.name}#{anchor}"


def test_every_setting_stands_in_the_page_about_service_and_no_other() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)) == set(KEYS)


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_demonstration_accounts_are_those_that_are_made(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z]+)` \|", text, re.MULTILINE) == [one.account for one in demo.SIGN_INS]
    assert demo.PASSWORD in text


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_every_picture_is_small(page: Path) -> None:
    shown = {target for target, _anchor in links(page) if target.suffix == ".png"}
    assert shown
    assert all(picture.stat().st_size <= 300_000 for picture in shown)


def test_every_decision_stands_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "adr"
    listed = {target.name for target, _anchor in links(folder / "README.md")}
    assert {page.name for page in folder.glob("0*.md")} == listed
