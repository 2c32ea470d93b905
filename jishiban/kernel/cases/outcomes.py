"""What a step gives to the other rooms of the kernel: facts to count, notices to send."""

from __future__ import annotations

from jishiban.kernel.cases.engine import Life
from jishiban.kernel.cases.flow import Step
from jishiban.kernel.cases.models import CaseEvent
from jishiban.kernel.indicators.actions import FactRow
from jishiban.kernel.notices.actions import NoticeRow


def fact_rows(life: Life, event: CaseEvent, step: Step) -> list[FactRow]:
    """The step itself where it is counted, and every promise it made, kept or broke."""
    rows = [_row(life, event, step.fact, {})] if step.fact else []
    for outcome, promise in life.outcomes:
        if promise.of_party:
            continue
        rows.append(_row(life, event, f"promise.{outcome}", {"promise": promise.kind}))
    return rows


def _row(life: Life, event: CaseEvent, kind: str, dims: dict[str, str]) -> FactRow:
    case = life.case
    return FactRow(
        kind=kind, at=event.at, unit_id=case.unit_id, case_id=case.pk, case_number=case.number,
        subject=case.subject, channel=case.channel, dims=dims,
    )  # fmt: skip


def notice_rows(life: Life, event: CaseEvent, step: Step) -> list[NoticeRow]:
    """One notice for a step that tells somebody: the party, or for steps of the desk the one it concerns."""
    if not step.tell:
        return []
    case = life.case
    to_staff = _staff_told(life, event) if step.internal else None
    if to_staff is None and case.person_id is None:
        return []
    return [
        NoticeRow(
            key=step.tell, to_staff_id=to_staff, to_person_id=None if to_staff else case.person_id, case_id=case.pk,
            unit_id=case.unit_id,
            case_number=case.number, values={"number": case.number, "title": case.title},
        )
    ]  # fmt: skip


def _staff_told(life: Life, event: CaseEvent) -> int:
    told = event.facts.get("to")
    return told if isinstance(told, int) else life.case.owner_id
