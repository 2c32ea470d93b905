"""The deadline calculator as a page: the same count the hall's own promises use, shown day by day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.clock import Answer, ClockError, Unit, compute
from jishiban.kernel.directory.calendars import calendars
from jishiban.web.doors import public

UNITS = [(unit.value, _(unit.value)) for unit in Unit]


class CalculatorForm(forms.Form):
    """The question in fields; a wrong value is explained beside its field."""

    amount = forms.IntegerField(label=_("期限"), min_value=0, max_value=10000)
    unit = forms.ChoiceField(label=_("单位"), choices=UNITS)
    start = forms.CharField(
        label=_("从哪一天起"), help_text=_("例如 2026-09-30，或 2026-09-30 14:20。当天不计。"), max_length=32
    )
    pause_from = forms.DateField(label=_("暂停：书面告知日"), required=False, help_text=_("次日起不计"))
    pause_to = forms.DateField(label=_("暂停：程序结束日"), required=False)
    extension = forms.IntegerField(label=_("延长"), required=False, min_value=0, max_value=10000)
    calendar = forms.ChoiceField(
        label=_("日历"), choices=[("statutory", _("法定工作日")), ("city", _("市容日历，每天 7 至 19 时"))]
    )
    filed = forms.BooleanField(label=_("这是递交材料的时间（下班后顺延）"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("pause_from"), data.get("pause_to")
        if bool(first) != bool(last):
            self.add_error("pause_to" if first else "pause_from", _("暂停的两个日期要一起填写。"))
        return data

    def answer(self) -> Answer | None:
        """The count; None with an error beside the field when the clock refuses it."""
        data = self.cleaned_data
        pauses = (
            [{"from": _iso(data["pause_from"]), "to": _iso(data["pause_to"])}]
            if data.get("pause_from")
            else []
        )
        extensions = [data["extension"]] if data.get("extension") else []
        try:
            return compute(
                data["amount"], data["unit"], data["start"].strip().replace(" ", "T"), pauses, extensions,
                data["calendar"], data["filed"], calendars=calendars(),
            )  # fmt: skip
        except ClockError as error:
            field = error.field.partition(".")[0]
            self.add_error({"pauses": "pause_to", "extensions": "extension"}.get(field, field), _(str(error)))
            return None


def _iso(day: date) -> str:
    return day.isoformat()


@public
def calculator(request: HttpRequest) -> HttpResponse:
    """GET so that an answer has an address that can be sent to somebody."""
    asked = "amount" in request.GET
    first = {
        "amount": 20,
        "unit": "工作日",
        "start": timezone.localdate().isoformat(),
        "calendar": "statutory",
    }
    form = CalculatorForm(request.GET if asked else None, initial=first)
    answer = form.answer() if asked and form.is_valid() else None
    is_moment = answer is not None and len(answer.deadline.iso()) > len("2026-09-30")
    context = {
        "form": form,
        "answer": answer,
        "asked": asked,
        "is_moment": is_moment,
        "crumbs": [{"title": _("期限计算")}],
    }
    return render(request, "web/calculator/page.html", context, status=422 if asked and form.errors else 200)
