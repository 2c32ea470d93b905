"""Who acts in the journeys, and the ways in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from jishiban.config.tests.browser.hands import Mouse
from jishiban.kernel.directory.demo import PASSWORD
from jishiban.kernel.directory.invented import Inventor

CLERK, REVIEWER, HEAD, EDITOR, AUDITOR, ADMIN = (
    "chuangkou", "shencha", "kezhang", "bianji", "jiandu", "admin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen with a shop."""

    name: str
    id_number: str
    phone: str
    shop: str
    uscc: str
    address: str

    @classmethod
    def invented(cls, inventor: Inventor) -> Person:
        shop, uscc = inventor.shop()
        return cls(inventor.name(), inventor.identity(), inventor.mobile(), shop, uscc, inventor.address())


def sign_in_staff(page: Page, account: str) -> None:
    """Through the page of the desk, by account and password."""
    page.goto("/desk/sign-in/")
    page.get_by_label("账号", exact=True).fill(account)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).not_to_have_url(re.compile("sign-in"))


def sign_in_person(hands: Mouse, phone: str) -> None:
    """From the page that asks for the phone: number, the code the demonstration shows, in."""
    page = hands.page
    hands.write(page.get_by_label("手机号"), phone)
    hands.press(page.get_by_role("button", name="获取验证码"))
    code = page.locator(".gate__sms b").inner_text()
    hands.write(page.get_by_label("验证码"), code)
    hands.press(page.get_by_role("button", name="登录", exact=True))
    expect(page).not_to_have_url(re.compile("sign-in"))
