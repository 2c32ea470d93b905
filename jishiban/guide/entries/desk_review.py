"""The doors of reviewing: what waits for whom, one revision with what it changes, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jishiban.guide.entries import access, forms, revisions
from jishiban.guide.entries.changes import changes
from jishiban.guide.entries.desk import PER_PAGE, editors, number, readers, reviewers
from jishiban.guide.entries.flow import REVISION, authors_and_readers
from jishiban.guide.entries.models import Entry, Kind, Line, Revision
from jishiban.kernel.cases.access import unit_path, why_not
from jishiban.kernel.cases.errors import CaseError
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Staff
from jishiban.web.doors import actor_of

SHOWN = 100  # changes of a batch on the page
DUE = {"first": "first", "second": "second", "third": "publish"}


@readers
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The revisions this person may look at; those that wait for them first. Three queries."""
    actor = actor_of(request)
    show = request.GET.get("show", "")
    listed = Paginator(_shown(actor, show), PER_PAGE).get_page(request.GET.get("page"))
    views = (("", _("等我审的")), ("open", _("在审的")), ("mine", _("我起草的")), ("ended", _("已结束")))
    links = [{"title": title, "url": f"?show={key}", "current": key == show} for key, title in views]
    context = {"page": listed, "show": show, "groups": [{"title": _("显示"), "links": links}]}
    return render(request, "entries/desk/queue.html", context)


def _shown(actor: Actor, show: str) -> QuerySet[Revision]:
    rows = Revision.objects.filter(access.revisions_for(actor)).select_related(
        "case__owner", "drafted_by", "case__unit"
    )
    if show == "mine":
        return rows.filter(drafted_by_id=actor.id)
    if show == "ended":
        return rows.filter(is_open=False)
    rows = rows.filter(is_open=True).order_by("case__due_at")
    return rows if show == "open" else rows.filter(case__owner_id__in=actor.covers)


def _one(request: HttpRequest, pk: int) -> tuple[Revision, Actor]:
    actor = actor_of(request)
    rows = Revision.objects.filter(access.revisions_for(actor)).select_related(
        "case__unit", "case__owner", "drafted_by"
    )
    return get_object_or_404(rows, pk=pk), actor


@readers
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One revision: what stands now and what would, who has read it, and the steps this person may take."""
    revision, actor = _one(request, pk)
    return _page(request, revision, actor, forms.ReviewForm())


def _page(request: HttpRequest, revision: Revision, actor: Actor, form: forms.ReviewForm) -> HttpResponse:
    told = changes(revision.kind, revision.before, revision.payload)
    context = {
        "revision": revision,
        "form": form,
        "changes": told[:SHOWN],
        "more": max(0, len(told) - SHOWN),
        "stage": revision.case.state_label,
        "events": _events(revision),
        "promises": [one for one in revision.case.promises.all() if one.is_live],
        **_steps(revision, actor),
    }
    return render(request, "entries/desk/revision.html", context)


def _steps(revision: Revision, actor: Actor) -> dict[str, Any]:
    """What this person may do now, and where they may not review, why."""
    case = revision.case
    authors, seen_by = authors_and_readers(case.pk)
    path = unit_path(case.unit_id)
    due = DUE.get(case.state)
    refused = why_not(actor, REVISION.step(due), case, path) if due else ""
    if actor.id in authors:
        refused = _("您起草的修订，由其他同事审核。")
    elif actor.id in seen_by:
        refused = _("您已经审过一次，由其他同事接着审。")
    mine = actor.id in authors
    return {
        "due": _(REVISION.step(due).label) if due and not refused else "",
        "refused": refused if due else "",
        "may_drop": mine and case.is_open,
        "may_amend": case.state == "returned" and access.may_write_of(actor, case.unit_id)
        and revision.kind in (Kind.ENTRY, Kind.LINE),
    }  # fmt: skip


def _events(revision: Revision) -> list[dict[str, Any]]:
    """The course of the revision for the timeline: two queries."""
    events = list(revision.case.events.order_by("seq"))
    names = dict(Staff.objects.filter(pk__in={one.actor_id for one in events}).values_list("pk", "name"))
    return [
        {
            "title": _(REVISION.step(one.step).label) if _is_ours(one.step) else one.step,
            "at": one.at,
            "by": names.get(one.actor_id or 0, ""),
            "note": one.facts.get("reason") or one.facts.get("opinion") or "",
            "leaf": one.leaf,
        }
        for one in events
    ]


def _is_ours(step: str) -> bool:
    return step in {REVISION.opens.name, *(one.name for one in REVISION.steps)}


@reviewers
@require_http_methods(["POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass it, send it back, or take it back."""
    revision, actor = _one(request, pk)
    form, now = forms.ReviewForm(request.POST), timezone.now()
    form.is_valid()
    words, seen = str(form.cleaned_data.get("words", "")), number(request.POST.get("seen", "")) or 0
    try:
        if "return" in request.POST:
            revisions.send_back(revision, actor, now, seen, words)
            messages.success(request, _("已退回，起草的人会收到。"))
        elif "drop" in request.POST:
            revisions.drop(revision, actor, now)
            messages.success(request, _("已撤回，什么也没有改。"))
        else:
            event = revisions.approve(revision, actor, now, seen, words)
            done = _("已发布，现在起用它答复。") if event.step == "publish" else _("已通过，转给下一位。")
            messages.success(request, done)
    except CaseError as refusal:
        fields = getattr(refusal, "fields", {})
        form.add_error("words" if "reason" in fields else None, refusal.message)
        revision.case.refresh_from_db()
        return _page(request, revision, actor, form)
    return redirect("entries:desk-revisions")


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """A returned revision again, with its content in the form."""
    revision, actor = _one(request, pk)
    if revision.case.state != "returned" or revision.kind not in (Kind.ENTRY, Kind.LINE):
        return redirect("entries:desk-revision", pk)
    form = _form(request, revision)
    if request.method == "POST" and form.is_valid():
        try:
            revisions.amend(
                revision, _payload(form, revision), form.cleaned_data["why"], actor, timezone.now()
            )
        except CaseError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("已再次提交审核。"))
            return redirect("entries:desk-revision", pk)
    return render(request, "entries/desk/amend.html", {"form": form, "revision": revision})


def _form(request: HttpRequest, revision: Revision) -> forms.EntryForm | forms.LineForm:
    given = request.POST if request.method == "POST" else None
    if revision.kind == Kind.LINE:
        return forms.LineForm(given, initial=revision.payload | {"why": revision.why})
    return forms.EntryForm(given, initial=forms.initial_of(revision.payload) | {"why": revision.why})


def _payload(form: forms.EntryForm | forms.LineForm, revision: Revision) -> dict[str, Any]:
    if isinstance(form, forms.LineForm):
        return form.payload(Line.objects.filter(pk=revision.payload["line"] or 0).first())
    entry = Entry.objects.filter(pk=revision.payload["entry"] or 0).first()
    return form.payload(entry, revision.payload["unit"]) | {"in_use": revision.payload["in_use"]}


@readers
@require_safe
def by_number(request: HttpRequest, number: str) -> HttpResponse:  # noqa: ARG001  Django's signature
    """Where the inbox leads to: the page of the revision whose case has this number."""
    return redirect("entries:desk-revision", get_object_or_404(Revision, case__number=number).pk)
