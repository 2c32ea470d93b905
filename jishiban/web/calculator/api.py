"""`POST /api/v1/clock/deadline`: the public deadline calculator for programs."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from jishiban.kernel.clock import Answer, ClockError, compute
from jishiban.kernel.directory.calendars import calendars
from jishiban.web.doors import public
from jishiban.web.limits import limit_request

router = Router()
AT_ONCE = 2_000
MOST_LINES = (
    1_000_000  # days listed in one answer: 2,000 limits of a year and more, and no more memory than a page
)


class PauseIn(Schema):
    """The days after `from` through `to` are not counted."""

    from_: str = Field(alias="from", description="书面告知之日（ISO 日期），次日起不计")
    to: str = Field(description="程序结束之日（ISO 日期），当日仍不计")


class Question(Schema):
    """One term to be counted."""

    amount: int = Field(description="数量，0 到 10000")
    unit: str = Field(description="工作日 | 自然日 | 月 | 小时 | 工作小时")
    start: str = Field(description="起算的 ISO 日期或时间；当日不计入")
    pauses: list[PauseIn] = []
    extensions: list[int | dict[str, Any]] = Field(
        [], description="延长的数量，单位同期限；或 {amount, unit}"
    )
    calendar: str = Field("statutory", description="statutory | city")
    filed: bool = Field(False, description="true：按收件处理，下班后或休息日顺延到下一工作日")


class DayOut(Schema):
    """One day of the count."""

    date: str
    counted: bool
    why: str


class AnswerOut(Schema):
    """The deadline and how it was counted; `provisional` when a year's calendar is not loaded yet."""

    deadline: str = Field(description="天、月为最后一日；小时为时刻")
    provisional: bool
    days: list[DayOut]


@router.post(
    "/deadline", response=AnswerOut | list[AnswerOut], summary="计算期限", operation_id="clock_deadline"
)
@public
def deadline(request: HttpRequest, questions: Question | list[Question]) -> Any:
    """一个问题得一个答案；至多 2000 个问题的列表得同样顺序的列表。"""
    many = questions if isinstance(questions, list) else [questions]
    if len(many) > AT_ONCE:
        raise ClockError("", f"一次最多计算 {AT_ONCE} 条，请分批提交。")
    limit_request(request, "clock", times=600, seconds=60)
    known, lines = calendars(), 0
    answers: list[bytes] = []  # as they go over the wire: a thirtieth of what the days hold in memory
    for place, question in enumerate(many):
        found = _answer(question, known, place if isinstance(questions, list) else None)
        lines += len(found.days)
        if lines > MOST_LINES:
            raise ClockError("", f"这些期限合计超过 {MOST_LINES} 天，请分批提交。")
        answers.append(json.dumps(found.as_dict(), ensure_ascii=False).encode())
    body = b"[" + b",".join(answers) + b"]" if isinstance(questions, list) else answers[0]
    return HttpResponse(body, content_type="application/json; charset=utf-8")


def _answer(question: Question, known: Any, place: int | None) -> Answer:
    pauses = [{"from": pause.from_, "to": pause.to} for pause in question.pauses]
    try:
        return compute(
            question.amount, question.unit, question.start, pauses, question.extensions, question.calendar,
            question.filed, calendars=known,
        )  # fmt: skip
    except ClockError as error:
        where = error.field if place is None else f"{place}.{error.field}"
        raise ClockError(where, str(error)) from None
