"""/desk/inquiries/<number>/: a question handed to a person, what the guide had said, and the steps one may take."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jishiban.guide.conversations import inquiries, pieces, queries, tracking, words
from jishiban.guide.conversations.flow import INQUIRY
from jishiban.guide.conversations.forms import Options, ProposalForm, StepForm
from jishiban.guide.conversations.models import Proposal
from jishiban.kernel.cases import access, reveals
from jishiban.kernel.cases.actions import find_step
from jishiban.kernel.cases.errors import CaseError, FactsMissing, NotAllowed, StepRefused
from jishiban.kernel.cases.flow import PARTY, SYSTEM, Step
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.steps import UNIVERSAL
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.masks import mask_phone, scrub
from jishiban.kernel.directory.models import Role
from jishiban.kernel.directory.roster import roster
from jishiban.web.doors import actor_of, staff

DESK = (Role.CLERK, Role.REVIEWER, Role.HEAD, Role.AUDITOR)
AMONG = ("take", "decline", "offer", "reassign", "transfer", "comment")
FIRST = {"waiting": "reply", "asked_back": "supply"}
get_and_post = require_http_methods(["GET", "HEAD", "POST"])


def seen_case(actor: Actor, number: str) -> Case:
    """The case, for somebody who may see it. Http404 for an unknown number, PermissionDenied for a stranger."""
    case = tracking.numbered(number)
    if case is None:
        raise Http404
    if not access.may_see(actor, case):
        raise PermissionDenied(_("此件不在您的单位，您不能查看。请联系承办单位。"))
    return case


@staff(*DESK)
@require_GET
@never_cache
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The question as it stands."""
    actor = actor_of(request)
    return _show(request, actor, seen_case(actor, number))


def _show(request: HttpRequest, actor: Actor, case: Case, status: int = 200, **more: Any) -> HttpResponse:
    first = case.events.order_by("seq").first()
    told = first.said if first else {}
    phone = str(told.get("phone") or "")
    turn = getattr(case.inquiry, "turn", None)
    shown = [pieces.piece(view) for view in queries.shown([turn])] if turn else []
    context = {
        "case": case, "state": case.state_label, "kind": words.KINDS.get(case.state, ""),
        "answer_by": tracking.answer_by(tracking.answer_clock(case)), "question": scrub(str(told.get("question") or "")),
        "erased": bool(first and first.words_digest and not first.words), "transcript": told.get("transcript", []),
        "why": words.why_words(turn.why) if turn and turn.decision == "handover" else "", "shown": shown, "turn": turn,
        "phone": mask_phone(phone), "may_reveal": bool(phone) and reveals.may_reveal(actor, case),
        "events": _timeline(case), "verbs": _verbs(actor, case, INQUIRY.steps_from(case.state)),
        "among": _among(actor, case), "proposal": Proposal.objects.filter(case=case).first(),
        "may_propose": case.state == "answered" and reveals.may_reveal(actor, case), **more,
    }  # fmt: skip
    return render(request, "conversations/desk/case.html", context, status=status)


def _timeline(case: Case) -> list[dict[str, Any]]:
    today = roster()
    return [
        {
            "title": words.step_label(event.step), "at": event.at, "leaf": event.leaf,
            "by": today.names.get(event.actor_id or 0, "") if event.actor_kind == "staff" else "",
            "note": scrub(str(event.said.get("words") or event.said.get("text") or event.said.get("reason") or "")),
        }
        for event in case.events.order_by("-seq")
    ]  # fmt: skip


