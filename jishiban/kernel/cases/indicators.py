"""The figures of this moment that cases know: what is overdue now, what is open, by unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.cases.models import Case, Promise, PromiseState
from jishiban.kernel.indicators.declare import Live, declare


def _overdue(units: Collection[int] | None) -> Mapping[int, int]:
    rule = Q(state=PromiseState.RUNNING, of_party=False, red_at__lte=timezone.now())
    within = Q() if units is None else Q(case__unit_id__in=units)
    rows = Promise.objects.filter(rule, within)
    return dict(rows.order_by().values_list("case__unit_id").annotate(n=Count("pk")))


def _open(units: Collection[int] | None) -> Mapping[int, int]:
    rows = Case.objects.filter(Q() if units is None else Q(unit_id__in=units), is_open=True)
    return dict(rows.order_by().values_list("unit_id").annotate(n=Count("pk")))


def declare_live() -> None:
    """Declare them; called by the wiring, once."""
    declare(
        Live(
            "promises_overdue_now", _("正在超期"), _("此刻已过期限、还没有办结的承诺数。"), _("个"), _overdue
        )
    )
    declare(Live("cases_open_now", _("在办量"), _("此刻还没有办结的办件数。"), _("件"), _open))
