"""Something believable happens, through the same actions people use: what a demonstration does while it is watched."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from django.db import OperationalError
from django.utils import timezone

from jishiban.hall.applications import actions
from jishiban.hall.applications.demo import cast, words
from jishiban.hall.applications.demo.cast import Cast, Errand
from jishiban.kernel.cases.errors import CaseError
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import Actor, person_actor
from jishiban.kernel.directory.invented import Inventor
from jishiban.kernel.directory.models import Staff
from jishiban.kernel.directory.roster import roster, staff_actor

log = logging.getLogger(__name__)
LOOK_AMONG = 40  # the next step is taken on one of so many cases that fall due first
FILING_SHARE = 0.4


@dataclass(slots=True)
class Going:
    """The demonstration while it goes on. `tick` lets one thing happen and says what it was."""

    cast: Cast
    by_subject: dict[str, Errand] = field(default_factory=dict)

    def tick(self, now: datetime) -> str:
        """One step or one new application at `now`; empty when nothing fitted. Refused steps change nothing."""
        happens = self._file if self.cast.random.random() < FILING_SHARE else self._go_on
        try:
            return happens(now)
        except (
            CaseError,
            OperationalError,
        ) as refusal:  # refused, or the database was busy: nothing was written
            log.info("demonstration: %s", refusal)
            return ""

    def _file(self, now: datetime) -> str:
        errand = self.cast.errand()
        return file_one(self.cast, errand, now, online=self.cast.random.random() < 0.7)

    def _go_on(self, now: datetime) -> str:
        """The next step of one of the cases that fall due first."""
        rows = Case.objects.filter(is_open=True, flow="application").order_by("is_paused", "due_at")
        found = [case for case in rows[:LOOK_AMONG] if case.opened_at < now - timedelta(minutes=1)]
        if not found:
            return self._file(now)
        case = self.cast.random.choice(found)
        step = STEPS[case.state](self, case, answers_for(case), now)
        return f"{case.number} {case.title[:18]}：{step}" if step else ""

    # --- one step for each state ---

    def received(self, case: Case, by: Actor, now: datetime) -> str:
        """Mostly accepted; some lack material, a few are not for this hall."""
        chance = self.cast.random.random()
        if chance < 0.12 and not case.notice_items.exists():
            actions.give_notice(
                case, words.asked(self.cast.random, self.by_subject.get(case.subject)), by=by, now=now
            )
            return "一次性告知"
        if chance < 0.14:
            grounds, authority = words.NOT_OURS
            actions.take_step(case, "not_accept", by=by, now=now, grounds=grounds, authority=authority)
            return "不予受理"
        actions.take_step(case, "accept", by=by, now=now)
        return "受理"

    def correcting(self, case: Case, _by: Actor, now: datetime) -> str:
        if not case.person_id or self.cast.random.random() < 0.5:
            return ""  # the applicant takes their time
        files = [self.cast.random.randbytes(32).hex()]
        actions.correct(case, None, files, by=person_actor(case.person_id), now=now)
        return "补正"

    def accepted(self, case: Case, by: Actor, now: datetime) -> str:
        """Looked at, visited, sent to experts now and then, and decided."""
        random = self.cast.random
        errand = self.by_subject.get(case.subject)
        done = set(case.events.values_list("step", flat=True))
        if errand and errand.on_site and "site_check" not in done:
            actions.take_step(
                case, "site_check", by=by, now=now, **words.site_check(random, timezone.localdate(now))
            )
            return "现场核查"
        if errand and errand.procedures and "suspend" not in done and random.random() < 0.4:
            until = timezone.localdate(now) + timedelta(days=random.randint(3, 12))
            actions.take_step(
                case, "suspend", by=by, now=now, **words.suspension(errand.procedures[0], until)
            )
            return "转特别程序"
        granted = random.random() < 0.95
        opinion = "建议准予" if granted else "建议不予"
        if "examine" not in done and random.random() < 0.5:
            actions.take_step(case, "examine", by=by, now=now, opinion=opinion, words=words.OPINIONS[granted])
            return "审查意见"
        grounds = words.GRANTED if granted else random.choice(words.REFUSED)
        actions.decide(case, granted, by=by, grounds=grounds, now=now)
        return "准予" if granted else "不予许可"

    def suspended(self, case: Case, by: Actor, now: datetime) -> str:
        if self.cast.random.random() < 0.7:
            return ""
        actions.take_step(case, "resume", by=by, now=now)
        return "恢复计时"

    def decided(self, case: Case, by: Actor, now: datetime) -> str:
        how = "网上送达" if case.channel == actions.ONLINE else "窗口领取"
        actions.deliver(case, how, by=by, now=now)
        return "送达"


STEPS: dict[str, Callable[[Going, Case, Actor, datetime], str]] = {
    "received": Going.received, "correcting": Going.correcting, "accepted": Going.accepted,
    "suspended": Going.suspended, "granted": Going.decided, "refused": Going.decided,
}  # fmt: skip


def answers_for(case: Case) -> Actor:
    """Whoever answers for the case today."""
    return staff_actor(Staff.objects.get(pk=roster().accountable(case.owner_id)))


def file_one(acting: Cast, errand: Errand, now: datetime, *, online: bool) -> str:
    """One application, by the applicant online or by a clerk at the counter. Returns a line to print."""
    applicant = acting.applicant(errand)
    filled = cast.form(acting.inventor, errand, applicant, timezone.localdate(now), online=online)
    unit_id = errand.matter.unit_id or roster().root()
    clerk = staff_actor(Staff.objects.get(pk=roster().holder(unit_id, "clerk", turn=int(now.timestamp()))))
    filing = actions.Filing(
        matter=errand.matter, version=errand.version, form=filled, token=uuid4().hex, person=applicant.person,
        enterprise=applicant.enterprise, channel=actions.ONLINE if online else actions.WINDOW,
        files=cast.files_of(acting.random, filled), first_contact_id=None if online else clerk.id,
    )  # fmt: skip
    by = person_actor(applicant.person.pk) if online else clerk
    case = actions.file_application(filing, by=by, now=now)
    return f"{case.number} {case.title[:18]}：{'网上' if online else '窗口'}收件"


def going(seed: int | None = None) -> Going:
    """What goes on, over the matters and people of the database."""
    random = Random(seed)
    errands, weights = cast.errands(random)
    persons, firms = cast.known_people()
    return Going(Cast(Inventor(random), errands, weights, persons, firms), cast.subjects(errands))
