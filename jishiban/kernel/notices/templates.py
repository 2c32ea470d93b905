"""What is said, as data: one text a key, with named placeholders. Wings add their own with `declare`.

An SMS may be read over a shoulder: no text names a person, and what must be handed in stands in the portal only.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from django.conf import settings
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

Text = str | Lazy

TEMPLATES: dict[str, Text] = {
    # to the party
    "received": _("已收到您的“{title}”申请。编号{number}。五个工作日内答复是否受理。"),
    "one_time_notice": _("您的办件{number}需要补正材料。所缺材料已一次列全，请登录查看。"),
    "accepted": _("您的办件{number}已受理。办理时限已开始计算，可登录查看。"),
    "not_accepted": _("您的办件{number}不予受理。理由和救济途径请登录查看。"),
    "deemed_accepted": _("您的办件{number}逾期未告知，视为受理。时限从收到材料之日起算。"),
    "sent_on": _("您的“{title}”申请应由其他部门办理。部门和电话请登录查看。"),
    "not_needed": _("您的“{title}”申请不需要办理许可。理由请登录查看。"),
    "asked_more": _("办理{number}时遇到新情况。请登录查看，并尽快说明。时限照常计算。"),
    "lapsed": _("您的办件{number}到期没有补正，按放弃结案。需要时可重新申请。"),
    "suspended": _("您的办件{number}进入特别程序，时限暂停。所需时间请登录查看。"),
    "resumed": _("您的办件{number}特别程序已结束，时限继续计算。"),
    "extended": _("您的办件{number}经批准延长时限。理由和新期限请登录查看。"),
    "granted": _("您的“{title}”申请已准予。编号{number}。请登录查看领取方式。"),
    "refused": _("您的“{title}”申请不予许可。编号{number}。理由和救济途径请登录查看。"),
    "delivered": _("您的办件{number}已送达。感谢您的配合，欢迎评价。"),
    "terminated": _("您的办件{number}已终止办理。理由和救济途径请登录查看。"),
    "withdrawn": _("您的办件{number}已按您的申请撤回。"),
    "closed": _("您的办件{number}已办结。欢迎登录评价。"),
    "code": _("登录验证码{code}，{minutes}分钟内有效。请勿告诉他人。"),
    # to staff
    "applicant_late": _("办件{number}“{title}”补正期已过。请核实并决定如何办理。"),
    "corrected": _("办件{number}“{title}”的补正材料已交来。请审核是否受理。"),
    "handover_offered": _("有办件移交给您：{number}“{title}”。请接收或退回。"),
    "handover_accepted": _("您移交的办件{number}已被接收。"),
    "handover_declined": _("您移交的办件{number}被退回，仍由您负责。"),
    "assigned": _("办件{number}“{title}”现由您负责。"),
    "extension_asked": _("办件{number}“{title}”申请延长时限。请审批。"),
    "warn": _("办件{number}“{title}”即将到期。请抓紧办理。"),
    "overdue": _("办件{number}“{title}”已超期。请立即办理并说明原因。"),
    "escalated": _("办件{number}“{title}”超期未结，已报送您督办。"),
}


class MissingWord(ValueError):
    """A placeholder of a text was not given a value."""


def declare(key: str, text: Text) -> None:
    """Add a text; each key once, ValueError for another text under the same key."""
    if TEMPLATES.setdefault(key, text) != text:
        raise ValueError(f"notice {key} is declared twice")


def keys() -> frozenset[str]:
    return frozenset(TEMPLATES)


def words(key: str) -> frozenset[str]:
    """The placeholders of a text; KeyError for an unknown key."""
    return frozenset(name for _literal, name, *_rest in Formatter().parse(str(TEMPLATES[key])) if name)


def render(key: str, values: Mapping[str, object]) -> str:
    """The text in the hall's own language, whoever is acting. KeyError for an unknown key, MissingWord for a gap."""
    with override(settings.LANGUAGE_CODE):
        text = str(TEMPLATES[key])
    try:
        return text.format_map(values)
    except KeyError as missing:
        raise MissingWord(f"notice {key} needs {missing}") from None
