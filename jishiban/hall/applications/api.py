"""`GET /api/v1/applications/{number}?code=…`: where an application stands, for whoever holds number and query code."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import HttpError

from jishiban.hall.applications import queries, words
from jishiban.hall.applications.access import BY_CODE
from jishiban.hall.applications.queries import PromiseView
from jishiban.kernel.clock import Deadline
from jishiban.web.doors import public
from jishiban.web.limits import limit, limit_request

router = Router()


class PromiseOut(Schema):
    """One time limit of the application."""

    kind: str
    label: str
    amount: int
    unit: str
    basis: str
    started: str
    deadline: str
    provisional: bool
    state: str
    light: str | None


class EventOut(Schema):
    """One public step; `counts_from` where the law dates it otherwise, `leaf` its place in the public ledger."""

    step: str
    label: str
    at: str
    counts_from: str
    leaf: int


class StatusOut(Schema):
    """Where an application stands."""

    number: str
    matter: str
    state: str
    label: str
    next: str
    unit: str
    opened: str
    closed: str | None
    light: str | None
    provisional: bool
    promises: list[PromiseOut]
    timeline: list[EventOut]


class Fault(Schema):
    detail: str


@router.get(
    "/applications/{number}", response={200: StatusOut, 404: Fault, 429: Fault}, summary="办件进度",
    operation_id="application_status",
)  # fmt: skip
@public
def status(request: HttpRequest, number: str, code: str = "") -> Any:
    """凭办件号和六位查询码查询。号码不存在和查询码不对，回答相同。"""
    limit_request(request, "api-track", times=120, seconds=600)
    limit("api-track-number", queries.spelt_number(number) or "-", times=10, seconds=3600)
    found = queries.tracked(number, code)
    if found is None or found[1] != BY_CODE:
        raise HttpError(404, _("没有这个办件，或者查询码不对。"))
    return _out(queries.case_page(found[0]))


def _out(page: queries.CasePage) -> dict[str, Any]:
    case = page.case
    return {
        "number": case.number, "matter": case.title, "state": case.state, "label": case.state_label,
        "next": words.next_words(case.state), "unit": case.unit.name, "opened": _iso(case.opened_at),
        "closed": _iso(case.closed_at) if case.closed_at else None, "light": page.colour or None,
        "provisional": any(view.promise.provisional for view in page.promises if view.running),
        "promises": [_promise(view) for view in page.promises],
        "timeline": [
            {"step": event.step, "label": words.step_label(event.step), "at": _iso(event.at),
             "counts_from": _iso(event.effective), "leaf": event.leaf}
            for event in page.events if words.is_public(event.step)
        ],
    }  # fmt: skip


def _promise(view: PromiseView) -> dict[str, Any]:
    promise = view.promise
    due = Deadline(timezone.localtime(promise.deadline), view.last_day, promise.provisional)
    return {
        "kind": promise.kind, "label": promise.label, "amount": promise.amount, "unit": promise.unit,
        "basis": promise.basis, "started": _iso(promise.started_at), "deadline": due.iso(),
        "provisional": promise.provisional, "state": promise.state, "light": view.meter["colour"],
    }  # fmt: skip


def _iso(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")
