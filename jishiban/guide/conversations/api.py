"""`POST /api/v1/guide/ask` and what follows it: asking, handing over to a person, reading the reply."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from jishiban.guide.conversations import actions, inquiries, queries, replies, tracking, words
from jishiban.guide.conversations.inquiries import Wish
from jishiban.guide.conversations.models import Channel, Conversation
from jishiban.guide.conversations.question import NotAQuestion
from jishiban.kernel.cases.errors import CaseError
from jishiban.web.doors import NOBODY, public
from jishiban.web.limits import address_of, limit, limit_request

router = Router()


class AskIn(Schema):
    """一个问题。"""

    q: str = Field(description="用平常的话问，最多 500 个字", examples=["开饭店要带什么材料"])
    k: int = Field(5, ge=1, le=actions.MOST_HITS, description="最多给几个候选")
    conversation: str = Field(
        "", max_length=64, description="上一次回答里的咨询编号；接着问时带上，“要带什么”就知道说的是哪件事"
    )


class Hit(Schema):
    """一个候选条目，连同答复和出处。"""

    id: str = Field(description="条目编号，不随版本变", examples=["m5:材料"])
    question: str = Field(description="标准问题")
    answer: str = Field(description="答复，随办事指南更新")
    matter: str = Field(description="事项名称；不属于哪个事项时为空", examples=["食品经营许可"])
    matter_url: str = Field(description="办事指南网页")
    aspect: str = Field(description="流程、材料、地点、时限、费用、条件、网办、代办、进度、依据或其他")
    version: int = Field(description="出处的版本号")
    source: str = Field(description="出处")
    checked_on: date = Field(description="最近核对日期")
    score: float = Field(description="排序分")
    confidence: float = Field(description="问的就是它的概率，已校准")
    matched: list[str] = Field(description="问题里对上的词")


class Option(Schema):
    id: str = Field(description="条目编号")
    label: str = Field(description="按钮上的字")


class Clarify(Schema):
    question: str = Field(description="反问的一句话")
    options: list[Option] = Field(description="可选的回答")


class Reading(Schema):
    """问题是怎么理解的。"""

    item: str = Field("", description="去掉客气话和方面以后剩下的")
    aspects: list[str] = Field([], description="问的是哪方面，最有把握的在前")
    rules: list[list[str]] = Field([], description="用到的口语词典：口语、规范用语")
    unknown: float = Field(0, description="没见过的词占多少")


class ScenarioOffer(Schema):
    """一份情景攻略：一件事从头到尾怎么办。"""

    id: str = Field(description="代号，用于 /api/v1/guide/scenarios/{key}", examples=["restaurant"])
    title: str = Field(description="标题", examples=["我要开餐馆"])
    url: str = Field(description="网页")


class HandoverWay(Schema):
    advised: bool = Field(description="是否建议转人工")
    reason: str = Field(description="为什么")
    within: str = Field(description="多久答复", examples=["1 个工作日"])
    phone: str = Field(description="咨询电话")


class Reply(Schema):
    """一次回答。"""

    decision: str = Field(description="answer 直接答复，choose 请选择，clarify 反问一句，handover 转人工")
    hits: list[Hit] = Field(description="候选，最好的在前；不论怎样决定都给")
    slot: str = Field(description="clarify 时缺的是 item、aspect 还是 variant")
    clarify: Clarify | None = Field(description="反问")
    why: str = Field(description="决定的原因代码")
    conversation: str = Field(description="咨询编号")
    turn: int = Field(description="这一问的编号")
    reading: Reading
    phrased: str = Field(description="语言模型改写的答复，句句有出处；没有启用时为空")
    took_ms: float = Field(description="用时，毫秒")
    scenarios: list[ScenarioOffer] = Field(description="问题说到的情景攻略，最多两份")
    handover: HandoverWay


class Fault(Schema):
    detail: str


@router.post(
    "/ask", response={200: Reply, 422: Fault, 429: Fault}, summary="问一句", operation_id="guide_ask",
)  # fmt: skip
@public
def ask(request: HttpRequest, body: AskIn) -> Any:
    """找到有出处的答复；拿不准时给几个候选、反问一句，或建议转人工。"""
    try:
        asked = actions.ask(body.q, _talk(request, body.conversation), body.k)
    except NotAQuestion as wrong:
        raise HttpError(422, str(wrong)) from wrong
    return replies.reply_of(asked, body.k)


def _talk(request: HttpRequest, key: str) -> Conversation:
    """The program's own earlier talk, or a new one; a talk of people in the portal is not gone on with from here."""
    known = queries.conversation(key)
    if known is not None and known.channel == Channel.API:
        return known
    return actions.begin(Channel.API, who=f"address:{address_of(request)}")


class HandoverIn(Schema):
    """转人工。"""

    question: str = Field(description="要请人回答的问题", examples=["我的情况比较特殊……"])
    conversation: str = Field("", max_length=64, description="咨询编号；带上时问答经过一并转给工作人员")
    phone: str = Field("", max_length=40, description="电话，可不填")


class HandoverOut(Schema):
    number: str = Field(description="编号")
    code: str = Field(description="查询码，六位")
    within: str = Field(description="多久答复")
    url: str = Field(description="查看答复的网页")


@router.post(
    "/handover", response={201: HandoverOut, 422: Fault, 429: Fault}, summary="转人工", operation_id="guide_handover",
)  # fmt: skip
@public
def handover(request: HttpRequest, body: HandoverIn) -> Any:
    """请工作人员答复。凭编号和查询码查看答复。"""
    limit_request(request, "inquiry", times=30, seconds=3600)
    talk = _talk(request, body.conversation)
    wish = Wish(talk, tracking.last_turn(talk), body.question, body.phone)
    try:
        case = inquiries.hand_over(wish, NOBODY)
    except CaseError as wrong:
        raise HttpError(422, wrong.message) from wrong
    return 201, {
        "number": case.number, "code": case.query_code, "within": words.promise_words(), "url": tracking.PAGE,
    }  # fmt: skip


class InquiryOut(Schema):
    """转人工的咨询现在怎样。"""

    number: str
    state: str = Field(description="waiting、asked_back、answered、closed 或 withdrawn")
    label: str = Field(description="状态")
    next: str = Field(description="接下来")
    asked: str = Field(description="什么时候问的")
    due: str | None = Field(description="最晚什么时候答复")
    replies: list[str] = Field(description="工作人员说的话，先说的在前")


@router.get(
    "/questions/{number}", response={200: InquiryOut, 404: Fault, 429: Fault}, summary="人工答复",
    operation_id="guide_inquiry",
)  # fmt: skip
@public
def inquiry(request: HttpRequest, number: str, code: str = "") -> Any:
    """凭编号和六位查询码查询。编号不存在和查询码不对，回答相同。"""
    limit_request(request, "api-track", times=120, seconds=600)
    limit("api-track-number", tracking.spelt(number) or "-", times=10, seconds=3600)
    case = tracking.tracked(number, code)
    if case is None:
        raise HttpError(404, _("没有这个编号，或者查询码不对。"))
    return tracking.status_of(case, timezone.now())
