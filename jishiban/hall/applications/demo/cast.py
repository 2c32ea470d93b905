"""Who applies for what in the demonstration: matters by how often they are asked for, people, enterprises, forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from django.db import transaction

from jishiban.hall.applications.forms import NONE, ORGANISATION, PAPER, PERSON, SHARED, UPLOAD, who_may
from jishiban.hall.applications.terms import Plan, plan_of
from jishiban.hall.matters.access import open_to_all
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.kernel.directory.actions import id_index_of, phone_index_of
from jishiban.kernel.directory.invented import Inventor
from jishiban.kernel.directory.models import Enterprise, Person, Region

# How often a matter of the base list is asked for, by its place there. The others with a guide count 2, the rest 0.2.
ASKED = {
    "243": 70, "248": 55, "247": 60, "237": 35, "228": 35, "239": 25, "219": 25, "266": 45, "2": 70, "33": 20,
    "216": 22, "215": 4, "79": 8, "153": 4, "254": 40, "117": 60, "200": 28, "199": 18, "1": 40, "5": 60, "6": 16,
    "14": 8, "15": 12, "22": 8, "23": 10, "38": 5, "263": 14, "224": 8, "226": 10, "227": 6, "231": 10, "221": 5,
    "223": 5, "249": 12, "250": 8, "259": 12, "149": 6, "100": 5, "101": 6, "102": 4, "7": 5, "11": 4, "86": 4,
    "131": 3, "63": 3, "84": 4,
}  # fmt: skip
WITH_GUIDE, WITHOUT = 2.0, 0.2
CITIZEN_PHONE = "13800138000"  # the number every example uses; its code is shown on the page
CITIZEN_NAME = "陈思雨"


@dataclass(slots=True)
class Errand:
    """A matter people apply for, with what every case of it needs; the version in force at the moment."""

    matter: Matter
    version: GuideVersion
    plan: Plan
    at_once: bool  # 即办件
    applicants: tuple[str, ...]
    on_site: bool
    procedures: tuple[str, ...]

    def follow(self, version: GuideVersion) -> None:
        """From now on people apply under this version."""
        self.version, self.plan = version, plan_of(version, matter_type=self.matter.type)


@dataclass(slots=True)
class Applicant:
    """Whoever hands in: a person, perhaps for an enterprise."""

    person: Person
    name: str
    id_number: str
    phone: str
    address: str
    enterprise: Enterprise | None = None

    @property
    def shown(self) -> str:
        return self.enterprise.name if self.enterprise else self.name


@dataclass(slots=True)
class Cast:
    """Everything the scripts draw from, from one source of chance."""

    inventor: Inventor
    errands: list[Errand]
    weights: list[float]
    people: list[Applicant] = field(default_factory=list)
    firms: list[Applicant] = field(default_factory=list)

    @property
    def random(self) -> Random:
        return self.inventor.random

    def errand(self) -> Errand:
        """A matter, the commonest most often."""
        return self.random.choices(self.errands, cum_weights=self.weights)[0]

    def applicant(self, errand: Errand) -> Applicant:
        """Somebody who may apply for it. Few come often, most once."""
        organisation = ORGANISATION in errand.applicants and (
            PERSON not in errand.applicants or self.random.random() < 0.6
        )
        pool = self.firms if organisation else self.people
        return pool[int(len(pool) * self.random.random() ** 1.3)]


def errands(random: Random) -> tuple[list[Errand], list[float]]:
    """Every matter that can be applied for, and the running sums of their weights."""
    matters = open_to_all(Matter.objects.all()).select_related("current").exclude(unit=None).order_by("pk")
    found = [_errand(matter, matter.current) for matter in matters if matter.current]
    weights = [_weight(errand) * random.uniform(0.8, 1.2) for errand in found]
    return found, list(accumulate(weights))


def _weight(errand: Errand) -> float:
    return ASKED.get(errand.matter.local_code, WITH_GUIDE if errand.version.is_full else WITHOUT)


def _errand(matter: Matter, version: GuideVersion) -> Errand:
    special = version.body.get("special") or []
    return Errand(
        matter, version, plan_of(version, matter_type=matter.type), version.kind == "即办件", who_may(version),
        bool(version.body.get("on_site")), tuple(row["name"] for row in special),
    )  # fmt: skip


# --- people ------------------------------------------------------------------------------------------------------


@transaction.atomic
def people(
    inventor: Inventor, persons: int, enterprises: int, now: datetime
) -> tuple[list[Applicant], list[Applicant]]:
    """Write that many persons, and enterprises with a person who acts for each. The first person is the citizen
    of the sign-in."""
    written = [_person(inventor, now) for _n in range(persons + enterprises)]
    _sign_in(written[0])
    Person.objects.bulk_create([one.person for one in written], batch_size=500)
    regions = list(Region.objects.order_by("code"))
    for n, one in enumerate(written[persons:]):
        name, uscc = inventor.enterprise() if n % 3 else inventor.shop()
        kind = "企业" if n % 3 else "个体工商户"
        region = inventor.random.choice(regions) if regions else None
        one.enterprise = Enterprise(uscc=uscc, name=name, kind=kind, region=region)
    Enterprise.objects.bulk_create([one.enterprise for one in written if one.enterprise], batch_size=500)
    return written[:persons], written[persons:]


def _person(inventor: Inventor, now: datetime) -> Applicant:
    name, number, phone, address = inventor.name(), inventor.identity(), inventor.mobile(), inventor.address()
    person = Person(
        name=name, id_number=number, phone=phone, address=address, id_index=id_index_of(number),
        phone_index=phone_index_of(phone), created_at=now,
    )  # fmt: skip
    return Applicant(person, name, number, phone, address)


def _sign_in(one: Applicant) -> None:
    one.name, one.phone = CITIZEN_NAME, CITIZEN_PHONE
    one.person.name, one.person.phone, one.person.phone_index = (
        CITIZEN_NAME,
        CITIZEN_PHONE,
        phone_index_of(CITIZEN_PHONE),
    )


def known_people(most: int = 500) -> tuple[list[Applicant], list[Applicant]]:
    """Persons already written, and those who acted for an enterprise: what goes on in real time draws from them."""
    rows = Person.objects.filter(erased_at=None).exclude(id_index="").order_by("pk")[:most]
    persons = [Applicant(p, p.name, p.id_number, p.phone, p.address) for p in rows]
    firms = list(Enterprise.objects.order_by("pk")[:most])
    pairs = zip(reversed(persons), firms, strict=False)
    acting = [
        Applicant(one.person, one.name, one.id_number, one.phone, one.address, firm) for one, firm in pairs
    ]
    return persons, acting


# --- forms -------------------------------------------------------------------------------------------------------


def form(
    inventor: Inventor, errand: Errand, applicant: Applicant, day: date, *, online: bool
) -> dict[str, Any]:
    """An application filled in: applicant, answers to the guide's questions, how each material comes."""
    return {
        "applicant": _applicant_part(applicant),
        "answers": {q["key"]: _answer(inventor, q, applicant, day) for q in errand.version.questions},
        "materials": {row["key"]: {"how": _way(row, online=online)} for row in errand.version.materials},
        "declared": {"true": True},
    }


