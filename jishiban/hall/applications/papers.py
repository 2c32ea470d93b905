"""Which paper a step issues, and what stands in it. The words themselves are the papers room's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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


class Source:
    """Where the words of a paper come from, and who keeps it: the database. A loader of many cases has its own."""

    def promise(self, event: CaseEvent, kind: str) -> Promise | None:
        """The latest promise of a kind."""
        return Promise.objects.filter(case_id=event.case_id, kind=kind).order_by("-round").first()

    def decisions(self, event: CaseEvent) -> Iterable[Paper]:
        """The papers of the case's decision."""
        return Paper.objects.filter(case_number=event.case.number, kind__in=(Kind.GRANT, Kind.REFUSAL))

    def applicant(self, case: Case) -> str:
        """The name the paper is addressed to."""
        return applicant_name(case)

    def bureau(self) -> tuple[str, str]:
        """Name and short name of the bureau, which issues every paper."""
        today = roster()
        return today.units[today.root()]

    def keep(self, kind: Kind, **words: Any) -> Paper:
        """Number the paper and keep it."""
        return issue(kind, **words)


STORED = Source()


def issue_for(
    event: CaseEvent, kind: Kind, *, rows: Sequence[Mapping[str, str]] = (), source: Source = STORED
) -> Paper:
    """Issue the paper of a step that has just been taken, in the same transaction."""
    facts = _FACTS[kind](source, event, event.facts, event.said)
    table = rows or _ROWS.get(kind, _no_rows)(source, event)
    return _issue(event.case, kind, event.at, facts, table, source)


def decision_paper(
    case: Case, kind: Kind, grounds: str, at: datetime, valid_until: date | None, source: Source = STORED
) -> Paper:
    """The paper of a decision, made before its step so that the step can carry its number."""
    facts: Facts = {"reason": grounds} if kind == Kind.REFUSAL else {"content": grounds}
    if valid_until:
        facts |= {"valid_from": timezone.localdate(at), "valid_until": valid_until}
    return _issue(case, kind, at, facts, (), source)


def receipt_paper(
    case: Case, rows: Sequence[Mapping[str, str]], at: datetime, *, clerk: str = "", source: Source = STORED
) -> Paper:
    """The receipt of what was handed in at the counter (art. 29): having received is not having accepted."""
    facts: Facts = {"received_on": _day(at), "query_code": case.query_code}
    return _issue(case, Kind.RECEIPT, at, facts | ({"clerk": clerk} if clerk else {}), rows, source)


def _issue(
    case: Case, kind: Kind, at: datetime, facts: Facts, rows: Sequence[Mapping[str, str]], source: Source
) -> Paper:
    name, short = source.bureau()
    known = {"phone": settings.PLACE.phone} | facts
    return source.keep(
        kind, case_number=case.number, prefix=short, seal_unit=name, applicant=source.applicant(case), matter=case.title,
        at=at, facts=known, rows=rows,
    )  # fmt: skip


def applicant_name(case: Case) -> str:
    """The name the paper is addressed to: the enterprise (also one that has no code yet), or the person."""
    if case.enterprise_id and case.enterprise:
        return case.enterprise.name
    form = Application.objects.filter(pk=case.pk).values_list("form", flat=True).first() or {}
    applicant = form.get("applicant", {})
    named = applicant.get("org_name") or applicant.get("name", "")
    return str(named or (case.person.name if case.person else "") or "申请人")


# --- what each kind needs to know -----------------------------------------------------------------------------


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def last_day(promise: Promise) -> date:
    """The last day on which the promise is still kept."""
    return _day(promise.deadline - timedelta(microseconds=1))


def _acceptance(source: Source, event: CaseEvent, _facts: Facts, _said: Facts) -> Facts:
    found: Facts = {"accepted_on": _day(event.at)}
    if promised := source.promise(event, "promised"):
        found |= {
            "accepted_on": _day(promised.started_at),
            "promised": f"{promised.amount}个{promised.unit}",
            "due": last_day(promised),
        }
    if statutory := source.promise(event, "statutory"):
        found["statutory"] = f"{statutory.amount}个{statutory.unit}"
    return found


def _correction(source: Source, event: CaseEvent, _facts: Facts, _said: Facts) -> Facts:
    found: Facts = {"received_on": _day(event.case.opened_at)}
    if wait := source.promise(event, "correction"):
        found["by"] = last_day(wait)
    return found


def _rejection(_source: Source, _event: CaseEvent, facts: Facts, said: Facts) -> Facts:
    return {"reason": said["grounds"], "authority": facts["authority"]}


def _special(_source: Source, event: CaseEvent, facts: Facts, _said: Facts) -> Facts:
    until = date.fromisoformat(facts["until"])
    first = _day(event.at) + timedelta(days=1)
    return {"procedure": facts["procedure"], "days": f"{(until - first).days + 1}日", "starts_on": first}


def _extension(source: Source, event: CaseEvent, facts: Facts, said: Facts) -> Facts:
    statutory = source.promise(event, "statutory")
    return {
        "reason": said["reason"], "approved_by": "本机关负责人", "extension": f"{facts['amount']}个{facts['unit']}",
        "due": last_day(statutory) if statutory else _day(event.at),
    }  # fmt: skip


def _delivery(_source: Source, _event: CaseEvent, facts: Facts, _said: Facts) -> Facts:
    return {"way": facts["how"]}


def _no_rows(_source: Source, _event: CaseEvent) -> list[dict[str, str]]:
    return []


def _delivered_papers(source: Source, event: CaseEvent) -> list[dict[str, str]]:
    return [{"title": paper.title, "number": paper.number} for paper in source.decisions(event)]


_FACTS: dict[Kind, Callable[[Source, CaseEvent, Facts, Facts], Facts]] = {
    Kind.ACCEPTANCE: _acceptance, Kind.CORRECTION: _correction, Kind.REJECTION: _rejection, Kind.SPECIAL: _special,
    Kind.EXTENSION: _extension, Kind.DELIVERY: _delivery,
}  # fmt: skip
_ROWS: dict[Kind, Callable[[Source, CaseEvent], list[dict[str, str]]]] = {Kind.DELIVERY: _delivered_papers}
