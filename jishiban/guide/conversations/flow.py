"""The life of a question handed to a person (转人工咨询) as one table: asked, perhaps asked back, answered.

The words of both sides are private: sealed by a digest, and erasable. Terms are data (`data/terms.json`). What an
asker without an account does with number and code is taken down by the system, hence its name beside the party's.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from jishiban.kernel.cases.engine import Life
from jishiban.kernel.cases.flow import (
    PARTY,
    SYSTEM,
    Flow,
    Need,
    State,
    Step,
    Waiting,
    register,
    start,
    stop,
    void,
)
from jishiban.kernel.directory.models import Role
from jishiban.kernel.notices.templates import declare

CLERK, REVIEWER, HEAD = Role.CLERK, Role.REVIEWER, Role.HEAD
ANSWER, SUPPLY = "answer", "supply"

WAITING = State("waiting", _("待答复"))
ASKED_BACK = State("asked_back", _("等您补充"), waiting=Waiting.PARTY)
ANSWERED = State("answered", _("已答复"), open=False, waiting=Waiting.NOBODY)
CLOSED = State("closed", _("已结束"), open=False, waiting=Waiting.NOBODY)
WITHDRAWN = State("withdrawn", _("已撤回"), open=False, waiting=Waiting.NOBODY)


def due(life: Life, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """What was asked back and stays without an answer ends by itself; it can be asked again at any time."""
    wait = life.live(SUPPLY)
    return ("end", {}) if wait and wait.deadline <= now else None


OPEN = Step(
    "ask", _("转人工"), WAITING >> WAITING, by=(PARTY, CLERK),
    needs=(
        Need("question", _("问题"), private=True), Need("transcript", _("问答经过"), "list", private=True, optional=True),
        Need("phone", _("电话"), private=True, optional=True), Need("why", _("转人工的原因"), optional=True),
    ),
    clock=(start(ANSWER),), tell="inquiry_received", fact="inquiry.received",
)  # fmt: skip

STEPS = (
    Step(
        "ask_back", _("请对方补充"), WAITING >> ASKED_BACK, by=(CLERK, REVIEWER, HEAD), anyone=True,
        needs=(Need("words", _("想请对方说明的"), private=True),),
        clock=(stop(ANSWER), start(SUPPLY)), tell="inquiry_asked_back",
    ),
    Step(
        "supply", _("补充说明"), ASKED_BACK >> WAITING, by=(PARTY, CLERK, SYSTEM), anyone=True,
        needs=(Need("words", _("补充的内容"), private=True),), clock=(stop(SUPPLY), start(ANSWER)),
    ),
    Step(
        "reply", _("答复"), WAITING >> ANSWERED, by=(CLERK, REVIEWER, HEAD), anyone=True,
        needs=(Need("words", _("答复"), private=True), Need("source", _("依据"), optional=True)),
        clock=(stop(ANSWER),), tell="inquiry_answered", fact="inquiry.answered",
    ),
    Step(
        "to_guide", _("转回导服"), WAITING >> ANSWERED, by=(CLERK, REVIEWER, HEAD), anyone=True,
        needs=(Need("entry", _("知识条目")), Need("words", _("附言"), private=True, optional=True)),
        clock=(stop(ANSWER),), tell="inquiry_answered", fact="inquiry.answered",
    ),
    Step(
        "close", _("结束"), (WAITING | ASKED_BACK) >> CLOSED, by=(CLERK, HEAD), anyone=True,
        needs=(Need("words", _("原因"), private=True),), clock=(stop(ANSWER), void(SUPPLY)), tell="inquiry_closed",
    ),
    Step("end", _("没有收到补充，自动结束"), ASKED_BACK >> CLOSED, by=(SYSTEM,), clock=(stop(SUPPLY),), tell="inquiry_closed"),
    Step(
        "withdraw", _("不用答复了"), (WAITING | ASKED_BACK) >> WITHDRAWN, by=(PARTY, SYSTEM),
        clock=(void(ANSWER, SUPPLY),),
    ),
)  # fmt: skip

INQUIRY = register(
    Flow(
        "inquiry", _("转人工咨询"), initial=WAITING, opens=OPEN, steps=STEPS,
        kinds={ANSWER: _("咨询答复"), SUPPLY: _("等您补充")}, of_party=frozenset({SUPPLY}), due=due,
    )
)  # fmt: skip

for key, text in {
    "inquiry_received": gettext_lazy("您的咨询已转给工作人员。编号{number}。凭编号和查询码可查看答复。"),
    "inquiry_asked_back": gettext_lazy("您的咨询{number}需要您再说明一下。请凭编号和查询码查看。"),
    "inquiry_answered": gettext_lazy("您的咨询{number}已答复。请凭编号和查询码查看。"),
    "inquiry_closed": gettext_lazy("您的咨询{number}已结束。需要时可以再问。"),
}.items():
    declare(key, text)


@cache
def terms() -> dict[str, Any]:
    """What a place promises: the post that answers, and the terms of both clocks."""
    found: dict[str, Any] = json.loads(
        (Path(__file__).parent / "data" / "terms.json").read_text(encoding="utf-8")
    )
    return found
