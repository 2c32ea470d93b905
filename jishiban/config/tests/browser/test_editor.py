"""The editor: a new version with its date; running cases keep theirs; what was promised on a day is answered."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from jishiban.config.tests.browser.people import ADMIN, CLERK, EDITOR, Person
from jishiban.config.tests.browser.test_accessibility import examined
from jishiban.config.tests.browser.test_clerk import CASE_PAGE
from jishiban.config.tests.browser.visits import Visits

pytestmark = pytest.mark.browser

MATTER = 6  # 小餐饮、食品小作坊登记(备案): no other journey changes its guide


def test_a_new_version_has_its_date_and_running_cases_keep_theirs(visit: Visits, somebody: Person) -> None:
    clerk = visit(f"/desk/new/{MATTER}/", staff=CLERK)
    number = filled_in(clerk, somebody)
    editor = visit(f"/desk/guides/{MATTER}/edit/", staff=EDITOR)
    amount = editor.locator('[name="promise_amount"], [name$="-promise_amount"]')
    before = amount.input_value()
    after = str(int(before) - 1)
    amount.fill(after)
    editor.get_by_role("button", name="保存草稿").first.click()
    expect(editor.locator("main")).to_contain_text("还没有发布")
    editor.get_by_role("button", name="预览").first.click()
    expect(editor.locator("main")).to_contain_text("群众还看不到")
    editor.get_by_role("link", name="去发布").click()
    expect(editor.locator("main table")).to_contain_text(after)
    editor.locator('[name="change"]').fill("承诺时限缩短一天。")
    editor.get_by_role("button", name="发布", exact=True).click()
    anyone = visit(f"/matters/{MATTER}/versions/")
    expect(anyone.locator(".timeline__item").first).to_contain_text("承诺时限缩短一天")
    yesterday = timezone.localdate() - timedelta(days=1)
    anyone.locator('[name="on"]').fill(yesterday.isoformat())
    anyone.get_by_role("button", name="查这一天").click()
    expect(anyone.locator(".on-day__answer")).to_contain_text(f"{before}个工作日")
    expect(anyone.locator(".on-day__answer")).to_contain_text("第1版")
    anyone.goto(f"/matters/{MATTER}/versions/?on={timezone.localdate().isoformat()}")
    expect(anyone.locator(".on-day__answer")).to_contain_text(f"{after}个工作日")
    expect(anyone.locator(".on-day__answer")).to_contain_text("当天改版以前")
    anyone.goto(f"/matters/{MATTER}/")
    expect(anyone.locator("main")).to_contain_text(f"{after}个工作日")
    clerk.goto(f"/desk/cases/{number}/")
    expect(clerk.locator(".case__facts").first).to_contain_text("第 1 版")
    clerk.locator(".case__facts").get_by_role("link", name=re.compile("第 1 版")).click()
    expect(clerk.locator("body")).to_contain_text(f"{before}个工作日")


def filled_in(clerk: Page, somebody: Person) -> str:
    """A walk-in under the present version."""
    for name, text in (("name", somebody.name), ("id_number", somebody.id_number), ("phone", somebody.phone)):
        clerk.locator(f'[name="applicant-{name}"]').fill(text)
    if clerk.locator('[name="applicant-org_name"]').count():
        clerk.locator('[name="applicant-org_name"]').fill(somebody.shop)
    clerk.keyboard.press("Control+Enter")
    clerk.wait_for_url(CASE_PAGE)
    found = CASE_PAGE.search(clerk.url)
    assert found
    return found.group(1)


def test_a_guide_with_a_fault_is_not_published(visit: Visits) -> None:
    editor = visit("/desk/guides/4/edit/", staff=EDITOR)
    editor.locator('[name="summary"], [name$="-summary"]').first.fill("")
    editor.get_by_role("button", name="去发布").first.click()
    expect(editor.locator(".errors")).to_be_visible()
    discard = visit("/desk/guides/4/edit/", staff=EDITOR)
    discard.get_by_role("button", name="丢弃草稿").click()
    expect(visit("/matters/4/").locator(".lead")).not_to_have_text("")


LIST = """seq,code,name,type,department,implementing_body,basis,statutory_limit,limit_unit,limit_basis,service_object,confidence
9001,,河灯燃放报备,行政许可,市场监管,行政审批服务局,《演示办法》第一条,5,工作日,第一条,自然人,high
9002,,另一件事,行政许可,市场监管,行政审批服务局,《演示办法》第二条,五天,工作日,第二条,自然人,high
"""


def test_a_list_is_looked_through_before_it_is_brought_in(
    visit: Visits, axe_source: str, tmp_path: Path
) -> None:
    """The editor of the bureau brings in a list: the good row lands, the bad one is told with its cell and mend."""
    admin = visit("/desk/staff/", staff=ADMIN)
    row = admin.locator("section.office").first.locator("tr").filter(has_text="指南编辑").first
    page = visit("/desk/guides/import/", staff=row.locator("td").nth(1).inner_text().strip())
    faults = examined(page, axe_source, elder=False)
    file = tmp_path / "清单.csv"
    file.write_text(LIST, encoding="gb18030")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="读取文件").click()
    expect(page.locator("main")).to_contain_text("要改正的格子")
    expect(page.locator("main")).to_contain_text("五天")
    faults += examined(page, axe_source, elder=False)
    page.get_by_role("button", name="确认导入").click()
    page.goto("/search?q=河灯燃放")
    expect(page.locator("main")).to_contain_text("河灯燃放报备")
    assert not faults, "\n".join(faults)
