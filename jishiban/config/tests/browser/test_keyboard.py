"""The citizen's journey by keyboard alone; at every stop one sees where the focus is."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from jishiban.config.tests.browser import counter
from jishiban.config.tests.browser.errands import Errand
from jishiban.config.tests.browser.hands import Keys
from jishiban.config.tests.browser.people import CLERK, Person
from jishiban.config.tests.browser.visits import Stage, Visits
from jishiban.hall.applications.demo.cast import CITIZEN_PHONE

pytestmark = pytest.mark.browser


def test_the_first_tab_leads_past_the_head_of_the_page(visit: Visits) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_whole_journey_needs_no_mouse(visit: Visits, somebody: Person, pdf: Path, png: Path) -> None:
    errand = Errand(Keys(visit()), somebody)
    errand.find()
    errand.begin()
    errand.applicant(id_number="370115199001011234")
    expect(errand.page.locator("[aria-invalid=true]")).to_have_count(1)
    errand.applicant()
    errand.answers()
    code = errand.save()
    elsewhere = Errand(Keys(visit()), somebody)
    elsewhere.go_on(code)
    elsewhere.hands.press(elsewhere.button("下一步"))
    elsewhere.hands.press(elsewhere.button("下一步"))
    elsewhere.materials(pdf, png)
    receipt = elsewhere.hand_in()
    elsewhere.track(receipt)
    clerk = visit(staff=CLERK)
    counter.notice(clerk, receipt.number)
    errand.answer_notice(receipt.number, pdf)
    errand.withdraw(receipt.number)


def test_the_decision_is_reached_by_keys(visit: Visits, stage: Stage, somebody: Person) -> None:
    errand = Errand(Keys(visit(phone=CITIZEN_PHONE)), somebody)
    errand.decision(stage.cases["granted"])
