"""The figures this room contributes: how many scenarios are published, and how often people follow one to its end."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from jishiban.kernel.indicators.declare import Indicator, Live, declare

PUBLISHED, FOLLOWED = "scenario.published", "scenario.followed"

PLANS = Indicator(
    "scenarios_followed",
    _("办事攻略使用"),
    _("统计期内打开办事攻略结果页（含图文指南）的次数。一人打开几次算几次。"),
    (FOLLOWED,),
    unit=_("次"),
    dimensions=("day", "month", "unit", "subject", "channel"),
)
EDITIONS = Indicator(
    "scenarios_published",
    _("攻略发布"),
    _("统计期内发布的情景攻略版本数，新写和修改各算一次。"),
    (PUBLISHED,),
    unit=_("版"),
    dimensions=("day", "month", "unit", "subject"),
)


def _standing(unit_ids: Collection[int] | None = None) -> Mapping[int, int]:
    from jishiban.guide.scenarios import queries  # the models are ready by the time anybody counts
    from jishiban.kernel.directory.roster import roster

    try:
        root = roster().root()
    except LookupError:
        return {}
    return {} if unit_ids is not None and root not in unit_ids else {root: queries.published().count()}


STANDING = Live(
    "scenarios_standing",
    _("在用攻略"),
    _("此刻公开可用的情景攻略数，每份都有办事攻略和图文指南。"),
    _("份"),
    _standing,
)


def declare_scenarios() -> None:
    """Declare the figures; called once when the room is ready."""
    for figure in (PLANS, EDITIONS):
        declare(figure)
    declare(STANDING)
