"""The doors of bringing entries in from a file: read, looked at, sent to review."""

from __future__ import annotations

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jishiban.guide.entries import forms, importer
from jishiban.guide.entries.desk import editors
from jishiban.guide.entries.importer import Table
from jishiban.guide.entries.models import Upload
from jishiban.hall.matters.sheets import Unreadable
from jishiban.kernel.cases.errors import CaseError
from jishiban.web.doors import actor_of

SHOWN = 50


class WhyForm(django_forms.Form):
    """What the batch is for."""

    why = django_forms.CharField(
        label=gettext_lazy("为什么改"),
        help_text=gettext_lazy("给审核的人看。"),
        max_length=200,
        error_messages={"required": gettext_lazy("请写为什么改，审核的人要看。")},
    )


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def import_entries(request: HttpRequest) -> HttpResponse:
    """Take a file in, read it, and show what it would do; nothing goes to review yet."""
    posted = request.method == "POST"
    form = forms.UploadForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        sent = form.cleaned_data["list"]
        try:
            table = importer.read(sent.read())
        except Unreadable as error:
            form.add_error("list", error.message)
        else:
            upload = importer.keep_upload(table, sent.name, actor_of(request), timezone.now())
            return redirect("entries:desk-import-confirm", upload.pk)
    return render(request, "entries/desk/import.html", {"form": form})


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would change, worked out afresh; the button sends it to review."""
    actor = actor_of(request)
    upload = get_object_or_404(Upload, pk=pk, editor_id=actor.id)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if "drop" in request.POST:
        upload.delete()
        return redirect("entries:desk-library")
    if request.method == "POST" and form.is_valid():
        try:
            revision = importer.hand_in(upload, form.cleaned_data["why"], actor, timezone.now())
        except CaseError as refusal:
            form.add_error(None, refusal.message)
        else:
            if revision is None:
                messages.success(request, _("没有要改的条目。"))
                return redirect("entries:desk-library")
            messages.success(request, _("已提交审核，好的行作为一批一起审。"))
            return redirect("entries:desk-revision", revision.pk)
    made = importer.plan(Table.restored(upload.rows), actor)
    context = {
        "upload": upload,
        "form": form,
        "plan": made,
        "rows": made.rows[:SHOWN],
        "errors": made.errors[:200],
        "more": max(0, len(made.rows) - SHOWN),
    }
    return render(request, "entries/desk/import_confirm.html", context)
