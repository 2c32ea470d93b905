"""/desk/exchange/: messages to other platforms that failed for good, and sending them anew."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jishiban.kernel.directory.models import Role
from jishiban.kernel.exchange import actions, queries
from jishiban.kernel.exchange.models import Message
from jishiban.web.doors import actor_of, staff

PAGE = 50


@staff(Role.ADMIN, Role.AUDITOR, Role.HEAD)
@require_GET
@never_cache
def exchange(request: HttpRequest) -> HttpResponse:
    """The outbox by target, the dead letters, and what came in and was not handled. No message is shown, only its fate."""
    actor = actor_of(request)
    page = Paginator(queries.dead_letters(request.GET.get("target", "")), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page, "backlog": queries.backlog(), "unhandled": queries.unhandled()[:PAGE],
        "may_retry": actor.has_role(*actions.MAY_RETRY),
    }  # fmt: skip
    return render(request, "applications/desk/exchange.html", context)


@staff(*actions.MAY_RETRY)
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one dead letter anew."""
    try:
        actions.retry(get_object_or_404(Message, pk=pk), actor_of(request))
    except actions.NotDead:
        messages.warning(request, _("这条消息已经在重发，不用再按。"))
    else:
        messages.success(request, _("已重新发送，几秒后可看到结果。"))
    return redirect("applications:desk-exchange")
