"""The life of an application (办件) as one table. Law: 行政许可法 29–50; readings: domain rules on clocks 1–6.

Only what the law or the hall's own rules say stands here; who may act is in the `by` of each step.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from jishiban.kernel.cases.engine import Life, Taken
from jishiban.kernel.cases.errors import FactsMissing, StepRefused
from jishiban.kernel.cases.flow import (
    PARTY,
    SYSTEM,
    Flow,
    Need,
    State,
    Step,
    Waiting,
    extend,
    pause,
    register,
    resume,
    start,
    stop,
    void,
)
from jishiban.kernel.cases.models import PromiseState
from jishiban.kernel.directory.models import Role

CLERK, REVIEWER, HEAD = Role.CLERK, Role.REVIEWER, Role.HEAD

# The procedures whose time is not counted (art. 45). An on-site check is not among them and is counted.
SPECIAL_PROCEDURES = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审")

NOTICE, CORRECTION, PROMISED, STATUTORY, DELIVERY = (
    "notice",
    "correction",
    "promised",
    "statutory",
    "delivery",
)

RECEIVED = State("received", "已收件，待受理")
CORRECTING = State("correcting", "待您补正", waiting=Waiting.PARTY)
ACCEPTED = State("accepted", "已受理，审查中")
SUSPENDED = State("suspended", "特别程序中")
GRANTED = State("granted", "准予，待送达")
REFUSED = State("refused", "不予许可，待送达")
CLOSED = State("closed", "已办结", open=False, waiting=Waiting.NOBODY)
NOT_ACCEPTED = State("not_accepted", "不予受理", open=False, waiting=Waiting.NOBODY)
NOT_NEEDED = State("not_needed", "不需办理", open=False, waiting=Waiting.NOBODY)
WITHDRAWN = State("withdrawn", "已撤回", open=False, waiting=Waiting.NOBODY)
LAPSED = State("lapsed", "逾期未补正，视为放弃", open=False, waiting=Waiting.NOBODY)
TERMINATED = State("terminated", "已终止", open=False, waiting=Waiting.NOBODY)

GROUNDS = Need("grounds", "理由和依据", private=True)
REMEDIES = Need("remedies", "救济途径", optional=True)


# --- when the clocks begin -----------------------------------------------------------------------------------


def acceptance_begins(life: Life, taken: Taken) -> datetime:
    """The moment acceptance counts from.

    After a correction: the last hand-in (art. 32-5). When the notice clock has run out without a notice: the day
    of receipt (art. 32-4, second sentence). Otherwise now.
    """
    clock = life.last(NOTICE)
    if clock is None:
        return taken.at
    if clock.round > 1 or taken.at >= clock.deadline:
        return clock.started_at
    return taken.at


def hand_in_counts_from(_life: Life, taken: Taken) -> datetime:
    """A hand-in after hours or on a rest day counts from the next working day (domain reading 1)."""
    return taken.effective or taken.at


# --- what a table cannot say ---------------------------------------------------------------------------------


def first_notice_only(life: Life, taken: Taken) -> None:
    """The law allows one notice, with everything in it, within five working days (art. 32-4)."""
    clock = life.last(NOTICE)
    if clock is None or clock.round > 1:
        raise StepRefused("一次性告知只能有一次。补正后仍缺材料的，请用“再次要求材料”，系统会如实记录。")
    if taken.at >= clock.deadline:
        raise StepRefused("已超过五个工作日的告知期限，本件自收到材料之日起视为受理。")


def only_after_correction(life: Life, _taken: Taken) -> None:
    clock = life.last(NOTICE)
    if clock is None or clock.round == 1:
        raise StepRefused("还没有给过一次性告知，请先用“一次性告知”一次说全。")


def listed_procedure_in_writing(_life: Life, taken: Taken) -> None:
    """Only an art. 45 procedure stops the clock, and only for the time told to the applicant in writing."""
    until = datetime.fromisoformat(taken.facts["until"]).date()
    if until <= timezone.localdate(taken.at):
        raise FactsMissing({"until": "“预计结束日期”要晚于今天。请填写书面告知的日期。"})


def extension_is_lawful(life: Life, taken: Taken) -> None:
    """Once, before the limit ends, within what the law allows (art. 42)."""
    limit = life.live(STATUTORY)
    if limit is None:
        raise StepRefused("此件没有正在计时的法定时限，不能延期。")
    if limit.extension_list:
        raise StepRefused("此件已经延期一次，依法不能再延。")
    if limit.state == PromiseState.RUNNING and taken.at >= limit.deadline:
        raise StepRefused("法定时限已过，不能再延期。请尽快作出决定。")


def extension_within_allowance(life: Life, taken: Taken) -> None:
    extension_is_lawful(life, taken)
    allowed = life.case.terms.get("extension") or {"amount": 10, "unit": "工作日"}
    amount, unit = taken.facts["amount"], taken.facts["unit"]
    if unit != allowed["unit"] or not 0 < amount <= allowed["amount"]:
        raise FactsMissing(
            {"amount": f"此事项最多延期 {allowed['amount']} 个{allowed['unit']}。请改小后再批准。"}
        )


def two_officials(_life: Life, taken: Taken) -> None:
    """A substantive check on site takes at least two officials (art. 34)."""
    if len(set(taken.facts.get("officials", []))) < 2:
        raise FactsMissing({"officials": "现场核查须由两名以上工作人员进行。请填写两人的姓名。"})


def applicants_time_is_over(life: Life, taken: Taken) -> None:
    wait = life.live(CORRECTION)
    if wait is not None and taken.at < wait.deadline:
        raise StepRefused("申请人的补正时间还没有到期，不能按放弃处理。")


# --- what time brings by itself ------------------------------------------------------------------------------


def due(life: Life, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """No notice within five working days: accepted. The time told for a special procedure is over: it resumes."""
    notice = life.live(NOTICE)
    if life.case.state == RECEIVED.name and notice and notice.deadline <= now:
        return "deem_accepted", {}
    if life.case.state == SUSPENDED.name and life.case.next_check and life.case.next_check <= now:
        return "resume", {}
    wait = life.live(CORRECTION)
    if wait and wait.deadline <= now:
        return "applicant_late", {}
    return None


# --- the table -----------------------------------------------------------------------------------------------

RECEIVE = Step(
    "receive", "收件", RECEIVED >> RECEIVED, by=(PARTY, CLERK),
    needs=(
        Need("form", "申请内容摘要码"), Need("files", "材料摘要码", "list", optional=True),
        Need("version", "指南版本", "int"), Need("walk_in", "窗口登记", "flag", optional=True),
    ),
    clock=(start(NOTICE),), begins=hand_in_counts_from, tell="received", fact="case.received",
)  # fmt: skip

STEPS = (
    Step(
        "correct_on_spot", "当场更正", RECEIVED >> None, by=(CLERK,), anyone=True,
        needs=(Need("what", "更正内容", private=True), Need("form", "申请内容摘要码", optional=True)),
    ),
    Step(
        "one_time_notice", "一次性告知", RECEIVED >> CORRECTING, by=(CLERK, REVIEWER), anyone=True,
        needs=(Need("items", "需补正的材料", "list"), Need("details", "逐项说明", "list", private=True)),
        clock=(stop(NOTICE), start(CORRECTION)), guard=first_notice_only,
        tell="one_time_notice", fact="case.notice",
    ),
    Step(
        "correct", "补正", CORRECTING >> RECEIVED, by=(PARTY, CLERK), anyone=True,
        needs=(
            Need("form", "申请内容摘要码", optional=True), Need("files", "材料摘要码", "list", optional=True),
            Need("answered", "已补正项", "list"),
        ),
        clock=(stop(CORRECTION), start(NOTICE)), begins=hand_in_counts_from, tell="received",
    ),
    Step(
        "accept", "受理", RECEIVED >> ACCEPTED, by=(CLERK, REVIEWER), anyone=True, hands_to=REVIEWER,
        clock=(stop(NOTICE), start(PROMISED, STATUTORY)), begins=acceptance_begins, paper="acceptance",
        tell="accepted", fact="case.accepted",
    ),
    Step(
        "demand_again", "再次要求材料", RECEIVED >> ACCEPTED, by=(CLERK, REVIEWER), anyone=True, hands_to=REVIEWER,
        needs=(Need("items", "再次要求的材料", "list"), Need("details", "逐项说明", "list", private=True)),
        clock=(stop(NOTICE), start(PROMISED, STATUTORY)), begins=acceptance_begins, guard=only_after_correction,
        tell="accepted", fact="case.accepted",
    ),
    Step(
        "breach", "系统记录：违反一次性告知", ACCEPTED >> None, by=(SYSTEM,),
        needs=(Need("items", "此前已存在的材料", "list"), Need("asked_by", "要求人", "int", optional=True)),
        fact="breach.second_notice",
    ),
    Step(
        "ask_more", "就新情况请您说明", ACCEPTED >> None, by=(REVIEWER,),
        needs=(Need("items", "需说明的新情况", "list"), Need("details", "逐项说明", "list", private=True)),
        tell="asked_more",
    ),
    Step(
        "deem_accepted", "视为受理", RECEIVED >> ACCEPTED, by=(SYSTEM,), hands_to=REVIEWER,
        clock=(stop(NOTICE), start(PROMISED, STATUTORY)), begins=acceptance_begins, paper="acceptance",
        tell="deemed_accepted", fact="case.accepted",
    ),
    Step(
        "not_accept", "不予受理", RECEIVED >> NOT_ACCEPTED, by=(CLERK, REVIEWER), anyone=True,
        needs=(GROUNDS, Need("authority", "应向哪个机关申请"), REMEDIES),
        clock=(stop(NOTICE),), paper="rejection", tell="not_accepted", fact="case.closed",
    ),
    Step(
        "not_needed", "告知不需办理", RECEIVED >> NOT_NEEDED, by=(CLERK, REVIEWER), anyone=True,
        needs=(GROUNDS,), clock=(stop(NOTICE),), tell="not_needed", fact="case.closed",
    ),
    Step(
        "applicant_late", "补正时间已到，提醒办理人", CORRECTING >> None, by=(SYSTEM,), tell="applicant_late",
        internal=True,
    ),
    Step(
        "lapse", "按放弃结案", CORRECTING >> LAPSED, by=(CLERK, REVIEWER), anyone=True,
        needs=(GROUNDS,), guard=applicants_time_is_over, clock=(void(CORRECTION),), tell="lapsed", fact="case.closed",
    ),
    Step(
        "site_check", "现场核查", ACCEPTED >> None, by=(REVIEWER,),
        needs=(
            Need("officials", "核查人员（两人以上）", "list"), Need("day", "核查日期", "date"),
            Need("result", "核查结论", "choice", choices=("符合", "需整改", "不符合")),
            Need("words", "核查情况", private=True),
        ),
        guard=two_officials,
    ),
    Step(
        "examine", "审查意见", ACCEPTED >> None, by=(REVIEWER,),
        needs=(
            Need("opinion", "审查结论", "choice", choices=("建议准予", "建议不予")),
            Need("words", "审查意见", private=True),
        ),
    ),
    Step(
        "suspend", "转特别程序", ACCEPTED >> SUSPENDED, by=(REVIEWER,),
        needs=(
            Need("procedure", "程序", "choice", choices=SPECIAL_PROCEDURES), Need("until", "预计结束日期", "date"),
            Need("written", "书面告知内容", private=True),
        ),
        guard=listed_procedure_in_writing, clock=(pause(PROMISED, STATUTORY),), paper="special",
        tell="suspended", fact="case.suspended",
    ),
    Step(
        "resume", "程序结束，恢复计时", SUSPENDED >> ACCEPTED, by=(REVIEWER, SYSTEM),
        clock=(resume(PROMISED, STATUTORY),), tell="resumed",
    ),
    Step(
        "ask_extension", "申请延期", (ACCEPTED | SUSPENDED) >> None, by=(REVIEWER,),
        needs=(Need("reason", "延期理由", private=True),), guard=extension_is_lawful, internal=True,
    ),
    Step(
        "extend", "批准延期", (ACCEPTED | SUSPENDED) >> None, by=(HEAD,),
        needs=(
            Need("amount", "延长", "int"), Need("unit", "单位", "choice", choices=("工作日", "自然日", "月")),
            Need("reason", "告知申请人的理由", private=True),
        ),
        guard=extension_within_allowance, clock=(extend(STATUTORY),), paper="extension", tell="extended",
    ),
    Step(
        "decline_extension", "不批准延期", (ACCEPTED | SUSPENDED) >> None, by=(HEAD,),
        needs=(Need("reason", "原因", private=True),), internal=True,
    ),
    Step(
        "grant", "准予", ACCEPTED >> GRANTED, by=(REVIEWER, HEAD),
        needs=(
            Need("paper_number", "文号", optional=True), GROUNDS, Need("valid_until", "有效期至", "date", optional=True),
        ),
        clock=(stop(PROMISED, STATUTORY), start(DELIVERY)), tell="granted", fact="case.decided",
    ),
    Step(
        "refuse", "不予许可", ACCEPTED >> REFUSED, by=(REVIEWER, HEAD),
        needs=(Need("paper_number", "文号", optional=True), GROUNDS, REMEDIES),
        clock=(stop(PROMISED, STATUTORY), start(DELIVERY)), tell="refused", fact="case.decided",
    ),
    Step(
        "deliver", "送达", (GRANTED | REFUSED) >> CLOSED, by=(CLERK, REVIEWER), anyone=True,
        needs=(
            Need("how", "送达方式", "choice", choices=("窗口领取", "邮寄", "网上送达", "留置送达")),
            Need("to", "签收人", private=True, optional=True),
        ),
        clock=(stop(DELIVERY),), paper="delivery", tell="delivered", fact="case.closed",
    ),
    Step(
        "withdraw", "撤回申请", (RECEIVED | CORRECTING | ACCEPTED | SUSPENDED) >> WITHDRAWN, by=(PARTY, CLERK), anyone=True,
        needs=(Need("reason", "撤回原因", private=True, optional=True),),
        clock=(void(NOTICE, CORRECTION, PROMISED, STATUTORY),), tell="withdrawn", fact="case.withdrawn",
    ),
    Step(
        "terminate", "终止办理", (ACCEPTED | SUSPENDED) >> TERMINATED, by=(REVIEWER, HEAD),
        needs=(GROUNDS, REMEDIES), clock=(void(PROMISED, STATUTORY),), tell="terminated",
        fact="case.closed",
    ),
)  # fmt: skip

APPLICATION = register(
    Flow(
        "application", "办件", initial=RECEIVED, opens=RECEIVE, steps=STEPS,
        kinds={
            NOTICE: "告知或受理", CORRECTION: "补正", PROMISED: "承诺时限", STATUTORY: "法定时限", DELIVERY: "送达",
        },
        of_party=frozenset({CORRECTION}), due=due,
    )
)  # fmt: skip
