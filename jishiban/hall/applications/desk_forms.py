"""The forms of the desk's steps, made from the needs of each step; the few that are more than their needs stand here.

Each carries `seen`, the number of the last event its reader saw, so that it cannot be taken twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jishiban.hall.applications import fields
from jishiban.hall.applications.actions import Asked
from jishiban.hall.applications.models import NoticeItem
from jishiban.hall.matters.models import GuideVersion
from jishiban.kernel.cases.flow import Need, Step
from jishiban.kernel.cases.models import Case
from jishiban.kernel.papers.forms import AGAINST_DECISION, STANDARD_FACTS
from jishiban.web.formats import quantity

Choices = Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Around:
    """What a form of a step may have to show: the case, its guide, what was asked for, who could receive it."""

    case: Case
    version: GuideVersion
    form: Mapping[str, Any]
    open_items: Sequence[NoticeItem] = ()
    colleagues: Choices = ()
    units: Choices = ()
    names: Sequence[str] = field(default_factory=tuple)


class StepForm(forms.Form):
    """A step with nothing to fill in; the others add their fields. `template` draws the fields."""

    template: ClassVar[str] = "applications/desk/_fields.html"
    leave_out: ClassVar[frozenset[str]] = frozenset(
        {"paper_number", "form", "files", "items", "details", "answered"}
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)

    def __init__(self, step: Step, around: Around, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": around.case.seq, **kwargs.get("initial", {})}
        super().__init__(**kwargs)
        self.step, self.around = step, around
        for need in step.needs:
            if need.name not in self.leave_out:
                self.fields[need.name] = self.field_for(need)

    def field_for(self, need: Need) -> forms.Field:
        """The field of one need; forms of special steps give other ones."""
        return field_of(need)

    def facts(self) -> dict[str, Any]:
        """The cleaned values as the engine takes them; empty ones are left out."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return {name: _plain(value) for name, value in found.items() if value not in (None, "", [])}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def field_of(need: Need) -> forms.Field:
    """A form field for a need of the flow table."""
    required, label = not need.optional, _(need.label)
    if need.kind == "date":
        return fields.day(label, required=required)
    if need.kind == "choice":
        return fields.choice(label, list(need.choices), required=required, said=_)
    if need.kind == "int":
        return forms.IntegerField(
            label=label, required=required, min_value=0, max_value=10**6, error_messages=fields.texts(label)
        )
    if need.kind == "flag":
        return forms.BooleanField(label=label, required=False)
    return fields.text(label, required=required, most=2000 if need.private else 200, long=need.private)


# --- the notice: a checklist ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One line of the checklist: what it is, whether it came in, and its three or four inputs."""

    name: str
    note: str
    here: bool
    tick: forms.BoundField
    problem: forms.BoundField
    mend: forms.BoundField
    existed: forms.BoundField | None


