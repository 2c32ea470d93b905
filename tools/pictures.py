"""Takes the pictures of README from a running demonstration. Starts nothing itself.

    ./jsb run                                        # in another terminal, with an empty DATA_DIR
    .venv/bin/python tools/pictures.py --url http://127.0.0.1:8000

Needs the development requirements and Chromium. It signs in with the demonstration accounts, files one application
as the demonstration citizen, and walks through the pages. One picture that fails is told and the others are taken;
exit code 1 then. A picture above 300 KB is taken again with less height.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
MOST_BYTES = 300_000
SHORTER = 0.8
SHORTEST = 500
DESKTOP, PHONE = (1280, 900), (390, 844)
PHONE_SCALE = 2
CITIZEN_PHONE = "13800138000"
PASSWORD = "jishiban-demo-2026"  # noqa: S105  of the demonstration, printed at its start
SEARCHED = "食品经营"

# What is typed where a field asks for it, by a word in its name or label; the first that fits.
ANSWERS = (
    ("uscc", "91370115MA00000155"), ("信用代码", "91370115MA00000155"), ("店名", "济阳区好味小吃店（演示）"),
    ("经营项目", "热食类、冷食类"), ("id_number", "370115199003070018"), ("phone", CITIZEN_PHONE), ("电话", CITIZEN_PHONE),
    ("org_name", "济阳区好味小吃店（演示）"), ("名称", "济阳区好味小吃店（演示）"), ("address", "济北街道开元大街 1 号（演示）"),
    ("地址", "济北街道开元大街 1 号（演示）"), ("name", "陈晓"), ("姓名", "陈晓"), ("面积", "60"), ("人数", "5"),
)  # fmt: skip

NOTICE = (("没有签名", "请法定代表人在最后一页签名"), ("照片看不清四角", "请重新拍一张，四角都要拍到"))


@dataclass(slots=True)
class Album:
    """Where the pictures go, and what went wrong on the way."""

    browser: Browser
    url: str
    only: frozenset[str]
    number: str = ""
    failed: list[str] = field(default_factory=list)

    @contextmanager
    def visitor(self, size: tuple[int, int] = DESKTOP, scale: float = 1) -> Iterator[Page]:
        """A fresh browser window with nobody signed in."""
        width, height = size
        context: BrowserContext = self.browser.new_context(
            base_url=self.url, viewport={"width": width, "height": height}, device_scale_factor=scale,
            locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        context.set_default_timeout(8000)
        try:
            yield context.new_page()
        finally:
            context.close()

    def take(
        self, page: Page, name: str, address: str = "", before: Callable[[Page], None] | None = None
    ) -> None:
        """Go to `address` (or stay), let `before` prepare the page, and keep what is seen as `name`.png."""
        if self.only and name not in self.only:
            return
        try:
            if address:
                visit(page, address)
            if before:
                before(page)
            print(f"{name}.png {keep(page, FOLDER / f'{name}.png') // 1000} KB", flush=True)
        except Error as error:
            self.miss(name, error)

    def miss(self, name: str, error: Error) -> None:
        self.failed.append(name)
        print(f"{name}: {str(error).splitlines()[0]}", file=sys.stderr)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A way that fails before its pictures is told, and the next one is tried."""
        try:
            yield
        except Error as error:
            self.miss(name, error)


def visit(page: Page, address: str) -> None:
    """Go there; Error when what comes is an error page, for a picture of that helps nobody."""
    answer = page.goto(address)
    if answer and answer.status >= 400:
        raise Error(f"{address}: {answer.status}")


