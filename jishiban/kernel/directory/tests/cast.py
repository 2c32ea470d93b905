"""The small cast most tests share: a bureau with one office, and the people who work there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from jishiban.kernel.directory.actor import Actor, person_actor
from jishiban.kernel.directory.models import Person, Post, Role, Staff, Unit
from jishiban.kernel.directory.roster import moved, staff_actor


@dataclass
class Cast:
    """The bureau, its office, and who works there; `actor(name)` gives a fresh actor for one of them."""

    bureau: Unit
    office: Unit
    other: Unit
    people: dict[str, Staff]
    citizen: Person
    stranger: Person

    def actor(self, name: str) -> Actor:
        if name == "citizen":
            return person_actor(self.citizen.pk)
        if name == "stranger":
            return person_actor(self.stranger.pk)
        return staff_actor(self.people[name])

    def __getitem__(self, name: str) -> Staff:
        return self.people[name]


def make_unit(name: str, short: str, parent: Unit | None = None) -> Unit:
    unit = Unit.objects.create(name=name, short=short, parent=parent, path="/new/")
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save()
    return unit


def make_staff(account: str, name: str, unit: Unit, *roles: str) -> Staff:
    staff = Staff.objects.create(account=account, name=name, unit=unit)
    for role in roles:
        Post.objects.create(unit=unit, role=role, title=str(Role(role).label), staff=staff)
    return staff


def make_cast(now: datetime | None = None) -> Cast:
    """A bureau (head, auditor, admin), its office (clerk, two reviewers, head, editor), and another office."""
    bureau = make_unit("济阳区行政审批服务局", "济阳审批")
    office = make_unit("市场准入科", "市场准入", bureau)
    other = make_unit("社会事务科", "社会事务", bureau)
    people = {
        "chief": make_staff("juzhang", "周局", bureau, Role.HEAD),
        "auditor": make_staff("jiandu", "郑监督", bureau, Role.AUDITOR),
        "admin": make_staff("admin", "管理员", bureau, Role.ADMIN),
        "clerk": make_staff("chuangkou", "王窗口", office, Role.CLERK),
        "reviewer": make_staff("shencha", "李审查", office, Role.REVIEWER),
        "second": make_staff("shencha2", "赵审查", office, Role.REVIEWER),
        "head": make_staff("kezhang", "陈科长", office, Role.HEAD),
        "editor": make_staff("bianji", "孙编辑", office, Role.EDITOR),
        "outsider": make_staff("qita", "吴其他", other, Role.REVIEWER, Role.CLERK),
        "outhead": make_staff("qitatou", "钱科长", other, Role.HEAD),
    }
    moment = now or timezone.now()
    citizen = Person.objects.create(
        name="张三丰", id_number="370115199003070018", phone="13800138000", created_at=moment
    )
    stranger = Person.objects.create(name="李四", phone="13900139000", phone_index="other", created_at=moment)
    moved()
    return Cast(bureau, office, other, people, citizen, stranger)
