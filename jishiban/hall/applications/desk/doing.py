"""From a filled-in step form to the named action that takes the step. One line a step; the rest need only their facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.utils import timezone

from jishiban.hall.applications import actions, desk_forms
from jishiban.kernel.cases import owners
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import Actor

Form = desk_forms.StepForm
Doer = Callable[[Case, Form, Actor, int], Any]


def take(case: Case, form: Form, actor: Actor) -> None:
    """Take the step of a valid form. Raises the errors of the cases and papers rooms; nothing is then written."""
    seen = int(form.cleaned_data["seen"])
    doer = DOERS.get(form.step.name)
    if doer is not None:
        doer(case, form, actor, seen)
    else:
        actions.take_step(case, form.step.name, by=actor, seen=seen, **form.facts())


def _notice(case: Case, form: Form, actor: Actor, seen: int) -> None:
    actions.give_notice(case, cast("desk_forms.NoticeForm", form).asked(), by=actor, seen=seen)


def _demand_again(case: Case, form: Form, actor: Actor, seen: int) -> None:
    actions.demand_again(case, cast("desk_forms.NoticeForm", form).asked(), by=actor, seen=seen)


def _ask_more(case: Case, form: Form, actor: Actor, seen: int) -> None:
    actions.ask_more(case, cast("desk_forms.NoticeForm", form).asked(), by=actor, seen=seen)


def with_papers(form: dict[str, Any], keys: list[str]) -> dict[str, Any] | None:
    """The application's form with materials marked as lying at the hall on paper; None when there are none."""
    known = [key for key in keys if not key.startswith("form:")]
    if not known:
        return None
    today = timezone.localdate().isoformat()
    papers = {key: {"how": "paper", "received": today} for key in known}
    return form | {"materials": dict(form.get("materials") or {}) | papers}


def _on_spot(case: Case, form: Form, actor: Actor, seen: int) -> None:
    filled = cast("desk_forms.OnSpotForm", form)
    changed = with_papers(dict(form.around.form), filled.handed())
    actions.correct_on_spot(case, form.cleaned_data["what"], changed, by=actor, seen=seen)


def _correct(case: Case, form: Form, actor: Actor, seen: int) -> None:
    filled = cast("desk_forms.CorrectForm", form)
    actions.correct(case, with_papers(dict(form.around.form), filled.handed()), (), by=actor, seen=seen)


def _grant(case: Case, form: Form, actor: Actor, seen: int) -> None:
    data = form.cleaned_data
    actions.decide(case, True, by=actor, grounds=data["grounds"], valid_until=data["valid_until"], seen=seen)


def _refuse(case: Case, form: Form, actor: Actor, seen: int) -> None:
    data = form.cleaned_data
    actions.decide(case, False, by=actor, grounds=data["grounds"], remedies=data["remedies"], seen=seen)


def _deliver(case: Case, form: Form, actor: Actor, seen: int) -> None:
    actions.deliver(case, form.cleaned_data["how"], form.cleaned_data["to"], by=actor, seen=seen)


def _offer(case: Case, form: Form, actor: Actor, seen: int) -> None:
    owners.offer(case, form.cleaned_data["to"], by=actor, reason=form.cleaned_data["reason"], seen=seen)


def _reassign(case: Case, form: Form, actor: Actor, seen: int) -> None:
    owners.reassign(case, form.cleaned_data["to"], by=actor, reason=form.cleaned_data["reason"], seen=seen)


def _take(case: Case, _form: Form, actor: Actor, seen: int) -> None:
    owners.take(case, by=actor, seen=seen)


def _decline(case: Case, form: Form, actor: Actor, seen: int) -> None:
    owners.decline(case, by=actor, reason=form.cleaned_data["reason"], seen=seen)


def _transfer(case: Case, form: Form, actor: Actor, seen: int) -> None:
    owners.transfer(case, form.cleaned_data["unit"], by=actor, reason=form.cleaned_data["reason"], seen=seen)


DOERS: dict[str, Doer] = {
    "one_time_notice": _notice, "demand_again": _demand_again, "ask_more": _ask_more, "correct_on_spot": _on_spot,
    "correct": _correct, "grant": _grant, "refuse": _refuse, "deliver": _deliver, "offer": _offer,
    "reassign": _reassign, "take": _take, "decline": _decline, "transfer": _transfer,
}  # fmt: skip
