"""The door for programs: scenarios, what they ask, and the plan for given answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from jishiban.guide.scenarios import body, page, queries
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.papers import Merged
from jishiban.guide.scenarios.plan import Plan, PlanStep, next_question, result, valid_answers
from jishiban.web.doors import public

router = Router()


class ScenarioOut(Schema):
    """一份情景攻略。"""

    key: str = Field(description="代号，也在网址 /guide/scenarios/{key}/ 里", examples=["restaurant"])
    title: str = Field(description="标题", examples=["我要开餐馆"])
    summary: str = Field(description="一句话说明")
    group: str = Field(description="life 个人和家庭，enterprise 开店和办企业")
    url: str = Field(description="网页")


class Problem(Schema):
    detail: str = Field(description="哪里不对，怎么改")


class DefinitionOut(Schema):
    """一份情景攻略的全部内容。条件的写法：空为总是；{"q": 问题, "is": [选项]}；all、any、not 组合。"""

    key: str
    version: int = Field(description="第几版")
    definition: dict[str, Any] = Field(description="标题、问题、步骤、说明，照发布的原样")


class AnswersIn(Schema):
    """对问题的回答。"""

    answers: dict[str, str] = Field(default_factory=dict, description="问题代号 → 选项代号")


class LimitOut(Schema):
    amount: int
    unit: str


class StepOut(Schema):
    """攻略里的一步。"""

    key: str
    number: int = Field(description="第几步")
    title: str
    text: str
    round: int = Field(description="第几轮：0 为马上能办")
    after: list[str] = Field(description="先要办好的步骤")
    notes: list[str]
    matter: int | None = Field(description="对应的事项编号，自己写的步骤为空")
    version: int | None = Field(description="依据的办事指南版本")
    limit: LimitOut | None = Field(description="时限，单位照指南，不换算")
    online: bool = Field(description="全程网办")
    open: bool = Field(description="现在是否受理")


class PaperOut(Schema):
    """合并后的一样材料。"""

    name: str
    originals: int = Field(description="一共要几份原件；只给看的算一份")
    copies: int = Field(description="一共要几份复印件")
    steps: list[str] = Field(description="哪几步用")
    shared: bool = Field(description="系统核验，免交")
    made_by: str = Field(description="由哪一步办出来；自己备的为空")


class PlanOut(Schema):
    """办事攻略。问题没有答完时，next 是下一个要问的问题，其余为空。"""

    answers: dict[str, str] = Field(description="有效的回答")
    next: dict[str, Any] | None = Field(None, description="下一个要问的问题；都答完了为空")
    steps: list[StepOut] = []
    papers: list[PaperOut] = []
    total: list[LimitOut] = Field([], description="最长一条路上各单位的时限之和")
    outcome: list[str] = []
    url: str = Field("", description="网页，可以分享")


@router.get("/scenarios", response=list[ScenarioOut], summary="情景攻略列表", operation_id="list_scenarios")
@public
def listed(request: HttpRequest) -> Any:  # noqa: ARG001
    """公开可用的情景攻略。"""
    return [{**card, "summary": card["hint"]} for card in queries.cards()]


@router.get(
    "/scenarios/{key}",
    response={200: DefinitionOut, 404: Problem},
    summary="情景攻略的内容",
    operation_id="get_scenario",
)
@public
def definition(request: HttpRequest, key: str) -> Any:  # noqa: ARG001
    """问题、步骤和条件，够别的程序自己走一遍。"""
    whole, version = _found(key)
    return {"key": key, "version": version, "definition": whole}


@router.post(
    "/scenarios/{key}/plan",
    response={200: PlanOut, 404: Problem},
    summary="按回答生成办事攻略",
    operation_id="make_plan",
)
@public
def plan(request: HttpRequest, key: str, payload: AnswersIn) -> Any:  # noqa: ARG001
    """没答完给下一个问题，答完给攻略。不认识的问题和选项不算数。"""
    whole, _version = _found(key)
    answers = valid_answers(whole, payload.answers)
    question = next_question(whole, answers)
    if question is not None:
        return {"answers": answers, "next": question}
    return plan_out(key, result(whole, answers, queries.guides(whole)))


def _found(key: str) -> tuple[Body, int]:
    scenario = queries.one(key[:32])
    if scenario is None or scenario.current is None:
        raise HttpError(404, "没有这份攻略，或者它已停用。")
    return body.complete(scenario.current.body), scenario.current.number


def plan_out(key: str, made: Plan) -> dict[str, Any]:
    """A plan as programs get it."""
    return {
        "answers": dict(made.answers),
        "steps": [_step(step, n) for n, step in enumerate(made.steps, 1)],
        "papers": [_paper(paper) for paper in made.papers],
        "total": [{"amount": amount, "unit": unit} for unit, amount in made.total],
        "outcome": list(made.outcome),
        "url": page.address(key, made.answers),
    }


def _step(step: PlanStep, number: int) -> dict[str, Any]:
    guide, limit = step.guide, step.limit or {}
    return {
        "key": step.key, "number": number, "title": step.title, "text": step.text, "round": step.layer,
        "after": list(step.after), "notes": list(step.notes),
        "matter": guide.matter if guide else None, "version": guide.version if guide else None,
        "limit": {"amount": limit["amount"], "unit": limit["unit"]} if isinstance(limit.get("amount"), int) else None,
        "online": bool(guide and guide.document.get("visits") == 0), "open": guide.open if guide else True,
    }  # fmt: skip


def _paper(paper: Merged) -> dict[str, Any]:
    return {
        "name": paper.name, "originals": paper.originals, "copies": paper.copies, "steps": list(paper.steps),
        "shared": paper.shared, "made_by": paper.made_by,
    }  # fmt: skip
