"""How applications go: each life is a script that says when it goes on and what is done then.

A script is a generator over a `World`: it yields the moment it wants to be woken at and finds `world.now` there.
Between two of its moments time may have brought a step by itself, so scripts look at the state before they act.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from jishiban.hall.applications.actions import Asked
from jishiban.hall.applications.demo import words
from jishiban.hall.applications.demo.cast import Applicant, Errand
from jishiban.hall.applications.demo.office import A_DAY
from jishiban.hall.applications.demo.world import Dossier, World
from jishiban.kernel.cases.models import Case

Script = Generator[datetime, None, None]

# shares of all applications
NOTICE, AGAIN, DEEMED, NOT_OURS, NOT_NEEDED = 0.07, 0.06, 0.006, 0.012, 0.004
WITHDRAWN, LAPSED, REFUSED, ENDED = 0.02, 0.1, 0.025, 0.003
LATE, LATE_DELIVERY, EXTENDED, SUSPENDED, HANDED_ON, REMARKED, ON_SPOT = (
    0.012,
    0.006,
    0.012,
    0.35,
    0.025,
    0.04,
    0.03,
)


@dataclass(slots=True)
class Story:
    """One application from its handing in to its end; `dossier` is there once it was handed in."""

    world: World
    errand: Errand
    applicant: Applicant
    online: bool
    owner: int | None = None
    dossier: Dossier | None = None

    def chance(self, share: float) -> bool:
        return self.world.random.random() < share

    def later(self, least: float, most: float) -> datetime:
        """Office minutes from now, somewhere between the two; never before now."""
        world = self.world
        return max(world.now, world.office.after(world.now, world.random.uniform(least, most)))

    @property
    def state(self) -> str:
        return self.case.state

    @property
    def case(self) -> Case:
        return self.open.case

    @property
    def open(self) -> Dossier:
        assert self.dossier is not None  # scripts hand in first
        return self.dossier

    def receive(self) -> Dossier:
        self.dossier = self.world.receive(self.errand, self.applicant, online=self.online, owner=self.owner)
        return self.dossier

    def do(self, step: str, **facts: Any) -> None:
        self.world.step(self.open, step, **facts)

    # --- the whole life ---

    def lived(self) -> Script:
        """Received, examined, decided, delivered; or one of the other ends."""
        self.receive()
        yield from self.reception()
        if self.state == "accepted":
            yield from self.examination()
        if self.state in ("granted", "refused"):
            yield from self.delivery()

    # --- until it is accepted ---

    def reception(self) -> Script:
        """Looked through: at the counter at once, online within the day or the next."""
        if self.chance(DEEMED) and not self.errand.at_once:
            yield self.later(6 * A_DAY, 8 * A_DAY)  # nobody looked; the law has accepted it meanwhile
            return
        quick = self.errand.at_once or not self.online
        yield self.later(2, 20) if quick else self.later(10, 500)
        if self.state != "received" or (yield from self.turned_away()):
            return
        if self.chance(NOTICE / 4 if self.errand.at_once else NOTICE):
            yield from self.corrected()
        if self.state == "received":
            self.do("accept")

    def turned_away(self) -> Generator[datetime, None, bool]:
        """Not for this hall, not needed, withdrawn at once, or put right at the counter."""
        world = self.world
        if self.chance(NOT_OURS):
            grounds, authority = words.NOT_OURS
            self.do("not_accept", grounds=grounds, authority=authority, remedies=words.REMEDIES)
        elif self.chance(NOT_NEEDED):
            self.do("not_needed", grounds=words.UNNEEDED)
        elif self.chance(WITHDRAWN / 2):
            yield self.later(5, 200)
            self.withdraw()
        elif not self.online and self.chance(ON_SPOT):
            world.step(self.open, "correct_on_spot", what="当场更正申请表填写错误。")
        return self.state != "received"

    def withdraw(self) -> None:
        if self.state in ("received", "correcting", "accepted", "suspended"):
            reason = self.world.random.choice(words.WITHDRAWN)
            self.do("withdraw", by=self.world.by_applicant(self.open), reason=reason)

    def corrected(self) -> Script:
        """A one-time notice, and what the applicant makes of it."""
        world, dossier = self.world, self.open
        asked = words.asked(world.random, self.errand)
        world.notice(dossier, asked)
        if self.chance(LAPSED):
            yield self.later(16 * A_DAY, 19 * A_DAY)
            if self.state == "correcting":
                self.do("lapse", grounds=words.LATE_GROUNDS)
            return
        yield world.now + timedelta(hours=world.random.uniform(3, 150))  # the applicant has all hours
        if self.state != "correcting":
            return
        if self.chance(WITHDRAWN):
            self.withdraw()
            return
        world.correct(dossier)
        yield self.later(15, 500)
        if self.state == "received" and self.chance(AGAIN):
            rest = [
                line for line in words.asked(world.random, self.errand) if line.material not in _keys(asked)
            ]
            if rest:
                world.demand_again(dossier, rest)

    # --- until it is decided ---

    def examination(self) -> Script:
        """Looked into within the promise, nearly always."""
        if self.errand.at_once:
            yield self.later(2, 25)
        else:
            yield from self.looked_into()
        if self.state == "accepted":
            self.decided()

    def looked_into(self) -> Script:
        """Everything that may happen between acceptance and decision."""
        for share, part in (
            (0.95 if self.errand.on_site else 0, self.visited),
            (SUSPENDED if self.errand.procedures else 0, self.suspended),
            (EXTENDED, self.extended), (HANDED_ON, self.handed_on), (REMARKED, self.remarked),
        ):  # fmt: skip
            if self.state == "accepted" and self.chance(share):
                yield from part()
        if self.chance(WITHDRAWN / 2) or self.chance(ENDED):
            yield self.later(30, A_DAY)
            self.ended()
        if self.state == "accepted":
            yield self.decision_moment()
        if self.state == "accepted" and self.chance(0.5):
            self.do("examine", opinion="建议准予", words=words.OPINIONS[True])
            yield self.later(10, 90)

    def decision_moment(self) -> datetime:
        """A share of what is left until the promise; late now and then."""
        world = self.world
        promise = self.open.life.live("promised")
        left = world.office.minutes(promise.deadline) - world.office.minutes(world.now) if promise else A_DAY
        if self.chance(LATE):
            return self.later(max(left, 0) + 60, max(left, 0) + 4 * A_DAY)
        spread = world.random.betavariate(1.3, 4.0)
        return self.later(min(20, max(left, 1) / 2), max(20, left * spread))

    def ended(self) -> None:
        if self.state == "accepted" and self.chance(0.85):
            self.withdraw()
        elif self.state == "accepted":
            self.do("terminate", grounds=words.ENDED_GROUNDS, remedies=words.REMEDIES)

    def decided(self) -> None:
        granted = not self.chance(REFUSED)
        grounds = words.GRANTED if granted else self.world.random.choice(words.REFUSED)
        self.world.decide(self.open, granted=granted, grounds=grounds)

    def visited(self) -> Script:
        """Two officials on the spot; the clock runs on."""
        yield self.later(60, self.pace(0.3))
        if self.state == "accepted":
            facts = words.site_check(self.world.random, timezone.localdate(self.world.now))
            self.do("site_check", **facts)

    def pace(self, share: float) -> float:
        """That share of the time that is left, in office minutes, at least an hour and a half."""
        office, promise = self.world.office, self.open.life.live("promised")
        left = office.minutes(promise.deadline) - office.minutes(self.world.now) if promise else 0
        return max(90.0, left * share)

    def suspended(self) -> Script:
        """A procedure of art. 45, told in writing; it ends earlier than told, or by itself on that day."""
        world = self.world
        yield self.later(30, self.pace(0.25))
        if self.state != "accepted":
            return
        days = world.random.randint(4, 15)
        until = timezone.localdate(world.now) + timedelta(days=days)
        self.do("suspend", **words.suspension(self.errand.procedures[0], until))
        yield self.later((days // 2) * A_DAY * 0.6, days * A_DAY * 0.8)
        if self.state == "suspended":
            self.do("resume")

    def extended(self) -> Script:
        """Asked for by the reviewer, decided by the head."""
        if self.open.life.live("statutory") is None:
            return
        yield self.later(60, self.pace(0.4))
        if self.state != "accepted" or self.late():
            return
        reason = self.world.random.choice(words.LAWFUL_DELAY)
        self.do("ask_extension", reason=reason)
        yield self.later(20, 300)
        if self.state != "accepted" or self.late():
            return
        if self.chance(0.8):
            allowed = self.case.terms["extension"]
            self.do("extend", amount=allowed["amount"], unit=allowed["unit"], reason=reason)
        else:
            self.do("decline_extension", reason="现有时限足够，请抓紧办理。")

    def late(self) -> bool:
        limit = self.open.life.live("statutory")
        return limit is None or bool(limit.extension_list) or limit.deadline <= self.world.now

    def handed_on(self) -> Script:
        """Offered to a colleague, who takes it or gives it back."""
        yield self.later(20, self.pace(0.2))
        if self.state != "accepted" or not (to := self.colleague()):
            return
        self.offer(to)
        yield self.later(10, 240)
        if not self.case.is_open or not self.world.day.roster.present(to):
            return
        taker = self.world.day.actor(to)
        if self.chance(0.85):
            self.do("take", by=taker, change=self.taken_by(to))
        else:
            self.do("decline", by=taker, reason="手头急件较多，请另行安排。", change=_offer(None))

    def colleague(self) -> int | None:
        """Another present reviewer of the unit."""
        today, case = self.world.day.roster, self.case
        others = today.holders.get((case.unit_id, "reviewer"), ())
        return next((one for one in others if one != case.owner_id and today.present(one)), None)

    def offer(self, to: int) -> None:
        self.do("offer", to=to, reason=self.world.random.choice(words.HANDED_OVER), change=_offer(to))

    @staticmethod
    def taken_by(to: int) -> Callable[[Case], None]:
        def own(row: Case) -> None:
            row.offered_to_id, row.owner_id = None, to

        return own

    def remarked(self) -> Script:
        yield self.later(20, 200)
        if self.case.is_open:
            self.do("comment", text=self.world.random.choice(words.COMMENTS))

    # --- until it is in their hands ---

    def delivery(self) -> Script:
        """Handed out at once where it was decided at once, else within the ten working days."""
        if self.chance(LATE_DELIVERY):
            yield self.later(11 * A_DAY, 14 * A_DAY)
        elif self.errand.at_once or self.online:
            yield self.later(1, 25)
        else:
            yield self.later(20, 3 * A_DAY)
        if self.state in ("granted", "refused"):
            self.world.deliver(self.open)


def _offer(to: int | None) -> Callable[[Case], None]:
    def set_offer(row: Case) -> None:
        row.offered_to_id = to

    return set_offer


def _keys(asked: list[Asked]) -> set[str]:
    return {line.material for line in asked}
