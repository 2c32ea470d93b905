"""A question handed to a person: the form, the receipt with number and code, the reply."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jishiban.guide.conversations import access, inquiries, pieces, tracking, words
from jishiban.guide.conversations.inquiries import LONGEST_WORDS, Wish
from jishiban.guide.conversations.models import Conversation, Turn
from jishiban.guide.conversations.portal import held_talk, new_talk
from jishiban.kernel.cases.errors import CaseError, FactsMissing
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.identifiers import normalise
from jishiban.web.doors import actor_of, citizen, public
from jishiban.web.limits import limit, limit_request

get_and_post = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 20


# --- handing over ----------------------------------------------------------------------------------------------------


@public
@never_cache
@get_and_post
def hand_over(request: HttpRequest, key: str = "") -> HttpResponse:
    """Ask a person: the question, the talk so far, and a telephone if one likes."""
    talk = held_talk(request, key) if key else None
    turn = tracking.last_turn(talk) if talk else None
    if request.method != "POST":
        typed = {"question": turn.asked if turn else "", "phone": "", "token": uuid4().hex}
        return _form(request, talk, turn, typed, {})
    typed = {name: request.POST.get(name, "") for name in ("question", "phone", "token")}
    limit_request(request, "inquiry", times=30, seconds=3600)
    by = actor_of(request)
    wish = Wish(talk or new_talk(request), turn, typed["question"], typed["phone"], typed["token"][:64])
    try:
        case = inquiries.hand_over(wish, by)
    except FactsMissing as wrong:
        return _form(
            request, talk, turn, {**typed, "question": typed["question"][:LONGEST_WORDS]}, wrong.fields
        )
    access.permit(request, access.INQUIRIES, case.number)
    return redirect(f"{reverse('conversations:inquiry', args=[case.number])}?new=1")


def _form(
    request: HttpRequest,
    talk: Conversation | None,
    turn: Turn | None,
    typed: dict[str, str],
    errors: dict[str, str],
) -> HttpResponse:
    crumbs = [{"title": _("智能导服"), "url": reverse("conversations:start")}, {"title": _("转人工")}]
    context = {
        "talk": talk, "turn": turn, "typed": typed, "errors": errors, "within": words.promise_words(), "crumbs": crumbs,
        "phone": words.hall_phone(), "most": LONGEST_WORDS, "hide_search": True,
    }  # fmt: skip
    return render(request, "conversations/hand_over.html", context, status=422 if errors else 200)


# --- finding it again ------------------------------------------------------------------------------------------------


@public
@never_cache
@get_and_post
def find(request: HttpRequest) -> HttpResponse:
    """Number and query code open it for this session. One answer for all that is wrong."""
    typed = {"number": normalise(request.GET.get("number", "")[:60])}
    if request.method != "POST":
        return render(request, "conversations/find.html", {"typed": typed, "errors": {}, "hide_search": True})
    typed = {name: normalise(request.POST.get(name, "")[:60]) for name in ("number", "code")}
    limit_request(request, "track", times=30, seconds=600)
    limit("track", tracking.spelt(typed["number"]) or "-", times=10, seconds=3600)
    case = tracking.tracked(typed["number"], typed["code"])
    if case is None:
        wrong = {"code": _("编号和查询码对不上。请对照转人工时的页面再填一次。")}
        return render(
            request,
            "conversations/find.html",
            {"typed": typed, "errors": wrong, "hide_search": True},
            status=422,
        )
    access.permit(request, access.INQUIRIES, case.number)
    return redirect("conversations:inquiry", case.number)


def tracked_address(request: HttpRequest, number: str, code: str) -> str:
    """For the house's one page that follows a number: the address of a question handed over, opened; or nothing."""
    case = tracking.tracked(number, code)
    if case is None:
        return ""
    access.permit(request, access.INQUIRIES, case.number)
    return reverse("conversations:inquiry", args=[case.number])


def opened(request: HttpRequest, number: str) -> Case:
    """The hand-over for whoever may see it; 404 for everybody else, as for a number that is none."""
    case = tracking.numbered(number)
    if case is None or not access.may_see_inquiry(request, case):
        raise Http404
    return case


@public
@never_cache
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, who answers until when, and what was said."""
    return _show(request, opened(request, number))


def _show(
    request: HttpRequest, case: Case, errors: dict[str, str] | None = None, typed: str = ""
) -> HttpResponse:
    said = tracking.said(case)
    lines = [{**line, "answer": pieces.answer(line["entry"]) if line["entry"] else None} for line in said]
    context: dict[str, Any] = {
        "case": case, "lines": lines, "state": case.state_label, "kind": words.KINDS.get(case.state, ""),
        "next": words.next_words(case.state), "answer_by": tracking.answer_by(tracking.answer_clock(case)), "new": "new" in request.GET,
        "errors": errors or {}, "typed": typed, "most": LONGEST_WORDS,
        "hide_search": True, "phone": words.hall_phone(),
        "crumbs": [{"title": _("智能导服"), "url": reverse("conversations:start")}, {"title": case.number}],
    }  # fmt: skip
    return render(request, "conversations/inquiry.html", context, status=422 if errors else 200)


@public
@require_POST
def supply(request: HttpRequest, number: str) -> HttpResponse:
    """Say more about what was asked back."""
    case = opened(request, number)
    typed = request.POST.get("words", "")
    try:
        inquiries.take_step(case, "supply", by=inquiries.party_of(case), words=typed, seen=_seen(request))
    except CaseError as wrong:
        return _show(request, case, {"words": wrong.message}, typed[:LONGEST_WORDS])
    messages.success(request, _("已收到您的补充。我们接着答复。"))
    return redirect("conversations:inquiry", case.number)


@public
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """No answer is needed any more."""
    case = opened(request, number)
    try:
        inquiries.take_step(case, "withdraw", by=inquiries.party_of(case), seen=_seen(request))
    except CaseError as wrong:
        return _show(request, case, {"words": wrong.message})
    messages.success(request, _("已撤回。需要时可以再问。"))
    return redirect("conversations:inquiry", case.number)


def _seen(request: HttpRequest) -> int | None:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else None


@citizen
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The signed-in person's questions to people: two queries a page."""
    found = Paginator(tracking.of_person(actor_of(request).id or 0), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [
        {"case": case, "state": case.state_label, "kind": words.KINDS.get(case.state, "")} for case in found
    ]
    crumbs = [{"title": _("我的办件"), "url": "/my/"}, {"title": _("我的咨询")}]
    return render(request, "conversations/mine.html", {"page": found, "rows": rows, "crumbs": crumbs})
