"""Every read of applications that more than one place needs; each takes the same number of queries for any case."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.hall.applications import words
from jishiban.hall.applications.access import BY_CODE, BY_PHONE
from jishiban.hall.applications.flow import CORRECTION, DELIVERY, NOTICE, PROMISED, STATUTORY
from jishiban.hall.applications.models import Application, Decision, Draft, NoticeItem
from jishiban.kernel.cases.models import Case, CaseEvent, Promise, PromiseState
from jishiban.kernel.cases.queries import colour_of
from jishiban.kernel.clock import ClockError, Colour, DayLine, Term, Thresholds, explain, light
from jishiban.kernel.clock import Unit as ClockUnit
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.identifiers import check_case_number, parse_case_number, phone_digits
from jishiban.kernel.directory.masks import mask_name
from jishiban.kernel.directory.models import Post
from jishiban.kernel.directory.roster import Roster, roster
from jishiban.kernel.papers.models import Attachment, Paper
from jishiban.kernel.papers.queries import files_of, papers_of
from jishiban.web.formats import cndate

# Which promise the applicant looks for first.
ORDER = {CORRECTION: 0, PROMISED: 1, STATUTORY: 2, NOTICE: 3, DELIVERY: 4}


def draft_holder(draft: Draft) -> str:
    """The name under which a draft's files are kept."""
    return f"draft:{draft.pk}"


def case_holder(case: Case) -> str:
    """The name under which a case's files are kept."""
    return f"case:{case.pk}"


def correction_holder(case: Case) -> str:
    """Where files wait that answer a notice and are not handed in yet."""
    return f"correction:{case.pk}"


# --- drafts --------------------------------------------------------------------------------------------------------


def draft_with_code(code: str) -> Draft | None:
    """The draft a code opens, with its matter, version and person: one query."""
    return (
        Draft.objects.select_related("matter__current", "matter__unit", "version", "person")
        .filter(code=code)
        .first()
    )


def drafts_of(person_id: int) -> QuerySet[Draft]:
    """A person's drafts, the last touched first."""
    return Draft.objects.filter(person_id=person_id).select_related("matter").order_by("-changed_at")


def filed_with(code: str) -> Case | None:
    """The case that was filed from the draft of this code: one query."""
    found = Application.objects.select_related("case").filter(token=code).first()
    return found.case if found else None


def draft_phone(draft: Draft) -> str:
    """The phone whose last four digits open a draft: its owner's, else the one typed into it."""
    owner = draft.person.phone if draft.person else ""
    return owner or str((draft.form.get("applicant") or {}).get("phone") or "")


def same_tail(phone: str, tail: str) -> bool:
    """Whether `tail` is the last four digits of `phone`, compared in constant time."""
    known = phone_digits(phone)[-4:]
    given = "".join(c for c in tail if c.isdigit())
    fits = hmac.compare_digest((known or "none").encode(), given.encode())
    return fits and len(known) == 4


# --- my cases -------------------------------------------------------------------------------------------------------


def cases_of(person_id: int, now: datetime | None = None) -> QuerySet[Case]:
    """A person's cases with their lights, open ones first: one query a page."""
    colour = colour_of(now or timezone.now())
    mine = Case.objects.filter(person_id=person_id, flow="application").select_related("unit")
    return mine.annotate(colour=colour).order_by("-is_open", "-opened_at", "-pk")


# --- one case -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise with what the meter draws and how its deadline was counted, day by day."""

    promise: Promise
    days: tuple[DayLine, ...]
    meter: dict[str, Any]

    @property
    def last_day(self) -> date:
        return last_day(self.promise)

    @property
    def running(self) -> bool:
        return self.promise.is_live


def last_day(promise: Promise) -> date:
    """The last day on which the promise is still kept."""
    return timezone.localdate(promise.deadline - timedelta(microseconds=1))


