"""/desk/cases/<number>/<step>/: one small form a step. A forbidden one gives 403 with the reason and writes nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jishiban.hall.applications.desk import doing, history
from jishiban.hall.applications.desk.case import Opened, notices_of, open_file
from jishiban.hall.applications.desk.inbox import DESK, colour_at
from jishiban.hall.applications.desk.verbs import beforehand
from jishiban.hall.applications.desk.words import clock_words, party_of, remarks
from jishiban.hall.applications.desk_forms import Around, StepForm, form_for_step
from jishiban.hall.applications.flow import APPLICATION
from jishiban.hall.applications.models import NoticeItem
from jishiban.kernel.cases import access, owners, queries
from jishiban.kernel.cases.actions import find_step
from jishiban.kernel.cases.engine import Life
from jishiban.kernel.cases.errors import FactsMissing, NotAllowed, StepRefused
from jishiban.kernel.cases.flow import SYSTEM, Step
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.queries import papers_of
from jishiban.web.doors import actor_of, staff

SEEN_BY_EYE = (
    "one_time_notice",
    "demand_again",
    "ask_more",
    "correct",
    "not_accept",
)  # show what was asked for before
GRAVE = ("not_accept", "not_needed", "refuse", "terminate", "lapse", "withdraw")  # what cannot be taken back
WARNED = ("demand_again", "ask_more")


@staff(*DESK)
@never_cache
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show the form of a step, or take it."""
    actor = actor_of(request)
    opened = open_file(actor, number)
    wanted = step_named(name)
    if reason := access.why_not(actor, wanted, opened.case):
        raise PermissionDenied(reason)
    around = around_of(actor, opened, wanted)
    if request.method == "POST":
        form = form_for_step(wanted, around, data=request.POST)
        return _take(request, actor, opened, form)
    return _show(request, actor, opened, form_for_step(wanted, around))


def step_named(name: str) -> Step:
    """The step of the table; those that only time takes have no page."""
    try:
        found: Step = find_step(APPLICATION, name.replace("-", "_"))
    except StepRefused as unknown:
        raise Http404 from unknown
    if set(found.by) <= {SYSTEM}:
        raise Http404
    return found


def around_of(actor: Actor, opened: Opened, wanted: Step) -> Around:
    """What the form of this step may have to show; only what it needs is read."""
    case = opened.case
    names = {need.name for need in wanted.needs}
    today = roster()
    return Around(
        case=case, version=opened.version, form=opened.application.form,
        open_items=list(NoticeItem.objects.filter(case=case, answered_at=None)) if wanted.name == "correct" else (),
        colleagues=owners.colleagues(actor, case.unit_id) if "to" in names else (),
        units=[(pk, name) for pk, (name, _short) in today.units.items() if pk != case.unit_id] if "unit" in names else (),
        names=sorted(today.names[pk] for pk in today.active) if "officials" in names else (),
    )  # fmt: skip


def _take(request: HttpRequest, actor: Actor, opened: Opened, form: StepForm) -> HttpResponse:
    if not form.is_valid():
        return _show(request, actor, opened, form, 422)
    try:
        doing.take(opened.case, form, actor)
    except NotAllowed as refused:
        raise PermissionDenied(refused.message) from refused
    except FactsMissing as wrong:
        _put_beside(form, wrong)
        return _show(request, actor, opened, form, 422)
    except StepRefused as refused:
        form.add_error(None, refused.message)
        return _show(request, actor, opened, form, 409)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, actor, opened, form, 422)
    return _done(request, actor, opened, form.step)


def _put_beside(form: StepForm, wrong: FactsMissing) -> None:
    for name, words in wrong.fields.items():
        form.add_error(name if name in form.fields else None, words)


def _done(request: HttpRequest, actor: Actor, opened: Opened, taken: Step) -> HttpResponse:
    """Say what happened and go back to the case; a case sent elsewhere may be out of sight."""
    messages.success(request, _("已办理：%(step)s。") % {"step": _(taken.label)})
    opened.case.refresh_from_db()
    if not access.may_see(actor, opened.case):
        return redirect("applications:desk")
    url = f"/desk/cases/{opened.case.number}/"
    newest = papers_of(opened.case.number).filter(issued_at__gte=opened.now).last()
    return redirect(f"{url}?paper={newest.pk}" if newest else url)


def _show(
    request: HttpRequest, actor: Actor, opened: Opened, form: StepForm, status: int = 200
) -> HttpResponse:
    """The page of a step. What the table or a guard forbids now is said instead of the form."""
    case, wanted = opened.case, form.step
    refused = "" if form.is_bound else _refused(actor, opened, wanted)
    context: dict[str, Any] = {
        "case": case, "step": wanted, "form": form, "clock": clock_words(wanted), "remark": remarks(wanted.name),
        "party": party_of(case), "light": colour_at(case, opened.now), "state": case.state_label,
        "refused": refused, "grave": wanted.name in GRAVE, "warned": wanted.name in WARNED,
        "notices": notices_of(case) if wanted.name in SEEN_BY_EYE else (), "asked": _asked(opened, wanted),
    }  # fmt: skip
    return render(request, "applications/desk/step.html", context, status=409 if refused else status)


def _refused(actor: Actor, opened: Opened, wanted: Step) -> str:
    if not wanted.leaves(opened.case.state):
        return _("“%(step)s”不能在“%(state)s”时进行。") % {
            "step": _(wanted.label), "state": opened.case.state_label
        }  # fmt: skip
    return beforehand(wanted, Life(opened.case, opened.promises), actor, opened.now)


def _asked(opened: Opened, wanted: Step) -> Any:
    """The request a head answers."""
    if wanted.name not in ("extend", "decline_extension"):
        return None
    return history.waiting_request(queries.history(opened.case))
