"""How limits, trips and fees are said to people, and what the parts of a guide are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from jishiban.web.formats import in_english

Limit = Mapping[str, Any] | None

# The words of documents that pages show through gettext: they stand here for the catalogue of translations.
VOCABULARY: Final = (
    gettext_noop("承诺件"),
    gettext_noop("即办件"),
    gettext_noop("工作日"),
    gettext_noop("日"),
    gettext_noop("自然日"),
    gettext_noop("月"),
    gettext_noop("小时"),
    gettext_noop("全程网办"),
    gettext_noop("网上申请窗口取件"),
    gettext_noop("窗口办理"),
    gettext_noop("原件"),
    gettext_noop("复印件"),
    gettext_noop("电子"),
    gettext_noop("申请人自备"),
    gettext_noop("政府部门核发"),
    gettext_noop("其他"),
    gettext_noop("必要"),
    gettext_noop("非必要"),
    gettext_noop("容缺后补"),
    gettext_noop("新办"),
    gettext_noop("变更"),
    gettext_noop("延续"),
    gettext_noop("补办"),
    gettext_noop("注销"),
    gettext_noop("窗口人员"),
    gettext_noop("审查人员"),
    gettext_noop("负责人"),
    gettext_noop("基本编码"),
    gettext_noop("主项"),
    gettext_noop("事项类型"),
    gettext_noop("主管部门"),
    gettext_noop("实施主体"),
    gettext_noop("指南"),
    gettext_noop("承办单位"),
    gettext_noop("证照"),
    gettext_noop("批文"),
    gettext_noop("登记"),
    gettext_noop("证明"),
    gettext_noop("不出证"),
)

PARTS: Final = {
    "name": gettext_lazy("事项名称"),
    "aliases": gettext_lazy("别名"),
    "summary": gettext_lazy("一句话说明"),
    "service_object": gettext_lazy("服务对象"),
    "kind": gettext_lazy("办件类型"),
    "statutory": gettext_lazy("法定时限"),
    "promise": gettext_lazy("承诺时限"),
    "visits": gettext_lazy("跑几趟"),
    "online": gettext_lazy("办理方式"),
    "conditions": gettext_lazy("受理条件"),
    "materials": gettext_lazy("材料"),
    "questions": gettext_lazy("申请表问题"),
    "steps": gettext_lazy("办理环节"),
    "special": gettext_lazy("特别程序"),
    "extension": gettext_lazy("可延期"),
    "fee": gettext_lazy("收费"),
    "results": gettext_lazy("办理结果"),
    "place": gettext_lazy("办理地点"),
    "hours": gettext_lazy("办理时间"),
    "variants": gettext_lazy("业务种类"),
    "on_site": gettext_lazy("现场核查"),
    "renew_before_days": gettext_lazy("延续提前天数"),
    "faq": gettext_lazy("常见问题"),
    "law": gettext_lazy("设定依据"),
}
CELLS: Final = {
    "name": gettext_lazy("名称"),
    "label": gettext_lazy("问题"),
    "kind": gettext_lazy("类型"),
    "copies": gettext_lazy("份数"),
    "source": gettext_lazy("来源"),
    "issuer": gettext_lazy("核发部门"),
    "necessity": gettext_lazy("必要性"),
    "when": gettext_lazy("什么情形要交"),
    "basis": gettext_lazy("依据"),
    "note": gettext_lazy("填报须知"),
    "blank_form": gettext_lazy("有空白表"),
    "shared": gettext_lazy("可共享免交"),
    "choices": gettext_lazy("选项"),
    "required": gettext_lazy("必填"),
    "hint": gettext_lazy("提示"),
    "max": gettext_lazy("字数上限"),
    "limit": gettext_lazy("时限"),
    "standard": gettext_lazy("审查标准"),
    "role": gettext_lazy("谁来办"),
    "validity": gettext_lazy("有效期"),
    "article": gettext_lazy("条款"),
    "says": gettext_lazy("内容"),
    "days": gettext_lazy("时限"),
    "unit": gettext_lazy("单位"),
    "q": gettext_lazy("问题"),
    "a": gettext_lazy("回答"),
    "area": gettext_lazy("区域"),
    "window": gettext_lazy("窗口"),
    "charged": gettext_lazy("收费"),
    "items": gettext_lazy("收费项目"),
}


def limit(given: Limit) -> str:
    """A limit as a phrase: 5个工作日, 20日, 3个月, 当场; a dash where there is none.

    >>> limit({"amount": 20, "unit": "日"})
    '20日'
    """
    if not given or given.get("amount") is None:
        return "—"
    value, unit = limit_parts(given)
    return f"{value} {unit}".strip() if in_english() else f"{value}{unit}"


def limit_parts(given: Mapping[str, Any]) -> tuple[str, str]:
    """The figure and its unit apart, for a figure set large. The unit is never converted."""
    amount, unit = given["amount"], given["unit"]
    if amount == 0:
        return (_("当场"), "") if unit == "当场" else (_("当天"), "")
    units = {
        "工作日": ngettext("个工作日", "个工作日", amount), "日": ngettext("日", "日", amount),
        "自然日": ngettext("个自然日", "个自然日", amount), "月": ngettext("个月", "个月", amount),
        "小时": ngettext("小时", "小时", amount),
    }  # fmt: skip
    return str(amount), units.get(unit, unit)


def sooner(promise: Limit, law: Limit) -> str:
    """How much sooner than the law the hall promises; empty where the units differ or nothing is gained."""
    if not promise or not law or law["amount"] <= promise["amount"]:
        return ""
    alike = promise["unit"] == law["unit"] or {promise["unit"], law["unit"]} == {"日", "自然日"}
    if not alike and promise["amount"]:
        return ""
    saved = limit({"amount": law["amount"] - promise["amount"], "unit": law["unit"]})
    return _("比法定快%(saved)s") % {"saved": saved}
