"""The doors for editors: the guides of their units, editing, publishing, and lists brought in from a file."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jishiban.hall.matters import access, actions, diff, document, forms, importer, page, queries, rules
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.listing import Table
from jishiban.hall.matters.models import GuideDraft, ListUpload, Matter, MatterStatus
from jishiban.hall.matters.portal import promised
from jishiban.hall.matters.sheets import Unreadable
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role
from jishiban.web.doors import actor_of, staff

PER_PAGE = 40
SHOWN_CHANGES = 50
editors = staff(Role.EDITOR)


def _mine(request: HttpRequest, pk: int) -> tuple[Matter, Actor]:
    """The matter when this editor may edit it; 404 for none, 403 for another unit's."""
    matter = get_object_or_404(Matter.objects.select_related("current", "unit"), pk=pk)
    actor = actor_of(request)
    if not access.may_edit(actor, matter):
        raise PermissionDenied(_("这个事项不归您的单位编辑，请联系它的承办单位。"))
    return matter, actor


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, an empty form too; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


# -- the list --------------------------------------------------------------------------------------


@editors
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """The guides this editor answers for, the latest changed first; three queries whatever their number."""
    actor = actor_of(request)
    show = request.GET.get("show", "")
    q = request.GET.get("q", "").strip()[:100]
    matters = _shown(access.editable(actor, Matter.objects.all()), show, q)
    listed = Paginator(matters, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": listed,
        "q": q,
        "show": show,
        "groups": [{"title": _("显示"), "links": _views(show, q)}],
        "may_import": access.may_edit_all(actor),
    }
    return render(request, "matters/desk/list.html", context)


def _shown(matters: QuerySet[Matter], show: str, q: str) -> QuerySet[Matter]:
    rule = {
        "full": Q(current__is_full=True),
        "short": Q(current__is_full=False) | Q(current=None),
        "draft": Q(draft__isnull=False),
        "out": ~Q(status=MatterStatus.IN_USE),
    }.get(show, Q())
    for word in q.split():
        rule &= Q(name__icontains=word) | Q(local_code=word)
    shown = matters.filter(rule).select_related("current", "unit", "draft", "draft__editor")
    late = F("current__published_at").desc(nulls_last=True)
    return shown.defer("current__body", "draft__body").order_by(
        F("draft__changed_at").desc(nulls_last=True), late, "pk"
    )


def _views(show: str, q: str) -> list[dict[str, Any]]:
    views = [
        ("", _("全部")),
        ("full", _("完整")),
        ("short", _("简要")),
        ("draft", _("有草稿")),
        ("out", _("暂停或取消")),
    ]
    more = f"&q={q}" if q else ""
    return [{"title": title, "url": f"?show={key}{more}", "current": key == show} for key, title in views]


# -- editing ---------------------------------------------------------------------------------------


def _draft(matter: Matter) -> GuideDraft | None:
    return GuideDraft.objects.select_related("editor").filter(matter=matter).first()


def _document(matter: Matter, draft: GuideDraft | None) -> Document:
    """What the editor works on: the draft, else the current version, else a blank guide with the matter's name."""
    given = draft.body if draft else matter.current.body if matter.current else {}
    return document.complete(given | {"name": matter.name})


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a guide. Every button posts, saves the draft as typed, and leads to where it says."""
    matter, actor = _mine(request, pk)
    draft = _draft(matter)
    whole = _document(matter, draft)
    if request.method == "POST":
        return _save(request, matter, actor, forms.read(request.POST, whole))
    problems = rules.check(whole) if "check" in request.GET else {}
    laid = forms.editor(whole, problems)
    context = {
        "matter": matter,
        "draft": draft,
        "editor": laid,
        "forms": laid.all,
        "check": whole.get("check", ""),
        "overtaken": draft is not None and draft.base_id != matter.current_id,
        "others": draft.editor if draft and draft.editor_id != actor.id else None,
        "checked": "check" in request.GET and not problems,
    }
    return render(request, "matters/desk/edit.html", context)


def _save(request: HttpRequest, matter: Matter, actor: Actor, whole: Document) -> HttpResponse:
    """Keep what was typed, then go where the button leads: a row, the check, the preview, the publication."""
    do = request.POST.get("do", "save")
    row = forms.alter(whole, do)
    now = timezone.now()
    actions.save_draft(matter, whole, actor, now)
    if do == "take-over":
        actions.take_over(matter, actor, now)
    here = reverse("matters:desk-edit", args=[matter.pk])
    if row:
        return HttpResponseRedirect(f"{here}#{row[0]}-{row[1]}")
    if do in ("check", "preview", "publish") and rules.check(document.with_keys(whole)):
        return HttpResponseRedirect(f"{here}?check=1")
    if do in ("preview", "publish"):
        return redirect(f"matters:desk-{do}", matter.pk)
    if do == "check":
        return HttpResponseRedirect(f"{here}?check=1")
    messages.success(request, _("草稿已保存，还没有发布。"))
    return HttpResponseRedirect(here)


@editors
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as people would see it."""
    matter, _actor = _mine(request, pk)
    whole = _document(matter, _draft(matter))
    if rules.check(whole):
        return HttpResponseRedirect(f"{reverse('matters:desk-edit', args=[pk])}?check=1")
    return render(request, "matters/desk/preview.html", {"matter": matter, **page.context(whole)})


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What would change, the note about it, and the button that makes it the guide in force."""
    matter, actor = _mine(request, pk)
    whole = _document(matter, _draft(matter))
    form = forms.ChangeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.publish(matter, whole, actor, form.cleaned_data["change"], timezone.now())
        except actions.Unpublishable as refusal:
            _tell(form, refusal.problems, "change")
        else:
            messages.success(request, _("第%(n)s版已发布，现在起执行。") % {"n": version.number})
            return redirect("matters:desk-history", pk)
    before = matter.current.body if matter.current and matter.current.is_full else None
    context = {
        "matter": matter,
        "form": form,
        "changes": diff.changes(before, whole),
        "first": before is None,
    }
    return render(request, "matters/desk/publish.html", context)


def _tell(form: django_forms.Form, problems: dict[str, str], about: str) -> None:
    for path, message in problems.items():
        form.add_error(about if path == about else None, message)


@editors
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    matter, actor = _mine(request, pk)
    actions.discard_draft(matter, actor)
    messages.success(request, _("草稿已丢弃，已发布的版本没有变。"))
    return redirect("matters:desk-guides")


@editors
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version with who published it and what changed: two queries."""
    matter, _actor = _mine(request, pk)
    listed = list(queries.versions(matter).select_related("published_by"))
    events = [
        {
            "version": version,
            "promise": promised(version),
            "changes": diff.changes(before.body, version.body) if before and before.is_full else [],
        }
        for version, before in zip(listed, [*listed[1:], None], strict=True)
    ]
    return render(request, "matters/desk/history.html", {"matter": matter, "events": events})


