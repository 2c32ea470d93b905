"""The figures of 智慧导服 (dashboard.md M6): how many asked, how many were answered at once, how many needed a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time

from django.db.models import Avg
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiban.guide.conversations import facts
from jishiban.guide.conversations.models import Turn
from jishiban.kernel.indicators.declare import Indicator, Live, Ratio, declare

TIMES = _("次")


def declare_all() -> None:
    """Declare them; called by the wiring, once."""
    for name, label, definition, kinds in (
        (
            "guide_asked",
            _("咨询量"),
            _("统计期内问的问题数。一次咨询可问几个问题，各算一个。"),
            (facts.ASKED,),
        ),
        ("guide_missed", _("未命中"), _("统计期内没有找到答复、请人工回答的问题数。"), (facts.MISSED,)),
        ("guide_handed", _("转人工"), _("统计期内转给工作人员的问题数。"), (facts.HANDED,)),
        ("guide_helpful", _("解决了"), _("统计期内问的人说“解决了”的次数。"), (facts.HELPFUL,)),
        ("guide_judged", _("有评价"), _("统计期内问的人评价过的答复数。"), (facts.HELPFUL, facts.USELESS)),
    ):
        declare(Indicator(name, label, definition, kinds, unit=TIMES))
    declare(
        Indicator(
            "guide_direct", _("直接解答"), _("直接给出答复、后来也没有转人工的问题数。"), (facts.DIRECT,), unit=TIMES,
            measure="sum",
        )
    )  # fmt: skip
    _declare_shares()
    declare(Live("guide_asked_today", _("今日咨询"), _("今天零时到此刻问的问题数。"), TIMES, _today))
    declare(
        Live("guide_mean_ms", _("平均响应"), _("今天的问题从收到到答复平均用的毫秒数。"), _("毫秒"), _mean)
    )


def _declare_shares() -> None:
    for name, label, definition, top, bottom in (
        ("guide_direct_rate", _("直接解答率"), _("直接解答 ÷ 咨询量。"), "guide_direct", "guide_asked"),
        ("guide_handed_rate", _("转人工率"), _("转人工 ÷ 咨询量。"), "guide_handed", "guide_asked"),
        ("guide_helpful_rate", _("答案有用率"), _("解决了 ÷ 有评价。"), "guide_helpful", "guide_judged"),
    ):
        declare(Ratio(name, label, definition, top, bottom))


def _since_midnight() -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))


def _today(units: Collection[int] | None) -> Mapping[int, int]:
    return _of_hall(units, Turn.objects.filter(at__gte=_since_midnight()).count())


def _mean(units: Collection[int] | None) -> Mapping[int, int]:
    mean = Turn.objects.filter(at__gte=_since_midnight()).aggregate(mean=Avg("took_ms"))["mean"]
    return _of_hall(units, round(mean or 0))


def _of_hall(units: Collection[int] | None, value: int) -> Mapping[int, int]:
    """Questions come to the bureau as a whole, so the figure is its root unit's."""
    hall = facts.hall()
    return {hall: value} if units is None or hall in units else {}
