"""/desk/calendar/: the years the clock knows, and taking in the next one when it is published."""

from __future__ import annotations

import re
from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jishiban.kernel.cases.errors import FactsMissing
from jishiban.kernel.cases.years import load_year
from jishiban.kernel.clock import statutory_years
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.models import CalendarYear, Role
from jishiban.web.doors import actor_of, staff


class Days(forms.CharField):
    """ISO dates, one a line or parted by commas or spaces."""

    widget = forms.Textarea(attrs={"rows": 6})

    def to_python(self, value: object) -> list[date]:  # type: ignore[override]  # the field cleans to days
        return [_day(word) for word in re.split(r"[\s,，、;；]+", str(value or "").strip()) if word]


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise ValidationError(
            _("“%(word)s”不是日期，请写成 2027-01-01 的样子。") % {"word": word[:20]}
        ) from None


class YearForm(forms.Form):
    """One year of rest days, as the State Council's notice gives them."""

    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=2004, max_value=2099)
    rest = Days(
        label=gettext_lazy("放假的日期"),
        help_text=gettext_lazy("每行一个，例如 2027-01-01。周末也在假期里的，一并填上。"),
    )
    work = Days(
        label=gettext_lazy("调休上班的周末"), required=False, help_text=gettext_lazy("每行一个。没有就不填。")
    )
    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("国务院办公厅通知的名称和文号")
    )


@staff(Role.ADMIN)
@require_http_methods(["GET", "POST"])
def calendar_years(request: HttpRequest) -> HttpResponse:
    """The years known, and a form for the next; a loaded year counts open promises again."""
    upcoming = timezone.localdate().year + 1
    form = YearForm(request.POST or None, initial={"year": upcoming})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            count = load_year(data["year"], data["rest"], data["work"], data["source"], by=actor_of(request))
        except FactsMissing as missing:
            for field, problem in missing.fields.items():
                form.add_error(field, problem)
        else:
            messages.success(request, _("日历已装入，重算了 %(count)s 件。") % {"count": count})
            return redirect("calculator:years")
    context = {"form": form, "years": _known(upcoming), "upcoming": upcoming}
    return render(request, "web/calculator/years.html", context, status=422 if form.errors else 200)


def _known(upcoming: int) -> list[dict[str, object]]:
    """This year, those before it that ship with the product or were loaded, and the next."""
    loaded = {row.year: row for row in CalendarYear.objects.filter(calendar="statutory")}
    shipped = set(statutory_years())
    statutory = calendars()["statutory"]
    return [
        {
            "year": year,
            "known": statutory.knows(year),
            "source": loaded[year].source if year in loaded else _("随系统提供") if year in shipped else "",
        }
        for year in sorted({*loaded, *shipped, upcoming}, reverse=True)
    ]