def promise_view(promise: Promise, now: datetime) -> PromiseView:
    """Counted again from the events of the promise: pure, no query."""
    calendar = calendars()[promise.calendar]
    term = Term(promise.amount, ClockUnit(promise.unit), promise.basis)
    begin = timezone.localtime(promise.started_at)
    try:
        days = explain(
            term, begin, calendar=calendar, pauses=promise.pause_list, extensions=promise.extension_list
        )
    except ClockError:  # more than ten years of days are no list anybody reads; the deadline stands
        days = ()
    return PromiseView(promise, days, _meter(promise, days, now))


def _meter(promise: Promise, days: tuple[DayLine, ...], now: datetime) -> dict[str, Any]:
    stopped = promise.state == PromiseState.PAUSED
    marks = Thresholds(promise.yellow_at, promise.red_at)
    colour = light(now, marks, paused=stopped) if promise.is_live else None
    return {
        "label": _("留给您补正的时间") if promise.of_party else promise.label,
        "amount": promise.amount, "unit": promise.unit, "basis": promise.basis,
        "deadline": promise.deadline, "provisional": promise.provisional, "state": promise.state,
        "colour": colour.value if colour else None, "paused_days": _paused_days(promise, now),
        **_counted(promise, days, now),
    }  # fmt: skip


def _counted(promise: Promise, days: tuple[DayLine, ...], now: datetime) -> dict[str, int]:
    """Used and left in counted days; nothing for limits in hours, which are no row of days."""
    if promise.unit in (ClockUnit.HOUR, ClockUnit.WORKHOUR) or not days:
        return {}
    today = timezone.localdate(promise.ended_at or now)
    counted = [line.date for line in days if line.counted]
    left = sum(1 for day in counted if day > today)
    if today > days[-1].date:
        left = -_days_over(promise, days[-1].date, today)
    return {"used": len(counted) - left, "left": left, "total": len(counted)}


def _days_over(promise: Promise, last: date, today: date) -> int:
    if promise.unit == ClockUnit.WORKDAY:
        return max(1, calendars()[promise.calendar].workdays_between(last, today))
    return (today - last).days


def _paused_days(promise: Promise, now: datetime) -> int:
    """Working days the clock has stood still so far; overlapping pauses are counted once."""
    calendar, today = calendars()[promise.calendar], timezone.localdate(now)
    total, reached = 0, date.min
    for pause in sorted(promise.pause_list, key=lambda p: p.notice):
        begin, end = max(pause.notice, reached), min(pause.end or today, today)
        if end > begin:
            total += calendar.workdays_between(begin, end)
            reached = end
    return total


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page of one case shows; seven queries, whatever happened in it."""

    case: Case
    application: Application
    decision: Decision | None
    promises: list[PromiseView]
    events: list[CaseEvent]
    items: list[NoticeItem]
    papers: list[Paper]
    files: list[Attachment]
    holder: str
    now: datetime

    @property
    def main(self) -> PromiseView | None:
        """The promise that counts now: a running one, else the last to end of what was promised."""
        return next(iter(self.promises), None)

    @property
    def open_items(self) -> list[NoticeItem]:
        return [item for item in self.items if item.answered_at is None]

    @property
    def asks(self) -> bool:
        """Whether the applicant is asked to correct now."""
        return self.case.state == "correcting"

    @property
    def leaf(self) -> int:
        """Where the filing stands in the ledger."""
        return int(self.events[0].leaf)

    @property
    def colour(self) -> str:
        """The case's light, as lists show it."""
        case = self.case
        if not case.is_open:
            return ""
        if case.red_at and case.red_at <= self.now:
            return Colour.RED.value
        if case.is_paused:
            return Colour.GREY.value
        return Colour.YELLOW.value if case.yellow_at and case.yellow_at <= self.now else Colour.GREEN.value

    @property
    def code(self) -> str:
        return str(self.case.query_code)


def spelt_number(number: str) -> str:
    """A case number in its one spelling, however it was typed; empty for what is none."""
    return "" if check_case_number(number) else str(parse_case_number(number))


