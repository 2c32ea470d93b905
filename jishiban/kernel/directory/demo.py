"""The demonstration district: units, windows, staff with posts and leave, streets; all of it invented.

Names of units are those any county has; telephones end in asterisks so that nobody dials them. The codes of the
ten streets and towns are demonstration codes, not the official ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from jishiban.kernel.directory.invented import PHONE, Inventor
from jishiban.kernel.directory.models import Leave, Post, Region, Role, Staff, Unit, Window
from jishiban.kernel.directory.roster import moved

SEED = 370115
PASSWORD = "jishiban-demo-2026"  # noqa: S105  # of the demonstration only, printed at its start
ROOT_NAME = "济阳区行政审批服务局"
ROOT_SHORT = "济阳审批"  # stands in document numbers: 济阳审批准字〔2026〕12号
HALL = "济阳区市民中心（演示地址）"

CLERK, REVIEWER, HEAD = Role.CLERK, Role.REVIEWER, Role.HEAD
EDITOR, AUDITOR, ADMIN = Role.EDITOR, Role.AUDITOR, Role.ADMIN


@dataclass(frozen=True, slots=True)
class Office:
    """One unit: how many counters and people it has. `up` is the short name of the unit above (none: the bureau)."""

    name: str
    short: str
    windows: tuple[str, ...] = ()
    clerks: int = 2
    reviewers: int = 1
    zone: str = "部门综合区"
    floor: int = 1
    up: str = ""


ENTERPRISE, SOCIAL, PROJECT, FARM = "企业开办专区", "社会民生区", "工程建设区", "涉农服务区"
SECURITY, LAND = "社保医保区", "不动产登记区"
OFFICES = (
    Office("市场准入科", "市场准入科", ("企业登记",) * 5 + ("食品药品",) * 3, 6, 4, ENTERPRISE),
    Office("社会事务科", "社会事务科", ("社会民生",) * 5, 4, 3, SOCIAL),
    Office("涉农事务科", "涉农事务科", ("涉农事务",) * 3, 3, 2, FARM),
    Office("交通城管科", "交通城管科", ("交通运输",) * 2 + ("城市管理",) * 2, 3, 3, PROJECT, 2),
    Office("投资项目科", "投资项目科", ("投资项目",) * 2 + ("工程建设",) * 2, 3, 3, PROJECT, 2),
    Office("政务监督科", "政务监督科", (), 0, 0),
    Office(
        "济南市公安局济阳区分局", "公安分局", ("户籍",) * 3 + ("出入境",) * 3 + ("车驾管",) * 2, 5, 2, SOCIAL
    ),
    Office("济阳区人力资源和社会保障局", "人社局", ("社会保险",) * 4 + ("就业服务",) * 2, 4, 2, SECURITY),
    Office("济阳区医疗保障局", "医保局", ("医疗保障",) * 5, 4, 2, SECURITY),
    Office("国家税务总局济南市济阳区税务局", "税务局", ("办税",) * 4, 3, 1, ENTERPRISE),
    Office("济阳区自然资源局", "自然资源局", ("规划",) * 2, 2, 2, PROJECT, 2),
    Office("济阳区不动产登记中心", "不动产登记中心", ("不动产登记",) * 6, 4, 3, LAND, 1, "自然资源局"),
    Office("济阳区民政局", "民政局", ("民政",) * 2, 2, 1, SOCIAL),
    Office("济阳区婚姻登记处", "婚姻登记处", ("婚姻登记",) * 2, 2, 1, SOCIAL, 1, "民政局"),
    Office("济阳区教育局", "教育局", ("教育",) * 2, 2, 1, SOCIAL),
    Office("济阳区住房和城乡建设局", "住建局", ("房产交易",) * 2, 2, 2, LAND),
    Office("济南市生态环境局济阳分局", "生态环境分局", ("生态环境",), 2, 1, PROJECT, 2),
    Office("济阳区退役军人事务局", "退役军人局", ("退役军人",), 2, 1, SOCIAL),
    Office("济阳区商务局", "商务局", ("商务",), 2, 1, ENTERPRISE),
    Office("济阳区农业农村局", "农业农村局", ("农业农村",), 2, 1, FARM),
    Office("济南住房公积金中心济阳管理部", "公积金中心管理部", ("住房公积金",) * 3, 3, 1, LAND),
    Office("济阳区交通运输局", "交通局", ("运输管理",), 2, 1, PROJECT, 2),
    Office("济阳区烟草专卖局", "烟草专卖局", ("烟草专卖",), 2, 1, ENTERPRISE),
    Office("济阳区消防救援大队", "消防救援大队", ("消防",), 2, 1, PROJECT, 2),
    Office("济阳区残疾人联合会", "残联", ("残联",), 2, 1, SOCIAL),
    Office("济阳区司法局", "司法局", ("公共法律服务",) * 2, 2, 1, SOCIAL),
    Office("济阳区发展和改革局", "发改局", ("发展改革",), 2, 1, PROJECT, 2),
    Office("济阳区公用企业联合窗口", "公用企业", ("水电气暖",) * 3, 3, 1, "公用服务区"),
    Office("镇街便民服务中心", "镇街便民服务中心", ("镇街联动",) * 2, 4, 2, "镇街联动区"),
)
BUREAU = Office(ROOT_NAME, ROOT_SHORT, ("综合受理",) * 3 + ("咨询导办",) * 2, 2, 2, "综合受理区")

# The last flag: run by the city's new-area authority, so some figures of the district leave it out.
STREETS = (
    ("济阳街道", False), ("济北街道", False), ("回河街道", False), ("孙耿街道", True), ("太平街道", True),
    ("崔寨街道", True), ("垛石街道", False), ("曲堤街道", False), ("仁风镇", False), ("新市镇", False),
)  # fmt: skip

# Posts that stand empty: the head of the unit answers for them.
VACANT = (("生态环境分局", REVIEWER), ("退役军人局", CLERK), ("发改局", REVIEWER), ("交通城管科", REVIEWER))


@dataclass(frozen=True, slots=True)
class SignIn:
    """A named account people try the demonstration with."""

    account: str
    name: str
    role: Role
    office: str
    what: str


SIGN_INS = (
    SignIn("chuangkou", "王晓敏", CLERK, "市场准入科", "窗口人员"),
    SignIn("shencha", "李明远", REVIEWER, "市场准入科", "审查人员"),
    SignIn("kezhang", "张建国", HEAD, "市场准入科", "科室负责人"),
    SignIn("bianji", "刘文静", EDITOR, "市场准入科", "指南编辑"),
    SignIn("jiandu", "赵志刚", AUDITOR, ROOT_SHORT, "监督人员"),
    SignIn("admin", "孙立群", ADMIN, ROOT_SHORT, "系统管理员"),
)


@dataclass(slots=True)
class _Making:
    """What is being written, before it is."""

    inventor: Inventor
    password: str
    units: dict[str, Unit] = field(default_factory=dict)
    staff: list[Staff] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    people: dict[str, list[Staff]] = field(default_factory=dict)

    def hire(self, office: Office, role: Role, name: str = "", account: str = "") -> Staff:
        """A member of staff with one post in the office."""
        number = len(self.staff) + 1
        unit = self.units[office.short]
        person = Staff(
            account=account or f"jy{number:04d}", name=name or self.inventor.staff_name(), unit=unit,
            number=f"JY{number:04d}", password=self.password,
        )  # fmt: skip
        self.staff.append(person)
        self.people.setdefault(office.short, []).append(person)
        self.post(office, role, person)
        return person

    def post(self, office: Office, role: Role, person: Staff | None) -> None:
        titles = {CLERK: f"{office.windows[0] if office.windows else office.short}窗口", HEAD: "负责人"}
        title = titles.get(role, str(role.label))
        self.posts.append(Post(unit=self.units[office.short], role=role, title=title, staff=person))


@transaction.atomic
def build(today: date) -> None:
    """Write the whole district. For an empty directory only: IntegrityError when a unit is there already."""
    inventor = Inventor(Random(SEED))
    inventor.reserve(one.name for one in SIGN_INS)
    making = _Making(
        inventor, make_password(PASSWORD)
    )  # one hash for all accounts: hashing is slow on purpose
    Region.objects.bulk_create(
        Region(code=f"{SEED}{n:03d}", name=name, managed_elsewhere=elsewhere)
        for n, (name, elsewhere) in enumerate(STREETS, 1)
    )
    for office in (BUREAU, *OFFICES):
        _unit(making, office)
    for office in (BUREAU, *OFFICES):
        _people(making, office)
    Staff.objects.bulk_create(making.staff)
    Post.objects.bulk_create(making.posts)
    Leave.objects.bulk_create(_leaves(making, today))
    moved()


def _unit(making: _Making, office: Office) -> None:
    """A unit and its counters, lettered by zone: A01, A02, B01 …"""
    above = None if office is BUREAU else making.units[office.up or ROOT_SHORT]
    unit = Unit.objects.create(
        name=office.name, short=office.short, parent=above, path="/-/", phone=PHONE, address=HALL
    )
    unit.path = f"{above.path if above else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    making.units[office.short] = unit
    letter = (
        chr(ord("A") + len(making.units) - 1)
        if len(making.units) <= 26
        else "Z" + str(len(making.units) - 26)
    )
    Window.objects.bulk_create(
        Window(number=f"{letter}{n:02d}", name=f"{name}窗口", unit=unit, zone=office.zone, floor=office.floor)
        for n, name in enumerate(office.windows, 1)
    )


def _people(making: _Making, office: Office) -> None:
    """The sign-ins of the office, then its head, clerks and reviewers; in small offices clerks also review."""
    named: dict[Role, int] = {}
    for one in SIGN_INS:
        if one.office == office.short:
            making.hire(office, one.role, one.name, one.account)
            named[one.role] = named.get(one.role, 0) + 1
    empty = [role for short, role in VACANT if short == office.short]
    for role, wanted in ((HEAD, 1), (CLERK, office.clerks), (REVIEWER, office.reviewers)):
        for _place in range(wanted - named.get(role, 0) - empty.count(role)):
            making.hire(office, role)
    for role in empty:
        making.post(office, role, None)
    if office is BUREAU:
        making.hire(office, HEAD)  # a deputy director: there is always somebody at the top
        making.hire(office, AUDITOR)
        making.hire(office, EDITOR)  # keeps the whole list: imports it, opens and closes matters
    if office.short == "政务监督科":
        making.hire(office, AUDITOR)
    _also(making, office)


def _also(making: _Making, office: Office) -> None:
    """Second posts: heads review, and one clerk of a small office does too."""
    mine = [post for post in making.posts if post.unit is making.units[office.short] and post.staff]
    for post in [post for post in mine if post.role == HEAD]:
        making.post(office, REVIEWER, post.staff)
    clerks = [post for post in mine if post.role == CLERK]
    if office.reviewers == 1 and len(clerks) > 1:
        making.post(office, REVIEWER, clerks[0].staff)
    if len(mine) > 6:
        making.post(office, EDITOR, mine[-1].staff)


REASONS = ("年休假", "年休假", "培训", "病假", "婚假", "出差")


def _leaves(making: _Making, today: date) -> Iterator[Leave]:
    """Leave over, running and to come, with a colleague as deputy where there is one. Sign-ins stay at work."""
    random = making.inventor.random
    known = {one.account for one in SIGN_INS}
    for short, people in making.people.items():
        free = [person for person in people if person.account not in known]
        for person in free[1:]:  # whoever was hired first stays
            begins = today + timedelta(days=random.randint(-88, 30))
            if random.random() < 0.45:
                yield _leave(making, short, person, begins, random.randint(0, 6))
    yield from _covered(making, today)


def _covered(making: _Making, today: date) -> Iterator[Leave]:
    """One clerk and one reviewer beside the sign-ins are away now, so that their deputies answer for two."""
    office = making.people["市场准入科"]
    by_account = {person.account: person for person in office}
    others = [person for person in office if person.account not in {one.account for one in SIGN_INS}]
    for person, deputy in ((others[-1], "shencha"), (others[0], "chuangkou")):
        yield Leave(
            staff=person, deputy=by_account[deputy], start=today - timedelta(days=2), end=today + timedelta(days=5),
            reason="年休假",
        )  # fmt: skip


def _leave(making: _Making, short: str, person: Staff, begins: date, days: int) -> Leave:
    random = making.inventor.random
    others = [one for one in making.people[short] if one is not person]
    deputy = random.choice(others) if others and random.random() < 0.85 else None
    return Leave(
        staff=person,
        deputy=deputy,
        start=begins,
        end=begins + timedelta(days=days),
        reason=random.choice(REASONS),
    )
