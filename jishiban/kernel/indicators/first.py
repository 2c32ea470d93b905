"""The first figures: what the hall promised and kept, and what went over its counters (dashboard.md M2)."""

from django.utils.translation import gettext_lazy as _

from jishiban.kernel.indicators.declare import Indicator, Ratio, declare

ONLINE = ("1",)  # submission mode 网上 (matters.md §5)
BY_SUBJECT = ("day", "month", "unit", "subject")


def declare_first() -> None:
    """Declare the figures the kernel itself can count; wings add theirs."""
    _declare_promises()
    _declare_cases()


def _declare_promises() -> None:
    declare(
        Indicator(
            "promises_made",
            _("作出承诺"),
            _("统计期内开始计时的时限数。一件办件可有几个时限，各算一个。"),
            ("promise.made",),
            unit=_("个"),
        )
    )
    declare(
        Indicator(
            "promises_kept",
            _("按时兑现"),
            _("统计期内结束、且不晚于期限的时限数。"),
            ("promise.kept",),
            unit=_("个"),
        )
    )
    declare(
        Indicator(
            "promises_broken",
            _("超期"),
            _("统计期内结束、但晚于期限的时限数。"),
            ("promise.broken",),
            unit=_("个"),
        )
    )
    declare(
        Indicator(
            "promises_ended",
            _("已有结果的承诺"),
            _("按时兑现与超期之和。因撤回等终止的不算。"),
            ("promise.kept", "promise.broken"),
            unit=_("个"),
        )
    )
    declare(
        Ratio(
            "promises_kept_rate",
            _("承诺兑现率"),
            _("按时兑现 ÷ 已有结果的承诺，按结束日期统计。"),
            "promises_kept",
            "promises_ended",
        )
    )


def _declare_cases() -> None:
    for name, label, definition, kind in (
        ("cases_received", _("收件量"), _("按收件日期统计的办件数。"), "case.received"),
        ("cases_accepted", _("受理量"), _("按受理登记日期统计的办件数。"), "case.accepted"),
        ("cases_decided", _("决定量"), _("按决定日期统计的办件数，含准予和不予。"), "case.decided"),
        ("cases_closed", _("办结量"), _("按办结日期统计的办件数。"), "case.closed"),
        ("cases_withdrawn", _("撤回量"), _("按撤回日期统计的办件数。"), "case.withdrawn"),
    ):
        declare(Indicator(name, label, definition, (kind,), unit=_("件")))
    _declare_by_subject()
    declare(
        Indicator(
            "second_notice_breach",
            _("再次补正违规"),
            _("对首次告知时已有的材料再次要求补正的次数。"),
            ("breach.second_notice",),
            unit=_("次"),
        )
    )
    declare(
        Indicator(
            "cases_received_online",
            _("网上收件量"),
            _("收件量中网上提交的办件数。"),
            ("case.received",),
            unit=_("件"),
            channels=ONLINE,
        )
    )
    declare(
        Ratio(
            "online_share",
            _("网办率"),
            _("网上收件量 ÷ 收件量，按收件日期统计。"),
            "cases_received_online",
            "cases_received",
        )
    )


def _declare_by_subject() -> None:
    """Apart from the others: a roll-up by matter has hundreds of cells a day, and few pages ask for it."""
    for name, label, definition, kind in (
        ("subjects_received", _("各事项收件量"), _("按收件日期、分事项统计的办件数。"), "case.received"),
        ("subjects_closed", _("各事项办结量"), _("按办结日期、分事项统计的办件数。"), "case.closed"),
    ):
        declare(Indicator(name, label, definition, (kind,), unit=_("件"), dimensions=BY_SUBJECT))
