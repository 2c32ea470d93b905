"""/desk/cases/<number>/: facts and papers, what may be done now, what has happened, how the time was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jishiban.hall.applications import forms
from jishiban.hall.applications.desk import history
from jishiban.hall.applications.desk.inbox import DESK, colour_at
from jishiban.hall.applications.desk.verbs import verbs_of
from jishiban.hall.applications.desk.words import party_of, short_day
from jishiban.hall.applications.models import Application, NoticeItem
from jishiban.hall.applications.queries import PromiseView, case_holder, promise_view
from jishiban.hall.applications.words import KINDS
from jishiban.kernel.cases import access, queries, reveals
from jishiban.kernel.cases.errors import CaseError, NotAllowed
from jishiban.kernel.cases.models import Case, Promise
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.papers.content import content_disposition
from jishiban.kernel.papers.content import read as read_file
from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.models import Attachment, Kind, Paper
from jishiban.kernel.papers.queries import files_by_material, files_of, papers_of
from jishiban.kernel.papers.rendering import render as render_paper
from jishiban.web import casepages
from jishiban.web.doors import actor_of, staff

JOINED = ("owner", "unit", "first_contact", "offered_to", "overseer", "person", "enterprise")


def case_seen(actor: Actor, number: str) -> Case:
    """The case, for somebody who may see it. Http404 for an unknown number, PermissionDenied for a stranger."""
    case = get_object_or_404(Case.objects.select_related(*JOINED), number=number, flow="application")
    if not access.may_see(actor, case):
        raise PermissionDenied(_("此件不在您的单位，您不能查看。请联系承办单位。"))
    return case


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with all a page of it needs, read in a fixed number of queries."""

    case: Case
    application: Application
    promises: list[Promise]
    now: datetime

    @property
    def version(self) -> Any:
        return self.application.version


def open_file(actor: Actor, number: str) -> Opened:
    """The case with its application, guide version and promises."""
    case = case_seen(actor, number)
    application = Application.objects.select_related("version", "matter").filter(case=case).first()
    if application is None:
        raise Http404
    return Opened(case, application, list(case.promises.order_by("started_at", "pk")), timezone.now())


@staff(*DESK)
@require_GET
@never_cache
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The case as it stands; one of another flow has its own room's page."""
    actor = actor_of(request)
    try:
        opened = open_file(actor, number)
    except Http404:
        if elsewhere := _elsewhere(number):
            return redirect(elsewhere)
        raise
    return render(request, "applications/desk/case.html", context_of(request, actor, opened))


def _elsewhere(number: str) -> str:
    """The page of a case that is no application; who may see it, that page asks."""
    flow = (
        Case.objects.filter(number=number).exclude(flow="application").values_list("flow", flat=True).first()
    )
    return casepages.desk_address(flow, number) if flow else ""


def context_of(request: HttpRequest, actor: Actor, opened: Opened) -> dict[str, Any]:
    """What the page shows; the number of queries does not depend on the length of the history."""
    case, now = opened.case, opened.now
    today = roster()
    events = queries.history(case)
    papers = list(papers_of(case.number))
    asked = history.waiting_request(events)
    return {
        "case": case, "light": colour_at(case, now), "party": party_of(case), "facts": _facts(case),
        "state": case.state_label, "state_kind": KINDS.get(case.state, ""),
        "note": opened.application.form.get("note", ""), "version": opened.version, "matter": opened.application.matter,
        "applicant": forms.summary("applicant", opened.version, opened.application.form),
        "answers": forms.summary("answers", opened.version, opened.application.form),
        "materials": _materials(opened), "notices": notices_of(case), "papers": papers, "fresh": _fresh(request, papers),
        "clocks": _clocks(opened), "events": history.timeline(events, today),
        "verbs": verbs_of(actor, case, opened.promises, today.paths[case.unit_id], now, asked=asked is not None),
        "asked": asked, "why_none": _why_none(actor, case), "reveals": _reveals(actor, case),
    }  # fmt: skip


def _facts(case: Case) -> list[dict[str, str]]:
    """Who has to do with the case."""
    rows = [(_("责任人"), case.owner.name), (_("承办单位"), case.unit.name)]
    if case.first_contact:
        rows.append((_("首问责任人"), case.first_contact.name))
    if case.offered_to:
        rows.append((_("待接收"), case.offered_to.name))
    if case.overseer:
        rows.append((_("督办"), _("%(name)s（第 %(n)s 级）") % {"name": case.overseer.name, "n": case.level}))
    rows.append((_("渠道"), _("网上") if case.channel == "1" else _("窗口")))
    rows.append((_("收件"), f"{short_day(case.opened_at)} {timezone.localtime(case.opened_at):%H:%M}"))
    return [{"label": label, "value": value} for label, value in rows]


