"""Codes in words: why a question went to a person, where a turn stands, what a step of a hand-over is called."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from jishiban.guide.conversations.flow import ANSWER, INQUIRY, terms
from jishiban.kernel.cases.steps import UNIVERSAL
from jishiban.web.formats import quantity

KINDS = {"waiting": "now", "asked_back": "wait", "answered": "done", "closed": "void", "withdrawn": "void"}
PUBLIC = frozenset(step.name for step in (INQUIRY.opens, *INQUIRY.steps))


def why_words(why: str) -> str:
    """Why the guide did not answer by itself, for the asker."""
    known = {
        "no_source": _("找到的条目已停用或没有出处，我们不拿它答复您。"),
        "another_field": _("这好像不是政务服务大厅办的事。"),
        "nothing_found": _("没有找到和您的问题对得上的条目。"),
    }
    return known.get(why, _("没有足够的把握答复您。"))


def promise_words() -> str:
    """Within what time a person answers: 1 个工作日."""
    term = terms()[ANSWER]
    return quantity(term["amount"], term["unit"])


def step_label(name: str) -> str:
    """A step of a hand-over, or one every case has, in words."""
    step = next((one for one in (INQUIRY.opens, *INQUIRY.steps) if one.name == name), None)
    if step is None and name in UNIVERSAL:
        step = UNIVERSAL[name].step
    return _(step.label) if step else name


def next_words(state: str) -> str:
    """What happens next, for the asker."""
    return {
        "waiting": _("工作人员会在时限内答复。到时请回到本页查看。"),
        "asked_back": _("请您再说明一下，我们接着答复。"),
        "answered": _("答复在下面。没解决的，可以再问。"),
        "closed": _("这次咨询已结束。需要时可以再问。"),
        "withdrawn": _("您已撤回这次咨询。需要时可以再问。"),
    }.get(state, "")


def hall_phone() -> str:
    return str(settings.PLACE.phone)
