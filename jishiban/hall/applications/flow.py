"""The life of an application (办件) as one table. Law: 行政许可法 29–50; readings: domain rules on clocks 1–6.

Only what the law or the hall's own rules say stands here; who may act is in the `by` of each step.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

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
from jishiban.web.formats import quantity

CLERK, REVIEWER, HEAD = Role.CLERK, Role.REVIEWER, Role.HEAD

# The procedures whose time is not counted (art. 45). An on-site check is not among them and is counted.
SPECIAL_PROCEDURES = (
    _("听证"), _("招标"), _("拍卖"), _("检验"), _("检测"), _("检疫"), _("鉴定"), _("专家评审"),
)  # fmt: skip

NOTICE, CORRECTION, PROMISED, STATUTORY, DELIVERY = (
    "notice",
    "correction",
    "promised",
    "statutory",
    "delivery",
)

RECEIVED = State("received", _("已收件，待受理"))
CORRECTING = State("correcting", _("待您补正"), waiting=Waiting.PARTY)
ACCEPTED = State("accepted", _("已受理，审查中"))
SUSPENDED = State("suspended", _("特别程序中"))
GRANTED = State("granted", _("准予，待送达"))
REFUSED = State("refused", _("不予许可，待送达"))
CLOSED = State("closed", _("已办结"), open=False, waiting=Waiting.NOBODY)
NOT_ACCEPTED = State("not_accepted", _("不予受理"), open=False, waiting=Waiting.NOBODY)
NOT_NEEDED = State("not_needed", _("不需办理"), open=False, waiting=Waiting.NOBODY)
WITHDRAWN = State("withdrawn", _("已撤回"), open=False, waiting=Waiting.NOBODY)
LAPSED = State("lapsed", _("逾期未补正，视为放弃"), open=False, waiting=Waiting.NOBODY)
TERMINATED = State("terminated", _("已终止"), open=False, waiting=Waiting.NOBODY)

GROUNDS = Need("grounds", _("理由和依据"), private=True)
CLAIMED_NEW = Need("claimed_new", _("主张为此前没有的新情况"), "list", optional=True)
REMEDIES = Need("remedies", _("救济途径"), optional=True)


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
        raise StepRefused(
            gettext("一次性告知只能有一次。补正后仍缺材料的，请用“再次要求材料”，系统会如实记录。")
        )
    if taken.at >= clock.deadline:
        raise StepRefused(gettext("已超过五个工作日的告知期限，本件自收到材料之日起视为受理。"))


def not_yet_accepted_by_law(life: Life, taken: Taken) -> None:
    """After five working days without a notice the case is accepted, noted or not (art. 32-4): no turning it away."""
    clock = life.last(NOTICE)
    if clock is not None and taken.at >= clock.deadline:
        raise StepRefused(gettext("已超过五个工作日的期限，本件依法视为受理，不能再退回。"))


def only_after_correction(life: Life, _taken: Taken) -> None:
    clock = life.last(NOTICE)
    if clock is None or clock.round == 1:
        raise StepRefused(gettext("还没有给过一次性告知，请先用“一次性告知”一次说全。"))


def listed_procedure_in_writing(_life: Life, taken: Taken) -> None:
    """Only an art. 45 procedure stops the clock, and only for the time told to the applicant in writing."""
    until = datetime.fromisoformat(taken.facts["until"]).date()
    if until <= timezone.localdate(taken.at):
        raise FactsMissing({"until": gettext("“预计结束日期”要晚于今天。请填写书面告知的日期。")})


def extension_is_lawful(life: Life, taken: Taken) -> None:
    """Once, before the limit ends, within what the law allows (art. 42)."""
    limit = life.live(STATUTORY)
    if limit is None:
        raise StepRefused(gettext("此件没有正在计时的法定时限，不能延期。"))
    if limit.extension_list:
        raise StepRefused(gettext("此件已经延期一次，依法不能再延。"))
    if limit.state == PromiseState.RUNNING and taken.at >= limit.deadline:
        raise StepRefused(gettext("法定时限已过，不能再延期。请尽快作出决定。"))


def extension_within_allowance(life: Life, taken: Taken) -> None:
    extension_is_lawful(life, taken)
    allowed = life.case.terms.get("extension") or {"amount": 10, "unit": "工作日"}
    amount, unit = taken.facts["amount"], taken.facts["unit"]
    most = quantity(allowed["amount"], allowed["unit"])
    if unit != allowed["unit"] or not 0 < amount <= allowed["amount"]:
        raise FactsMissing({"amount": gettext("此事项最多延期 %(most)s。请改小后再批准。") % {"most": most}})


def two_officials(_life: Life, taken: Taken) -> None:
    """A substantive check on site takes at least two officials (art. 34)."""
    if len(set(taken.facts.get("officials", []))) < 2:
        raise FactsMissing({"officials": gettext("现场核查须由两名以上工作人员进行。请填写两人的姓名。")})


def applicants_time_is_over(life: Life, taken: Taken) -> None:
    wait = life.live(CORRECTION)
    if wait is not None and taken.at < wait.deadline:
        raise StepRefused(gettext("申请人的补正时间还没有到期，不能按放弃处理。"))


# --- what time brings by itself ------------------------------------------------------------------------------


def due(life: Life, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """No notice within five working days: accepted. The time told for a special procedure is over: it resumes."""
    notice = life.live(NOTICE)
    if life.case.state == RECEIVED.name and notice and notice.deadline <= now:
        return "deem_accepted", {}
    if life.case.state == SUSPENDED.name and life.pause_is_over(now):
        return "resume", {}
    wait = life.live(CORRECTION)
    if wait and wait.deadline <= now:
        return "applicant_late", {}
    return None


# --- the table -----------------------------------------------------------------------------------------------

RECEIVE = Step(
    "receive", _("收件"), RECEIVED >> RECEIVED, by=(PARTY, CLERK),
    needs=(
        Need("form", _("申请内容摘要码")), Need("files", _("材料摘要码"), "list", optional=True),
        Need("version", _("指南版本"), "int"), Need("walk_in", _("窗口登记"), "flag", optional=True),
    ),
    clock=(start(NOTICE),), begins=hand_in_counts_from, tell="received", fact="case.received",
)  # fmt: skip

STEPS = (
    Step(
        "correct_on_spot", _("当场更正"), RECEIVED >> None, by=(CLERK,), anyone=True,
        needs=(Need("what", _("更正内容"), private=True), Need("form", _("申请内容摘要码"), optional=True)),
    ),
    Step(
        "one_time_notice", _("一次性告知"), RECEIVED >> CORRECTING, by=(CLERK, REVIEWER), anyone=True,
        needs=(Need("items", _("需补正的材料"), "list"), Need("details", _("逐项说明"), "list", private=True)),
        clock=(stop(NOTICE), start(CORRECTION)), guard=first_notice_only,
        tell="one_time_notice", fact="case.notice",
    ),
    Step(
        "correct", _("补正"), CORRECTING >> RECEIVED, by=(PARTY, CLERK), anyone=True,
        needs=(
            Need("form", _("申请内容摘要码"), optional=True), Need("files", _("材料摘要码"), "list", optional=True),
            Need("answered", _("已补正项"), "list"),
        ),
        clock=(stop(CORRECTION), start(NOTICE)), begins=hand_in_counts_from, tell="received",
    ),
    Step(
        "accept", _("受理"), RECEIVED >> ACCEPTED, by=(CLERK, REVIEWER), anyone=True, hands_to=REVIEWER,
        clock=(stop(NOTICE), start(PROMISED, STATUTORY)), begins=acceptance_begins, paper="acceptance",
        tell="accepted", fact="case.accepted",
    ),
    Step(
        "demand_again", _("再次要求材料"), RECEIVED >> ACCEPTED, by=(CLERK, REVIEWER), anyone=True, hands_to=REVIEWER,
        needs=(
            Need("items", _("再次要求的材料"), "list"), Need("details", _("逐项说明"), "list", private=True), CLAIMED_NEW,
        ),
        clock=(stop(NOTICE), start(PROMISED, STATUTORY)), begins=acceptance_begins, guard=only_after_correction,
        tell="accepted", fact="case.accepted",
    ),
    Step(
        "breach", _("系统记录：违反一次性告知"), ACCEPTED >> None, by=(SYSTEM,),
        needs=(Need("items", _("此前已存在的材料"), "list"), Need("asked_by", _("要求人"), "int", optional=True)),
        fact="breach.second_notice",
    ),
    Step(
        "ask_more", _("就新情况请您说明"), ACCEPTED >> None, by=(REVIEWER,),
        needs=(
            Need("items", _("需说明的新情况"), "list"), Need("details", _("逐项说明"), "list", private=True), CLAIMED_NEW,
        ),
        tell="asked_more",
    ),
    Step(
        "deem_accepted", _("视为受理"), RECEIVED >> ACCEPTED, by=(SYSTEM,), hands_to=REVIEWER,
        clock=(stop(NOTICE), start(PROMISED, STATUTORY)), begins=acceptance_begins, paper="acceptance",
        tell="deemed_accepted", fact="case.accepted",
    ),
    Step(
        "not_accept", _("不予受理"), RECEIVED >> NOT_ACCEPTED, by=(CLERK, REVIEWER), anyone=True,
        needs=(GROUNDS, Need("authority", _("应向哪个机关申请")), REMEDIES),
        guard=not_yet_accepted_by_law, clock=(stop(NOTICE),), paper="rejection", tell="not_accepted", fact="case.closed",
    ),
    Step(
        "not_needed", _("告知不需办理"), RECEIVED >> NOT_NEEDED, by=(CLERK, REVIEWER), anyone=True,
        needs=(GROUNDS,), guard=not_yet_accepted_by_law, clock=(stop(NOTICE),), tell="not_needed", fact="case.closed",
    ),
    Step(
        "applicant_late", _("补正时间已到，提醒办理人"), CORRECTING >> None, by=(SYSTEM,), tell="applicant_late",
        internal=True,
    ),
    Step(
        "lapse", _("按放弃结案"), CORRECTING >> LAPSED, by=(CLERK, REVIEWER), anyone=True,
        needs=(GROUNDS,), guard=applicants_time_is_over, clock=(void(CORRECTION),), tell="lapsed", fact="case.closed",
    ),
    Step(
        "site_check", _("现场核查"), ACCEPTED >> None, by=(REVIEWER,),
        needs=(
            Need("officials", _("核查人员（两人以上）"), "list"), Need("day", _("核查日期"), "date"),
            Need("result", _("核查结论"), "choice", choices=(_("符合"), _("需整改"), _("不符合"))),
            Need("words", _("核查情况"), private=True),
        ),
        guard=two_officials,
    ),
    Step(
        "examine", _("审查意见"), ACCEPTED >> None, by=(REVIEWER,),
        needs=(
            Need("opinion", _("审查结论"), "choice", choices=(_("建议准予"), _("建议不予"))),
            Need("words", _("审查意见"), private=True),
        ),
    ),
    Step(
        "suspend", _("转特别程序"), ACCEPTED >> SUSPENDED, by=(REVIEWER,),
        needs=(
            Need("procedure", _("程序"), "choice", choices=SPECIAL_PROCEDURES), Need("until", _("预计结束日期"), "date"),
            Need("written", _("书面告知内容"), private=True),
        ),
        guard=listed_procedure_in_writing, clock=(pause(PROMISED, STATUTORY),), paper="special",
        tell="suspended", fact="case.suspended",
    ),
    Step(
        "resume", _("程序结束，恢复计时"), SUSPENDED >> ACCEPTED, by=(REVIEWER, SYSTEM),
        clock=(resume(PROMISED, STATUTORY),), tell="resumed",
    ),
    Step(
        "ask_extension", _("申请延期"), (ACCEPTED | SUSPENDED) >> None, by=(REVIEWER,),
        needs=(Need("reason", _("延期理由"), private=True),), guard=extension_is_lawful, internal=True,
    ),
    Step(
        "extend", _("批准延期"), (ACCEPTED | SUSPENDED) >> None, by=(HEAD,),
        needs=(
            Need("amount", _("延长"), "int"), Need("unit", _("单位"), "choice", choices=("工作日", "自然日", "月")),
            Need("reason", _("告知申请人的理由"), private=True),
        ),
        guard=extension_within_allowance, clock=(extend(STATUTORY),), paper="extension", tell="extended",
    ),
    Step(
        "decline_extension", _("不批准延期"), (ACCEPTED | SUSPENDED) >> None, by=(HEAD,),
        needs=(Need("reason", _("原因"), private=True),), internal=True,
    ),
    Step(
        "grant", _("准予"), ACCEPTED >> GRANTED, by=(REVIEWER, HEAD),
        needs=(
            Need("paper_number", _("文号"), optional=True), GROUNDS, Need("valid_until", _("有效期至"), "date", optional=True),
        ),
        clock=(stop(PROMISED, STATUTORY), start(DELIVERY)), tell="granted", fact="case.decided",
    ),
    Step(
        "refuse", _("不予许可"), ACCEPTED >> REFUSED, by=(REVIEWER, HEAD),
        needs=(Need("paper_number", _("文号"), optional=True), GROUNDS, REMEDIES),
        clock=(stop(PROMISED, STATUTORY), start(DELIVERY)), tell="refused", fact="case.decided",
    ),
    Step(
        "deliver", _("送达"), (GRANTED | REFUSED) >> CLOSED, by=(CLERK, REVIEWER), anyone=True,
        needs=(
            Need("how", _("送达方式"), "choice", choices=(_("窗口领取"), _("邮寄"), _("网上送达"), _("留置送达"))),
            Need("to", _("签收人"), private=True, optional=True),
        ),
        clock=(stop(DELIVERY),), paper="delivery", tell="delivered", fact="case.closed",
    ),
    Step(
        "withdraw", _("撤回申请"), (RECEIVED | CORRECTING | ACCEPTED | SUSPENDED) >> WITHDRAWN, by=(PARTY, CLERK), anyone=True,
        needs=(Need("reason", _("撤回原因"), private=True, optional=True),),
        clock=(void(NOTICE, CORRECTION, PROMISED, STATUTORY),), tell="withdrawn", fact="case.withdrawn",
    ),
    Step(
        "terminate", _("终止办理"), (ACCEPTED | SUSPENDED) >> TERMINATED, by=(REVIEWER, HEAD),
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