def _applicant_part(applicant: Applicant) -> dict[str, Any]:
    own = {
        "name": applicant.name, "id_number": applicant.id_number, "phone": applicant.phone, "address": applicant.address,
    }  # fmt: skip
    if applicant.enterprise is None:
        return {"kind": PERSON, **own}
    return {
        "kind": ORGANISATION,
        "org_name": applicant.enterprise.name,
        "uscc": applicant.enterprise.uscc,
        **own,
    }


def _way(row: Mapping[str, Any], *, online: bool) -> str:
    if row.get("shared"):
        return SHARED
    if row.get("when") or row.get("necessity") == "非必要":
        return NONE
    return UPLOAD if online else PAPER


def _answer(inventor: Inventor, question: Mapping[str, Any], applicant: Applicant, day: date) -> Any:
    """A fitting answer by the kind of the question; choices mostly the first, which guides put the commonest at."""
    random, kind = inventor.random, question.get("kind") or "text"
    choices = question.get("choices") or ()
    if kind == "choice" and choices:
        return choices[0] if random.random() < 0.6 else random.choice(choices)
    if kind == "number":
        return str(random.choice((1, 2, 3, 5, 8, 10, 20, 50, 60, 80, 100, 120)))
    if kind == "date":
        return (day + timedelta(days=random.randint(3, 40))).isoformat()
    if kind == "phone":
        return applicant.phone
    if kind == "uscc":
        return applicant.enterprise.uscc if applicant.enterprise else ""
    if kind == "address":
        return applicant.address
    return _words(inventor, str(question.get("label", "")), applicant)[: int(question.get("max") or 100)]


LABELLED = (
    (("单位", "企业名称", "名称", "店"), "firm"), (("法定代表人", "负责人", "姓名", "联系人", "人员"), "name"),
    (("范围", "内容", "项目"), "scope"), (("编号", "号码", "证号"), "number"),
)  # fmt: skip


def _words(inventor: Inventor, label: str, applicant: Applicant) -> str:
    kind = next((kind for words, kind in LABELLED if any(word in label for word in words)), "")
    if kind == "firm":
        return applicant.shown
    if kind == "name":
        return applicant.name
    if kind == "scope":
        return "热食类食品制售、预包装食品销售" if "经营" in label else "按申请书所列内容办理"
    if kind == "number":
        return f"演示{inventor.random.randrange(10**6):06d}"
    return "见所附材料"


def files_of(random: Random, filled: Mapping[str, Any]) -> list[str]:
    """Digests as of the files somebody uploads: one for every material sent in online."""
    uploaded = [row for row in filled["materials"].values() if row["how"] == UPLOAD]
    return [random.randbytes(32).hex() for _row in uploaded]


def subjects(found: Iterable[Errand]) -> dict[str, Errand]:
    """Errands by what cases of them call their subject."""
    return {errand.matter.subject: errand for errand in found}
