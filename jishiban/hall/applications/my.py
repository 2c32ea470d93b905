"""My cases, and one case: where it stands, how the time was counted, what is asked, its papers and its receipt.

The same pages stand under /my/ for the signed-in person and under /track/ for whoever holds number and code.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jishiban.hall.applications import actions, corrections, forms, queries, uploads, words
from jishiban.hall.applications.access import Viewer, permit, viewer_of
from jishiban.hall.applications.flow import APPLICATION
from jishiban.hall.applications.portal import sign_in_address
from jishiban.hall.applications.queries import CasePage
from jishiban.kernel.cases.errors import CaseError
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.snapshot import event_payload
from jishiban.kernel.directory.identifiers import normalise
from jishiban.kernel.ledger import queries as ledger
from jishiban.kernel.ledger.actions import LedgerDamaged
from jishiban.kernel.notices import actions as notices
from jishiban.kernel.notices import queries as notice_queries
from jishiban.kernel.papers.actions import remove
from jishiban.kernel.papers.models import Paper
from jishiban.kernel.papers.queries import files_by_material
from jishiban.kernel.papers.rendering import fragment
from jishiban.web import casepages
from jishiban.web.doors import actor_of, citizen, public
from jishiban.web.limits import TooMany, limit, limit_request
from jishiban.web.portal import too_many
from jishiban.web.record.links import receipt_link

View = Callable[..., HttpResponse]
PER_PAGE = 20
get_and_post = require_http_methods(["GET", "HEAD", "POST"])


# --- the list ------------------------------------------------------------------------------------------------------


@citizen
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The person's cases, drafts and messages: five queries, whatever their number."""
    person_id = actor_of(request).id or 0
    now = timezone.now()
    page = Paginator(queries.cases_of(person_id, now), PER_PAGE).get_page(request.GET.get("page"))
    told = list(notice_queries.for_person(person_id)[:8])
    context = {
        "page": page, "cards": [_card(case) for case in page], "drafts": list(queries.drafts_of(person_id)[:20]),
        "told": told, "unread": any(notice.read_at is None for notice in told),
        "crumbs": [{"title": _("我的办件")}],
    }  # fmt: skip
    return render(request, "applications/portal/mine.html", context)


def _card(case: Any) -> dict[str, Any]:
    asks = case.state == "correcting"
    url = reverse("applications:my-correct" if asks else "applications:my-case", args=[case.number])
    return {
        "title": case.title, "url": url, "facts": [case.number, case.unit.short],
        "colour": case.colour, "state": case.state_label, "kind": words.KINDS.get(case.state, ""),
        "hint": words.next_words(case.state) if asks else "",
    }  # fmt: skip


@citizen
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """The person has seen their messages."""
    notices.mark_read_by_person(actor_of(request).id or 0, timezone.now())
    return redirect("applications:my")


# --- tracking ------------------------------------------------------------------------------------------------------


@public
@never_cache
@get_and_post
def track(request: HttpRequest) -> HttpResponse:
    """Number and query code, or the phone's last four: opens that case for this session. One answer for all that is wrong."""
    typed = {"number": normalise(request.GET.get("number", ""))[:40]}
    if request.method != "POST":
        return render(request, "applications/portal/track.html", {"typed": typed, "errors": {}})
    typed = {name: normalise(request.POST.get(name, ""))[:40] for name in ("number", "code")}
    try:
        limit_request(request, "track", times=30, seconds=600)
        limit("track", queries.spelt_number(typed["number"]) or "-", times=10, seconds=3600)
    except TooMany as wait:
        return too_many(request, wait.seconds)
    found = queries.tracked(typed["number"], typed["code"])
    if found is None and (elsewhere := casepages.follow(request, typed["number"], typed["code"])):
        return redirect(elsewhere)
    if found is None:
        wrong = _("办件号和查询码对不上。请对照回执再填一次。")
        context = {"typed": typed, "errors": {"code": wrong}}
        return render(request, "applications/portal/track.html", context, status=422)
    case, how = found
    permit(request, case.number, how)
    return redirect("applications:track-case", case.number)


# --- one case --------------------------------------------------------------------------------------------------------


