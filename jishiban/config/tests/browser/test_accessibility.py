"""axe finds nothing on any page: as everybody, as each role, with errors in forms, narrow and wide, in 长者模式 too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jishiban.config.tests.browser import people
from jishiban.config.tests.browser.errands import Errand
from jishiban.config.tests.browser.hands import Mouse
from jishiban.config.tests.browser.people import Person
from jishiban.config.tests.browser.visits import Stage, Visits
from jishiban.hall.applications.demo.cast import CITIZEN_PHONE

pytestmark = pytest.mark.browser

NARROW, WIDE = 360, 1440
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What a width can break. The rest of a page is the same at every width, and is looked at once a mode.
BY_WIDTH = [
    "scrollable-region-focusable",
    "target-size",
    "region",
    "landmark-unique",
    "bypass",
    "aria-hidden-focus",
]
RUN = """async (only) => {
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return found.violations.map((one) => `${one.id}: ${one.help}\\n` +
    one.nodes.slice(0, 4).map((node) => `    ${node.target.join(" ")}  ${node.html.slice(0, 200)}\\n` +
      `      ${(node.failureSummary ?? "").split("\\n").slice(1, 3).join(" ")}`).join("\\n"));
}"""
OVERFLOW = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return "";
  const inScroller = (node) => {
    for (let at = node.parentElement; at; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== "visible") return true;
    }
    return false;
  };
  const wide = [...document.querySelectorAll("body *")].filter(
    (node) => node.getBoundingClientRect().right > room + 1 && !inScroller(node));
  return `wider than ${room}: ` + wide.slice(0, 3).map((node) => node.outerHTML.slice(0, 120)).join(" | ");
}"""

PUBLIC = (
    "/", "/search?q=食品经营", "/search?q=没有这种事", "/matters/", "/matters/5/", "/matters/5/print/",
    "/matters/5/versions/", "/matters/5/versions/1/", "/matters/60/", "/apply/5/", "/apply/continue/", "/sign-in/",
    "/track/", "/promises", "/promises/records/?figure=promises_made&period=month", "/clock/",
    "/clock/?amount=5&unit=工作日&start=2026-09-28&calendar=statutory", "/clock/?amount=-1&unit=x&start=x",
    "/ledger/", "/ledger/?leaf=3", "/ledger/?leaf=99999999", "/ledger/verify", "/offline/",
    "/nothing-here", "/desk/sign-in/", "/web/components/", "/healthz",
)  # fmt: skip
MINE = (
    "/my/", "/my/{received}/", "/my/{correcting}/", "/my/{correcting}/correct/", "/my/{suspended}/",
    "/my/{granted}/", "/my/{overdue}/", "/my/{received}/receipt/", "/my/{received}/receipt/print/",
    "/my/{received}/withdraw/", "/apply/5/",
)  # fmt: skip
CASE = "/desk/cases/"
DESK = {
    people.CLERK: (
        "/desk/", "/desk/?scope=unit", "/desk/?q=食", "/desk/?q=没有这个人", "/desk/new/", "/desk/new/?q=食品",
        "/desk/new/5/", "/desk/calls/", "/desk/account/", "/desk/account/password/", "/desk/account/totp/",
        f"{CASE}{{received}}/", f"{CASE}{{received}}/one-time-notice/", f"{CASE}{{received}}/not-accept/",
        f"{CASE}{{received}}/accept/", f"{CASE}{{received}}/correct-on-spot/", f"{CASE}{{received}}/transfer/",
        f"{CASE}{{correcting}}/", f"{CASE}{{correcting}}/correct/", f"{CASE}{{granted}}/deliver/",
        f"{CASE}{{correcting}}/lapse/",
    ),
    people.REVIEWER: (
        f"{CASE}{{accepted}}/", f"{CASE}{{accepted}}/examine/", f"{CASE}{{accepted}}/site-check/",
        f"{CASE}{{accepted}}/suspend/", f"{CASE}{{accepted}}/ask-extension/", f"{CASE}{{accepted}}/ask-more/",
        f"{CASE}{{accepted}}/grant/", f"{CASE}{{accepted}}/refuse/", f"{CASE}{{accepted}}/offer/",
        f"{CASE}{{suspended}}/", f"{CASE}{{suspended}}/resume/", f"{CASE}{{granted}}/", f"{CASE}{{overdue}}/",
    ),
    people.HEAD: (
        "/desk/unit/", f"{CASE}{{accepted}}/", f"{CASE}{{accepted}}/extend/", f"{CASE}{{accepted}}/reassign/",
        "/desk/staff/", "/desk/?scope=overseen",
    ),
    people.EDITOR: (
        "/desk/guides/", "/desk/guides/?q=没有的", "/desk/guides/5/edit/", "/desk/guides/5/preview/",
        "/desk/guides/5/publish/", "/desk/guides/5/history/", "/desk/guides/5/status/?to=suspend",
    ),
    people.AUDITOR: ("/desk/", "/desk/unit/", f"{CASE}{{accepted}}/", f"{CASE}{{received}}/accept/"),
    people.ADMIN: (
        "/desk/staff/", "/desk/staff/new/", "/desk/staff/4/", "/desk/staff/4/close/", "/desk/exchange/",
    ),
}  # fmt: skip