class NoticeForm(StepForm):
    """一次性告知 as a checklist over the guide's materials and questions: tick, what is wrong, how to mend it."""

    template = "applications/desk/_checklist.html"
    later: ClassVar[bool] = (
        False  # a demand after the first notice must say whether each thing existed before
    )

    def __init__(self, step: Step, around: Around, **kwargs: Any) -> None:
        super().__init__(step, around, **kwargs)
        self.listed = dict(askable(around.version))
        for key, name in self.listed.items():
            self.fields.update(self._row_fields(key, name))

    def _row_fields(self, key: str, name: str) -> dict[str, forms.Field]:
        made: dict[str, forms.Field] = {
            f"tick-{key}": forms.BooleanField(label=name, required=False),
            f"problem-{key}": fields.text(_("问题"), required=False, most=300),
            f"mend-{key}": fields.text(_("怎样补正"), required=False, most=300),
        }
        if self.later:
            options = [("", _("请选择")), ("yes", _("第一次告知时已有")), ("no", _("之后新出现的"))]
            made[f"existed-{key}"] = forms.ChoiceField(label=_("何时出现"), choices=options, required=False)
        return made

    def rows(self) -> Iterator[CheckRow]:
        """The checklist, one row a material or question."""
        given = self.around.form.get("materials", {})
        notes = {str(row["key"]): row.get("necessity", "") for row in self.around.version.materials}
        for key, name in self.listed.items():
            existed = self[f"existed-{key}"] if self.later else None
            yield CheckRow(
                name, _(notes[key]) if key in notes else _("填写内容"), bool(given.get(key, {}).get("received")),
                self[f"tick-{key}"], self[f"problem-{key}"], self[f"mend-{key}"], existed,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        ticked = [key for key in self.listed if self._asked(data, key)]
        if not ticked:
            self.add_error(None, _("请至少勾选一项，并写明问题。"))
        for key in ticked:
            self._check(data, key)
        return data

    def _check(self, data: dict[str, Any], key: str) -> None:
        name = self.listed[key]
        if not data.get(f"problem-{key}"):
            self.add_error(f"problem-{key}", _("请写明“%(name)s”有什么问题。") % {"name": name})
        if not data.get(f"mend-{key}"):
            self.add_error(f"mend-{key}", _("请写明“%(name)s”怎样补正。") % {"name": name})
        if self.later and not data.get(f"existed-{key}"):
            self.add_error(f"existed-{key}", _("请选择“%(name)s”何时出现。") % {"name": name})

    @staticmethod
    def _asked(data: Mapping[str, Any], key: str) -> bool:
        """A line in which something was written counts as ticked: nobody writes there for nothing."""
        return any(data.get(f"{part}-{key}") for part in ("tick", "problem", "mend"))

    def asked(self) -> list[Asked]:
        """The lines of the notice, in the language of the house whoever writes them: they go to the applicant."""
        data = self.cleaned_data
        with override(settings.LANGUAGE_CODE):
            listed = dict(askable(self.around.version))
        return [
            Asked(key, name[:200], data[f"problem-{key}"], data[f"mend-{key}"], data.get(f"existed-{key}", "yes") != "no")
            for key, name in listed.items() if self._asked(data, key)
        ]  # fmt: skip


class LaterDemandForm(NoticeForm):
    """A demand after the first notice. What existed before is a breach, and the page says so before it is recorded."""

    later = True


def askable(version: GuideVersion) -> Iterator[tuple[str, str]]:
    """(key, name) of everything a guide asks for; nothing else can be asked for."""
    for row in version.materials:
        yield str(row["key"]), str(row["name"])
    for row in version.questions:
        yield f"form:{row['key']}"[:40], _("填写：%(label)s") % {"label": row["label"]}


# --- handing in at the counter -------------------------------------------------------------------------------------


class OnSpotForm(StepForm):
    """What was put right at the counter, and papers handed in there."""

    template = "applications/desk/_ticks.html"

    def __init__(self, step: Step, around: Around, **kwargs: Any) -> None:
        super().__init__(step, around, **kwargs)
        self.missing = {
            key: name for key, name in _materials(around.version) if not received(around.form, key)
        }
        for key, name in self.missing.items():
            self.fields[f"in-{key}"] = forms.BooleanField(label=name, required=False)

    @property
    def plain(self) -> list[forms.BoundField]:
        return [self["what"]]

    @property
    def ticks(self) -> list[forms.BoundField]:
        return [self[f"in-{key}"] for key in self.missing]

    def handed(self) -> list[str]:
        """The keys of the materials that came in now."""
        return [key for key in self.missing if self.cleaned_data.get(f"in-{key}")]


class CorrectForm(StepForm):
    """What the applicant brings to the counter in answer to the notice."""

    template = "applications/desk/_ticks.html"

    def __init__(self, step: Step, around: Around, **kwargs: Any) -> None:
        super().__init__(step, around, **kwargs)
        for item in around.open_items:
            label = _("%(name)s：%(problem)s") % {"name": item.name, "problem": item.problem}
            self.fields[f"in-{item.pk}"] = forms.BooleanField(
                label=label, required=False, help_text=item.mend
            )
        self.fields["partial"] = forms.BooleanField(
            label=_("申请人表示其余的不再补交"), required=False, help_text=_("没有全部交齐时才勾选。")
        )

    @property
    def plain(self) -> list[forms.BoundField]:
        return [self["partial"]]

    @property
    def ticks(self) -> list[forms.BoundField]:
        return [self[f"in-{item.pk}"] for item in self.around.open_items]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        left = [item for item in self.around.open_items if not data.get(f"in-{item.pk}")]
        if left and not data.get("partial"):
            for item in left:
                self.add_error(f"in-{item.pk}", _("还没有交。请等交齐后一起登记。"))
        return data

    def handed(self) -> list[str]:
        """The keys of the materials that came in now."""
        return [item.material for item in self.around.open_items if self.cleaned_data.get(f"in-{item.pk}")]


def received(form: Mapping[str, Any], key: str) -> bool:
    """Whether a material lies at the hall on paper."""
    return bool((form.get("materials") or {}).get(key, {}).get("received"))


def _materials(version: GuideVersion) -> Iterator[tuple[str, str]]:
    return ((str(row["key"]), str(row["name"])) for row in version.materials)


# --- steps with a lawful default or a limit ------------------------------------------------------------------------


class RemedyForm(StepForm):
    """Not accepting, refusing, ending: grounds, and the remedies the law names, ready to be adapted."""

    def field_for(self, need: Need) -> forms.Field:
        made = super().field_for(need)
        if need.name == "remedies":
            made = fields.text(_(need.label), required=False, most=2000, long=True)
            made.initial = "\n".join(words.format(**STANDARD_FACTS) for words in AGAINST_DECISION.words)
        return made


class GrantForm(StepForm):
    """A grant: its content, and until when it holds where the guide says how long."""

    def field_for(self, need: Need) -> forms.Field:
        made = super().field_for(need)
        if need.name == "grounds":
            made.label, made.help_text = _("许可内容和依据"), _("会印在决定书上。")
        if need.name == "valid_until":
            made.initial = validity_of(self.around.version, timezone.localdate())
        return made

    def clean_valid_until(self) -> date | None:
        until: date | None = self.cleaned_data["valid_until"]
        if until and until <= timezone.localdate():
            raise forms.ValidationError(_("有效期要晚于今天，请改填。"))
        return until


def validity_of(version: GuideVersion, today: date) -> date | None:
    """The last day of a result that the guide says holds for so many years; None where it does not."""
    said = " ".join(str(row.get("validity", "")) for row in version.body.get("results", ()))
    years = re.search(r"(\d{1,2})\s*年", said)
    if not years:
        return None
    year = today.year + int(years.group(1))
    leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=year, day=28 if leap_day else today.day) - timedelta(days=0 if leap_day else 1)