def opened(request: HttpRequest, number: str) -> tuple[Case, Viewer]:
    """The case for whoever may see it; 404 for everybody else, as for a number that is none."""
    case = queries.case_numbered(number)
    viewer = viewer_of(request)
    if case is None or not viewer.sees(case):
        raise Http404
    return case, viewer


def under(request: HttpRequest) -> str:
    """Which of the two addresses this page stands under."""
    return "my" if request.path.startswith("/my/") else "track"


def link(request: HttpRequest, name: str, *args: object) -> str:
    """A page of the same case under the same address."""
    return reverse(f"applications:{under(request)}-{name}", args=args)


@never_cache
@require_safe
def case_view(request: HttpRequest, number: str) -> HttpResponse:
    """The promise first, then what happens next and who holds it, then history; the count day by day on demand."""
    case, viewer = opened(request, number)
    page = queries.case_page(case)
    reads, acts = viewer.reads(case), viewer.acts(case)
    context = {
        "case": case, "page": page, "main": page.main, "others": page.promises[1:], "flow": APPLICATION,
        "state": case.state_label, "state_kind": words.KINDS.get(case.state, ""),
        "next": words.next_words(case.state), "reads": reads, "acts": acts,
        "events": queries.timeline(page, by_party=_("您") if viewer.owns(case) else _("申请人")),
        "slip": _slip(page) if page.items and reads else None, "filled": _filled(page) if acts else [],
        "papers": _papers(request, page) if reads else [], "may_withdraw": acts and _may_withdraw(case),
        "links": _links(request, case), "sign_in": sign_in_address(reverse("applications:my-case", args=[case.number])),
        "crumbs": _crumbs(request, case),
    }  # fmt: skip
    return render(request, "applications/portal/case.html", context)


def _crumbs(request: HttpRequest, case: Case, last: str = "") -> list[dict[str, str]]:
    first = (
        {"title": _("我的办件"), "url": "/my/"}
        if under(request) == "my"
        else {"title": _("查进度"), "url": "/track/"}
    )
    here = {"title": case.number, "url": link(request, "case", case.number) if last else ""}
    return [first, here, *([{"title": last, "url": ""}] if last else [])]


def _links(request: HttpRequest, case: Case) -> dict[str, str]:
    return {
        "receipt": link(request, "receipt", case.number),
        "correct": reverse("applications:my-correct", args=[case.number]),
        "withdraw": reverse("applications:my-withdraw", args=[case.number]),
    }


def _may_withdraw(case: Case) -> bool:
    return APPLICATION.step("withdraw").leaves(case.state)


def _slip(page: CasePage) -> dict[str, Any]:
    """The one-time notice for the component `notice_slip`; later questions stand under it."""
    first = [item for item in page.items if item.notice == 1]
    wait = next((view for view in page.promises if view.promise.kind == "correction" and view.running), None)
    given = next((event for event in page.events if event.step == "one_time_notice"), None)
    number = next((paper.number for paper in page.papers if paper.kind == "correction"), "")
    return {
        "number": number, "at": given.at if given else None, "deadline": wait.last_day if wait else None,
        "items": [_asked(item) for item in first], "later": [_asked(item) for item in page.items if item.notice > 1],
    }  # fmt: skip


def _asked(item: Any) -> dict[str, Any]:
    reason = "".join(f"{words.rstrip('。')}。" for words in (item.problem, item.mend) if words)
    return {"title": item.name, "reason": reason, "done": item.answered_at is not None}


def _filled(page: CasePage) -> list[dict[str, Any]]:
    """What was handed in, masked, for the person themself."""
    application = page.application
    if application.form.get("erased"):
        return []
    version = application.version
    return [
        {"title": title, "rows": forms.summary(part, version, application.form)}
        for part, title in (("applicant", _("申请人")), ("answers", _("办理内容")), ("materials", _("材料")))
        if part in forms.parts_of(version)
    ]  # fmt: skip


def _papers(request: HttpRequest, page: CasePage) -> list[dict[str, Any]]:
    return [
        {"title": paper.title, "number": paper.number, "at": paper.issued_at, "kind": paper.kind,
         "url": link(request, "paper", page.case.number, paper.pk)}
        for paper in page.papers
    ]  # fmt: skip


