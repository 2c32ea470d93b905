"""Files on their way in and out: whole with a form, in pieces by script (see web/file_drop.js), fetched, taken away."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jishiban.hall.applications import access, forms, queries
from jishiban.hall.applications.models import Draft
from jishiban.kernel.directory.masks import scrub
from jishiban.kernel.papers import actions as papers
from jishiban.kernel.papers import content
from jishiban.kernel.papers.actions import Slot, WrongOffset
from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.models import Attachment, State
from jishiban.web.doors import public
from jishiban.web.limits import TooMany, limit_request

BY_PIECES = "pieces"  # owner_kind of a file that came by script; owner_id is then the mark its sender gave it
_MARK = re.compile(r"[0-9a-f]{1,64}")


def open_draft(request: HttpRequest, code: str) -> Draft:
    """As in the pages of the form: 404 for a draft that is not this viewer's."""
    draft = queries.draft_with_code(code)
    if draft is None or not access.viewer_of(request).opens(draft):
        raise Http404
    return draft


# --- whole, with the form ----------------------------------------------------------------------------------------


def take_all(form: forms.MaterialsForm, draft: Draft) -> dict[str, str]:
    """Take in every file that came with the form; returns what was refused, by field. Good ones stay."""
    refused: dict[str, str] = {}
    for key in form.materials:
        for file in form.sent(key):
            if message := take_one(file, Slot(queries.draft_holder(draft), key)):
                refused[f"{key}_file"] = f"{scrub(str(file.name))[:60]}：{message}"
    return refused


def take_one(file: object, slot: Slot) -> str:
    """Take one file in; empty, or why it was refused."""
    try:
        papers.receive(file.file, str(file.name), slot, at=timezone.now())  # type: ignore[attr-defined]  # Django's UploadedFile
    except Refused as refusal:
        return refusal.message
    return ""


# --- in pieces -----------------------------------------------------------------------------------------------------


def pieces(request: HttpRequest, holder: str, material: str) -> HttpResponse:
    """HEAD tells how many bytes are held, PATCH adds a piece and keeps the file when it is whole."""
    mark = request.GET.get("id", "")
    if not _MARK.fullmatch(mark):
        return _refuse(_("上传的标记不对，请刷新页面再试。"), 400)
    try:
        limit_request(request, "pieces", times=600, seconds=60)
        known = _under_way(holder, material, mark)
        if request.method == "HEAD":
            return _offset(known.received if known else 0)
        return _add(request, known, Slot(holder, material, BY_PIECES, mark))
    except TooMany:
        return _refuse(_("上传太快了，请稍等。"), 503)  # 5xx: the sender waits and goes on
    except WrongOffset as wrong:
        return _offset(wrong.expected)
    except Refused as refusal:
        return _refuse(refusal.message, 422)


def _under_way(holder: str, material: str, mark: str) -> Attachment | None:
    rows = Attachment.objects.filter(holder=holder, material=material, owner_kind=BY_PIECES, owner_id=mark)
    return rows.exclude(state=State.REMOVED).order_by("pk").first()


def _add(request: HttpRequest, known: Attachment | None, slot: Slot) -> HttpResponse:
    if known is not None and known.state == State.STORED:
        return _offset(known.size)
    size = request.GET.get("size", "")
    if known is None:
        whole = int(size) if size.isascii() and size.isdigit() and len(size) < 12 else 0
        known = papers.start_upload(request.GET.get("name", "")[:200], whole, slot, at=timezone.now())
    start = request.headers.get("Upload-Offset", "")
    held = papers.append_chunk(
        known.key, int(start) if start.isascii() and start.isdigit() else 0, request.body
    )
    if held == known.size:
        papers.finish_upload(known.key)
    return _offset(held)


def _offset(held: int) -> HttpResponse:
    response = HttpResponse(status=200)
    response["Upload-Offset"] = str(held)
    return response


def _refuse(message: str, status: int) -> HttpResponse:
    return JsonResponse({"detail": message}, status=status)


@public
@never_cache
@require_http_methods(["HEAD", "PATCH"])
def draft_pieces(request: HttpRequest, code: str, material: str) -> HttpResponse:
    """Where the materials page of a draft sends a file in pieces."""
    draft = open_draft(request, code)
    if material not in {str(row["key"]) for row in draft.version.materials}:
        raise Http404
    return pieces(request, queries.draft_holder(draft), material)


# --- out, and away -------------------------------------------------------------------------------------------------


def find(holder: str, key: UUID) -> Attachment:
    """A file of this holder; 404 for any other."""
    found = Attachment.objects.filter(holder=holder, key=key, state=State.STORED).first()
    if found is None:
        raise Http404
    return found


def hand_out(file: Attachment) -> HttpResponse:
    """The file itself, to be saved and never shown as a page of this site."""
    try:
        data = content.read(file)
    except Refused as refusal:
        raise Http404(refusal.message) from refusal
    response = HttpResponse(data, content_type=file.media_type or "application/octet-stream")
    response["Content-Disposition"] = content.content_disposition(file.name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@public
@require_safe
def draft_file(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    """A file of a draft, for whoever may open the draft."""
    return hand_out(find(queries.draft_holder(open_draft(request, code)), key))


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_file_remove(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    """Take a file away, after asking once."""
    draft = open_draft(request, code)
    file = find(queries.draft_holder(draft), key)
    back = reverse("applications:part", args=[code, "materials"])
    if request.method == "POST":
        papers.remove(file)
        messages.success(request, _("文件已移除。"))
        return redirect(back)
    context = {"draft": draft, "matter": draft.matter, "file": file, "back_url": back}
    return render(request, "applications/portal/remove_file.html", context)
