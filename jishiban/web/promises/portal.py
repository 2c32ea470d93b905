"""/promises: how many promises were made, kept and are overdue now, by unit; every number opens to its records."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.kernel.directory.roster import roster
from jishiban.kernel.indicators.declare import named
from jishiban.web.doors import public
from jishiban.web.promises import queries

MOST_DIGITS = 9  # a longer number is no page and no unit
FIGURES = (*queries.COUNTED, "promises_overdue_now")


def _period(request: HttpRequest) -> queries.Period:
    """The period asked for by name; this month when none of ours is named."""
    offered = queries.periods(timezone.localdate())
    return next((one for one in offered if one.name == request.GET.get("period")), offered[1])


def _unit(request: HttpRequest) -> int | None:
    raw = request.GET.get("unit", "")
    if not raw:
        return None
    if not raw.isdecimal() or len(raw) > MOST_DIGITS or int(raw) not in roster().units:
        raise Http404
    return int(raw)


@public
def promises(request: HttpRequest) -> HttpResponse:
    """The table of a period."""
    period = _period(request)
    context = {
        "table": queries.table(period),
        "crumbs": [{"title": _("承诺")}],
        "periods": queries.periods(timezone.localdate()),
        "meanings": [named(name) for name in (*FIGURES, "promises_kept_rate")],
    }
    return render(request, "web/promises/page.html", context)


@public
def records(request: HttpRequest) -> HttpResponse:
    """The records behind one figure, masked, fifty a page."""
    figure = request.GET.get("figure", "")
    if figure not in FIGURES:
        raise Http404
    period, unit = _period(request), _unit(request)
    raw = request.GET.get("page", "1")
    page = min(max(int(raw), 1), 10_000) if raw.isdecimal() and len(raw) <= MOST_DIGITS else 1
    if figure == "promises_overdue_now":
        rows, more = queries.overdue(unit, page)
    else:
        rows, more = queries.records(figure, period, unit, page)
    context = {
        "figure": named(figure), "period": period, "rows": rows, "page": page, "more": more, "is_now": figure == FIGURES[-1],
        "unit": roster().units[unit][0] if unit else "",
        "crumbs": [{"title": _("承诺"), "url": f"/promises?period={period.name}"}, {"title": named(figure).label}],
    }  # fmt: skip
    return render(request, "web/promises/records.html", context)
