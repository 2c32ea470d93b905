"""Which paper a step issues, and what stands in it. The words themselves are the papers room's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from jishiban.hall.applications.models import Application
from jishiban.kernel.cases.models import Case, CaseEvent, Promise
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.papers.actions import issue
from jishiban.kernel.papers.models import Kind, Paper

Facts = dict[str, Any]


def issue_for(event: CaseEvent, kind: Kind, *, rows: Sequence[Mapping[str, str]] = ()) -> Paper:
    """Issue the paper of a step that has just been taken, in the same transaction."""
    facts = _FACTS[kind](event, event.facts, event.said)
    table = rows or _ROWS.get(kind, _no_rows)(event)
    return _issue(event.case, kind, event.at, facts, table)


def decision_paper(case: Case, kind: Kind, grounds: str, at: datetime, valid_until: date | None) -> Paper:
    """The paper of a decision, made before its step so that the step can carry its number."""
    facts: Facts = {"reason": grounds} if kind == Kind.REFUSAL else {"content": grounds}
    if valid_until:
        facts |= {"valid_from": timezone.localdate(at), "valid_until": valid_until}
    return _issue(case, kind, at, facts, ())


def _issue(case: Case, kind: Kind, at: datetime, facts: Facts, rows: Sequence[Mapping[str, str]]) -> Paper:
    today = roster()
    name, short = today.units[today.root()]
    known = {"phone": settings.PLACE.phone} | facts
    return issue(
        kind, case_number=case.number, prefix=short, seal_unit=name, applicant=applicant_name(case), matter=case.title,
        at=at, facts=known, rows=rows,
    )  # fmt: skip


def applicant_name(case: Case) -> str:
    """The name the paper is addressed to: the enterprise, or the person."""
    if case.enterprise_id and case.enterprise:
        return case.enterprise.name
    form = Application.objects.filter(pk=case.pk).values_list("form", flat=True).first() or {}
    named = form.get("applicant", {}).get("name", "")
    return str(named or (case.person.name if case.person else "") or "申请人")


# --- what each kind needs to know -----------------------------------------------------------------------------


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def _promise(case_id: int, kind: str) -> Promise | None:
    return Promise.objects.filter(case_id=case_id, kind=kind).order_by("-round").first()


def last_day(promise: Promise) -> date:
    """The last day on which the promise is still kept."""
    return _day(promise.deadline - timedelta(microseconds=1))


def _acceptance(event: CaseEvent, _facts: Facts, _said: Facts) -> Facts:
    found: Facts = {"accepted_on": _day(event.at)}
    if promised := _promise(event.case_id, "promised"):
        found |= {
            "accepted_on": _day(promised.started_at),
            "promised": f"{promised.amount}个{promised.unit}",
            "due": last_day(promised),
        }
    if statutory := _promise(event.case_id, "statutory"):
        found["statutory"] = f"{statutory.amount}个{statutory.unit}"
    return found


def _correction(event: CaseEvent, _facts: Facts, _said: Facts) -> Facts:
    found: Facts = {"received_on": _day(event.case.opened_at)}
    if wait := _promise(event.case_id, "correction"):
        found["by"] = last_day(wait)
    return found


def _rejection(_event: CaseEvent, facts: Facts, said: Facts) -> Facts:
    return {"reason": said["grounds"], "authority": facts["authority"]}


def _special(event: CaseEvent, facts: Facts, _said: Facts) -> Facts:
    until = date.fromisoformat(facts["until"])
    first = _day(event.at) + timedelta(days=1)
    return {"procedure": facts["procedure"], "days": f"{(until - first).days + 1}日", "starts_on": first}


def _extension(event: CaseEvent, facts: Facts, said: Facts) -> Facts:
    statutory = _promise(event.case_id, "statutory")
    return {
        "reason": said["reason"], "approved_by": "本机关负责人", "extension": f"{facts['amount']}个{facts['unit']}",
        "due": last_day(statutory) if statutory else _day(event.at),
    }  # fmt: skip


def _delivery(_event: CaseEvent, facts: Facts, _said: Facts) -> Facts:
    return {"way": facts["how"]}


def _no_rows(_event: CaseEvent) -> list[dict[str, str]]:
    return []


def _delivered_papers(event: CaseEvent) -> list[dict[str, str]]:
    decisions = Paper.objects.filter(case_number=event.case.number, kind__in=(Kind.GRANT, Kind.REFUSAL))
    return [{"title": paper.title, "number": paper.number} for paper in decisions]


_FACTS: dict[Kind, Callable[[CaseEvent, Facts, Facts], Facts]] = {
    Kind.ACCEPTANCE: _acceptance, Kind.CORRECTION: _correction, Kind.REJECTION: _rejection, Kind.SPECIAL: _special,
    Kind.EXTENSION: _extension, Kind.DELIVERY: _delivery,
}  # fmt: skip
_ROWS: dict[Kind, Callable[[CaseEvent], list[dict[str, str]]]] = {Kind.DELIVERY: _delivered_papers}


def receipt_paper(case: Case, rows: Sequence[Mapping[str, str]], at: datetime, *, clerk: str = "") -> Paper:
    """The receipt of what was handed in at the counter (art. 29): having received is not having accepted."""
    facts: Facts = {"received_on": _day(at), "query_code": case.query_code}
    return _issue(case, Kind.RECEIPT, at, facts | ({"clerk": clerk} if clerk else {}), rows)
