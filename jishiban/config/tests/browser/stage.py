"""Fills an empty DATA_DIR with a small demonstration district: what the journeys of the browser are played on.

    DATA_DIR=… python -m jishiban.config.tests.browser.stage

Quicker than the demonstration itself: few people, few cases, one promise long overdue, and one application of
the demonstration's citizen in each state. Prints the numbers of those as JSON.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from random import Random

from jishiban.config import env

DAYS = 9
# Applications of the demonstration's citizen: what a journey calls its case, and the state it is found in.
CASES = {
    "received": "received", "to_withdraw": "received", "to_withdraw_plainly": "received", "correcting": "correcting",
    "accepted": "accepted", "to_hand_over": "accepted", "to_give_back": "accepted", "to_cover": "accepted",
    "to_refuse": "accepted", "suspended": "suspended", "granted": "granted",
}  # fmt: skip
FOOD = "5"  # 食品经营许可, by its place in the base list
OVERDUE_DAYS = 45


def main() -> None:
    """Make the tables, then everything in one transaction; then what time brings, once."""
    env.load()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiban.config.settings")
    import django

    django.setup()
    from django.db import transaction

    from jishiban.config.prepare import migrate
    from jishiban.config.wiring import JOBS

    migrate()
    with transaction.atomic():
        shown = play()
    for _name, _seconds, job in JOBS:
        job()
    print(json.dumps(shown))


def play() -> dict[str, str]:
    """District, catalogue, people, and what they did in the last days.

    Returns case numbers and codes by state, and the account of everybody who works there by name.
    """
    from django.utils import timezone

    from jishiban.guide.conversations import demo as talks
    from jishiban.guide.entries import demo as library
    from jishiban.guide.scenarios import seed as scenarios
    from jishiban.hall.applications.demo import cast, live
    from jishiban.hall.matters.seed import load_catalogue
    from jishiban.kernel.directory import demo as district
    from jishiban.kernel.directory.invented import Inventor
    from jishiban.kernel.directory.models import Staff

    now = timezone.now()
    district.build(timezone.localdate(now))
    load_catalogue(now=now - timedelta(days=60))
    scenarios.load(now - timedelta(days=59))
    cast.people(Inventor(Random(district.SEED + 1)), 40, 20, now)
    going = live.going(district.SEED)
    moment = now - timedelta(days=DAYS)
    while moment < now - timedelta(hours=1):
        going.tick(moment)
        moment += timedelta(hours=3)
    library.build(now)
    talks.past_talks(now, days=3, a_day=8)
    talks.questions_to_people(now)
    named = dict(Staff.objects.values_list("name", "account"))
    return named | Citizen(going, now).played()  # last, so that nobody goes on with them


class Citizen:
    """The citizen of the sign-in, with an application for their shop in each state; 李明远 examines them."""

    def __init__(self, going: object, now: datetime) -> None:
        from jishiban.hall.applications.demo import cast, live
        from jishiban.kernel.directory.models import Staff
        from jishiban.kernel.directory.roster import staff_actor

        assert isinstance(going, live.Going)
        self.going, self.now = going, now
        person, firm = going.cast.people[0], going.cast.firms[0]
        self.applicant = cast.Applicant(
            person.person, person.name, person.id_number, person.phone, person.address, firm.enterprise
        )
        self.actors = {one.account: staff_actor(one) for one in Staff.objects.filter(account__in=ACCOUNTS)}

    def played(self) -> dict[str, str]:
        """Case numbers by state, and the query code of the granted one."""
        then = self.now - timedelta(days=6)
        found = {name: self.case(name, state, then) for name, state in CASES.items()}
        overdue = self.case("overdue", "accepted", self.now - timedelta(days=OVERDUE_DAYS))
        return {**found, "overdue": overdue, "code": self.code(found["granted"])}

    def code(self, number: str) -> str:
        from jishiban.kernel.cases.models import Case

        return Case.objects.get(number=number).query_code

    def case(self, name: str, state: str, then: datetime) -> str:
        """One application brought into a state; returns its number."""
        from jishiban.hall.applications import actions
        from jishiban.hall.applications.demo import cast
        from jishiban.kernel.cases import owners

        recent = self.now - timedelta(days=1) if state in ("received", "correcting") else then
        errand = next(one for one in self.going.cast.errands if one.matter.local_code == FOOD)
        form = cast.form(self.going.cast.inventor, errand, self.applicant, recent.date(), online=False)
        filing = actions.Filing(
            matter=errand.matter, version=errand.version, form=form, token=name,
            person=self.applicant.person, enterprise=self.applicant.enterprise,
            owner_id=self.actors["chuangkou"].id,
        )  # fmt: skip
        case = actions.file_application(filing, by=self.actors["chuangkou"], now=recent)
        if state == "correcting":
            asked = [actions.Asked("buju", "经营布局和操作流程文件", "没有标出清洗位置", "请标出后再交")]
            actions.give_notice(case, asked, by=self.actors["chuangkou"], now=recent + timedelta(hours=1))
        if state in ("accepted", "suspended", "granted"):
            actions.take_step(case, "accept", by=self.actors["chuangkou"], now=recent + timedelta(hours=1))
            owners.reassign(case, self.actors["shencha"].id or 0, by=self.actors["kezhang"])
            self.examined(case, state, recent + timedelta(hours=2))
        return str(case.number)

    def examined(self, case: object, state: str, at: datetime) -> None:
        from jishiban.hall.applications import actions
        from jishiban.kernel.cases.models import Case

        assert isinstance(case, Case)
        by, until = self.actors["shencha"], (self.now + timedelta(days=5)).date().isoformat()
        if state == "suspended":
            actions.take_step(
                case,
                "suspend",
                by=by,
                now=at,
                procedure="专家评审",
                until=until,
                written="请等待专家评审的结果。",
            )
        if state == "granted":
            actions.decide(case, True, by=by, grounds="符合法定条件。", now=at)


ACCOUNTS = ("chuangkou", "shencha", "kezhang")

if __name__ == "__main__":
    main()
