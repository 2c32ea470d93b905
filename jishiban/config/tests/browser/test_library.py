"""The library's desk in a browser: aliases decided by keys alone, an entry handed in, and nothing for axe to find."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from jishiban.config.tests.browser.people import EDITOR, HEAD
from jishiban.config.tests.browser.test_accessibility import MODES, walked
from jishiban.config.tests.browser.visits import Stage, Visits

pytestmark = pytest.mark.browser

PAGES = (
    "/desk/library/", "/desk/library/?q=没有这个词", "/desk/library/?aspect=费用", "/desk/library/1/", "/desk/library/new/",
    "/desk/library/revisions/", "/desk/library/revisions/?show=ended", "/desk/library/revisions/1/",
    "/desk/library/aliases/", "/desk/library/aliases/?state=confirmed", "/desk/library/lexicon/",
    "/desk/library/lexicon/new/", "/desk/library/import/",
)  # fmt: skip


@MODES
def test_axe_finds_nothing_in_the_library(visit: Visits, stage: Stage, axe_source: str, elder: bool) -> None:
    faults = walked(visit(staff=EDITOR, elder=elder), PAGES, stage, axe_source, elder=elder)
    assert not faults, "\n".join(faults)


def test_aliases_are_decided_without_a_mouse(visit: Visits) -> None:
    page = visit("/desk/library/aliases/", staff=EDITOR)
    lines = page.locator("[data-line]")
    before = lines.count()
    second = lines.nth(1).locator("a").inner_text()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("y")
    expect(page.locator("main, .desk__page").first).to_contain_text(f"“{second}”已启用。")
    expect(lines).to_have_count(before - 1)
    third = lines.nth(0).locator("a")
    expect(third).to_be_focused()
    refused = third.inner_text()
    page.keyboard.press("n")
    expect(page.locator(".desk__page")).to_contain_text(f"“{refused}”不采用。")
    expect(lines).to_have_count(before - 2)


def test_an_entry_handed_in_waits_for_another_pair_of_eyes(visit: Visits) -> None:
    page = visit("/desk/library/new/", staff=EDITOR)
    page.locator('[name="matter"]').fill("食品经营许可")
    page.locator('[name="question"]').fill("奶茶店要办哪个证？")
    page.locator('[name="answer"]').fill("办食品经营许可。")
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator(".errors")).to_contain_text("没有出处不能发布")
    page.locator('[name="source"]').fill("《食品经营许可办事指南》")
    page.locator('[name="why"]').fill("群众常问")
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("main")).to_contain_text("您起草的修订，由其他同事审核。")
    address = re.sub(r"^https?://[^/]+", "", page.url)
    head = visit(address, staff=HEAD)
    head.get_by_role("button", name="初审通过").click()
    expect(head.locator(".desk__page")).to_contain_text("已通过，转给下一位。")
