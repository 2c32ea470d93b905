"""A citizen's errand for their shop, step by step, with whichever hands they have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from jishiban.config.tests.browser.hands import Mouse
from jishiban.config.tests.browser.people import Person, sign_in_person

FOOD = "食品经营许可"
NOT_MINE = ("chushi", "weibianhua", "weituoshu", "yuanzheng")  # materials asked for in other cases only
ON_PAPER = ("shebei", "zhidu", "renyuan")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a citizen writes down: the case number and the query code."""

    number: str
    code: str


class Errand:
    """Somebody who wants a food licence. `scripts` tells whether the browser runs them."""

    def __init__(self, hands: Mouse, person: Person, *, scripts: bool = True) -> None:
        self.hands, self.person, self.scripts = hands, person, scripts

    @property
    def page(self) -> Page:
        return self.hands.page

    def field(self, name: str) -> Locator:
        return self.page.locator(f'[name="{name}"]:not([type=hidden])')

    def button(self, name: str) -> Locator:
        """A button one can see; forms begin with a hidden twin of their first one, for Enter in a field."""
        return (
            self.page.locator("main button:not([aria-hidden])").filter(has_text=re.compile(f"^{name}$")).first
        )

    # --- from the question to the form ---

    def find(self) -> None:
        """Home, the box, the guide, the way to apply."""
        self.page.goto("/")
        self.hands.write(self.page.locator("main input[name=q]"), "食品经营")
        self.hands.press(self.page.locator("main form[role=search] button"))
        self.hands.press(self.page.locator(".task__title a").filter(has_text=FOOD).first)
        expect(self.page.get_by_role("heading", level=1)).to_have_text(FOOD)
        expect(self.page.locator("main")).to_contain_text("法定")
        self.hands.press(self.page.get_by_role("link", name="我要申请").first)
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("申请")

    def begin(self) -> None:
        """Sign in on the way, then the first page of the form."""
        self.hands.press(self.page.get_by_role("link", name="登录后申请"))
        sign_in_person(self.hands, self.person.phone)
        self.hands.press(self.button("开始填写"))
        expect(self.page).to_have_url(re.compile(r"/apply/d/"))

    # --- the form ---

    def applicant(self, id_number: str = "") -> None:
        one = self.person
        for name, text in (
            ("org_name", one.shop), ("uscc", one.uscc), ("address", one.address), ("name", one.name),
            ("id_number", id_number or one.id_number), ("phone", one.phone),
        ):  # fmt: skip
            self.hands.write(self.field(f"applicant-{name}"), text)
        self.hands.press(self.button("下一步"))

    def answers(self) -> None:
        """What the guide asks; left on the page, to be saved or sent on."""
        one = self.person
        for name, text in (
            ("dianming", one.shop), ("premises", one.address), ("xiangmu", "热食类食品制售"), ("mianji", "86.5"),
            ("xinyongdaima", one.uscc), ("lianxi", one.phone),
        ):  # fmt: skip
            self.hands.write(self.field(f"answers-{name}"), text)
        for name, value in (("yetai", "餐饮服务经营者"), ("wangluo", "否")):
            self.hands.tick(self.page.locator(f'input[name="answers-{name}"][value="{value}"]'))

    def save(self) -> str:
        """Save the draft; returns the code that opens it elsewhere."""
        self.hands.press(self.button("保存草稿"))
        shown = self.page.locator(".saved__code").inner_text()
        found = re.search(r"[2-9A-Z]{5}\s[2-9A-Z]{5}", shown)
        assert found, shown
        return found.group()

    def go_on(self, code: str) -> None:
        """Open the draft on this device, by its code and the end of the phone number."""
        self.page.goto("/apply/continue/")
        self.hands.write(self.field("code"), code.lower())
        self.hands.write(self.field("tail"), self.person.phone[-4:])
        self.hands.press(self.button("打开草稿"))
        expect(self.page).to_have_url(re.compile(r"/apply/d/"))

    def materials(self, pdf: Path, png: Path) -> None:
        """Two files, some on paper, the rest not for this shop."""
        self.upload("shenqingshu", pdf)
        self.upload("buju", png)
        for key in ON_PAPER:
            self.hands.tick(self.way(key, "paper"))
        for key in NOT_MINE:
            self.hands.tick(self.way(key, "none"))
        self.hands.press(self.button("下一步"))

    def way(self, key: str, how: str) -> Locator:
        return self.page.locator(f'input[name="materials-{key}"][value="{how}"]')

    def upload(self, key: str, file: Path) -> None:
        self.hands.tick(self.way(key, "upload"))
        self.send(self.field(f"materials-{key}_file"), file)

    def send(self, target: Locator, file: Path) -> None:
        """Choose a file; with scripts it is on its way at once."""
        drop = self.page.locator("[data-drop]").filter(has=target)
        self.hands.send(target, file)
        if self.scripts:
            expect(drop).to_contain_text("已上传")

    def hand_in(self) -> Receipt:
        """Declare and hand in; the receipt has a number, a code and two QR codes."""
        self.hands.tick(self.field("true"))
        self.hands.press(self.button("提交申请"))
        expect(self.page.get_by_role("heading", level=1)).to_have_text("申请已提交")
        number, code = self.page.locator(".receipt__number").all_inner_texts()
        expect(self.page.locator("figure svg")).to_have_count(2)
        found = re.search(r"\d{6}", code)
        assert found, code
        return Receipt(number.strip(), found.group())

    def whole(self, pdf: Path, png: Path) -> Receipt:
        """From the question to the receipt without a stop."""
        self.find()
        self.begin()
        self.applicant()
        self.answers()
        self.hands.press(self.button("下一步"))
        self.materials(pdf, png)
        return self.hand_in()

    # --- afterwards ---

    def track(self, receipt: Receipt) -> None:
        """By number and code: the promise, what has happened, how the days were counted."""
        self.page.goto("/track/")
        self.hands.write(self.field("number"), receipt.number)
        self.hands.write(self.field("code"), receipt.code)
        self.hands.press(self.button("查进度"))
        expect(self.page.locator(".meter").first).to_be_visible()
        expect(self.page.locator(".timeline__item")).not_to_have_count(0)
        self.hands.press(self.page.locator("summary").filter(has_text="时限是怎么算的"))
        expect(self.page.locator("table.days tbody tr").first).to_be_visible()

    def come_back(self) -> None:
        """Sign in and look at one's cases."""
        self.page.goto("/my/")
        if "sign-in" in self.page.url:
            sign_in_person(self.hands, self.person.phone)
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def answer_notice(self, number: str, file: Path) -> None:
        """The one-time notice is a list; its item gets a file."""
        self.page.goto(f"/my/{number}/")
        expect(self.page.locator(".slip")).to_contain_text("没有标出清洗位置")
        self.hands.press(self.page.get_by_role("link", name="现在补正").first)
        self.send(self.page.locator("input[type=file]").first, file)
        self.hands.press(self.button("提交补正"))
        expect(self.page.locator(".said")).to_contain_text("补正材料已收到")

    def withdraw(self, number: str) -> None:
        self.page.goto(f"/my/{number}/")
        self.hands.press(self.page.get_by_role("link", name="撤回申请"))
        self.hands.write(self.field("reason"), "店面换了地方。")
        self.hands.press(self.button("撤回申请"))
        expect(self.page.locator(".said")).to_contain_text("申请已撤回")
        expect(self.page.locator(".case__facts")).to_contain_text("已撤回")

    def decision(self, number: str) -> None:
        """Read the decision, with its number, as it is printed."""
        self.page.goto(f"/my/{number}/")
        self.hands.press(self.page.get_by_role("link", name=re.compile("准予许可决定书")).first)
        expect(self.page.locator("body")).to_contain_text(re.compile(r"〔20\d\d〕\s*\d+\s*号"))
