"""The small cast of these tests: a hall with three matters, an editor, a clerk, and one small scenario."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from jishiban.guide.scenarios import body, review
from jishiban.guide.scenarios.body import Body
from jishiban.hall.matters import actions as matters
from jishiban.hall.matters import document
from jishiban.hall.matters.listing import BASE_LIST
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.models import Post, Role, Staff, Unit, Window
from jishiban.kernel.directory.roster import staff_actor

NOW = timezone.make_aware(datetime(2026, 3, 2, 9, 0))


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _no_review() -> Iterator[None]:
    """A house without a review: editors publish themselves. What the house hangs in is tried with the house."""
    hung_in = review.reviewer()
    review.register(None)
    yield
    review.register(hung_in)


@pytest.fixture
def bureau(db: None) -> Unit:
    root = Unit.objects.create(name="测试区行政审批服务局", short="审批局", path="/1/", phone="0531-8*")
    root.path = f"/{root.pk}/"
    root.save()
    Window.objects.create(number="A01", name="综合窗口", unit=root, zone="综合受理区", floor=1)
    Window.objects.create(number="A02", name="综合窗口", unit=root, zone="综合受理区", floor=1)
    return root


def person_of(unit: Unit, account: str, role: Role) -> Staff:
    staff = Staff.objects.create(account=account, name=account, unit=unit)
    Post.objects.create(unit=unit, role=role, title=str(role.label), staff=staff)
    return staff


@pytest.fixture
def wang(bureau: Unit) -> Staff:
    return person_of(bureau, "wang", Role.EDITOR)


@pytest.fixture
def zhao(bureau: Unit) -> Staff:
    return person_of(bureau, "zhao", Role.CLERK)


@pytest.fixture
def editor(wang: Staff) -> Actor:
    return staff_actor(wang)


def material(key: str, name: str, **more: Any) -> dict[str, Any]:
    return {**document.ROWS["materials"], "key": key, "name": name, **more}


def guide(name: str, **more: Any) -> dict[str, Any]:
    return document.complete({"name": name, "kind": "承诺件", "visits": 1, "online": "窗口办理", **more})


LICENCE = guide(
    "个体工商户设立、变更、注销登记",
    visits=0,
    online="全程网办",
    promise={"amount": 1, "unit": "工作日"},
    materials=[
        material("shenfenzheng", "经营者身份证", copies=1),
        material("changsuo", "经营场所使用证明", kind="复印件", when="设立时"),
        material("zhengben", "营业执照正副本", when="注销时"),
        material("weituo", "授权委托书及受托人身份证", when="委托他人办理时"),
    ],
    results=[{"name": "营业执照（个体工商户）", "kind": "证照", "validity": ""}],
)
FOOD = guide(
    "食品经营许可",
    promise={"amount": 5, "unit": "工作日"},
    materials=[
        material("sfz", "申请人身份证", kind="复印件", copies=2),
        material("yyzz", "营业执照"),
        material("jiance", "水质检测报告", when="自备水源时"),
    ],
    fee={"charged": True, "items": [{"name": "工本费", "standard": "10元", "basis": "《办法》"}]},
)
FIRE = guide("营业前消防安全检查", statutory={"amount": 10, "unit": "日", "basis": "《消防法》"})


@pytest.fixture
def catalogue(bureau: Unit) -> dict[str, Matter]:
    """Three matters with full guides: 2 个体, 5 食品, 181 消防."""
    made = {}
    for code, whole in (("2", LICENCE), ("5", FOOD), ("181", FIRE)):
        matter = Matter.objects.create(
            source=BASE_LIST, local_code=code, name=whole["name"], type="01", unit=bureau
        )
        matters.publish_many([matters.Publication(matter, deepcopy(whole), True, "初版")], SYSTEM, NOW)
        made[code] = matter
    return made


def small() -> Body:
    """Open a stall: a licence first; then food, and fire only for a large shop."""
    return body.complete(
        {
            "key": "stall", "title": "我要开小店", "summary": "开小店先办什么。", "group": "enterprise", "icon": "shop",
            "questions": [
                {"key": "size", "text": "店有多大？", "options": [
                    {"key": "small", "label": "不大"}, {"key": "large", "label": "很大"}]},
                {"key": "floor", "text": "在几楼？", "ask_if": {"q": "size", "is": ["large"]}, "options": [
                    {"key": "one", "label": "一楼"}, {"key": "up", "label": "楼上"}]},
            ],
            "steps": [
                {"key": "licence", "matter": {"code": "2", "name": LICENCE["name"]}},
                {"key": "food", "matter": {"code": "5", "name": FOOD["name"]}, "after": ["fire"]},
                {"key": "fire", "matter": {"code": "181", "name": FIRE["name"]}, "after": ["licence"],
                 "when": {"q": "size", "is": ["large"]},
                 "notes": [{"text": "楼上要有两个出口。", "when": {"q": "floor", "is": ["up"]}}]},
                {"key": "health", "title": "办健康证明", "text": "到体检机构办。",
                 "papers": {"add": [{"name": "身份证"}]}},
            ],
            "outcome": [{"text": "证挂在墙上。"}],
        }
    )  # fmt: skip


@pytest.fixture
def stall() -> Body:
    return small()
