"""The hall in memory: what `applications.actions` does to the database, done to lives that are written many at once.

Who acts is worked out for the day of each step, so leave and vacancies of the past count as they would have.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from jishiban.hall.applications import papers
from jishiban.hall.applications.actions import ONLINE, PAPER_OF, WINDOW, Asked, form_digest
from jishiban.hall.applications.demo import cast, words
from jishiban.hall.applications.demo.cast import Applicant, Cast, Errand
from jishiban.hall.applications.demo.office import Office
from jishiban.hall.applications.flow import APPLICATION
from jishiban.hall.applications.models import Application, Decision, NoticeItem
from jishiban.kernel.cases import access
from jishiban.kernel.cases.actions import Opening
from jishiban.kernel.cases.bulk import Bulk, LongLife, step_of
from jishiban.kernel.cases.errors import StepRefused
from jishiban.kernel.cases.models import Case, CaseEvent, Promise
from jishiban.kernel.clock import Calendar, filed
from jishiban.kernel.directory.actor import SYSTEM, Actor, person_actor
from jishiban.kernel.directory.identifiers import make_document_number
from jishiban.kernel.directory.roster import Roster, load
from jishiban.kernel.papers.actions import draw_up
from jishiban.kernel.papers.forms import FORMS
from jishiban.kernel.papers.models import Kind, Paper

DAYS_KEPT = 3


class Day:
    """Who is there on one day, and as whom each of them acts."""

    def __init__(self, day: date) -> None:
        self.roster: Roster = load(day)
        self._actors: dict[int, Actor] = {}
        self._covers: dict[int, set[int]] = {}
        for staff in self.roster.unit_of:
            if not self.roster.present(staff):
                self._covers.setdefault(self.roster.accountable(staff), set()).add(staff)

    def actor(self, staff: int) -> Actor:
        """The member of staff as an actor of this day."""
        if staff not in self._actors:
            today = self.roster
            covers = frozenset({staff} | self._covers.get(staff, set()))
            seats = tuple(today.seats.get(staff, ()))
            self._actors[staff] = Actor(
                "staff", staff, today.names[staff], seats, covers, today.unit_of[staff]
            )
        return self._actors[staff]


@dataclass(slots=True)
class Dossier:
    """One application in memory with all that belongs to it."""

    errand: Errand
    applicant: Applicant
    online: bool
    life: LongLife
    application: Application
    decision: Decision | None = None
    items: list[NoticeItem] = field(default_factory=list)
    decided: list[Paper] = field(default_factory=list)

    @property
    def case(self) -> Case:
        return self.life.case


@dataclass(slots=True)
class World:
    """The hall at the moment `now`. Each method takes one step there, as the action of the same name does."""

    cast: Cast
    bulk: Bulk
    office: Office
    calendar: Calendar
    now: datetime
    papers_from: datetime | None = None  # no papers for steps before it, only their numbers
    _days: OrderedDict[date, Day] = field(default_factory=OrderedDict)

    @property
    def random(self) -> Random:
        return self.cast.random

    @property
    def day(self) -> Day:
        """Who is there today."""
        today = timezone.localdate(self.now)
        if today not in self._days:
            while len(self._days) >= DAYS_KEPT:
                self._days.popitem(last=False)
            self._days[today] = Day(today)
        return self._days[today]

    # --- who acts ---

    def doer(self, dossier: Dossier, step: str) -> Actor:
        """Who takes the step today: whoever answers for the case, a colleague of the role, or the head.

        Raises StepRefused when nobody there may.
        """
        today, case = self.day.roster, dossier.case
        found = step_of(APPLICATION.name, step)
        staff = [today.accountable(case.owner_id)]
        if found.anyone:
            staff += [one for role in found.by for one in today.holders.get((case.unit_id, role), ())]
        staff.append(today.head_of(case.unit_id))
        path = today.paths[case.unit_id]
        for actor in (self.day.actor(one) for one in staff if today.present(one)):
            if not access.why_not(actor, found, case, path):
                return actor
        raise StepRefused(f"no one may take {step} on {case.number} today")

    # --- steps ---

    def receive(
        self, errand: Errand, applicant: Applicant, *, online: bool, owner: int | None = None
    ) -> Dossier:
        """Hand an application in, online or at the counter."""
        today = self.day.roster
        unit = errand.matter.unit_id or today.root()
        clerk = None if online else owner or today.holder(unit, "clerk", turn=int(self.now.timestamp()))
        by = self.day.actor(clerk) if clerk else person_actor(applicant.person.pk)
        filled = cast.form(self.cast.inventor, errand, applicant, timezone.localdate(self.now), online=online)
        form = filled | {"salt": self.random.randbytes(16).hex()}
        digest = form_digest(form)
        facts: dict[str, Any] = {"form": digest, "version": errand.version.pk}
        facts |= {"files": cast.files_of(self.random, filled)} if online else {"walk_in": True}
        life = self.bulk.open(
            self._opening(errand, applicant, ONLINE if online else WINDOW, clerk, owner), by, self.now, today=today,
            effective=filed(self.now, self.calendar), **{name: value for name, value in facts.items() if value},
        )  # fmt: skip
        application = Application(
            case=life.case, matter=errand.matter, version=errand.version, form=form, form_digest=digest,
            token=self.random.randbytes(16).hex(),
        )  # fmt: skip
        self.bulk.keep(application)
        return Dossier(errand, applicant, online, life, application)

    def _opening(
        self, errand: Errand, applicant: Applicant, channel: str, clerk: int | None, owner: int | None
    ) -> Opening:
        matter = errand.matter
        return Opening(
            flow=APPLICATION, unit_id=matter.unit_id or self.day.roster.root(), title=matter.name[:200],
            subject=matter.subject, plan=errand.plan, channel=channel, person_id=applicant.person.pk,
            enterprise_id=applicant.enterprise.pk if applicant.enterprise else None, first_contact_id=clerk, owner_id=owner,
        )  # fmt: skip

    def step(self, dossier: Dossier, name: str, *, by: Actor | None = None, **facts: Any) -> CaseEvent:
        """Any step without rows of its own, and its paper. `owner_id` and `change` go to the case."""
        event = self._act(dossier, name, by or self.doer(dossier, name), **facts)
        if kind := PAPER_OF.get(name):
            self._issue(dossier, event, kind)
        return event

    def _act(self, dossier: Dossier, name: str, by: Actor, **facts: Any) -> CaseEvent:
        return self.bulk.act(dossier.life, name, by=by, at=self.now, today=self.day.roster, **facts)

    def by_applicant(self, dossier: Dossier) -> Actor:
        return person_actor(dossier.applicant.person.pk)

    def notice(self, dossier: Dossier, asked: Sequence[Asked]) -> None:
        """The one-time notice."""
        event = self._act(dossier, "one_time_notice", self.doer(dossier, "one_time_notice"), **_facts(asked))
        self._items(dossier, asked, 1)
        self._issue(dossier, event, Kind.CORRECTION, _lines(asked))

    def demand_again(self, dossier: Dossier, asked: Sequence[Asked]) -> None:
        """A second demand: accepted all the same, and recorded as a breach."""
        by = self.doer(dossier, "demand_again")
        event = self._act(dossier, "demand_again", by, **_facts(asked))
        self._items(dossier, asked, 2)
        self._issue(dossier, event, Kind.ACCEPTANCE)
        self._act(dossier, "breach", SYSTEM, items=[line.material for line in asked], asked_by=by.id)

    def _items(self, dossier: Dossier, asked: Sequence[Asked], notice: int) -> None:
        made = [
            NoticeItem(
                case=dossier.case, notice=notice, material=line.material, name=line.name, problem=line.problem,
                mend=line.mend, existed=line.existed,
            )
            for line in asked
        ]  # fmt: skip
        dossier.items += made
        self.bulk.keep(*made)

    def correct(self, dossier: Dossier) -> None:
        """The applicant hands in what the notice asked for."""
        files = [self.random.randbytes(32).hex() for _item in dossier.items]
        self._act(
            dossier, "correct", self.by_applicant(dossier), effective=filed(self.now, self.calendar), files=files,
            answered=[item.material for item in dossier.items],
        )  # fmt: skip
        for item in dossier.items:
            item.answered_at = self.now
        self.bulk.keep(*dossier.items)

    def decide(self, dossier: Dossier, *, granted: bool, grounds: str) -> None:
        """Decide, with the number of the paper in the step."""
        name, kind = ("grant", Kind.GRANT) if granted else ("refuse", Kind.REFUSAL)
        by, until = self.doer(dossier, name), self._valid_until(dossier) if granted else None
        number = self._decision_number(dossier, kind, grounds, until)
        extra = (
            {"valid_until": until.isoformat()} if until else {} if granted else {"remedies": words.REMEDIES}
        )
        self._act(dossier, name, by, paper_number=number, grounds=grounds, **extra)
        dossier.decision = Decision(
            case=dossier.case, granted=granted, paper_number=number, decided_at=self.now, decided_by=by.id or 0,
            valid_until=until,
        )  # fmt: skip
        self.bulk.keep(dossier.decision)

    def _valid_until(self, dossier: Dossier) -> date | None:
        """Five years where the guide's result says so."""
        results = dossier.errand.version.body.get("results") or []
        years = any(
            "5年" in str(row.get("validity")) or "五年" in str(row.get("validity")) for row in results
        )
        return timezone.localdate(self.now) + timedelta(days=5 * 365) if years else None

    def deliver(self, dossier: Dossier) -> None:
        """Hand the decision over; the case is closed."""
        how = (
            "网上送达" if dossier.online else self.random.choice(("窗口领取", "窗口领取", "窗口领取", "邮寄"))
        )
        self.step(dossier, "deliver", how=how, to=dossier.applicant.name)
        if dossier.decision:
            dossier.decision.delivered_at = self.now
            self.bulk.keep(dossier.decision)

    def swept(self, dossier: Dossier) -> CaseEvent:
        """What time brings to the case by itself."""
        return self.bulk.by_time(dossier.life, self.now, self.day.roster)

    # --- papers ---

    def _paper_wanted(self) -> bool:
        return self.papers_from is None or self.now >= self.papers_from

    def _issue(
        self, dossier: Dossier, event: CaseEvent, kind: Kind, rows: Sequence[Mapping[str, str]] = ()
    ) -> None:
        if self._paper_wanted() and not (kind == Kind.DELIVERY and not dossier.decided):
            papers.issue_for(event, kind, rows=rows, source=InMemory(self, dossier))

    def _decision_number(self, dossier: Dossier, kind: Kind, grounds: str, until: date | None) -> str:
        source = InMemory(self, dossier)
        if not self._paper_wanted():
            return source.number_only(kind)
        paper = papers.decision_paper(dossier.case, kind, grounds, self.now, until, source)
        return paper.number


