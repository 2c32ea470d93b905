"""The citizen's journey without scripts: everything is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from jishiban.config.tests.browser import counter
from jishiban.config.tests.browser.errands import Errand
from jishiban.config.tests.browser.hands import Mouse
from jishiban.config.tests.browser.people import CLERK, Person
from jishiban.config.tests.browser.visits import Stage, Visits
from jishiban.hall.applications.demo.cast import CITIZEN_PHONE

pytestmark = pytest.mark.browser


def test_the_whole_journey_needs_no_scripts(visit: Visits, somebody: Person, pdf: Path, png: Path) -> None:
    errand = Errand(Mouse(visit(javascript=False)), somebody, scripts=False)
    errand.find()
    errand.begin()
    errand.applicant()
    errand.answers()
    code = errand.save()
    elsewhere = Errand(Mouse(visit(javascript=False, width=360)), somebody, scripts=False)
    elsewhere.go_on(code)
    elsewhere.hands.press(elsewhere.button("下一步"))
    elsewhere.hands.press(elsewhere.button("下一步"))
    elsewhere.materials(pdf, png)
    receipt = elsewhere.hand_in()
    elsewhere.track(receipt)
    clerk = visit(staff=CLERK)
    counter.notice(clerk, receipt.number)
    errand.answer_notice(receipt.number, pdf)
    reviewer = counter.accept_for(visit, clerk, receipt.number)
    counter.take(reviewer, receipt.number, "grant", grounds="符合法定条件。")
    errand.decision(receipt.number)


def test_an_application_is_withdrawn_without_scripts(visit: Visits, stage: Stage, somebody: Person) -> None:
    errand = Errand(Mouse(visit(phone=CITIZEN_PHONE, javascript=False)), somebody, scripts=False)
    errand.withdraw(stage.cases["to_withdraw_plainly"])