def examined(page: Page, axe: str, *, elder: bool) -> list[str]:
    """What axe finds and what runs off the page that is open: all rules at one width, those of layout at the other.

    The ordinary mode is looked at whole when wide, 长者模式 when narrow: there the room is smallest.
    """
    if not page.locator("html[lang]").count():
        return []  # a text for programs
    page.evaluate(axe)
    whole, other = (NARROW, WIDE) if elder else (WIDE, NARROW)
    found = at_width(page, whole, {"type": "tag", "values": TAGS})
    return found + at_width(page, other, {"type": "rule", "values": BY_WIDTH})


def at_width(page: Page, width: int, rules: dict[str, Any]) -> list[str]:
    here = re.sub(r"^https?://[^/]+", "", page.url)
    page.set_viewport_size({"width": width, "height": 800})
    found = [*page.evaluate(RUN, rules), page.evaluate(OVERFLOW)]
    return [f"{here} at {width}: {one}" for one in found if one]


# The pages that say what is wrong: their status is not 200 and is meant.
MEANT = {
    "/clock/?amount=-1&unit=x&start=x": 422, "/nothing-here": 404, f"{CASE}{{received}}/accept/": 403,
    f"{CASE}{{correcting}}/lapse/": 409,
}  # fmt: skip


def walked(page: Page, paths: tuple[str, ...], stage: Stage, axe: str, *, elder: bool) -> list[str]:
    found: list[str] = []
    for path in paths:
        answer = page.goto(path.format(**stage.cases))
        assert answer
        assert answer.ok or answer.status == MEANT.get(path), (path, answer.status)
        found += examined(page, axe, elder=elder)
    return found


MODES = pytest.mark.parametrize("elder", [False, True], ids=["plain", "elder"])


@MODES
def test_axe_finds_nothing_on_public_pages(visit: Visits, stage: Stage, axe_source: str, elder: bool) -> None:
    faults = walked(visit(elder=elder), PUBLIC, stage, axe_source, elder=elder)
    assert not faults, "\n".join(faults)


@MODES
def test_axe_finds_nothing_on_a_citizens_pages(
    visit: Visits, stage: Stage, axe_source: str, elder: bool
) -> None:
    faults = walked(visit(phone=CITIZEN_PHONE, elder=elder), MINE, stage, axe_source, elder=elder)
    assert not faults, "\n".join(faults)


@MODES
@pytest.mark.parametrize("account", DESK)
def test_axe_finds_nothing_at_the_desk(
    visit: Visits, stage: Stage, axe_source: str, account: str, elder: bool
) -> None:
    faults = walked(visit(staff=account, elder=elder), DESK[account], stage, axe_source, elder=elder)
    assert not faults, "\n".join(faults)