# --- papers, receipt, files ------------------------------------------------------------------------------------------


@never_cache
@require_safe
def paper_view(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One paper of the case, to read and to print."""
    case, viewer = opened(request, number)
    paper = Paper.objects.filter(case_number=case.number, pk=pk).first()
    if paper is None or not viewer.reads(case):
        raise Http404
    address = f"{getattr(settings, 'PUBLIC_URL', '')}{reverse('applications:track')}?number={case.number}"
    context = {
        "paper": paper,
        "sheet": fragment(paper, address),
        "back_url": link(request, "case", case.number),
    }
    return render(request, "applications/portal/paper.html", context)


def receipt_of(request: HttpRequest, number: str) -> dict[str, Any]:
    """What the receipt shows, on screen and on paper; 404 for those who may not read the case."""
    case, viewer = opened(request, number)
    if not viewer.reads(case):
        raise Http404
    page = queries.case_page(case)
    track = f"{settings.PUBLIC_URL}{reverse('applications:track')}?number={case.number}"
    promised = case.terms.get("promised") or {}
    return {
        "case": case, "page": page, "number": case.number, "code": case.query_code, "track": track,
        "proof": _proof(page, whole=viewer.owns(case)), "next": words.next_words(case.state),
        "counts_from": page.events[0].effective, "promised": promised, "main": page.main,
        "files": len(page.files), "case_url": link(request, "case", case.number), "crumbs": _crumbs(request, case, _("回执")),
        "print_url": link(request, "receipt-print", case.number), "back_url": link(request, "receipt", case.number),
    }  # fmt: skip


def _proof(page: CasePage, *, whole: bool) -> dict[str, str]:
    """The address of the verifier with this filing's receipt behind the #; empty while the ledger cannot prove it.

    The code holds no payload, so that it stays coarse enough to scan; the owner's link opens the commitment too.
    """
    first = page.events[0]
    payload = event_payload(page.case.number, first) if whole else None
    try:
        receipt = ledger.receipt(first.leaf, payload)
    except (LookupError, ValueError, LedgerDamaged):
        return {}
    return {"qr": receipt_link(receipt, with_payload=False), "url": receipt_link(receipt)}


@never_cache
@require_safe
def receipt_view(request: HttpRequest, number: str) -> HttpResponse:
    """Number, query code, proof, and what happens next."""
    return render(request, "applications/portal/receipt.html", receipt_of(request, number))


@never_cache
@require_safe
def receipt_print(request: HttpRequest, number: str) -> HttpResponse:
    """The same as a slip of paper."""
    return render(request, "applications/portal/receipt_print.html", receipt_of(request, number))


@citizen
@require_safe
def file_view(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """A file handed in, for those who may fetch it."""
    case, viewer = opened(request, number)
    if not viewer.downloads(case):
        raise Http404
    holders = (queries.case_holder(case), queries.correction_holder(case))
    for holder in holders[:-1]:
        try:
            return uploads.hand_out(uploads.find(holder, key))
        except Http404:
            continue
    return uploads.hand_out(uploads.find(holders[-1], key))


# --- answering a notice ----------------------------------------------------------------------------------------------


def own(request: HttpRequest, number: str) -> Case:
    """The viewer's own case, to act on; 404 for everybody else."""
    case, viewer = opened(request, number)
    if not viewer.acts(case):
        raise Http404
    return case


@citizen
@never_cache
@get_and_post
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """The one-time notice as a checklist: for each item a file, words, or both."""
    case = own(request, number)
    if case.state != "correcting":
        messages.info(request, _("这件现在不需要补正。"))
        return redirect("applications:my-case", case.number)
    page = queries.case_page(case)
    held = files_by_material(queries.correction_holder(case))
    if request.method == "POST":
        return _corrected(request, page, held)
    return _show_correct(
        request, page, corrections.CorrectionForm(page.application.version, page.open_items, held)
    )


def _show_correct(request: HttpRequest, page: CasePage, form: corrections.CorrectionForm) -> HttpResponse:
    wait = next((view for view in page.promises if view.promise.kind == "correction" and view.running), None)
    context = {
        "case": page.case, "form": form, "deadline": wait.last_day if wait else None, "seen": page.case.seq,
        "crumbs": _crumbs(request, page.case, _("补正")), "upload": reverse("applications:my-case", args=[page.case.number]),
    }  # fmt: skip
    return render(request, "applications/portal/correct.html", context, status=422 if form.errors else 200)


def _corrected(request: HttpRequest, page: CasePage, held: dict[str, Any]) -> HttpResponse:
    case = page.case
    refused = corrections.take_all(request, page.open_items, queries.correction_holder(case))
    held = files_by_material(queries.correction_holder(case)) if request.FILES else held
    form = corrections.CorrectionForm(page.application.version, page.open_items, held, data=request.POST)
    valid = form.is_valid()
    for field, message in refused.items():
        form.add_error(field, message)
    if not valid or refused:
        return _show_correct(request, page, form)
    seen = request.POST.get("seen", "")
    files = [file.sha256 for found in held.values() for file in found]
    try:
        changed = form.changed(page.application.form)
        actions.correct(
            case,
            changed,
            files,
            by=actor_of(request),
            seen=int(seen) if seen.isascii() and seen.isdigit() else None,
        )
    except CaseError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("补正材料已收到，受理时间从现在重新计算。"))
    return redirect("applications:my-case", case.number)