class InMemory(papers.Source):
    """Papers of a case that is not in the database yet."""

    def __init__(self, world: World, dossier: Dossier) -> None:
        self.world, self.dossier = world, dossier

    def promise(self, event: CaseEvent, kind: str) -> Promise | None:  # noqa: ARG002  # the case is at hand
        return self.dossier.life.last(kind)

    def decisions(self, event: CaseEvent) -> Iterable[Paper]:  # noqa: ARG002  # the case is at hand
        return self.dossier.decided

    def applicant(self, case: Case) -> str:  # noqa: ARG002  # the case is at hand
        return self.dossier.applicant.shown

    def bureau(self) -> tuple[str, str]:
        today = self.world.day.roster
        return today.units[today.root()]

    def keep(self, kind: Kind, **given: Any) -> Paper:
        paper = draw_up(
            kind, serial=lambda word, year: self.world.bulk.numbers.next("paper", word, year), **given
        )
        if kind in (Kind.GRANT, Kind.REFUSAL):
            self.dossier.decided = [paper]
        self.world.bulk.keep(paper)
        return paper

    def number_only(self, kind: Kind) -> str:
        """The number the paper would bear."""
        word, year = f"{self.bureau()[1]}{FORMS[kind].sign}字", timezone.localtime(self.world.now).year
        return make_document_number(word, year, self.world.bulk.numbers.next("paper", word, str(year)))


def _lines(asked: Sequence[Asked]) -> list[dict[str, str]]:
    return [{"name": line.name, "problem": line.problem, "mend": line.mend} for line in asked]


def _facts(asked: Sequence[Asked]) -> dict[str, Any]:
    return {"items": [line.material for line in asked], "details": _lines(asked)}