# Forms sent back with what is wrong beside the fields: who, where, and what is pressed.
REFUSED = (
    ("", "/sign-in/", "获取验证码"), ("", "/track/", "查进度"), ("", "/apply/continue/", "打开草稿"),
    ("", "/desk/sign-in/", "登录"), (people.CLERK, "/desk/new/5/", "登记并出收件凭证"),
    (people.CLERK, f"{CASE}{{received}}/one-time-notice/", "一次性告知"),
    (people.CLERK, f"{CASE}{{received}}/not-accept/", "不予受理"),
    (people.CLERK, f"{CASE}{{correcting}}/correct/", "补正"),
    (people.CLERK, "/desk/account/password/", "改密码|换密码|更换密码|保存新密码"),
    (people.REVIEWER, f"{CASE}{{accepted}}/suspend/", "转特别程序"),
    (people.REVIEWER, f"{CASE}{{accepted}}/site-check/", "现场核查"),
    (people.REVIEWER, f"{CASE}{{accepted}}/grant/", "准予"),
    (people.HEAD, f"{CASE}{{accepted}}/extend/", "批准延期"),
    (people.HEAD, f"{CASE}{{accepted}}/reassign/", "改派"),
    (people.EDITOR, "/desk/guides/3/publish/", "发布"),
    (people.ADMIN, "/desk/staff/new/", "新开账号|开账号|开通"),
)  # fmt: skip


@MODES
def test_axe_finds_nothing_on_forms_sent_back(
    visit: Visits, stage: Stage, axe_source: str, elder: bool
) -> None:
    faults: list[str] = []
    pages = {
        who: visit(staff=who, elder=elder) for who in dict.fromkeys(who for who, _path, _verb in REFUSED)
    }
    for who, path, verb in REFUSED:
        page = pages[who]
        page.goto(path.format(**stage.cases))
        page.get_by_role("main").get_by_role("button", name=re.compile(f"^({verb})$")).first.click()
        expect(page.locator(".field__error, .errors").first).to_be_visible()
        faults += examined(page, axe_source, elder=elder)
    assert not faults, "\n".join(faults)


@MODES
def test_axe_finds_nothing_while_one_applies(
    visit: Visits, somebody: Person, pdf: Path, png: Path, axe_source: str, elder: bool
) -> None:
    """Each page of the form, empty, refused and filled in, to the receipt on screen and on paper."""
    errand = Errand(Mouse(visit(elder=elder)), somebody)
    page, faults = errand.page, []

    def look() -> None:
        faults.extend(examined(page, axe_source, elder=elder))

    page.goto("/sign-in/?next=/apply/5/")
    errand.hands.write(page.get_by_label("手机号"), somebody.phone)
    errand.hands.press(page.get_by_role("button", name="获取验证码"))
    look()
    page.get_by_label("验证码").fill(page.locator(".gate__sms b").inner_text())
    page.get_by_role("button", name="登录", exact=True).click()
    look()
    errand.hands.press(errand.button("开始填写"))
    look()
    errand.applicant(id_number="1")
    look()
    errand.applicant()
    errand.hands.press(errand.button("下一步"))
    look()
    errand.answers()
    errand.save()
    look()
    page.get_by_role("link", name="核对并提交").click()
    look()
    page.go_back()
    page.get_by_role("link", name="删除草稿").click()
    look()
    page.goto(page.url.replace("drop/", "materials/"))
    look()
    errand.materials(pdf, png)
    look()
    errand.hands.press(errand.button("提交申请"))
    look()
    errand.hand_in()
    look()
    assert not faults, "\n".join(faults)


@MODES
def test_axe_finds_nothing_on_papers(visit: Visits, stage: Stage, axe_source: str, elder: bool) -> None:
    """Official papers on screen, from the portal and from the desk."""
    faults: list[str] = []
    mine, desk = visit(phone=CITIZEN_PHONE, elder=elder), visit(staff=people.CLERK, elder=elder)
    for page, first, links in ((mine, "/my/", ".task__title a"), (desk, CASE, ".papers a")):
        for state in ("granted", "suspended", "correcting"):
            page.goto(f"{first}{stage.cases[state]}/")
            for link in page.locator(links).evaluate_all("links => links.map((link) => link.href)"):
                page.goto(link)
                faults += examined(page, axe_source, elder=elder)
    assert not faults, "\n".join(faults)
