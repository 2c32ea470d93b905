"""Asking, choosing and handing over in a real browser: without scripts, by keyboard, on a phone, in elder and kiosk mode."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jishiban.guide.conversations import inquiries
from jishiban.guide.conversations.models import Turn
from jishiban.guide.conversations.tests.conftest import Library
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.tests.cast import Cast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL = """(least) => [...document.querySelectorAll("main button, main input:not([type=hidden]), main .btn")]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < least).map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def chrome(chromium: Path) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the ORM is asked from this thread only
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def look(page: Any, name: str) -> None:
    """Keep a picture where one is asked for."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def clean(page: Any, axe_source: str) -> list[str]:
    page.evaluate(axe_source)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


def test_a_question_leads_to_an_answer_and_a_person_without_scripts(
    live_server: Any, chrome: Any, library: Library, keys: list[str], cast: Cast
) -> None:
    context = chrome.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 360, "height": 780}
    )
    page = context.new_page()
    library.says("choose", *keys[:3])
    page.goto("/guide/")
    page.get_by_label("您想问什么？").fill("卖吃的")
    page.locator("#say-q").press("Enter")
    page.get_by_role("button", name="食品经营许可的时限").click()
    assert page.get_by_text("承诺5个工作日办结。").is_visible()
    library.says("answer", keys[0])
    page.locator("#say-q").fill("要带什么")
    page.locator("#say-q").press("Enter")
    assert page.get_by_text("最近核对").last.is_visible()
    page.get_by_role("button", name="没解决").last.click()
    page.get_by_label("您的问题").fill("我的店在二楼")
    page.get_by_role("button", name="提交").click()
    case = Case.objects.get()
    assert page.get_by_text(case.query_code).is_visible()
    inquiries.take_step(case, "reply", by=cast.actor("clerk"), words="二楼可以。")
    page.reload()
    assert page.get_by_text("二楼可以。").is_visible()
    context.close()


@pytest.mark.parametrize("mode", ["", "elder", "kiosk"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_a_talk_is_accessible_and_fits(
    live_server: Any, chrome: Any, library: Library, keys: list[str], axe_source: str, mode: str, width: int
) -> None:
    context = chrome.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 800}, bypass_csp=True
    )
    if mode:
        context.add_cookies([{"name": "mode", "value": mode, "url": live_server.url}])
    page = context.new_page()
    wrong: list[str] = []

    def check(name: str) -> None:
        look(page, f"{name}-{mode or 'plain'}-{width}")
        wrong.extend(f"{name} {one}" for one in clean(page, axe_source))
        wrong.extend([f"{name}: wider than the screen"] if page.evaluate(WIDE) else [])
        wrong.extend(f"{name} small: {one}" for one in page.evaluate(SMALL, 47 if mode else 43))

    page.goto("/guide/")
    check("start")
    for decision, slot in (("answer", ""), ("choose", ""), ("clarify", "aspect"), ("handover", "")):
        library.says(decision, *(keys[:3] if decision != "handover" else ()), slot=slot)
        page.locator("#say-q").fill("我想在济阳街道开大街开一个小饭店主要做早点和夜宵请问都要准备什么材料")
        with page.expect_navigation(timeout=8000):
            page.locator("#say-q").press("Enter")
    assert Turn.objects.count() == 4
    check("talk")
    page.goto(page.url.partition("#")[0] + "person/")
    check("person")
    page.get_by_label("您的问题").fill("我的店在二楼")
    page.get_by_role("button", name="提交").click()
    check("inquiry")
    page.goto("/guide/questions/")
    check("find")
    context.close()
    assert wrong == []
