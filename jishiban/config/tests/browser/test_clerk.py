"""The window clerk: the inbox by keys, a walk-in in under a minute, the one-time notice and what the system makes of a second."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from jishiban.config.tests.browser import counter
from jishiban.config.tests.browser.people import CLERK, Person
from jishiban.config.tests.browser.visits import Stage, Visits
from jishiban.kernel.directory.invented import Inventor

pytestmark = pytest.mark.browser

A_MINUTE = 60
KEYS_A_SECOND = 3.0  # of somebody who types with care; what the machine waits is measured besides
CASE_PAGE = re.compile(r"/desk/cases/(\d{6}-\d{8}-\d{5}-\d)/")


class Typist:
    """Keys only, each counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.strokes = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.strokes += len(text)


def walk_in(typist: Typist, person: Person) -> str:
    """Register somebody at the counter, from the inbox to the case; returns its number."""
    page = typist.page
    typist.press("n")
    expect(page.locator("#q")).to_be_focused()
    typist.write("5")  # 食品经营许可 in the list of matters
    typist.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("食品经营许可")
    expect(page.locator("form[data-first] input:focus")).to_have_count(1)
    for text in (person.shop, person.uscc, "", person.name, person.id_number, person.phone):
        typist.write(text)
        typist.press("Tab")
    for _material in range(3):
        typist.press("Space", "Tab")
    typist.press("Control+Enter")
    page.wait_for_url(CASE_PAGE)
    found = CASE_PAGE.search(page.url)
    assert found
    return found.group(1)


def registered(visit: Visits, inventor: Inventor) -> tuple[Page, str]:
    page = visit("/desk/", staff=CLERK)
    return page, walk_in(Typist(page), Person.invented(inventor))


def test_a_walk_in_is_registered_by_keys_in_under_a_minute(visit: Visits, somebody: Person) -> None:
    page = visit("/desk/", staff=CLERK)
    typist = Typist(page)
    began = time.monotonic()
    number = walk_in(typist, somebody)
    waited = time.monotonic() - began
    assert waited + typist.strokes / KEYS_A_SECOND < A_MINUTE, (waited, typist.strokes)
    expect(page.locator(".said")).to_contain_text(number)
    expect(page.locator("main")).to_contain_text(somebody.shop)
    expect(page.locator("main")).not_to_contain_text(somebody.id_number)
    expect(page.locator(".tag--done").filter(has_text="纸质已收")).to_have_count(3)
    page.keyboard.press("p")  # the receipt that has just been issued, ready to be printed
    expect(page).to_have_url(re.compile("/papers/"))
    expect(page.locator("body")).to_contain_text("凭证")


def test_wrong_identity_numbers_are_told_at_the_counter_too(visit: Visits, somebody: Person) -> None:
    page = visit("/desk/new/5/", staff=CLERK)
    page.locator('[name="applicant-org_name"]').fill(somebody.shop)
    page.locator('[name="applicant-id_number"]').fill("123")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator('[name="applicant-id_number"]')).to_have_value("123")
    expect(page.locator('[name="applicant-org_name"]')).to_have_value(somebody.shop)


def test_the_inbox_is_walked_with_j_and_k_and_opened_with_enter(visit: Visits) -> None:
    page = visit("/desk/?scope=unit", staff=CLERK)
    links = page.locator("[data-line] a")
    assert links.count() >= 3
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    number = links.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(number))
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile("/desk/$"))
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/desk/cases/{number}/"))


def test_the_inbox_stands_in_the_order_things_fall_due(visit: Visits, stage: Stage) -> None:
    page = visit("/desk/?scope=unit", staff=CLERK)
    heads = page.locator(".queue__head th").all_inner_texts()
    order = ["已超期", "今天到期", "三日内", "之后", "暂停"]
    places = [order.index(re.sub(r"[\s\d+]+", "", head)) for head in heads]
    assert places == sorted(places)
    assert places[0] == 0
    listed = counter.numbers_in(page)
    assert listed.index(stage.cases["overdue"]) < listed.index(stage.cases["received"])


def test_what_can_be_put_right_at_the_counter_is_put_right_there(visit: Visits, inventor: Inventor) -> None:
    page, number = registered(visit, inventor)
    counter.take(page, number, "correct-on-spot", what="补写了经营面积。", in__zhidu=True)
    expect(page.locator(".tag--done").filter(has_text="纸质已收")).to_have_count(4)
    counter.take(page, number, "accept")
    expect(page.locator(".case__state")).to_contain_text("已受理")
    expect(page.locator(".meter").first).to_contain_text("承诺")


def test_the_notice_is_given_once_and_a_second_demand_is_recorded_as_a_breach(
    visit: Visits, inventor: Inventor
) -> None:
    page, number = registered(visit, inventor)
    counter.notice(page, number)
    expect(page.locator(".case__state")).to_contain_text("补正")
    expect(page.locator(".papers")).to_contain_text("告知书")
    page.goto(f"/desk/cases/{number}/correct/")
    page.locator("form.step-form input[type=checkbox]").first.check()
    page.locator("form.step-form button[type=submit]").click()
    expect(page.locator(".said")).to_contain_text("已办理")
    page.goto(f"/desk/cases/{number}/one-time-notice/")
    expect(page.locator(".errors")).to_contain_text("一次性告知只能有一次")
    page.goto(f"/desk/cases/{number}/demand-again/")
    expect(page.locator(".warned")).to_contain_text("违反一次性告知")
    words = {"problem__shebei": "没有写数量", "mend__shebei": "请补写数量"}
    counter.take(page, number, "demand-again", tick__shebei=True, existed__shebei="第一次告知时已有", **words)
    expect(page.locator(".tag--over")).to_contain_text("已记违规")
    expect(page.locator(".timeline")).to_contain_text("违反一次性告知")
    expect(page.locator(".case__state")).to_contain_text("已受理")


def test_a_notice_without_words_is_not_given(visit: Visits, inventor: Inventor) -> None:
    page, number = registered(visit, inventor)
    page.goto(f"/desk/cases/{number}/one-time-notice/")
    page.locator('[name="tick-buju"]').check()
    page.locator("form.step-form button[type=submit]").click()
    expect(page.locator(".errors")).to_contain_text("请写明")
    expect(page.locator('[name="tick-buju"]')).to_be_checked()


def test_a_refusal_to_accept_names_grounds_office_and_remedies(visit: Visits, inventor: Inventor) -> None:
    page, number = registered(visit, inventor)
    page.goto(f"/desk/cases/{number}/not-accept/")
    expect(page.locator('[name="remedies"]')).to_have_value(re.compile("复议"))
    page.locator("form.step-form button[type=submit]").click()
    expect(page.locator(".errors")).to_be_visible()
    grounds = {"grounds": "不属于本机关职权范围。", "authority": "市市场监督管理局"}
    counter.take(page, number, "not-accept", **grounds)
    expect(page.locator(".case__state")).to_contain_text("不予受理")
    page.locator(".fresh a").click()
    expect(page.locator("body")).to_contain_text("复议")
    expect(page.locator("body")).to_contain_text("市市场监督管理局")


def test_a_case_is_sent_to_the_right_office(visit: Visits, inventor: Inventor) -> None:
    page, number = registered(visit, inventor)
    counter.take(page, number, "transfer", unit="社会事务科", reason="归社会事务科办理。")
    page.goto(f"/desk/cases/{number}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("您不能打开这一页")
