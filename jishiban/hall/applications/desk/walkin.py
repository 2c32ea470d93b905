"""/desk/new/: a walk-in at the counter, registered with keys only: find the matter, then one page, then Ctrl+Enter."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jishiban.hall.applications import fields
from jishiban.hall.applications import forms as application_forms
from jishiban.hall.applications.actions import WINDOW, Filing, file_application
from jishiban.hall.applications.papers import receipt_paper
from jishiban.hall.matters import access as matters
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.hall.matters.search import search
from jishiban.kernel.cases import access
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actions import enterprise_for, person_for
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Enterprise, Person, Role
from jishiban.kernel.papers.models import Kind, Paper
from jishiban.kernel.papers.queries import papers_of
from jishiban.web.doors import actor_of, staff

OFFERED = 9  # as many as there are keys for them
MOST = 20


@staff(Role.CLERK)
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """Which matter: by its number in the list, its code, or words of its name. One that fits opens at once."""
    sought = request.GET.get("q", "").strip()
    found = matters_like(sought)
    if len(found) == 1 and _meant(sought, found[0]):
        return redirect("applications:desk-register", matter=found[0].pk)
    lines = [
        {"matter": matter, "key": str(n) if sought and n <= OFFERED else ""}
        for n, matter in enumerate(found, 1)
    ]
    return render(request, "applications/desk/choose.html", {"sought": sought, "lines": lines})


def _meant(sought: str, matter: Matter) -> bool:
    """Whether the one found is surely what was asked for: by its number, or by words of its name."""
    if sought in (matter.local_code, matter.code):
        return bool(sought)
    return bool(sought) and all(word in matter.name for word in sought.split())


def matters_like(sought: str) -> list[Matter]:
    """The matters a clerk may mean, best first; the commonest when nothing is asked."""
    rows = (
        matters.open_to_all(Matter.objects.exclude(current=None))
        .select_related("current", "unit")
        .defer("current__body")
    )
    if not sought:
        return list(rows.order_by("-popularity", "pk")[:OFFERED])
    if sought.isdecimal() and (exact := list(rows.filter(Q(local_code=sought) | Q(code=sought))[:MOST])):
        return exact
    found = [one.matter for one in search(sought[:100])[:MOST]]
    return sorted(rows.filter(pk__in=found), key=lambda matter: found.index(matter.pk))


# --- the page -----------------------------------------------------------------------------------------------------


class CounterForm(forms.Form):
    """What only the counter asks: which papers came in, and a note. `token` marks this very form."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, version: GuideVersion, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": f"counter-{secrets.token_hex(16)}", **kwargs.get("initial", {})}
        super().__init__(**kwargs)
        self.materials = {str(row["key"]): row for row in version.materials}
        for key, row in self.materials.items():
            needed = not row.get("when", "") and row.get("necessity", "") == "必要"
            note = row.get("when", "") or ("" if needed else row.get("necessity", ""))
            self.fields[f"in-{key}"] = forms.BooleanField(label=row["name"], help_text=note, required=False)
        self.fields["note"] = fields.text(_("备注"), required=False, most=500, hint=_("只有工作人员看得到。"))

    @property
    def ticks(self) -> list[forms.BoundField]:
        """One box a material."""
        return [self[f"in-{key}"] for key in self.materials]

    def handed(self) -> list[str]:
        """The keys of the materials that came in."""
        return [key for key in self.materials if self.cleaned_data.get(f"in-{key}")]