def case_numbered(number: str) -> Case | None:
    """The case of a number as people type it; None when there is none: one query."""
    wanted = spelt_number(number)
    if not wanted:
        return None
    related = ("unit", "person", "application__version", "application__matter", "decision")
    return Case.objects.select_related(*related).filter(number=wanted, flow="application").first()


def case_page(case: Case, now: datetime | None = None) -> CasePage:
    """The page of a case that `case_numbered` found."""
    moment = now or timezone.now()
    promises = [promise_view(promise, moment) for promise in sorted(case.promises.all(), key=_place)]
    return CasePage(
        case=case, application=case.application, decision=getattr(case, "decision", None), promises=promises,
        events=list(case.events.order_by("seq")), items=list(case.notice_items.all()),
        papers=list(papers_of(case.number)), files=list(files_of(case_holder(case))),
        holder=holder_words(case), now=moment,
    )  # fmt: skip


def _place(promise: Promise) -> tuple[bool, int, int]:
    return (not promise.is_live, ORDER.get(promise.kind, 9), -promise.round)


def holder_words(case: Case) -> str:
    """Who holds the case today: the unit, and the surname and post of the one who answers. One query."""
    today = roster()
    unit = today.units.get(case.unit_id, ("", ""))[0]
    if not case.is_open:
        return unit
    answers = today.accountable(case.owner_id)
    posts = Post.objects.filter(staff_id=answers).order_by("pk").values_list("unit_id", "title")
    title = next((t for u, t in sorted(posts, key=lambda row: row[0] != case.unit_id)), "")
    return f"{unit} {mask_name(today.names.get(answers, ''))} {title}".strip()


# --- history --------------------------------------------------------------------------------------------------------


def timeline(page: CasePage, *, by_party: str = "") -> list[dict[str, Any]]:
    """The public steps, newest first, as the component `timeline` draws them; nobody is named whole."""
    today = roster()
    return [_line(event, today, by_party) for event in reversed(page.events) if words.is_public(event.step)]


def _line(event: CaseEvent, today: Roster, by_party: str) -> dict[str, Any]:
    return {
        "step": event.step, "title": words.step_label(event.step), "at": event.at,
        "by": _who(event, today, by_party), "note": _note(event), "leaf": event.leaf,
        "proof_url": f"/ledger/proof/{event.leaf}.json",
    }  # fmt: skip


def _who(event: CaseEvent, today: Roster, by_party: str) -> str:
    if event.actor_kind == "person":
        return by_party
    unit = today.units.get(event.unit_id, ("", ""))[1]
    name = mask_name(today.names.get(event.actor_id or 0, "")) if event.actor_kind == "staff" else ""
    return f"{unit} {name}".strip()


def _note(event: CaseEvent) -> str:
    said = words.said_openly(event.facts)
    counts_from = timezone.localdate(event.effective)
    if counts_from == timezone.localdate(event.at):
        return said
    return f"{said}\n{_('从 %(day)s 起算。') % {'day': cndate(counts_from)}}".strip()


# --- tracking -------------------------------------------------------------------------------------------------------


def tracked(number: str, secret: str) -> tuple[Case, str] | None:
    """The case of a number when `secret` is its query code or the last four of its phone; else None.

    Both are compared whether the number exists or not, in constant time, so that an answer tells nothing more
    than yes or no. One query.
    """
    case = case_numbered(number)
    code = case.query_code if case else ""
    phone = _case_phone(case) if case else ""
    given = "".join(c for c in secret if c.isdigit())
    by_code = hmac.compare_digest((code or "no code").encode(), given.encode()) and len(given) == 6
    by_phone = same_tail(phone, given)
    if case is None or not (by_code or by_phone):
        return None
    return case, BY_CODE if by_code else BY_PHONE


def _case_phone(case: Case) -> str:
    applicant = case.application.form.get("applicant") or {}
    return str(applicant.get("phone") or (case.person.phone if case.person else ""))