# -- in use or not ---------------------------------------------------------------------------------

STATUS_ACTIONS = {
    "suspend": actions.suspend_matter,
    "resume": actions.resume_matter,
    "cancel": actions.cancel_matter,
}


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend, resume or cancel a matter, after one question, with the reason on record."""
    matter, actor = _mine(request, pk)
    to = request.GET.get("to", "suspend")
    if to not in STATUS_ACTIONS:
        return redirect("matters:desk-history", pk)
    form = forms.ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            STATUS_ACTIONS[to](matter, actor, form.cleaned_data["reason"], timezone.now())
        except actions.Unpublishable as refusal:
            _tell(form, refusal.problems, "reason")
        else:
            said = _("“%(name)s”现在是：%(status)s。") % {
                "name": matter.name,
                "status": matter.get_status_display(),
            }
            messages.success(request, said)
            return redirect("matters:desk-guides")
    return render(request, "matters/desk/status.html", {"matter": matter, "form": form, **_question(to)})


def _question(to: str) -> dict[str, Any]:
    asked = {
        "suspend": (_("暂停这个事项？"), _("暂停"), [_("网上和窗口都不再收新件。"), _("已收的件照常办完。")]),
        "resume": (_("恢复这个事项？"), _("恢复"), [_("群众又能搜到它、申请它。")]),
        "cancel": (
            _("取消这个事项？"),
            _("取消事项"),
            [_("它不再出现，也不能恢复。"), _("版本和办件都留着。")],
        ),
    }
    title, verb, effects = asked[to]
    return {"title": title, "action": verb, "effects": effects, "danger": to == "cancel"}


# -- lists from a file -----------------------------------------------------------------------------


def _may_import(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not access.may_edit_all(actor):
        raise PermissionDenied(_("清单涉及所有单位，只有全局的指南编辑可以导入。"))
    return actor


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """Take a file in, read it, and show what it would do; nothing lands yet."""
    actor = _may_import(request)
    form = forms.UploadForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["list"]
        try:
            table = importer.read(sent.read())
        except Unreadable as error:
            form.add_error("list", error.message)
        else:
            upload = actions.keep_upload(table.stored, sent.name, actor, timezone.now())
            return redirect("matters:desk-import-confirm", upload.pk)
    return render(request, "matters/desk/import.html", {"form": form})


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would change, worked out afresh; the button lands it."""
    actor = _may_import(request)
    upload = get_object_or_404(ListUpload, pk=pk, editor_id=actor.id)
    made = importer.plan(Table.restored(upload.rows))
    if request.method == "POST":
        if "drop" not in request.POST:
            report = importer.land(made, actor, timezone.now())
            words = {"new": report.new, "changed": report.changed, "same": report.same, "bad": report.bad}
            done = _("导入完成：新增%(new)s，更新%(changed)s，没有变化%(same)s，有错未导入%(bad)s。") % words
            messages.success(request, done)
        actions.drop_upload(upload, actor)
        return redirect("matters:desk-guides")
    context = {
        "upload": upload,
        "report": made.report,
        "changes": made.changes[:SHOWN_CHANGES],
        "more": max(0, len(made.changes) - SHOWN_CHANGES),
    }
    return render(request, "matters/desk/import_confirm.html", context)
