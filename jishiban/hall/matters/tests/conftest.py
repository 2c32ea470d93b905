"""The small cast of these tests: a bureau with two offices, their editors, and a few matters."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone

from jishiban.hall.matters import actions, document, importer, seed
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.models import Post, Role, Staff, Unit
from jishiban.kernel.directory.roster import staff_actor


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other rooms do when matters change is left out: only this room's own work is looked at."""
    for room in (actions, importer):
        monkeypatch.setattr(room, "tell", lambda _event: None)


@pytest.fixture
def bureau(db: None) -> Unit:
    root = Unit.objects.create(name="测试区行政审批服务局", short="审批局", path="/1/")
    root.path = f"/{root.pk}/"
    root.save()
    return root


def office(root: Unit, name: str) -> Unit:
    unit = Unit.objects.create(name=name, short=name, parent=root, path="/-/")
    unit.path = f"{root.path}{unit.pk}/"
    unit.save()
    return unit


@pytest.fixture
def market(bureau: Unit) -> Unit:
    return office(bureau, "市场准入科")


@pytest.fixture
def social(bureau: Unit) -> Unit:
    return office(bureau, "社会事务科")


def person_of(unit: Unit, account: str, role: Role) -> Staff:
    staff = Staff.objects.create(account=account, name=account, unit=unit)
    Post.objects.create(unit=unit, role=role, title=str(role.label), staff=staff)
    return staff


@pytest.fixture
def li(market: Unit) -> Staff:
    """An editor of 市场准入科."""
    return person_of(market, "li", Role.EDITOR)


@pytest.fixture
def wang(bureau: Unit) -> Staff:
    """An editor of the whole bureau."""
    return person_of(bureau, "wang", Role.EDITOR)


@pytest.fixture
def zhao(market: Unit) -> Staff:
    """A clerk of 市场准入科, who edits nothing."""
    return person_of(market, "zhao", Role.CLERK)


@pytest.fixture
def editor(li: Staff) -> Actor:
    return staff_actor(li)


@pytest.fixture
def chief(wang: Staff) -> Actor:
    return staff_actor(wang)


FOOD: Document = document.complete(
    {
        "name": "食品经营许可",
        "aliases": ["开饭店", "餐饮许可证"],
        "summary": "开饭店、卖散装食品，要办这个证。",
        "service_object": "法人",
        "kind": "承诺件",
        "statutory": {"amount": 10, "unit": "工作日", "basis": "《食品经营许可和备案管理办法》第二十一条"},
        "promise": {"amount": 5, "unit": "工作日"},
        "visits": 0,
        "online": "网上申请窗口取件",
        "conditions": ["有营业执照", "场所与经营的食品相适应"],
        "materials": [
            {
                **document.ROWS["materials"],
                "key": "shenqingshu",
                "name": "食品经营许可申请书",
                "blank_form": True,
            },
            {
                **document.ROWS["materials"],
                "key": "zhizhao",
                "name": "营业执照",
                "kind": "复印件",
                "source": "政府部门核发",
                "issuer": "市场监督管理部门",
                "shared": True,
            },
            {
                **document.ROWS["materials"],
                "key": "jiance",
                "name": "检测报告",
                "necessity": "容缺后补",
                "when": "中央厨房",
            },
        ],
        "questions": [
            {
                **document.ROWS["questions"],
                "key": "yewu",
                "label": "办哪一种",
                "kind": "choice",
                "choices": ["新办", "变更"],
            }
        ],
        "steps": [
            {
                "name": "受理",
                "limit": {"amount": 1, "unit": "工作日"},
                "standard": "材料齐全",
                "role": "窗口人员",
            },
            {
                "name": "现场核查",
                "limit": {"amount": 3, "unit": "工作日"},
                "standard": "两人以上",
                "role": "审查人员",
            },
            {
                "name": "决定",
                "limit": {"amount": 1, "unit": "工作日"},
                "standard": "符合条件",
                "role": "负责人",
            },
        ],
        "results": [{"name": "食品经营许可证", "kind": "证照", "validity": "5年"}],
        "place": {"area": "市民中心大厅 综合受理区", "window": "市场准入综合窗口"},
        "hours": "工作日 9:00–12:00，13:00–17:00",
        "variants": ["新办", "变更"],
        "on_site": True,
        "faq": [{"q": "要收费吗？", "a": "不收费。"}],
        "law": [{"name": "《食品安全法》", "article": "第三十五条", "says": "从事食品经营应当取得许可。"}],
    }
)


@pytest.fixture
def food_guide() -> Document:
    """A guide in which nothing is wrong."""
    return deepcopy(FOOD)


def load_short_catalogue() -> None:
    """The list alone, as a place has it that has written no guide yet."""
    table = importer.read((seed.DATA / "matters.csv").read_bytes())
    importer.land(importer.plan(table), SYSTEM, at(2026, 3, 2, 9))


def make_matter(unit: Unit | None, code: str = "5", name: str = "食品经营许可", **facts: str) -> Matter:
    given = {
        "source": "测试清单",
        "local_code": code,
        "name": name,
        "type": "01",
        "department": "市场监管",
        **facts,
    }
    return Matter.objects.create(unit=unit, **given)


@pytest.fixture
def food(market: Unit, food_guide: Document) -> Matter:
    """A matter of 市场准入科 whose guide has stood since 2 March 2026."""
    matter = make_matter(market)
    actions.publish(matter, food_guide, SYSTEM, "首次发布", at(2026, 3, 2, 9))
    return matter


def at(*moment: int) -> datetime:
    """A local time."""
    return timezone.make_aware(datetime(*moment))  # type: ignore[arg-type]  # year, month, day and perhaps more
