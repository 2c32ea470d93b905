"""Believable demonstration data of the library: enough reviewers, what was written by hand, what waits to be decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from jishiban.guide.entries import aliases, revisions
from jishiban.guide.entries.models import Kind, Library, Revision
from jishiban.guide.entries.revisions import Proposal
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory import demo as district
from jishiban.kernel.directory.models import Post, Role, Staff, Unit
from jishiban.kernel.directory.roster import moved, roster, staff_actor

SECOND_EDITOR, EDITORS = "知识编审", 4
# Matter, question, answer, similar ways to ask, source: what no guide says, because it is not about one matter alone.
WRITTEN: Final = (
    (
        "食品经营许可", "开饭店先办营业执照，还是先办食品经营许可？", "先办营业执照，再办食品经营许可。\n两件可以一趟交材料。",
        ("开餐馆先办哪个证", "饭店的证件办理顺序"), "《食品经营许可办事指南》受理条件",
    ),
    (
        "个体工商户设立、变更、注销登记", "个体户不干了，一定要注销吗？", "要。不经营了就来注销，免得被列入经营异常。",
        ("个体户不开了怎么办", "个体户不注销有什么后果"), "《市场主体登记管理条例》第三十三条",
    ),
    (
        "", "大厅的自助区可以自己打印材料吗？", "可以。一楼自助区能打印、复印、扫描。\n不会用的，找导办台的工作人员帮忙。",
        ("大厅能复印吗", "哪里可以打印表格"), "大厅服务公告",
    ),
)  # fmt: skip
# What was said and which matter was meant then, and by how many.
SAID: Final = (
    ("弄个饭铺子要啥手续", "食品经营许可", 2), ("整个小吃摊", "食品经营许可", 1), ("开个小卖部办照", "个体工商户设立、变更、注销登记", 2),
    ("办个个体照", "个体工商户设立、变更、注销登记", 3), ("公司黄了注销", "企业设立、变更、注销登记", 1),
)  # fmt: skip
LINES: Final = (
    ("饭铺子", "餐饮服务", "市场监管", "开个饭铺子要办什么证"),
    ("整个照", "营业执照登记", "市场监管", "想整个照做小买卖"),
)


@transaction.atomic
def build(now: datetime) -> None:
    """Write it, the reviews of the last weeks first. For a district with matters and staff; does nothing twice."""
    if Revision.objects.exists() or not Unit.objects.exists():
        return
    Library.objects.get_or_create(pk=Library.ROW)
    more_editors()
    for n, row in enumerate(WRITTEN):
        _written(row, now - timedelta(days=20 - 4 * n), reviews=3)
    for n, line in enumerate(LINES):
        _line(line, now - timedelta(days=3 - n), reviews=3 if n == 0 else 1)
    for text, name, askers in SAID:
        _said(text, name, askers, now)


def more_editors() -> None:
    """Three reviews by others than the author take four people who are there: the bureau gets editors enough.

    Heads of its offices take the post beside their own, so that its director is needed for the last review only.
    """
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    if root is None:
        return
    posts = Post.objects.filter(unit=root, staff__isnull=False)
    missing = EDITORS - posts.filter(role=Role.EDITOR).count()
    known = {one.account for one in district.SIGN_INS}
    heads = Staff.objects.filter(posts__role=Role.HEAD, is_active=True).exclude(pk__in=posts.values("staff"))
    there = [one for one in heads.order_by("pk") if roster().present(one.pk) and one.account not in known]
    Post.objects.bulk_create(
        Post(unit=root, role=Role.EDITOR, title=SECOND_EDITOR, staff=one) for one in there[: max(0, missing)]
    )
    moved()


def _author(unit_id: int) -> Staff | None:
    """An editor of the unit, or of those above it."""
    today = roster()
    at: int | None = unit_id
    while at is not None:
        for one in today.holders.get((at, Role.EDITOR), ()):
            if today.present(one):
                return Staff.objects.get(pk=one)
        at = today.parent.get(at)
    return None


def _through(proposal: Proposal, at: datetime, reviews: int) -> None:
    """Hand it in and let its owners review it, a day each."""
    author = _author(proposal.unit_id)
    if author is None:
        return
    revision = revisions.propose(proposal, staff_actor(author), at)
    for n in range(reviews):
        again = Revision.objects.select_related("case__owner").get(pk=revision.pk)
        moment = at + timedelta(hours=3 * (n + 1))
        revisions.approve(again, staff_actor(again.case.owner), moment, again.case.seq)


def _written(row: tuple[str, str, str, tuple[str, ...], str], at: datetime, reviews: int) -> None:
    name, question, answer, similar, source = row
    matter = Matter.objects.filter(name=name, item__isnull=False).first()
    if name and matter is None:
        return
    unit = (matter.unit_id if matter else None) or roster().root()
    payload: dict[str, Any] = {
        "entry": None, "matter": matter.pk if matter else None, "unit": unit, "aspect": "其他", "question": question,
        "answer": answer, "similar": list(similar), "source": source, "valid_from": "", "valid_to": "", "in_use": True,
    }  # fmt: skip
    _through(Proposal(Kind.ENTRY, question, payload, "窗口常被问到", unit), at, reviews)


def _line(line: tuple[str, str, str, str], at: datetime, reviews: int) -> None:
    said, official, owner, test = line
    payload = {"line": None, "said": said, "official": official, "owner": owner, "test": test, "in_use": True}
    proposal = Proposal(
        Kind.LINE, f"{said} → {official}", payload, "老人常这样说", roster().root(), f"line:{said}"
    )
    _through(proposal, at, reviews)


def _said(text: str, name: str, askers: int, now: datetime) -> None:
    matter = Matter.objects.filter(name=name, item__isnull=False).first()
    if matter is None:
        return
    for n in range(askers):
        aliases.propose_alias(text, matter, f"demo-{n}", now)
