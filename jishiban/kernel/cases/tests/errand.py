"""A small flow for the tests of this room: take in, decide, hand out."""

from __future__ import annotations

from typing import Any

from jishiban.kernel.cases.actions import Opening, open_case
from jishiban.kernel.cases.flow import (
    PARTY,
    SYSTEM,
    Flow,
    Need,
    State,
    Step,
    Waiting,
    extend,
    flows,
    pause,
    register,
    resume,
    start,
    stop,
    void,
)
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.models import Role
from jishiban.kernel.directory.tests.cast import Cast

OPEN = State("open", "办理中")
HELD = State("held", "等待检验")
DONE = State("done", "已办结", open=False, waiting=Waiting.NOBODY)
GONE = State("gone", "已撤回", open=False, waiting=Waiting.NOBODY)

STEPS = (
    Step("decide", "决定", OPEN >> DONE, by=(Role.REVIEWER,), needs=(Need("why", "理由", private=True),),
         clock=(stop("promised", "statutory"),), fact="case.decided"),
    Step("hold", "转检验", OPEN >> HELD, by=(Role.REVIEWER,), needs=(Need("until", "到哪天", "date"),),
         clock=(pause("promised", "statutory"),)),
    Step("go_on", "继续", HELD >> OPEN, by=(Role.REVIEWER, SYSTEM), clock=(resume("promised", "statutory"),)),
    Step("longer", "延长", OPEN >> None, by=(Role.HEAD,),
         needs=(Need("amount", "延长", "int"), Need("unit", "单位", "choice", choices=("工作日",))),
         clock=(extend("statutory"),)),
    Step("note", "记一笔", (OPEN | HELD) >> None, by=(Role.CLERK, Role.REVIEWER), anyone=True,
         needs=(Need("text", "内容", private=True),)),
    Step("withdraw", "撤回", (OPEN | HELD) >> GONE, by=(PARTY,), clock=(void("promised", "statutory"),)),
)  # fmt: skip

RECEIVE = Step("receive", "收件", OPEN >> OPEN, by=(PARTY, Role.CLERK), clock=(start("promised", "statutory"),),
               needs=(Need("what", "所办何事"),), tell="received", fact="case.received")  # fmt: skip


def _errand() -> Flow:
    return flows().get("errand") or register(Flow("errand", "小事", initial=OPEN, opens=RECEIVE, steps=STEPS))


ERRAND = _errand()

PLAN = {
    "promised": {"amount": 5, "unit": "工作日", "basis": "办事指南承诺", "label": "承诺时限"},
    "statutory": {"amount": 20, "unit": "工作日", "basis": "行政许可法第四十二条", "label": "法定时限"},
}


def open_errand(cast: Cast, **changes: Any) -> Case:
    """A new case of the office, handed in by the citizen, owned by the reviewer."""
    now = changes.pop("now", None)
    opening = Opening(
        flow=ERRAND, unit_id=cast.office.pk, title="试办一事", subject="test:1", plan=changes.pop("plan", PLAN),
        person_id=cast.citizen.pk, owner_id=changes.pop("owner_id", cast["reviewer"].pk), **changes,
    )  # fmt: skip
    return open_case(opening, cast.actor("citizen"), now=now, what="一件小事")
