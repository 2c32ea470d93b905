"""Anyone: promises open to their records, the ledger shows its checkpoint, a receipt is verified without a line."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from jishiban.config.tests.browser.visits import Visits


def test_every_figure_of_promises_opens_to_masked_records(visit: Visits) -> None:
    page = visit("/promises")
    table = page.get_by_role("table")
    row = table.get_by_role("row").nth(1)
    expect(row.get_by_role("link")).to_have_count(4)
    made = row.get_by_role("link").first
    count = int(re.sub(r"\D", "", made.inner_text()))
    assert count > 0
    made.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    rows = page.locator("tbody tr")
    assert rows.count() == min(count, rows.count())
    expect(rows.first.locator("td").first).to_have_text(re.compile(r"\d"))
    assert not re.search(r"1\d{10}|\d{17}[\dX]", page.locator("main").inner_text())


def test_something_is_overdue_now_and_says_so(visit: Visits) -> None:
    page = visit("/promises")
    whole = page.locator("tbody tr").first
    overdue = whole.get_by_role("link").nth(3)
    assert int(re.sub(r"\D", "", overdue.inner_text())) >= 1
    overdue.click()
    expect(page.locator("tbody tr").first).to_be_visible()


def test_the_calculator_shows_each_day_and_why(visit: Visits) -> None:
    page = visit("/clock/")
    page.get_by_label(re.compile("期限|数")).first.fill("20")
    page.get_by_label(re.compile("工作日$|单位")).first.wait_for()
    page.goto("/clock/?amount=5&unit=工作日&start=2026-09-28&calendar=statutory")
    expect(page.get_by_role("heading", name="最后一天是")).to_contain_text("2026年")
    expect(page.locator("table.days tbody tr").first).to_be_visible()
    expect(page.locator("table.days")).to_contain_text("国庆")


def test_wrong_numbers_in_the_calculator_are_told_beside_the_field(visit: Visits) -> None:
    page = visit("/clock/?amount=-3&unit=工作日&start=2026-02-31")
    expect(page.locator(".errors")).to_be_visible()
    expect(page.locator("[aria-invalid=true]")).not_to_have_count(0)
