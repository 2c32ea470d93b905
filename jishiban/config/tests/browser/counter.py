"""What colleagues do at the desk, through its pages."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from jishiban.config.tests.browser.people import HEAD, REVIEWER
from jishiban.config.tests.browser.visits import Visits

REVIEWER_NAME = "李明远"


def open_case(page: Page, number: str) -> None:
    page.goto(f"/desk/cases/{number}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def take(page: Page, number: str, step: str, **filled: str | bool) -> None:
    """One step with its form: text goes into fields, True ticks a box. The page says it is done."""
    page.goto(f"/desk/cases/{number}/{step}/")
    for name, value in filled.items():
        field = page.locator(f'form.step-form [name="{name.replace("__", "-")}"]:not([type=hidden])')
        if value is True:
            field.check()
        elif field.first.get_attribute("type") == "radio":
            page.locator(f'form.step-form [name="{name}"][value="{value}"]').check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=str(value))
        else:
            field.fill(str(value))
    page.locator("form.step-form button[type=submit]").click()
    expect(page.locator(".said")).to_contain_text("已办理")


def notice(page: Page, number: str) -> None:
    """The one-time notice about the floor plan."""
    words = {"problem__buju": "没有标出清洗位置", "mend__buju": "请标出清洗、加工、备餐的位置"}
    take(page, number, "one-time-notice", tick__buju=True, **words)


def accept_for(visit: Visits, page: Page, number: str) -> Page:
    """Accept at the counter; the head gives it to 李明远. Returns the page 李明远 works in."""
    take(page, number, "accept")
    take(visit(staff=HEAD), number, "reassign", to=REVIEWER_NAME)
    reviewer = visit(staff=REVIEWER)
    open_case(reviewer, number)
    return reviewer


def said(page: Page) -> str:
    """The case page's text."""
    return page.locator("body").inner_text()


def numbers_in(page: Page) -> list[str]:
    """The case numbers in a list, in its order."""
    return re.findall(r"\d{6}-\d{8}-\d{5}-\d", page.locator("#main").inner_text())
