"""/desk/unit/: what a head looks at. Lights of units and people, requests that wait, what went up, handing over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jishiban.hall.applications.desk.inbox import DESK, Drawer, Line
from jishiban.kernel.cases import access, owners, queries
from jishiban.kernel.cases.errors import CaseError, NotAllowed
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role
from jishiban.kernel.directory.roster import Roster, roster
from jishiban.web.doors import actor_of, staff

MOST = 100
PEOPLE = 20  # the reddest; the others on request
ANSWERS = ("extend", "decline_extension")


@dataclass(frozen=True, slots=True)
class Row:
    """One unit or person with its four lights."""

    pk: int
    name: str
    lights: dict[str, int]
    away: bool = False

    @property
    def total(self) -> int:
        return sum(self.lights.values())


@staff(*DESK)
@require_GET
@never_cache
def unit(request: HttpRequest) -> HttpResponse:
    """The page; with ?owner= also the cases of one person, to be handed over."""
    actor = actor_of(request)
    now, today = timezone.now(), roster()
    reach = access.units_under(actor.paths(*access.SEEING))
    rule = Q() if access.sees_everything(actor) else Q(unit_id__in=reach)
    units, people = queries.lights_by_unit(now, rule), queries.lights_by_owner(now, rule)
    owner, drawer = _chosen(request, today), Drawer(now, today)
    is_head = actor.has_role(Role.HEAD)
    people_rows = _rows(people, today.names, set(today.away))
    shown = people_rows if request.GET.get("everybody") else people_rows[:PEOPLE]
    context: dict[str, Any] = {
        "units": _rows(units, {pk: name for pk, (name, _short) in today.units.items()}, set()),
        "people": shown,
        "more": len(people_rows) - len(shown),
        "requests": requests(rule, drawer), "overseen": _overseen(actor, drawer), "is_head": is_head, "now": now,
        "owner": owner, "owner_name": today.names.get(owner or 0, ""),
        "cases": _cases_of(owner, rule, drawer) if owner else [],
        "colleagues": owners.colleagues(actor, _unit_of(owner, today)) if owner and is_head else [],
    }  # fmt: skip
    return render(request, "applications/desk/unit.html", context)


def _rows(lights: dict[int, dict[str, int]], names: dict[int, str], away: set[int]) -> list[Row]:
    """Reddest first."""
    rows = [Row(pk, names.get(pk, "—"), found, pk in away) for pk, found in lights.items()]
    return sorted(rows, key=lambda row: (-row.lights["red"], -row.lights["yellow"], -row.total, row.pk))


def _chosen(request: HttpRequest, today: Roster) -> int | None:
    """The person asked for; None for what is no number of a person."""
    text = request.GET.get("owner", "")
    pk = int(text) if text.isdecimal() and len(text) < 16 else 0
    return pk if pk in today.names else None


def _unit_of(owner: int, today: Roster) -> int:
    return today.unit_of[owner]


def requests(rule: Q, drawer: Drawer) -> list[dict[str, Any]]:
    """Requests for an extension nobody has answered, the one due first on top: two queries."""
    later = CaseEvent.objects.filter(
        case=OuterRef("case"), seq__gt=OuterRef("seq"), step__in=(*ANSWERS, "ask_extension")
    )
    open_cases = Case.objects.filter(rule, is_open=True, state__in=("accepted", "suspended"))
    asked = CaseEvent.objects.filter(case__in=open_cases, step="ask_extension").filter(~Exists(later))
    found = {event.case_id: event for event in asked.order_by("pk")[:MOST]}
    rows = queries.listed(Case.objects.filter(pk__in=found).order_by("due_at", "pk"))
    return [{"line": drawer.line(row), "reason": found[row.pk].said.get("reason", "")} for row in rows]


def _overseen(actor: Actor, drawer: Drawer) -> list[Line]:
    page = queries.inbox(actor, scope="overseen", size=MOST, now=drawer.now)
    return [drawer.line(row) for row in page.rows]


def _cases_of(owner: int, rule: Q, drawer: Drawer) -> list[dict[str, Any]]:
    """The open cases of one person within reach, what falls due first on top: one query."""
    cases = Case.objects.filter(rule, is_open=True, owner_id=owner).order_by("is_paused", "due_at", "pk")
    return [{"pk": row.pk, "line": drawer.line(row)} for row in queries.listed(cases[:MOST])]


# --- handing over -------------------------------------------------------------------------------------------------


@staff(Role.HEAD)
@require_POST
@never_cache
def hand_over(request: HttpRequest) -> HttpResponse:
    """Offer or give the ticked cases to a colleague: all of them or, when one is refused, none."""
    actor = actor_of(request)
    chosen = [int(pk) for pk in request.POST.getlist("case") if pk.isdecimal() and len(pk) < 16][:MOST]
    to = request.POST.get("to", "")
    back = redirect(f"/desk/unit/?owner={request.POST.get('owner', '')}#cases")
    if not chosen or not (to.isdecimal() and len(to) < 16):
        messages.error(request, _("请勾选办件，并选择接收人。"))
        return back
    give = owners.reassign if request.POST.get("how") == "reassign" else owners.offer
    reason = request.POST.get("reason", "")[:200]
    try:
        with transaction.atomic():
            for case in owners.hold(Case.objects.filter(pk__in=chosen)):
                give(case, int(to), by=actor, reason=reason)
    except NotAllowed as refused:
        raise PermissionDenied(refused.message) from refused
    except CaseError as refused:
        messages.error(request, _("没有移交：%(why)s") % {"why": refused.message})
        return back
    words = _("已改派 %(n)s 件。") if give is owners.reassign else _("已移交 %(n)s 件，等对方接收。")
    messages.success(request, words % {"n": len(chosen)})
    return back
