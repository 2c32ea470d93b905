"""Visits that fail on any complaint the browser makes: errors of scripts, of the content policy, of loading."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from jishiban.config.tests.browser.hands import Mouse
from jishiban.config.tests.browser.people import sign_in_person, sign_in_staff
from jishiban.config.tests.running import Hall

PATIENCE = 15_000  # milliseconds: the other core of a test machine is busy with other tests


@dataclass(frozen=True)
class Stage:
    """A running hall, the numbers of the citizen's cases by state, and everybody's account by name."""

    hall: Hall
    cases: dict[str, str]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.hall.port}"


@dataclass
class Visits:
    """Opens pages, each in a browser profile of its own, and notes every complaint."""

    browser: Browser
    base: str
    states: dict[str, Any]
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __call__(self, path: str = "", *, staff: str = "", phone: str = "", width: int = 1280, elder: bool = False,
                 javascript: bool = True, **more: Any) -> Page:  # fmt: skip
        """A new visitor; `staff` (an account) or the citizen of `phone` is signed in already."""
        if staff or phone:
            more["storage_state"] = self._signed_in(staff, phone)
        context = self._context(width, javascript=javascript, **more)
        if elder:
            context.add_cookies([{"name": "mode", "value": "elder", "url": self.base}])
        page = context.new_page()
        self.watch(page)
        if path:
            page.goto(path)
        return page

    def _context(self, width: int, *, javascript: bool = True, **more: Any) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.base, viewport={"width": width, "height": 800}, java_script_enabled=javascript,
            locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **more,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        return context

    def _signed_in(self, account: str, phone: str) -> Any:
        """The cookies of somebody; everybody signs in once for all tests."""
        who = account or phone
        if who not in self.states:
            page = self._context(1280).new_page()
            if account:
                sign_in_staff(page, account)
            else:
                page.goto("/sign-in/")
                sign_in_person(Mouse(page), phone)
            self.states[who] = page.context.storage_state()
        return self.states[who]

    def watch(self, page: Page) -> None:
        """Note errors of scripts, of the content policy, and of anything a page could not load."""
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._heard)
        page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _heard(self, message: ConsoleMessage) -> None:
        own_status = (
            "Failed to load resource" in message.text
        )  # 404 and 422 of pages are meant; see _answered
        if message.type in ("error", "warning") and not own_status:
            self.faults.append(f"{message.location.get('url')}: {message.text}")

    def _answered(self, status: int, url: str) -> None:
        if status >= 500 or (status >= 400 and "/static/" in url):
            self.faults.append(f"{url}: {status}")

    def end(self) -> None:
        for context in self.contexts:
            context.close()
