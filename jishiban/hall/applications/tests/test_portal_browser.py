"""The citizen's journey in a real browser: by keyboard alone without scripts, and with scripts and a broken line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from jishiban.hall.applications import actions
from jishiban.hall.applications.models import Draft
from jishiban.hall.applications.queries import case_holder
from jishiban.hall.applications.tests.portal_cast import ANSWERS, browser_of, filled, guide, handed_in
from jishiban.hall.applications.tests.test_portal_my import ASKED
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.tests.cast import Cast, make_cast
from jishiban.kernel.papers.queries import files_of
from jishiban.kernel.papers.tests.samples import pdf

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def town() -> Cast:
    cache.clear()
    return make_cast()


@pytest.fixture
def food(town: Cast) -> Matter:
    return guide("005", town.office, "005")


@pytest.fixture
def chrome(chromium: Path) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # Playwright's loop is not ours; the ORM is asked from this thread only
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def page_of(chrome: Any, url: str, client: Client, **facts: Any) -> Any:
    """A page of a browser that has this client's session."""
    context = chrome.new_context(base_url=url, **facts)
    cookie = client.cookies.get("jsb_session")
    if cookie is not None:
        context.add_cookies([{"name": "jsb_session", "value": cookie.value, "url": url}])
    return context.new_page()


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until this element has the focus: what cannot be reached by keyboard is not there."""
    for _n in range(120):
        if page.locator(selector).and_(page.locator(":focus")).count():
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} cannot be reached by keyboard")


def type_into(page: Any, name: str, words: str) -> None:
    tab_to(page, f'[name="{name}"]')
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def press(page: Any, selector: str) -> None:
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def answer_by_keyboard(page: Any) -> None:
    for name, words in ANSWERS.items():
        if name == "answers-yetai":
            tab_to(page, f'[name="{name}"]')
            page.keyboard.press("Space")
            page.keyboard.press("ArrowDown")
        elif name == "answers-wangluo":
            tab_to(page, f'[name="{name}"]')
            page.keyboard.press("Space")
        else:
            type_into(page, name, words)


def choose_materials(page: Any, matter: Matter) -> None:
    """Everything goes to the window on paper."""
    assert matter.current is not None
    for row in matter.current.materials:
        name = f'[name="materials-{row["key"]}"]'
        tab_to(page, name)
        page.keyboard.press("Space")
        for _n in range(4):
            if page.locator(f'{name}[value="paper"]').is_checked():
                break
            page.keyboard.press("ArrowDown")


def test_applying_needs_no_mouse_and_no_script(
    live_server: Any, chrome: Any, town: Cast, food: Matter
) -> None:
    page = page_of(
        chrome, live_server.url, browser_of(town.citizen), java_script_enabled=False, viewport=PHONE
    )
    page.goto(f"/apply/{food.pk}/")
    press(page, ".apply__begin button")
    type_into(page, "applicant-org_name", "济阳好味餐饮有限公司")
    press(page, 'button[value="next"]:not(.sr-only)')
    answer_by_keyboard(page)
    press(page, 'button[value="next"]:not(.sr-only)')
    choose_materials(page, food)
    press(page, 'button[value="next"]:not(.sr-only)')
    tab_to(page, '[name="true"]')
    page.keyboard.press("Space")
    press(page, ".apply__declare button")
    case = Case.objects.get()
    assert page.url.endswith(f"/my/{case.number}/receipt/")
    assert page.get_by_text(case.query_code).is_visible()
    press(page, f'a[href="/my/{case.number}/"].btn')
    assert page.locator(".meter").first.is_visible()


def test_a_draft_goes_on_in_another_browser(live_server: Any, chrome: Any, town: Cast, food: Matter) -> None:
    code = filled(browser_of(town.citizen), food)
    page = page_of(chrome, live_server.url, Client(), java_script_enabled=False, viewport=PHONE)
    page.goto("/apply/continue/")
    type_into(page, "code", code.lower())
    type_into(page, "tail", "8000")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator('[name="applicant-org_name"]').input_value() == "济阳好味餐饮有限公司"


def test_a_file_goes_up_in_pieces_and_past_a_broken_line(
    live_server: Any, chrome: Any, town: Cast, food: Matter
) -> None:
    client = browser_of(town.citizen)
    code = _empty(client, food)
    page = page_of(chrome, live_server.url, client)
    broken: list[str] = []

    def once(route: Any) -> None:
        if route.request.method == "PATCH" and len(broken) < 1:
            broken.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/files/buju/**", once)
    page.goto(f"/apply/d/{code}/materials/")
    big = pdf("x" * 1_200_000)
    page.set_input_files(
        "#id_materials-buju_file", {"name": "大图.pdf", "mimeType": "application/pdf", "buffer": big}
    )
    page.get_by_text("已上传").first.wait_for(timeout=20_000)
    page.reload()
    assert page.get_by_role("link", name="大图.pdf", exact=True).is_visible()
    assert broken
    (file,) = files_of(f"draft:{Draft.objects.get().pk}")
    assert file.size == len(big)


def _empty(client: Client, food: Matter) -> str:
    client.post(f"/apply/{food.pk}/", {"kind": "organisation"})
    return str(Draft.objects.get().code)


def test_a_notice_is_answered_by_keyboard_without_scripts(
    live_server: Any, chrome: Any, town: Cast, food: Matter
) -> None:
    client = browser_of(town.citizen)
    case = handed_in(client, food)
    actions.give_notice(case, ASKED, by=town.actor("clerk"))
    page = page_of(chrome, live_server.url, client, java_script_enabled=False, viewport=PHONE)
    page.goto(f"/my/{case.number}/")
    press(page, ".case__next a.btn")
    drop, area = case.notice_items.order_by("pk")
    new = {"name": "新图.pdf", "mimeType": "application/pdf", "buffer": pdf("2")}
    page.set_input_files(f'[name="item{drop.pk}_file"]', new)
    type_into(page, f"item{area.pk}", "90")
    press(page, ".apply__go button")
    assert page.get_by_text("补正材料已收到").is_visible()
    assert Case.objects.get().state == "received"
    assert files_of(case_holder(case)).count() == 2


def test_withdrawing_asks_and_does(live_server: Any, chrome: Any, town: Cast, food: Matter) -> None:
    client = browser_of(town.citizen)
    case = handed_in(client, food)
    page = page_of(chrome, live_server.url, client, java_script_enabled=False)
    page.goto(f"/my/{case.number}/")
    press(page, f'a[href="/my/{case.number}/withdraw/"]')
    press(page, ".confirm button")
    assert page.get_by_text("申请已撤回。").is_visible()


@pytest.mark.parametrize("mode", ["", "elder"])
def test_nothing_bars_the_way_on_any_page(
    live_server: Any, chrome: Any, town: Cast, food: Matter, axe_source: str, mode: str
) -> None:
    client = browser_of(town.citizen)
    asked = handed_in(client, food)
    actions.give_notice(asked, ASKED, by=town.actor("clerk"))
    case, code = handed_in(client, food), filled(client, food)
    page = page_of(chrome, live_server.url, client, viewport=PHONE, bypass_csp=True)
    page.context.add_cookies([{"name": "mode", "value": mode or "plain", "url": live_server.url}])
    draft, mine = f"/apply/d/{code}/", f"/my/{asked.number}/"
    places = [
        f"/apply/{food.pk}/", draft, f"{draft}answers/", f"{draft}materials/", f"{draft}review/", f"{draft}saved/",
        f"{draft}drop/", "/apply/continue/", "/track/", "/my/", mine, f"{mine}correct/", f"{mine}withdraw/",
        f"/my/{case.number}/", f"/my/{case.number}/receipt/", f"/my/{case.number}/receipt/print/",
    ]  # fmt: skip
    found: list[str] = []
    for place in places:
        page.goto(place)
        page.evaluate(axe_source)
        faults = page.evaluate("axe.run()")["violations"]
        found += [f"{place}: {fault['id']} {fault['nodes'][0]['html'][:120]}" for fault in faults]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{place}: wider than the phone")
    assert found == []
