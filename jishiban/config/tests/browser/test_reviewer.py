"""The reviewer: a written notice stops the clock, a visit does not; an extension needs the head; a numbered paper, delivered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from jishiban.config.tests.browser import counter
from jishiban.config.tests.browser.people import CLERK, HEAD, REVIEWER
from jishiban.config.tests.browser.test_clerk import registered
from jishiban.config.tests.browser.visits import Stage, Visits
from jishiban.hall.applications.demo.cast import CITIZEN_PHONE
from jishiban.kernel.directory.invented import Inventor

pytestmark = pytest.mark.browser


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def due(page: Page) -> str:
    """The words of the promise meter."""
    return page.locator(".meter__words").first.inner_text()


def test_a_case_is_examined_suspended_extended_decided_and_delivered(
    visit: Visits, inventor: Inventor
) -> None:
    clerk, number = registered(visit, inventor)
    page = counter.accept_for(visit, clerk, number)
    no_suspension_without_a_written_notice(page, number)
    a_visit_does_not_stop_the_clock(page, number)
    suspended_and_resumed(page, number)
    extended_by_the_head(visit, page, number)
    counter.take(page, number, "examine", opinion="建议准予", words="材料和现场都符合。")
    counter.take(page, number, "grant", grounds="符合《食品安全法》第三十五条。")
    expect(page.locator(".case__state")).to_contain_text("准予")
    expect(page.locator(".fresh")).to_contain_text(re.compile(r"〔20\d\d〕\s*\d+\s*号"))
    page.locator(".fresh a").click()
    expect(page.locator("body")).to_contain_text("准予许可决定书")
    counter.take(clerk, number, "deliver", how="窗口领取", to="本人")
    expect(clerk.locator(".case__state")).to_contain_text("已办结")
    expect(clerk.locator(".timeline")).to_contain_text("送达")


def no_suspension_without_a_written_notice(page: Page, number: str) -> None:
    page.goto(f"/desk/cases/{number}/suspend/")
    page.locator('[name="procedure"]').select_option(label="专家评审")
    page.locator('[name="until"]').fill(in_days(10))
    page.locator("form.step-form button[type=submit]").click()
    expect(page.locator("[aria-invalid=true]")).to_have_attribute("name", "written")
    counter.open_case(page, number)
    expect(page.locator(".case__state")).to_contain_text("已受理")


def a_visit_does_not_stop_the_clock(page: Page, number: str) -> None:
    counter.open_case(page, number)
    before = due(page)
    page.goto(f"/desk/cases/{number}/site-check/")
    page.locator('[name="officials"]').fill("李明远")
    page.locator('[name="result"][value="符合"]').check()
    page.locator('[name="words"]').fill("布局与图一致。")
    page.locator("form.step-form button[type=submit]").click()
    expect(page.locator(".errors")).to_contain_text("两名以上")
    page.locator('[name="officials"]').fill("李明远、张建国")
    page.locator("form.step-form button[type=submit]").click()
    expect(page.locator(".said")).to_contain_text("已办理")
    assert due(page) == before


def suspended_and_resumed(page: Page, number: str) -> None:
    written = "需要专家评审，所需时间不计入期限。"
    counter.take(page, number, "suspend", procedure="专家评审", until=in_days(10), written=written)
    expect(page.locator(".case__state")).to_contain_text("特别程序")
    expect(page.locator(".meter").first).to_contain_text("暂停")
    page.goto(f"/desk/cases/{number}/grant/")
    expect(page.locator(".errors")).to_contain_text("不能")
    counter.take(page, number, "resume")
    expect(page.locator(".case__state")).to_contain_text("已受理")


def extended_by_the_head(visit: Visits, page: Page, number: str) -> None:
    counter.take(page, number, "ask-extension", reason="需要补充检验。")
    expect(page.locator(".fresh--asked")).to_contain_text("待负责人答复")
    page.goto(f"/desk/cases/{number}/extend/")
    expect(page.get_by_role("heading", level=1)).to_have_text("您不能打开这一页")
    head = visit("/desk/unit/", staff=HEAD)
    ask = head.locator(".asks li").filter(has_text=number)
    expect(ask).to_contain_text("需要补充检验")
    ask.get_by_role("link", name="批准延期", exact=True).click()
    head.locator('[name="amount"]').fill("50")
    head.locator('[name="reason"]').fill("经批准延长，请您谅解。")
    head.locator("form.step-form button[type=submit]").click()
    expect(head.locator(".errors")).to_contain_text("最多")
    head.locator('[name="amount"]').fill("5")
    head.locator("form.step-form button[type=submit]").click()
    expect(head.locator(".said")).to_contain_text("已办理")
    head.goto(f"/desk/cases/{number}/extend/")
    expect(head.locator(".errors")).to_contain_text("不能再延")


def test_a_refusal_bears_its_grounds_and_remedies(visit: Visits, stage: Stage) -> None:
    page, number = visit(staff=REVIEWER), stage.cases["to_refuse"]
    counter.take(page, number, "refuse", grounds="经营场所离污染源不足二十五米。")
    expect(page.locator(".case__state")).to_contain_text("不予许可")
    page.locator(".fresh a").click()
    body = page.locator("body")
    expect(body).to_contain_text("不予许可决定书")
    expect(body).to_contain_text("二十五米")
    expect(body).to_contain_text("行政复议")


def test_a_masked_number_is_shown_only_for_a_reason_and_on_the_record(visit: Visits, stage: Stage) -> None:
    page, number = visit(staff=CLERK), stage.cases["received"]
    counter.open_case(page, number)
    page.locator(".reveal summary").click()
    page.locator("#reveal-field").select_option(label="电话")
    page.locator("#reveal-reason").fill("核对联系方式")
    page.get_by_role("button", name="显示并记录").click()
    expect(page.locator(".fresh b")).to_have_text(CITIZEN_PHONE)
    counter.open_case(page, number)
    expect(page.locator("main")).not_to_contain_text(CITIZEN_PHONE)


def test_who_does_not_answer_for_a_case_cannot_decide_it(visit: Visits, stage: Stage) -> None:
    clerk = visit(f"/desk/cases/{stage.cases['accepted']}/grant/", staff=CLERK)
    expect(clerk.get_by_role("heading", level=1)).to_have_text("您不能打开这一页")
