"""The doors of the library for editors: the list, an entry, what is proposed of it, the whole as a file, settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jishiban.guide.entries import access, aliases, exports, forms, queries, revisions
from jishiban.guide.entries.library_row import settings_row
from jishiban.guide.entries.models import Aspect, Entry, Kind, Origin, Revision
from jishiban.guide.entries.revisions import Proposal
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.errors import CaseError
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role
from jishiban.web.doors import actor_of, staff

PER_PAGE = 40
readers = staff(Role.EDITOR, Role.HEAD, Role.AUDITOR)
reviewers = staff(Role.EDITOR, Role.HEAD)
editors = staff(Role.EDITOR)


def number(text: str) -> int | None:
    """A number from the address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


# -- looking ---------------------------------------------------------------------------------------


@readers
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The entries, narrowed by what the address says; four queries whatever their number."""
    get = request.GET
    narrowed = queries.Filter(
        get.get("q", "").strip()[:100], number(get.get("matter", "")), get.get("aspect", ""),
        get.get("origin", ""), get.get("show", ""),
    )  # fmt: skip
    context = {
        "page": Paginator(queries.listed(narrowed), PER_PAGE).get_page(get.get("page")),
        "narrowed": narrowed,
        "matter": Matter.objects.filter(pk=narrowed.matter).first() if narrowed.matter else None,
        "groups": _groups(request, narrowed),
        "may_write": access.may_keep(actor_of(request)),
    }
    return render(request, "entries/desk/library.html", context)


def _groups(request: HttpRequest, narrowed: queries.Filter) -> list[dict[str, Any]]:
    shown = (("", _("在用")), ("stale", _("指南已更新")), ("out", _("已撤下")))
    origins = (("", _("全部")), *((str(one.value), one.label) for one in Origin))
    aspects = (("", _("全部")), *((one, one) for one in Aspect.values))
    return [
        _links(request, _("显示"), "show", narrowed.show, shown),
        _links(request, _("来历"), "origin", narrowed.origin, origins),
        _links(request, _("方面"), "aspect", narrowed.aspect, aspects),
    ]


def _links(request: HttpRequest, title: str, name: str, now: str, values: Any) -> dict[str, Any]:
    def url(value: str) -> str:
        params = request.GET.copy()
        params.pop("page", None)
        params[name] = value
        return f"?{params.urlencode()}"

    return {
        "title": title,
        "links": [{"title": words, "url": url(value), "current": value == now} for value, words in values],
    }


@readers
@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: answer, source, version, what else it is asked by, and what was proposed of it."""
    columns = ("matter", "matter__current", "guide", "unit")
    found = get_object_or_404(
        Entry.objects.select_related(*columns).defer("guide__body", "matter__current__body"), pk=pk
    )
    history = Revision.objects.filter(target=f"entry:{pk}").select_related("case", "drafted_by")
    said = found.said.filter(state="confirmed").values_list("text", flat=True)
    context = {
        "entry": found,
        "stale": queries.is_stale(found),
        "said": list(said),
        "history": list(history[:20]),
        "may_write": found.origin == Origin.HAND and access.may_write(actor_of(request), found),
    }
    return render(request, "entries/desk/entry.html", context)


@readers
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:  # noqa: ARG001  Django's signature
    """The whole library as CSV or XLSX, nothing withdrawn in it."""
    name = f"library-{timezone.localdate().isoformat()}.{kind}"
    if kind == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(
            exports.as_csv(), content_type="text/csv; charset=utf-8", headers=headers
        )
    if kind == "xlsx":
        return FileResponse(exports.as_xlsx(), as_attachment=True, filename=name)
    raise Http404


# -- proposing -------------------------------------------------------------------------------------


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The form of a new entry, or of another form of one; it goes to review, nothing changes yet."""
    actor = actor_of(request)
    found = _hand_written(pk, actor) if pk else None
    form = forms.EntryForm(
        request.POST if request.method == "POST" else None,
        initial=forms.initial_of(forms.payload_of(found)) if found else _asked(request),
    )
    if request.method == "POST" and form.is_valid():
        unit = access.unit_for(actor, form.matter_found)
        payload = form.payload(found, unit)
        proposal = Proposal(
            Kind.ENTRY, payload["question"], payload, form.cleaned_data["why"], unit,
            f"entry:{found.pk}" if found else "", forms.payload_of(found) if found else {},
        )  # fmt: skip
        if answer := _handed_in(request, proposal, actor, form):
            return answer
    context = {"form": form, "entry": found, "names": _names(actor)}
    return render(request, "entries/desk/edit.html", context)


def _hand_written(pk: int, actor: Actor) -> Entry:
    found = get_object_or_404(Entry, pk=pk, origin=Origin.HAND)
    if not access.may_write(actor, found):
        raise PermissionDenied(_("这一条不归您的单位编辑，请联系它的承办单位。"))
    return found


def _asked(request: HttpRequest) -> dict[str, str]:
    """What another page has filled in already: a question nobody could answer, or a colleague's answer to one."""
    filled = {"question": 300, "matter": 300, "answer": 2000, "source": 300}
    return {name: request.GET[name][:most] for name, most in filled.items() if name in request.GET}


def _names(_actor: Actor) -> list[str]:
    return list(
        Matter.objects.filter(item__isnull=False).order_by("name").values_list("name", flat=True)[:2000]
    )


def _handed_in(request: HttpRequest, proposal: Proposal, actor: Actor, form: Any) -> HttpResponse | None:
    try:
        revision = revisions.propose(proposal, actor, timezone.now())
    except CaseError as refusal:
        form.add_error(None, refusal.message)
        return None
    messages.success(request, _("已提交审核。三次审核都通过后发布。"))
    return redirect("entries:desk-revision", revision.pk)


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose that an entry is no longer given as an answer."""
    actor = actor_of(request)
    found = _hand_written(pk, actor)
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        before = forms.payload_of(found)
        unit = found.unit_id or access.unit_for(actor, None)
        title = _("撤下：%(question)s") % {"question": found.question}
        proposal = Proposal(
            Kind.ENTRY,
            title,
            before | {"in_use": False},
            form.cleaned_data["why"],
            unit,
            f"entry:{pk}",
            before,
        )
        if answer := _handed_in(request, proposal, actor, form):
            return answer
    context = {
        "entry": found,
        "form": form,
        "title": _("撤下这一条？"),
        "action": _("提交审核"),
        "effects": [_("审核通过后，不再用它答复群众。"), _("记录都留着，可以再恢复。")],
    }
    return render(request, "entries/desk/withdraw.html", context)


# -- settings --------------------------------------------------------------------------------------


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """How many must agree on an alias, and how long a review may take."""
    actor = actor_of(request)
    if not access.may_edit_all(actor):
        raise PermissionDenied(_("知识库的设置由全局的指南编辑管。"))
    row = settings_row()
    given = {"askers_agree": row.askers_agree, "review_days": row.review_days}
    form = forms.SettingsForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        aliases.set_library(**form.cleaned_data, by=actor, now=timezone.now())
        messages.success(request, _("设置已保存。"))
        return redirect("entries:desk-library")
    return render(request, "entries/desk/settings.html", {"form": form})
