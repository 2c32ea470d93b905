"""From a guide version to the terms a case is opened with: units kept, with the law that fixes them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from jishiban.hall.matters.models import GuideVersion

# How a unit stored in a list is counted. 日 is a calendar day unless the law that sets it says otherwise; the
# working days of 行政许可法 art. 82 are stored as 工作日 already (domain data README, rule 1).
COUNTED_AS = {
    "工作日": "工作日",
    "日": "自然日",
    "自然日": "自然日",
    "月": "月",
    "小时": "小时",
    "当场": "工作日",
}

NOTICE_TERM = {"amount": 5, "unit": "工作日", "basis": _("行政许可法第三十二条"), "label": _("告知或受理")}
CORRECTION_TERM = {"amount": 15, "unit": "工作日", "basis": _("大厅规范"), "label": _("补正")}
DELIVERY_TERM = {"amount": 10, "unit": "工作日", "basis": _("行政许可法第四十四条"), "label": _("送达")}
DEFAULT_STATUTORY = {
    "amount": 20,
    "unit": "工作日",
    "basis": _("行政许可法第四十二条"),
    "label": _("法定时限"),
}
DEFAULT_EXTENSION = {"amount": 10, "unit": "工作日", "basis": _("行政许可法第四十二条")}
PERMIT = "01"

Plan = dict[str, dict[str, Any]]


def plan_of(version: GuideVersion, *, matter_type: str = "") -> Plan:
    """The terms promised to whoever applies under this version: promise kind → amount, unit, basis, label.

    A permit without a known limit gets the twenty working days of art. 42; any other matter without one is
    promised the same by the hall, so that nothing is ever without a limit.
    """
    plan: Plan = {
        "notice": dict(NOTICE_TERM),
        "correction": dict(CORRECTION_TERM),
        "delivery": dict(DELIVERY_TERM),
    }
    statutory = _statutory(version, matter_type)
    if statutory:
        plan["statutory"] = statutory
    plan["promised"] = _promised(version, statutory)
    plan["extension"] = dict(version.body.get("extension") or DEFAULT_EXTENSION)
    return plan


def _statutory(version: GuideVersion, matter_type: str) -> dict[str, Any] | None:
    if version.statutory_amount is None:
        return dict(DEFAULT_STATUTORY) if matter_type == PERMIT else None
    return {
        "amount": version.statutory_amount, "unit": COUNTED_AS.get(version.statutory_unit, "工作日"),
        "basis": version.statutory_basis, "label": _("法定时限"),
    }  # fmt: skip


def _promised(version: GuideVersion, statutory: dict[str, Any] | None) -> dict[str, Any]:
    if version.promise_amount is not None:
        return {
            "amount": version.promise_amount, "unit": COUNTED_AS.get(version.promise_unit, "工作日"),
            "basis": _("办事指南承诺"), "label": _("承诺时限"),
        }  # fmt: skip
    base = statutory or DEFAULT_STATUTORY
    return {
        "amount": base["amount"],
        "unit": base["unit"],
        "basis": _("大厅规范"),
        "label": _("承诺时限"),
    }
