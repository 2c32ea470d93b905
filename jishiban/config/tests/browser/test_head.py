"""The head of a unit: lights, a hand-over the receiver takes, giving at once, leave that leaves nothing without an owner."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jishiban.config.tests.browser import counter
from jishiban.config.tests.browser.people import CLERK, HEAD, REVIEWER
from jishiban.config.tests.browser.visits import Stage, Visits

pytestmark = pytest.mark.browser


def test_lights_of_unit_and_people_open_to_their_cases(visit: Visits, stage: Stage) -> None:
    page = visit("/desk/unit/", staff=HEAD)
    rows = page.locator("table.queue--lights tbody tr")
    red = rows.filter(has_text="市场准入科").first.locator("td.is-red")
    assert int(red.inner_text()) >= 1
    rows.filter(has_text="李明远").get_by_role("link").click()
    expect(page.locator("#cases")).to_contain_text(stage.cases["accepted"])
    expect(page.locator("#cases")).to_contain_text(stage.cases["overdue"])


def test_what_is_overdue_has_gone_up_to_the_head(visit: Visits, stage: Stage) -> None:
    page = visit("/desk/?scope=overseen", staff=HEAD)
    expect(page.locator("#queue")).to_contain_text(stage.cases["overdue"])


def test_a_case_handed_over_changes_hands_when_the_receiver_takes_it(visit: Visits, stage: Stage) -> None:
    clerk, number = visit(staff=CLERK), stage.cases["to_hand_over"]
    head = visit("/desk/unit/", staff=HEAD)
    head.locator("table.queue--lights tbody tr").filter(has_text="李明远").get_by_role("link").click()
    head.locator("#cases tr").filter(has_text=number).locator("label").click()
    head.get_by_label("交给").select_option(label="王晓敏")
    head.get_by_label("原因").fill("李明远要出差。")
    head.get_by_role("button", name=re.compile("^移交")).click()
    expect(head.locator(".said")).to_contain_text("已移交 1 件")
    clerk.goto("/desk/?scope=offered")
    expect(clerk.locator("#queue")).to_contain_text(number)
    clerk.goto(f"/desk/cases/{number}/")
    expect(clerk.locator(".case__facts")).to_contain_text("李明远")
    counter.take(clerk, number, "take")
    expect(clerk.locator(".case__facts").first).to_contain_text("王晓敏")
    expect(clerk.locator(".case__facts")).not_to_contain_text("待接收")


def test_an_offer_given_back_leaves_the_owner_as_he_was(visit: Visits, stage: Stage) -> None:
    clerk, reviewer, number = visit(staff=CLERK), visit(staff=REVIEWER), stage.cases["to_give_back"]
    counter.take(reviewer, number, "offer", to="王晓敏", reason="请您帮忙。")
    counter.take(clerk, number, "decline", reason="手头太满。")
    counter.open_case(reviewer, number)
    expect(reviewer.locator(".case__facts").first).to_contain_text("李明远")


def test_nothing_ticked_hands_nothing_over(visit: Visits) -> None:
    head = visit("/desk/unit/", staff=HEAD, javascript=False)
    head.locator("table.queue--lights tbody tr").filter(has_text="李明远").get_by_role("link").click()
    head.get_by_label("交给").select_option(label="王晓敏")
    head.get_by_role("button", name=re.compile("^移交")).click()
    expect(head.locator(".said")).to_contain_text("请勾选办件")


def test_a_leave_is_noted_with_a_deputy_who_then_answers(visit: Visits, stage: Stage) -> None:
    clerk, reviewer, number = visit(staff=CLERK), visit(staff=REVIEWER), stage.cases["to_cover"]
    head = visit("/desk/staff/", staff=HEAD)
    head.get_by_role("link", name="李明远").click()
    today = timezone.localdate()
    head.get_by_text("登记请假").click()
    head.get_by_label("从哪天").fill(today.isoformat())
    head.get_by_label("到哪天").fill((today + timedelta(days=1)).isoformat())
    deputy = head.locator("option").filter(has_text="王晓敏").first.get_attribute("value")
    head.get_by_label("代理人").select_option(deputy)
    head.get_by_role("button", name="登记", exact=True).click()
    expect(head.locator("#main, .said").first).to_be_visible()
    expect(head.locator(".line-form").filter(has_text="王晓敏代理")).to_be_visible()
    try:
        clerk.goto("/desk/")
        expect(clerk.locator("#queue")).to_contain_text(number)
        head.goto("/desk/unit/")
        expect(head.locator("table.queue--lights tr").filter(has_text="李明远")).to_contain_text("请假")
    finally:
        head.goto("/desk/staff/")
        head.get_by_role("link", name="李明远").click()
        head.locator(".line-form").filter(has_text="王晓敏代理").get_by_role("button").click()
    counter.open_case(reviewer, number)
    expect(reviewer.locator(".case__facts").first).to_contain_text("李明远")