def _materials(opened: Opened) -> list[dict[str, Any]]:
    """The guide's list with what was handed in: files to open, or paper at the counter."""
    files = files_by_material(case_holder(opened.case))
    given = opened.application.form.get("materials", {})
    said = {
        row["key"]: row["value"]
        for row in forms.summary("materials", opened.version, opened.application.form)
    }
    return [
        {
            "name": row["name"], "need": _(row.get("necessity", "")), "files": files.get(row["key"], ()), "said": said[row["key"]],
            "paper": given.get(row["key"], {}).get("received", ""),
            "when": row.get("when", ""),
        }
        for row in opened.version.materials
    ]  # fmt: skip


def notices_of(case: Case) -> list[tuple[int, list[NoticeItem]]]:
    """What has been asked for, notice by notice: one query."""
    found: dict[int, list[NoticeItem]] = {}
    for item in NoticeItem.objects.filter(case=case):
        found.setdefault(item.notice, []).append(item)
    return list(found.items())


def _fresh(request: HttpRequest, papers: list[Paper]) -> Paper | None:
    """The paper the step before has just issued, to be printed at once."""
    wanted = request.GET.get("paper", "")
    return next((paper for paper in papers if str(paper.pk) == wanted), None)


def _clocks(opened: Opened) -> list[PromiseView]:
    """The clocks that run; of a closed case, those that ended last."""
    shown = [p for p in opened.promises if p.is_live] or opened.promises[-2:]
    return [promise_view(promise, opened.now) for promise in shown]


def _why_none(actor: Actor, case: Case) -> str:
    if not case.is_open:
        return _("此件已经办结，不能再办理。")
    if case.owner_id not in actor.covers:
        return _("此件由%(name)s负责。需要时请负责人移交给您。") % {"name": case.owner.name}
    return _("您的岗位在这一步没有可办的事。")


def _reveals(actor: Actor, case: Case) -> list[tuple[str, str]]:
    """The masked fields the actor may ask to see."""
    if case.person is None or not reveals.may_reveal(actor, case):
        return []
    return [(name, str(label)) for name, label in reveals.FIELDS.items()]


# --- seeing what is masked ----------------------------------------------------------------------------------------


@staff(*DESK)
@require_POST
@never_cache
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Show one masked value on this answer only; who, which and why are on the record first."""
    actor = actor_of(request)
    opened = open_file(actor, number)
    field, reason = request.POST.get("field", ""), request.POST.get("reason", "")
    shown: dict[str, Any] = {"reveal_reason": reason, "reveal_field": field}
    status = 200
    try:
        value = reveals.reveal(actor, opened.case, field, reason, opened.now)
        shown = {"revealed": {"label": reveals.FIELDS[field], "value": value or _("（没有登记）")}}
    except NotAllowed as refused:
        raise PermissionDenied(refused.message) from refused
    except CaseError as wrong:
        shown["reveal_error"], status = wrong.message, 422
    return render(
        request, "applications/desk/case.html", context_of(request, actor, opened) | shown, status=status
    )


# --- papers and files ---------------------------------------------------------------------------------------------


@staff(*DESK)
@require_GET
@never_cache
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One official paper, to be printed. It is addressed to the applicant and so bears the whole name."""
    found = get_object_or_404(Paper, pk=pk, case_number=number)
    actor = actor_of(request)
    ours = (
        found.kind == Kind.RECEIPT and Case.objects.filter(number=number, first_contact_id=actor.id).exists()
    )
    if not ours:  # who took it in hands over the receipt, whichever office it then belongs to
        _whole_name_allowed(actor, case_seen(actor, number))
    return render(request, "applications/desk/paper.html", {"number": number, **render_paper(found)})


@staff(*DESK)
@require_GET
@never_cache
def file(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """One handed-in file, for those who work on its case: it cannot be masked."""
    case = case_seen(actor_of(request), number)
    _whole_name_allowed(actor_of(request), case)
    found = get_object_or_404(files_of(case_holder(case)), key=key)
    return file_answer(found)


def _whole_name_allowed(actor: Actor, case: Case) -> None:
    """Those who only watch see masks; a paper or a file shows the whole name."""
    if not reveals.may_reveal(actor, case):
        raise PermissionDenied(_("文书和材料里有完整的个人信息，只对办理人员开放。"))


def file_answer(found: Attachment) -> HttpResponse:
    """The file as a download or, for what browsers show safely, in the page."""
    try:
        body = read_file(found)
    except Refused as refused:
        raise Http404(str(refused)) from refused
    inline = found.media_type == "application/pdf" or found.media_type.startswith("image/")
    answer = HttpResponse(body, content_type=found.media_type or "application/octet-stream")
    answer["Content-Disposition"] = content_disposition(found.name, inline=inline)
    return answer