def keep(page: Page, path: Path) -> int:
    """Write the picture, shorter until it is small enough; returns its bytes."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement?.blur()")
    size = page.viewport_size or {"width": DESKTOP[0], "height": DESKTOP[1]}
    height = float(size["height"])
    while True:
        clip = {"x": 0.0, "y": 0.0, "width": float(size["width"]), "height": height}
        data = page.screenshot(clip=clip, animations="disabled")  # type: ignore[arg-type]
        if len(data) <= MOST_BYTES or height * SHORTER < SHORTEST:
            path.write_bytes(data)
            return len(data)
        height *= SHORTER


# -- signing in ------------------------------------------------------------------------------------
def sign_in_citizen(page: Page) -> None:
    """By phone; the demonstration shows the code on the page."""
    ask_for_code(page)
    if not page.locator(".gate__sms").count():  # asked for a code a moment ago: one a minute
        page.wait_for_timeout(61_000)
        ask_for_code(page)
    page.fill("[name=code]", page.locator(".gate__sms b").inner_text())
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/my/")


def ask_for_code(page: Page) -> None:
    page.goto("/sign-in/")
    page.fill("[name=phone]", CITIZEN_PHONE)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def sign_in_staff(page: Page, account: str) -> None:
    page.goto("/desk/sign-in/")
    page.fill("[name=username]", account)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/desk/**")


# -- applying --------------------------------------------------------------------------------------
def find_matter(page: Page) -> str:
    """The number of the first matter the search gives."""
    page.goto(f"/search?q={SEARCHED}")
    link = page.locator("main a[href^='/matters/']").first.get_attribute("href") or ""
    return link.strip("/").split("/")[1]


def fill_part(page: Page) -> None:
    """Put something believable into every empty field that is seen."""
    for box in page.locator("form.form input, form.form textarea, form.form select").all():
        if box.is_visible() and not box.input_value():
            fill_one(box)
    for name in {radio.get_attribute("name") for radio in page.locator("form.form input[type=radio]").all()}:
        group = page.locator(f"form.form input[type=radio][name='{name}']")
        paper = page.locator(f"form.form input[type=radio][name='{name}'][value=paper]")
        (paper.first if paper.count() else group.first).check(force=True)


def fill_one(box: Locator) -> None:
    tag, kind, name = box.evaluate(
        "b => [b.tagName, b.type, b.name + ' ' + (b.labels?.[0]?.innerText ?? '')]"
    )
    if tag == "SELECT":
        box.select_option(index=1)
    elif kind == "date":
        box.fill("2026-12-01")
    elif "agent_" not in name and kind not in ("file", "radio", "checkbox", "hidden", "submit"):
        box.fill(next((text for word, text in ANSWERS if word in name), "30" if kind == "number" else "无"))


def go_on(page: Page) -> None:
    page.locator("button[name=go][value=next]").last.click()


def apply(page: Page, album: Album, matter: str) -> str:
    """Fill in and hand in; returns the number of the new case."""
    page.goto(f"/apply/{matter}/")
    organisation = page.locator("#kind-organisation")
    if organisation.count():
        organisation.check(force=True)
    page.locator(".apply__begin button[type=submit]").click()
    fill_part(page)
    album.take(page, "apply")
    go_on(page)
    for _part in range(3):
        if "/review/" in page.url:
            break
        fill_part(page)
        go_on(page)
    for box in page.locator(".apply__declare input[type=checkbox]").all():
        box.check(force=True)
    page.locator(".apply__declare button[type=submit]").click()
    page.wait_for_url("**/receipt/")
    found = re.search(r"\d{6}-\d{8}-\d{5}-\d", page.url)
    return found.group() if found else ""


# -- the walks -------------------------------------------------------------------------------------
def citizen(album: Album) -> None:
    """Home, guide, application, receipt, progress."""
    with album.visitor() as page:
        matter = find_matter(page)
        album.take(page, "home", "/")
        album.take(page, "search", f"/search?q={SEARCHED}")
        album.take(page, "guide", f"/matters/{matter}/")
        sign_in_citizen(page)
        album.number = apply(page, album, matter)
        album.take(page, "receipt")
        album.take(page, "progress", f"/my/{album.number}/")
    with album.visitor(PHONE, PHONE_SCALE) as page:
        album.take(page, "phone-guide", f"/matters/{matter}/")
    with album.visitor() as page:
        page.context.add_cookies([{"name": "mode", "value": "elder", "url": album.url}])
        album.take(page, "elder-home", "/")


def clerk(album: Album) -> None:
    """Inbox, case, one-time notice."""
    with album.visitor() as page:
        sign_in_staff(page, "chuangkou")
        album.take(page, "inbox", "/desk/?scope=unit")
        number = album.number or page.locator("td.queue__number").first.inner_text().strip()
        album.take(page, "case", f"/desk/cases/{number}/")
        album.take(page, "one-time-notice", f"/desk/cases/{number}/one-time-notice/", tick_two)


def tick_two(page: Page) -> None:
    for row, words in zip(page.locator(".checklist .check").all(), NOTICE, strict=False):
        row.locator("input[type=checkbox]").first.check(force=True)
        for text, box in zip(words, row.locator("input[type=text], textarea").all(), strict=False):
            box.fill(text)


def head(album: Album) -> None:
    with album.visitor() as page:
        sign_in_staff(page, "kezhang")
        album.take(page, "unit", "/desk/unit/")


def anyone(album: Album) -> None:
    """What needs no sign-in."""
    with album.visitor() as page:
        album.take(page, "promises", "/promises")
        album.take(page, "ledger", "/ledger/")
        album.take(page, "clock", "/clock/")


def main() -> int:
    """Exit code 1 when a picture could not be taken."""
    words = argparse.ArgumentParser(description="给运行中的演示拍照")
    words.add_argument("--url", default="http://127.0.0.1:8000", help="演示的地址")
    words.add_argument("--only", nargs="*", default=[], metavar="名称", help="只要这几张")
    options = words.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("没有 Chromium：apt-get install -y chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        album = Album(browser, options.url, frozenset(options.only))
        for walk in (citizen, clerk, head, anyone):
            with album.part(walk.__name__):
                walk(album)
        browser.close()
    return 1 if album.failed else 0


if __name__ == "__main__":
    sys.exit(main())
