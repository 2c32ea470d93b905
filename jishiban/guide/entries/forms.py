"""The forms of the library's desk, and what they make of the fields: the content of a revision."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiban.guide.entries.checks import entry_problems, line_problems
from jishiban.guide.entries.models import Aspect, Entry, Line
from jishiban.hall.matters.models import Matter

Payload = dict[str, Any]


def _text(label: Any, hint: Any = "", **attrs: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=False, widget=forms.TextInput(attrs=attrs))


def _lines(label: Any, hint: Any, rows: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=False, widget=widget)


def _day(label: Any) -> forms.DateField:
    errors = {"invalid": _("看不懂这个日期，请写成2026-03-02这样。")}
    return forms.DateField(label=label, required=False, error_messages=errors)


class EntryForm(forms.Form):
    """An entry written by hand. `matter_found` is the matter its name says, once the form is valid."""

    matter = _text(_("事项"), _("写事项的全名；和哪个事项都无关的，留空。"), list="matter-names")
    aspect = forms.ChoiceField(label=_("方面"), choices=Aspect.choices, initial=Aspect.OTHER)
    question = _text(_("标准问题"), _("一句完整的问话，带上事项的名称。"))
    answer = _lines(_("答复"), _("一到六行短句，先说结论。"), 6)
    similar = _lines(_("相似问法"), _("群众会怎么问，一行一句。"), 4)
    source = _text(_("出处"), _("哪部法第几条，或者哪份文件、指南。会给群众看。"))
    valid_from = _day(_("生效"))
    valid_to = _day(_("失效"))
    why = _text(_("为什么改"), _("给审核的人看。"))

    matter_found: Matter | None = None

    def clean_matter(self) -> str:
        name = str(self.cleaned_data["matter"]).strip()
        if name:
            self.matter_found = Matter.objects.filter(name=name).order_by("-status", "pk").first()
            if self.matter_found is None:
                raise forms.ValidationError(_("没有叫这个名称的事项。请从列出的名称里选，或者留空。"))
        return name

    def clean_why(self) -> str:
        why = str(self.cleaned_data["why"]).strip()
        if not why:
            raise forms.ValidationError(_("请写为什么改，审核的人要看。"))
        return why[:200]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, message in entry_problems(self._content(data)).items():
            if name not in self.errors:
                self.add_error(name, message)
        return data

    @staticmethod
    def _content(data: dict[str, Any]) -> Payload:
        def day(name: str) -> str:
            given = data.get(name)
            return given.isoformat() if isinstance(given, date) else ""

        similar = [line.strip() for line in str(data.get("similar", "")).splitlines() if line.strip()]
        text = {
            name: str(data.get(name, "")).replace("\r\n", "\n").strip()
            for name in ("question", "answer", "source")
        }
        days = {name: day(name) for name in ("valid_from", "valid_to")}
        return {"aspect": data.get("aspect", ""), "similar": similar, **text, **days}

    def payload(self, entry: Entry | None, unit_id: int | None) -> Payload:
        """The content of the revision, as `publishers` reads it."""
        matter = self.matter_found
        return self._content(self.cleaned_data) | {
            "entry": entry.pk if entry else None,
            "matter": matter.pk if matter else None,
            "unit": unit_id,
            "in_use": True,
        }


def payload_of(entry: Entry) -> Payload:
    """An entry as it stands, in the form of a revision's content."""
    return {
        "entry": entry.pk,
        "matter": entry.matter_id,
        "unit": entry.unit_id,
        "aspect": entry.aspect,
        "question": entry.question,
        "answer": entry.answer,
        "similar": list(entry.similar),
        "source": entry.source,
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else "",
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else "",
        "in_use": entry.in_use,
    }


def initial_of(payload: Payload) -> dict[str, Any]:
    """The content of a revision as the fields of the form: one query where it names a matter."""
    names = Matter.objects.filter(pk=payload["matter"] or 0).values_list("name", flat=True)
    return payload | {"matter": names.first() or "", "similar": "\n".join(payload["similar"])}


class LineForm(forms.Form):
    """A line of the place's lexicon."""

    said = _text(_("口语"), _("群众怎么说，比如：饭铺子。"))
    official = _text(_("规范用语"), _("指南里怎么写，比如：餐饮服务。"))
    owner = _text(_("负责单位"), _("哪个单位说了算。"))
    test = _text(_("测试句"), _("带这个说法的一句话，用来检查。"))
    in_use = forms.BooleanField(label=_("在用"), required=False, initial=True)
    why = _text(_("为什么改"), _("给审核的人看。"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        given = {name: str(data.get(name, "")).strip() for name in ("said", "official", "owner", "test")}
        for name, message in line_problems(given).items():
            self.add_error(name, message)
        if not str(data.get("why", "")).strip():
            self.add_error("why", _("请写为什么改，审核的人要看。"))
        return data

    def payload(self, line: Line | None) -> Payload:
        data = self.cleaned_data
        given = {name: data[name].strip() for name in ("said", "official", "owner", "test")}
        return given | {"line": line.pk if line else None, "in_use": data["in_use"]}


def line_payload(line: Line) -> Payload:
    """A line as it stands, in the form of a revision's content."""
    given = {name: getattr(line, name) for name in ("said", "official", "owner", "test", "in_use")}
    return given | {"line": line.pk}


class ReasonForm(forms.Form):
    """Why an entry is withdrawn."""

    why = _text(_("为什么撤下"), _("给审核的人看。"))

    def clean_why(self) -> str:
        why = str(self.cleaned_data["why"]).strip()
        if not why:
            raise forms.ValidationError(_("请写为什么撤下。"))
        return why[:200]


class ReviewForm(forms.Form):
    """What a reviewer says; needed only for sending back."""

    words = _lines(_("审核意见"), _("退回时必填，写清哪里要改。"), 3)


class SettingsForm(forms.Form):
    """The settings of the library."""

    askers_agree = forms.IntegerField(
        label=_("几个人都这样说，别名就自动启用"),
        help_text=_("填0表示都由编辑确认。"),
        min_value=0,
        max_value=99,
        error_messages={"invalid": _("请填整数。"), "required": _("请填整数。")},
    )
    review_days = forms.IntegerField(
        label=_("审核时限（工作日）"),
        help_text=_("三次审核一共多久。已在审的不变。"),
        min_value=1,
        max_value=60,
        error_messages={"invalid": _("请填整数。"), "required": _("请填整数。")},
    )


class UploadForm(forms.Form):
    """A file of entries."""

    list = forms.FileField(
        label=_("知识条目"),
        help_text=_("CSV或XLSX，最大10 MB。要有标准问题、答复、出处三列，可以先导出再改。"),
        error_messages={
            "required": _("请选一个文件。"),
            "empty": _("文件是空的，请另选一个。"),
            "missing": _("没有收到文件，请再选一次。"),
            "invalid": _("没有收到文件，请再选一次。"),
        },
        max_length=120,
    )