@staff(Role.CLERK)
@never_cache
def register(request: HttpRequest, matter: int) -> HttpResponse:
    """The one page: who, what, which papers. Posting it twice gives the same case."""
    chosen = get_object_or_404(
        matters.open_to_all(Matter.objects.exclude(current=None)).select_related("current", "unit"), pk=matter
    )
    version = _version(chosen, request.POST.get("version", ""))
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    data = request.POST if request.method == "POST" else None
    applicant = application_forms.ApplicantForm(version, kind, data=data)
    answers = application_forms.AnswersForm(version, data=data)
    for field in answers.fields.values():
        field.required = False  # the paper form bears them; typing them in can wait
    counter = CounterForm(version, data=data)
    if request.method == "POST" and all([applicant.is_valid(), answers.is_valid(), counter.is_valid()]):
        return _registered(
            request, _register(actor_of(request), chosen, version, applicant, answers, counter)
        )
    context = {
        "matter": chosen, "version": version, "applicant": applicant, "answers": answers, "counter": counter,
        "forms": [applicant, answers, counter],
    }  # fmt: skip
    return render(request, "applications/desk/register.html", context, status=422 if data else 200)


def _version(matter: Matter, posted: str) -> GuideVersion:
    """The guide the page was opened under, as long as it is one of this matter's; else the present one."""
    if posted.isdecimal() and len(posted) < 16:
        found = GuideVersion.objects.filter(pk=int(posted), matter=matter).first()
        if found:
            return found
    if matter.current is None:
        raise PermissionDenied
    return matter.current


def _register(
    actor: Actor, matter: Matter, version: GuideVersion, applicant: Any, answers: Any, counter: CounterForm
) -> tuple[Case, Paper | None]:
    """File it, note it and make its receipt, in one transaction. The clerk is the first contact (首问责任人)."""
    now = timezone.now()
    today = timezone.localdate(now).isoformat()
    handed = counter.handed()
    form: dict[str, Any] = {
        "applicant": applicant.stored(), "answers": answers.stored(),
        "materials": {key: {"how": "paper", "received": today} for key in handed},
    }  # fmt: skip
    if note := counter.cleaned_data["note"]:
        form["note"] = note
    token = counter.cleaned_data["token"]
    with transaction.atomic():
        person, enterprise = _party(applicant.stored(), now)
        filing = Filing(
            matter=matter, version=version, form=form, token=token, person=person, enterprise=enterprise,
            channel=WINDOW, first_contact_id=actor.id, owner_id=_owner(actor, matter),
        )  # fmt: skip
        case = file_application(filing, by=actor, now=now)
        if case.opened_at != now:  # this form was posted before
            return case, None
        return case, receipt_paper(case, _rows(version, handed), now, clerk=actor.name)


def _owner(actor: Actor, matter: Matter) -> int | None:
    """The clerk keeps what belongs to their own unit; a matter of another goes to a clerk there."""
    seats = [seat for seat in actor.seats if seat.role == Role.CLERK]
    return actor.id if any(seat.unit_id == matter.unit_id for seat in seats) else None


def _party(applicant: dict[str, Any], now: Any) -> tuple[Person, Enterprise | None]:
    person = person_for(
        applicant["name"], applicant.get("id_number", ""), applicant.get("phone", ""), now=now
    )
    code = applicant.get("uscc", "")
    return person, enterprise_for(code, applicant.get("org_name", "")) if code else None


def _rows(version: GuideVersion, handed: list[str]) -> list[dict[str, str]]:
    """The lines of the receipt."""
    return [
        {"name": str(row["name"]), "copies": str(row.get("copies") or 1), "form": str(row.get("kind") or "原件")}
        for row in version.materials if str(row["key"]) in handed
    ]  # fmt: skip


def _registered(request: HttpRequest, result: tuple[Case, Paper | None]) -> HttpResponse:
    """On to the case with its receipt to print; where it belongs to another office, the receipt is what remains."""
    case, paper = result
    messages.success(request, _("已登记，编号 %(number)s。") % {"number": case.number})
    if not access.may_see(actor_of(request), case):
        receipt = paper or papers_of(case.number).filter(kind=Kind.RECEIPT).first()
        return (
            redirect("applications:desk-paper", case.number, receipt.pk)
            if receipt
            else redirect("applications:desk")
        )
    return redirect(f"/desk/cases/{case.number}/" + (f"?paper={paper.pk}" if paper else ""))