class SuspendForm(StepForm):
    """One of the eight procedures of art. 45, the day it should end, and what the applicant is told in writing."""

    def field_for(self, need: Need) -> forms.Field:
        made = super().field_for(need)
        if need.name == "until":
            made.help_text = _("从明天起到这一天不计时。到期自动恢复。")
        if need.name == "written":
            made.help_text = _("没有书面告知，不能停表。这段话随告知书送达。")
        return made


class SiteCheckForm(StepForm):
    """A check on site by two officials or more."""

    def __init__(self, step: Step, around: Around, **kwargs: Any) -> None:
        super().__init__(step, around, **kwargs)
        self.fields["day"].initial = timezone.localdate()

    def field_for(self, need: Need) -> forms.Field:
        if need.name != "officials":
            return super().field_for(need)
        made = fields.text(_(need.label), most=200, hint=_("写两人以上的姓名，用空格或顿号隔开。"))
        made.widget.attrs["list"] = "names"
        return made

    def clean_officials(self) -> list[str]:
        return [name for name in re.split(r"[\s、，,；;]+", self.cleaned_data["officials"]) if name]


class ExtendForm(StepForm):
    """An extension within what the law allows; the unit is the law's."""

    def __init__(self, step: Step, around: Around, **kwargs: Any) -> None:
        super().__init__(step, around, **kwargs)
        allowed = around.case.terms.get("extension") or {"amount": 10, "unit": "工作日"}
        self.fields["amount"].initial = allowed["amount"]
        self.fields["amount"].help_text = _("最多 %(most)s。") % {
            "most": quantity(allowed["amount"], allowed["unit"])
        }
        self.fields["unit"] = forms.CharField(widget=forms.HiddenInput, initial=allowed["unit"], max_length=6)


class ToColleagueForm(StepForm):
    """To whom: present colleagues of the unit and of those above it."""

    def field_for(self, need: Need) -> forms.Field:
        if need.name not in ("to", "unit"):
            return super().field_for(need)
        listed = self.around.colleagues if need.name == "to" else self.around.units
        options = [("", _("请选择")), *((str(pk), name) for pk, name in listed)]
        label = _(need.label)
        return forms.TypedChoiceField(
            label=label,
            choices=options,
            coerce=int,
            empty_value=None,
            error_messages=fields.texts(label, verb=_("请选择“%(label)s”。")),
        )


SPECIAL: dict[str, type[StepForm]] = {
    "one_time_notice": NoticeForm, "demand_again": LaterDemandForm, "ask_more": LaterDemandForm,
    "correct_on_spot": OnSpotForm, "correct": CorrectForm, "not_accept": RemedyForm, "refuse": RemedyForm,
    "terminate": RemedyForm, "grant": GrantForm, "suspend": SuspendForm, "site_check": SiteCheckForm,
    "extend": ExtendForm, "offer": ToColleagueForm, "reassign": ToColleagueForm, "transfer": ToColleagueForm,
}  # fmt: skip


def form_for_step(step: Step, around: Around, **kwargs: Any) -> StepForm:
    """The form of a step on a case; with `data` it is bound to a post."""
    return SPECIAL.get(step.name, StepForm)(step, around, **kwargs)
