"""How states, steps and holders are said to the applicant."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiban.hall.applications.flow import APPLICATION
from jishiban.kernel.cases.flow import Step
from jishiban.kernel.cases.steps import UNIVERSAL
from jishiban.web.formats import cndate, quantity

# The tag's colour and what happens next, for each state.
KINDS: Final = {
    "received": "now", "correcting": "wait", "accepted": "now", "suspended": "held", "granted": "done",
    "refused": "over", "closed": "done", "not_accepted": "over", "not_needed": "void", "withdrawn": "void",
    "lapsed": "void", "terminated": "void",
}  # fmt: skip
NEXT: Final = {
    "received": gettext_lazy("窗口正在核对材料。五个工作日内告诉您是否受理；到期没有告知，就视为受理。"),
    "correcting": gettext_lazy("请按清单补齐。补齐后从当天起重新计算受理时间。"),
    "accepted": gettext_lazy("审查人员正在审查。作出决定前，不需要您再做什么。"),
    "suspended": gettext_lazy("正在进行特别程序，这段时间不计入时限。结束后自动接着计算。"),
    "granted": gettext_lazy("已准予。十个工作日内送达，决定书可以先在这里看。"),
    "refused": gettext_lazy("没有准予，理由和救济途径写在决定书里。十个工作日内送达。"),
    "closed": gettext_lazy("已办结，决定书和送达回证都在下面。"),
    "not_accepted": gettext_lazy("不属于我们受理。该找哪个机关、怎样救济，写在通知书里。"),
    "not_needed": gettext_lazy("这件事不需要办许可，您可以直接做。"),
    "withdrawn": gettext_lazy("您已撤回。需要办理时，请重新申请。"),
    "lapsed": gettext_lazy("到期没有补齐，按放弃处理。需要办理时，请重新申请。"),
    "terminated": gettext_lazy("已终止办理，理由请看文书。"),
}
# What the table calls a step is said from the hall's side; here it is said to the applicant.
STEPS: Final = {
    "receive": gettext_lazy("收到您的申请"),
    "correct": gettext_lazy("收到您的补正"),
    "one_time_notice": gettext_lazy("一次性告知需要补正"),
    "withdraw": gettext_lazy("您撤回了申请"),
    "demand_again": gettext_lazy("再次要求材料，并已受理"),
}
_TABLE: Final[dict[str, Step]] = {step.name: step for step in (APPLICATION.opens, *APPLICATION.steps)}


def step_of(name: str) -> Step | None:
    """The step of the table, or of those every flow has."""
    return _TABLE.get(name) or (UNIVERSAL[name].step if name in UNIVERSAL else None)


def is_public(name: str) -> bool:
    """Whether the applicant reads of this step; what the desk does among itself is left out."""
    step = step_of(name)
    return step is not None and not step.internal


def step_label(name: str) -> str:
    step = step_of(name)
    return str(STEPS.get(name) or _(step.label if step else name))


def next_words(state: str) -> str:
    return str(NEXT.get(state, ""))


def said_openly(facts: dict[str, Any]) -> str:
    """The open facts of a step as one line; digests and numbers of staff say nothing to a reader."""
    found = []
    if facts.get("procedure"):
        found.append(
            _("%(procedure)s，预计 %(until)s 结束。")
            % {"procedure": _(facts["procedure"]), "until": cndate(facts["until"])}
        )
    if facts.get("paper_number"):
        found.append(str(facts["paper_number"]))
    if facts.get("amount"):
        found.append(_("延长 %(term)s。") % {"term": quantity(facts["amount"], facts["unit"])})
    if facts.get("authority"):
        found.append(_("应向 %(authority)s 申请。") % {"authority": facts["authority"]})
    if facts.get("how"):
        found.append(_(str(facts["how"])))
    return " ".join(found)
