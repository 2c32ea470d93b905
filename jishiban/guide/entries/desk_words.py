"""The doors of words: aliases decided with one key, and the lexicon of the house and of the place."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jishiban.guide.entries import access, aliases, forms, lexicon, queries, revisions
from jishiban.guide.entries.desk import PER_PAGE, editors, readers
from jishiban.guide.entries.models import Alias, AliasState, Kind, Line
from jishiban.guide.entries.revisions import Proposal
from jishiban.kernel.cases.errors import CaseError
from jishiban.web.doors import actor_of


@readers
@require_safe
def alias_list(request: HttpRequest) -> HttpResponse:
    """Aliases that wait, those most people said first; or those decided."""
    actor = actor_of(request)
    state = request.GET.get("state", AliasState.WAITING)
    state = state if state in AliasState.values else AliasState.WAITING
    links = [
        {"title": one.label, "url": f"?state={one.value}", "current": one.value == state}
        for one in AliasState
    ]
    context = {
        "page": Paginator(queries.aliases(state), PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "groups": [{"title": _("显示"), "links": links}],
        "may_decide": access.may_keep(actor),
        "may_set": access.may_edit_all(actor),
        "may_confirm": state != AliasState.CONFIRMED,
        "may_refuse": state != AliasState.REFUSED,
        "went_on": "done" in request.GET,
        "keys": [
            {"key": "y", "does": _("启用这个别名")},
            {"key": "n", "does": _("不采用这个别名")},
        ],
    }
    return render(request, "entries/desk/aliases.html", context)


@editors
@require_POST
def decide_alias(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: use it, or do not. The list goes on with the next."""
    alias = get_object_or_404(Alias, pk=pk)
    press = aliases.confirm_alias if "confirm" in request.POST else aliases.refuse_alias
    done = press(alias, actor_of(request), timezone.now())
    words = _("“%(text)s”已启用。") if done.state == AliasState.CONFIRMED else _("“%(text)s”不采用。")
    messages.success(request, words % {"text": done.text})
    back = {"state": request.POST.get("state", AliasState.WAITING), "done": str(pk)}
    return HttpResponseRedirect(f"{reverse('entries:desk-aliases')}?{urlencode(back)}")


@readers
@require_safe
def lexicon_list(request: HttpRequest) -> HttpResponse:
    """The lines of the place, then those that come with the house; the latter only to be looked at."""
    q = request.GET.get("q", "").strip()[:60]
    lines = Line.objects.filter(said__icontains=q) | Line.objects.filter(official__icontains=q)
    context = {
        "q": q,
        "lines": lines.order_by("said")[:500],
        "page": Paginator(lexicon.found(q), PER_PAGE).get_page(request.GET.get("page")),
        "may_write": access.may_keep(actor_of(request)),
    }
    return render(request, "entries/desk/lexicon.html", context)


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit_line(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The form of a line of the place; it goes to review."""
    line = get_object_or_404(Line, pk=pk) if pk else None
    actor = actor_of(request)
    asked = {
        name: request.GET.get(name, "")[:120] for name in ("said", "official", "test") if name in request.GET
    }
    form = forms.LineForm(
        request.POST if request.method == "POST" else None,
        initial=forms.line_payload(line) if line else asked,
    )
    if request.method == "POST" and form.is_valid():
        payload = form.payload(line)
        title = f"{payload['said']} → {payload['official']}"
        target = f"line:{line.pk}" if line else f"line:{payload['said']}"
        before = forms.line_payload(line) if line else {}
        unit = access.unit_for(actor, None)
        proposal = Proposal(Kind.LINE, title, payload, form.cleaned_data["why"], unit, target, before)
        try:
            revision = revisions.propose(proposal, actor, timezone.now())
        except CaseError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("已提交审核。三次审核都通过后启用。"))
            return redirect("entries:desk-revision", revision.pk)
    return render(request, "entries/desk/line.html", {"form": form, "line": line})
