"""The figures of the library (dashboard.md M6): how much it holds, whether it is up to date, how soon it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from jishiban.guide.entries.facts import UPDATED
from jishiban.guide.entries.models import Alias, AliasState
from jishiban.guide.entries.queries import served
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.indicators.declare import Indicator, Live, Ratio, declare

Units = Collection[int] | None
ENTRIES = _("条")
CURRENT = Q(guide=None) | Q(guide_id=F("matter__current_id"))


def declare_all() -> None:
    """Declare them; called by the wiring, once."""
    live = (
        ("library_entries", _("知识库条目"), _("此刻能用来答复群众的标准问题数。"), ENTRIES, _published),
        ("library_aliases", _("别名"), _("此刻已启用的群众说法数，不含指南自带的。"), _("个"), _aliases),
        ("library_stale", _("待核对条目"), _("所依据的指南已有新版、还没有核对的条目数。"), ENTRIES, _stale),
        (
            "library_current_rate", _("指南一致率"),
            _("所依据的指南是现行版本的条目 ÷ 全部条目，不依据指南的算一致。取整。"), "%", _rate,
        ),
    )  # fmt: skip
    for name, label, definition, unit, count in live:
        declare(Live(name, label, definition, unit, count))
    _declare_updates()


def _declare_updates() -> None:
    """Over facts, one for each matter and change; its value is the number of entries."""
    said = _("统计期内随指南或经审核更新的条目数。")
    declare(Indicator("library_updated", _("更新条目"), said, (UPDATED,), unit=ENTRIES, measure="sum"))
    in_time = Indicator(
        "library_updated_in_time", _("及时更新条目"), _("更新条目中，在指南发布后3个工作日内更新的。"), (UPDATED,),
        unit=ENTRIES, measure="sum", where=(("in_time", ("1",)),),
    )  # fmt: skip
    declare(in_time)
    words = _("及时更新条目 ÷ 更新条目。")
    declare(
        Ratio("library_in_time_rate", _("更新及时率"), words, "library_updated_in_time", "library_updated")
    )


def _published(units: Units) -> Mapping[int, int]:
    return _by_unit(units, Q())


def _stale(units: Units) -> Mapping[int, int]:
    return _by_unit(units, ~CURRENT)


def _by_unit(units: Units, rule: Q) -> dict[int, int]:
    """Entries by the unit they belong to; those of no unit are the bureau's. One query."""
    rows = served().filter(rule).order_by().values_list("unit_id").annotate(n=Count("pk"))
    counts: dict[int, int] = {}
    for unit, n in rows:
        counts[unit or _root()] = counts.get(unit or _root(), 0) + n
    return {unit: n for unit, n in counts.items() if units is None or unit in units}


def _aliases(units: Units) -> Mapping[int, int]:
    return _of_bureau(units, Alias.objects.filter(state=AliasState.CONFIRMED).count())


def _rate(units: Units) -> Mapping[int, int]:
    """A share cannot be added up over units, so it is the bureau's alone."""
    counted = served().aggregate(all=Count("pk"), current=Count("pk", filter=CURRENT))
    return _of_bureau(units, round(100 * counted["current"] / counted["all"])) if counted["all"] else {}


def _of_bureau(units: Units, value: int) -> dict[int, int]:
    root = _root()
    return {root: value} if units is None or root in units else {}


def _root() -> int:
    return roster().root()