def _verbs(actor: Actor, case: Case, steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """What this actor may do now, the likeliest first, with its key."""
    if not case.is_open:
        return []
    mine = [step for step in steps if not _only_others(step) and not access.why_not(actor, step, case)]
    mine.sort(key=lambda step: step.name != FIRST.get(case.state))
    return [_verb(case, step, key=str(n), first=n == 1) for n, step in enumerate(mine, 1)]


def _only_others(step: Step) -> bool:
    """Steps that only time or the asker takes have no page here."""
    return set(step.by) <= {SYSTEM, PARTY}


def _verb(case: Case, step: Step, **more: Any) -> dict[str, Any]:
    url = f"/desk/inquiries/{case.number}/{step.name.replace('_', '-')}/"
    return {"name": step.name, "label": _(step.label), "url": url, **more}


def _among(actor: Actor, case: Case) -> list[dict[str, Any]]:
    if not case.is_open:
        return []
    found = [UNIVERSAL[name].over(INQUIRY) for name in AMONG]
    offered = case.offered_to_id == actor.id
    return [
        _verb(case, step)
        for step in found
        if not access.why_not(actor, step, case) and (offered or step.name not in ("take", "decline"))
    ]


# --- taking a step ---------------------------------------------------------------------------------------------------


@staff(*DESK)
@never_cache
@get_and_post
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show the form of a step, or take it."""
    actor = actor_of(request)
    case = seen_case(actor, number)
    wanted = _step_named(name)
    if reason := access.why_not(actor, wanted, case):
        raise PermissionDenied(reason)
    form = StepForm(wanted, case, actor, _entries(case), request.POST if request.method == "POST" else None)
    if request.method == "POST":
        return _take(request, actor, case, form)
    refused = "" if wanted.leaves(case.state) else _("“%(step)s”现在不能办。") % {"step": _(wanted.label)}
    return _form(request, case, form, 409 if refused else 200, refused)


def _step_named(name: str) -> Step:
    try:
        found = find_step(INQUIRY, name.replace("-", "_"))
    except StepRefused as unknown:
        raise Http404 from unknown
    if found is INQUIRY.opens or _only_others(found) or (found.name in UNIVERSAL and found.name not in AMONG):
        raise Http404
    return found


def _entries(case: Case) -> Options:
    """What the guide had found, to answer with."""
    turn = getattr(case.inquiry, "turn", None)
    found = queries.answers(hit["key"] for hit in turn.hits) if turn else {}
    return [(key, entry.question) for key, entry in found.items()]


def _take(request: HttpRequest, actor: Actor, case: Case, form: StepForm) -> HttpResponse:
    if not form.is_valid():
        return _form(request, case, form, 422)
    try:
        _do(actor, case, form)
    except NotAllowed as refused:
        raise PermissionDenied(refused.message) from refused
    except FactsMissing as wrong:
        for name, message in wrong.fields.items():
            form.add_error(name if name in form.fields else None, message)
        return _form(request, case, form, 422)
    except StepRefused as refused:
        form.add_error(None, refused.message)
        return _form(request, case, form, 409)
    messages.success(request, _("已办理：%(step)s。") % {"step": _(form.step.label)})
    case.refresh_from_db()
    return redirect(f"/desk/inquiries/{case.number}/" if access.may_see(actor, case) else "/desk/")


def _do(actor: Actor, case: Case, form: StepForm) -> None:
    seen, given = form.cleaned_data["seen"], form.facts()
    if form.step.name == "to_guide":
        inquiries.to_guide(case, given["entry"], given.get("words", ""), by=actor, seen=seen)
    elif form.step.name in AMONG:
        inquiries.among(case, form.step.name, by=actor, seen=seen, **given)
    else:
        inquiries.take_step(case, form.step.name, by=actor, seen=seen, **given)


def _form(
    request: HttpRequest, case: Case, form: StepForm, status: int = 200, refused: str = ""
) -> HttpResponse:
    context = {
        "case": case,
        "step": form.step,
        "form": form,
        "refused": refused,
        "state": case.state_label,
    }
    return render(request, "conversations/desk/step.html", context, status=status)


# --- telephone, proposal ---------------------------------------------------------------------------------------------


@staff(*DESK)
@require_POST
@never_cache
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Show the telephone on this answer only; who looked and why is on the record first."""
    actor = actor_of(request)
    case = seen_case(actor, number)
    try:
        phone = inquiries.reveal_phone(case, request.POST.get("reason", ""), by=actor, now=timezone.now())
    except NotAllowed as refused:
        raise PermissionDenied(refused.message) from refused
    except CaseError as wrong:
        return _show(request, actor, case, 422, reveal_error=wrong.message)
    return _show(request, actor, case, revealed=phone)


@staff(*DESK)
@never_cache
@get_and_post
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Put the answer forward for the library, in words that name nobody."""
    actor = actor_of(request)
    case = seen_case(actor, number)
    if not reveals.may_reveal(actor, case):
        raise PermissionDenied(_("只有办理这件咨询的人可以提建议。"))
    form = ProposalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            inquiries.propose_entry(case, **form.cleaned_data, by=actor)
        except CaseError as wrong:
            form.add_error(None, wrong.message)
        else:
            messages.success(request, _("已交给编辑。采用以后，别人再问就能直接答。"))
            return redirect("conversations:desk-inquiry", case.number)
    status = 422 if form.is_bound else 200
    return render(request, "conversations/desk/propose.html", {"case": case, "form": form}, status=status)