@citizen
@never_cache
@require_http_methods(["HEAD", "PATCH"])
def correct_pieces(request: HttpRequest, number: str, item: int) -> HttpResponse:
    """Where the correction page sends a file in pieces."""
    case = own(request, number)
    known = case.notice_items.filter(pk=item, answered_at=None).values_list("material", flat=True).first()
    if known is None or case.state != "correcting":
        raise Http404
    return uploads.pieces(request, queries.correction_holder(case), known)


@citizen
@never_cache
@get_and_post
def correct_remove(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """Take away a file that was not handed in yet, after asking once."""
    case = own(request, number)
    file = uploads.find(queries.correction_holder(case), key)
    back = reverse("applications:my-correct", args=[case.number])
    if request.method == "POST":
        remove(file)
        messages.success(request, _("文件已移除。"))
        return redirect(back)
    return render(request, "applications/portal/remove_file.html", {"file": file, "back_url": back})


# --- withdrawing -----------------------------------------------------------------------------------------------------


@citizen
@never_cache
@get_and_post
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask once, then take the application back; what has happened meanwhile is noticed."""
    case = own(request, number)
    if not _may_withdraw(case):
        messages.info(request, _("这件已经有了结果，不能撤回。"))
        return redirect("applications:my-case", case.number)
    form = corrections.WithdrawForm(request.POST or None, initial={"seen": case.seq})
    if request.method == "POST" and form.is_valid():
        return _withdrawn(request, case, form)
    context = {
        "case": case, "form": form, "back_url": reverse("applications:my-case", args=[case.number]),
        "effects": [_("不再办理，时限停止计算。"), _("办件记录和材料会保留，用来核对。"), _("要办时需要重新申请。")],
        "crumbs": _crumbs(request, case, _("撤回")),
    }  # fmt: skip
    return render(request, "applications/portal/withdraw.html", context, status=422 if form.errors else 200)


def _withdrawn(request: HttpRequest, case: Case, form: corrections.WithdrawForm) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    facts = {"reason": reason} if reason else {}
    try:
        actions.take_step(case, "withdraw", by=actor_of(request), seen=form.cleaned_data["seen"], **facts)
    except CaseError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("申请已撤回。"))
    return redirect("applications:my-case", case.number)


# --- the two addresses -----------------------------------------------------------------------------------------------


def _copy(view: View) -> View:
    """The same view as a function of its own, so that it can carry a door of its own."""

    @wraps(view)
    def same(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    return same


my_case, track_case = citizen(_copy(case_view)), public(_copy(case_view))
my_paper, track_paper = citizen(_copy(paper_view)), public(_copy(paper_view))
my_receipt, track_receipt = citizen(_copy(receipt_view)), public(_copy(receipt_view))
my_receipt_print, track_receipt_print = citizen(_copy(receipt_print)), public(_copy(receipt_print))
