"""/desk/questions/: what the guide could not answer or answered badly, and what an editor does about it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jishiban.guide.conversations import curating
from jishiban.guide.conversations.clusters import clusters
from jishiban.guide.conversations.models import Proposal
from jishiban.kernel.cases.errors import CaseError, NotAllowed
from jishiban.kernel.directory.models import Role
from jishiban.web.doors import actor_of, staff

PER_PAGE = 20
LIST = "conversations:desk-questions"


@staff(Role.EDITOR)
@require_GET
@never_cache
def questions(request: HttpRequest) -> HttpResponse:
    """The clusters, the commonest first, and what colleagues propose for the library."""
    page = Paginator(clusters(timezone.now()), PER_PAGE).get_page(request.GET.get("page"))
    proposals = Proposal.objects.filter(settled_at=None).select_related("by", "case")[:20]
    return render(request, "conversations/desk/questions.html", {"page": page, "proposals": proposals})


@staff(Role.EDITOR)
@require_POST
def alias(request: HttpRequest) -> HttpResponse:
    """One key: what people said means this entry's matter; the questions are dealt with."""
    given = {name: request.POST.get(name, "")[:200] for name in ("text", "key")}
    return _done(request, lambda: curating.confirm(given["text"], given["key"], _ids(request), by=actor_of(request)),
                 _("已确认：“%(text)s”。以后这样问就能找到。") % {"text": given["text"]})  # fmt: skip


@staff(Role.EDITOR)
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Take the questions off the list without an alias."""
    return _done(request, lambda: curating.settle(_ids(request), by=actor_of(request)), _("已从清单移去。"))


@staff(Role.EDITOR)
@require_POST
def settle_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal was taken up, or will not be."""
    proposal = get_object_or_404(Proposal, pk=pk, settled_at=None)
    return _done(
        request, lambda: curating.settle_proposal(proposal, by=actor_of(request)), _("已从清单移去。")
    )


def _done(request: HttpRequest, do: curating.Deed, told: str) -> HttpResponse:
    try:
        do()
    except NotAllowed as refused:
        raise PermissionDenied(refused.message) from refused
    except CaseError as wrong:
        messages.error(request, wrong.message)
    else:
        messages.success(request, told)
    return redirect(LIST)


def _ids(request: HttpRequest) -> list[int]:
    parts = request.POST.get("turns", "")[:20_000].split(",")
    return [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 16]
