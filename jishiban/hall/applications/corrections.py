"""Answering a one-time notice, and taking an application back: the forms of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from jishiban.hall.applications import fields, uploads
from jishiban.hall.applications.forms import Held, plain
from jishiban.hall.applications.models import NoticeItem
from jishiban.hall.matters.models import GuideVersion
from jishiban.kernel.papers.actions import Slot

QUESTION = "form:"  # an item about an answer of the form, not about a material


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as the page shows it: what was asked, its fields, the files at hand."""

    item: NoticeItem
    words: Any
    files: Any
    held: Sequence[Any]


class CorrectionForm(forms.Form):
    """One group of fields for each open item: a new answer, or files and words."""

    def __init__(self, version: GuideVersion, items: Sequence[NoticeItem], held: Held, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.items, self.held = list(items), held
        questions = {str(row["key"]): row for row in version.questions}
        for item in items:
            asked = questions.get(item.material.removeprefix(QUESTION)) if _is_question(item) else None
            if asked is not None:
                self.fields[f"item{item.pk}"] = fields.question({**asked, "required": True})
                continue
            self.fields[f"item{item.pk}"] = fields.text(_("说明"), required=False, most=500, long=True)
            self.fields[f"item{item.pk}_file"] = fields.ManyFiles(label=_("选择文件"), required=False)

    def rows(self) -> Iterator[ItemRow]:
        for item in self.items:
            name = f"item{item.pk}"
            files = self[f"{name}_file"] if f"{name}_file" in self.fields else None
            yield ItemRow(item, self[name], files, self.held.get(item.material, ()))

    def clean(self) -> dict[str, Any]:
        """Every item needs something: the notice is answered once, as it was given once."""
        data = super().clean() or {}
        for item in self.items:
            name = f"item{item.pk}"
            if name not in self.errors and not data.get(name) and not self.held.get(item.material):
                self.add_error(name, _("请上传“%(name)s”，或写明情况。") % {"name": item.name})
        return data

    def changed(self, form: Mapping[str, Any]) -> dict[str, Any] | None:
        """The application's form with the new answers and words in it; None when only files were handed in."""
        given = {item.material: plain(self.cleaned_data.get(f"item{item.pk}")) for item in self.items}
        given = {material: value for material, value in given.items() if value not in (None, "")}
        if not given:
            return None
        answers = {m.removeprefix(QUESTION): v for m, v in given.items() if m.startswith(QUESTION)}
        said = {m: v for m, v in given.items() if not m.startswith(QUESTION)}
        return {
            **form, "answers": {**(form.get("answers") or {}), **answers},
            "corrections": {**(form.get("corrections") or {}), **said},
        }  # fmt: skip


def _is_question(item: NoticeItem) -> bool:
    return item.material.startswith(QUESTION)


def take_all(request: HttpRequest, items: Sequence[NoticeItem], holder: str) -> dict[str, str]:
    """Take in the files that came with the form; returns what was refused, by field."""
    refused: dict[str, str] = {}
    for item in items:
        if _is_question(item):
            continue
        for file in request.FILES.getlist(f"item{item.pk}_file"):
            if message := uploads.take_one(file, Slot(holder, item.material)):
                refused[f"item{item.pk}_file"] = message
    return refused


class WithdrawForm(forms.Form):
    """Why, if the person wants to say; `seen` notices what happened since the page was opened."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=300, widget=forms.Textarea(attrs={"rows": "3"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("撤回原因")
        self.fields["reason"].error_messages |= fields.texts(_("撤回原因"), most=300)
        self.fields["seen"].error_messages |= {
            k: _("页面已过期，请刷新再试。") for k in ("required", "invalid")
        }
