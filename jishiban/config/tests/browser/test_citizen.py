"""The citizen's journey with a mouse and scripts: find, apply, save, go on elsewhere, track, correct, withdraw, decision."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jishiban.config.tests.browser import counter
from jishiban.config.tests.browser.errands import Errand
from jishiban.config.tests.browser.hands import Mouse
from jishiban.config.tests.browser.people import CLERK, Person
from jishiban.config.tests.browser.visits import Stage, Visits
from jishiban.hall.applications.demo.cast import CITIZEN_PHONE

pytestmark = pytest.mark.browser


def test_an_application_begun_on_one_device_is_handed_in_on_another_and_tracked_on_a_third(
    visit: Visits, somebody: Person, pdf: Path, png: Path
) -> None:
    first = Errand(Mouse(visit()), somebody)
    first.find()
    first.begin()
    first.applicant()
    first.answers()
    code = first.save()
    second = Errand(Mouse(visit(width=360)), somebody)
    second.go_on(code)
    expect(second.field("applicant-org_name")).to_have_value(somebody.shop)
    second.hands.press(second.button("下一步"))
    expect(second.field("answers-dianming")).to_have_value(somebody.shop)
    second.hands.press(second.button("下一步"))
    second.materials(pdf, png)
    receipt = second.hand_in()
    third = Errand(Mouse(visit()), somebody)
    third.track(receipt)
    page = third.page
    expect(page.locator(".case__facts")).to_contain_text("待受理")
    assert somebody.id_number not in page.content()
    first.page.goto(first.page.url)  # the draft was filed: its page leads to the receipt
    first.page.goto(f"/my/{receipt.number}/")
    expect(first.page.locator(".case__facts")).to_contain_text(receipt.number)


def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    visit: Visits, somebody: Person
) -> None:
    errand = Errand(Mouse(visit()), somebody)
    errand.find()
    errand.begin()
    errand.applicant(id_number="370115199001011234")
    page = errand.page
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator("#id_applicant-id_number_error")).to_be_visible()
    expect(errand.field("applicant-id_number")).to_have_value("370115199001011234")
    expect(errand.field("applicant-org_name")).to_have_value(somebody.shop)
    page.locator(".errors a").first.click()
    expect(errand.field("applicant-id_number")).to_be_focused()
    errand.applicant()
    expect(page.get_by_role("heading", level=1)).to_contain_text("办理内容")
    errand.hands.press(errand.button("下一步"))
    expect(page.locator("[aria-invalid=true]")).not_to_have_count(0)


def test_a_file_of_a_forbidden_kind_is_refused_in_words(
    visit: Visits, somebody: Person, tmp_path: Path
) -> None:
    errand = Errand(Mouse(visit(javascript=False)), somebody, scripts=False)
    errand.find()
    errand.begin()
    errand.applicant()
    errand.answers()
    errand.hands.press(errand.button("下一步"))
    bad = tmp_path / "申请书.pdf"
    bad.write_text("这不是 PDF", encoding="utf-8")
    errand.upload("shenqingshu", bad)
    errand.hands.press(errand.button("下一步"))
    row = errand.page.locator("fieldset.paper-row").first
    expect(row.locator(".field__error").first).to_contain_text(re.compile("不能识别|请"))


def test_a_notice_is_answered_and_the_decision_read(
    visit: Visits, somebody: Person, pdf: Path, png: Path
) -> None:
    errand = Errand(Mouse(visit()), somebody)
    receipt = errand.whole(pdf, png)
    clerk = visit(staff=CLERK)
    counter.notice(clerk, receipt.number)
    errand.come_back()
    expect(errand.page.locator("main")).to_contain_text("补正")
    errand.answer_notice(receipt.number, png)
    reviewer = counter.accept_for(visit, clerk, receipt.number)
    counter.take(reviewer, receipt.number, "grant", grounds="符合《食品安全法》规定的条件。")
    errand.decision(receipt.number)
    expect(errand.page.locator("body")).to_contain_text(somebody.shop)


def test_an_application_is_withdrawn(visit: Visits, stage: Stage, somebody: Person) -> None:
    errand = Errand(Mouse(visit(phone=CITIZEN_PHONE)), somebody)
    errand.withdraw(stage.cases["to_withdraw"])
    expect(errand.page.get_by_role("link", name="撤回申请")).to_have_count(0)
