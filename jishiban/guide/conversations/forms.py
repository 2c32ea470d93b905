"""The form of one step of a hand-over, made from what the table says the step needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiban.guide.conversations.inquiries import LONGEST_WORDS
from jishiban.kernel.cases import owners
from jishiban.kernel.cases.flow import Need, Step
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.roster import roster

Options = Sequence[tuple[str, str]]


class StepForm(forms.Form):
    """Fields for a step's facts. `seen` is the number of the last event the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, step: Step, case: Case, actor: Actor, entries: Options, data: Any = None) -> None:
        super().__init__(data, initial={"seen": case.seq})
        self.step = step
        for need in step.needs:
            self.fields[need.name] = _field(need, case, actor, entries)

    def facts(self) -> dict[str, Any]:
        """What was filled in, without what was left empty."""
        given = {need.name: self.cleaned_data.get(need.name) for need in self.step.needs}
        return {name: value for name, value in given.items() if value not in (None, "")}


def _field(need: Need, case: Case, actor: Actor, entries: Options) -> forms.Field:
    label, required = _(need.label), not need.optional
    if need.name == "to":
        return _choice(label, required, owners.colleagues(actor, case.unit_id))
    if need.name == "unit":
        units = [(pk, name) for pk, (name, _short) in roster().units.items() if pk != case.unit_id]
        return _choice(label, required, units)
    if need.name == "entry":
        return forms.ChoiceField(label=label, required=required, choices=[("", _("请选择")), *entries])
    long = need.name in ("words", "text")
    widget = forms.Textarea(attrs={"rows": 5}) if long else forms.TextInput()
    return forms.CharField(
        label=label, required=required, max_length=LONGEST_WORDS if long else 300, widget=widget
    )


def _choice(label: str, required: bool, options: Sequence[tuple[int, str]]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, required=required, coerce=int, empty_value=None,
        choices=[("", _("请选择")), *((str(pk), name) for pk, name in options)],
    )  # fmt: skip


class ProposalForm(forms.Form):
    """An answer for everybody, in words that name nobody."""

    question = forms.CharField(label=gettext_lazy("标准问题"), max_length=200)
    answer = forms.CharField(
        label=gettext_lazy("答复"), max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 6})
    )
    source = forms.CharField(
        label=gettext_lazy("出处"),
        max_length=300,
        help_text=gettext_lazy("指南、文件或公告的名称。没有出处不能入库。"),
    )
