"""/desk/calls/: whom the office must tell in person, because no message could be sent."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jishiban.kernel.cases import access
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.masks import mask_name, mask_phone
from jishiban.kernel.directory.models import Role
from jishiban.kernel.notices import actions, queries
from jishiban.kernel.notices.models import Channel, Notice
from jishiban.web.doors import actor_of, staff

CALLERS = (Role.CLERK, Role.REVIEWER, Role.HEAD)
PAGE = 50


def _offices(actor: Actor) -> list[int] | None:
    """The offices whose lists the actor works off; None for all."""
    return None if access.sees_everything(actor) else access.units_under(actor.paths(*CALLERS))


@staff(*CALLERS)
@require_GET
@never_cache
def calls(request: HttpRequest) -> HttpResponse:
    """The list, oldest first."""
    page = Paginator(queries.call_list(_offices(actor_of(request))), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "applications/desk/calls.html", {"page": page, "lines": [_line(notice) for notice in page]}
    )


def _line(notice: Notice) -> dict[str, object]:
    person = notice.to_person
    phone = (person.phone if person else "") or notice.to_phone
    return {
        "notice": notice, "name": mask_name(person.name) if person else "", "phone": mask_phone(phone),
        "slip": notice.channel == Channel.SLIP,
    }  # fmt: skip


@staff(*CALLERS)
@require_POST
def told(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody was told; a second press finds nothing left to do and says so."""
    actor = actor_of(request)
    if actions.note_told(pk, actor.id or 0, _offices(actor), timezone.now()):
        messages.success(request, _("已记为告知。"))
    else:
        messages.warning(request, _("这一条已经有人告知过，或不在您的名单里。"))
    return redirect("applications:desk-calls")
