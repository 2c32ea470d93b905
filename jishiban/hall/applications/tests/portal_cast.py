"""What the tests of the portal share: a real guide, people at their browsers, and a form filled in rightly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from jishiban.hall.applications.models import Application, Draft
from jishiban.hall.matters import document
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.hall.matters.seed import DATA
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.models import Person
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.papers.tests.samples import pdf

APPLICANT = {
    "applicant-org_name": "济阳好味餐饮有限公司", "applicant-uscc": "91370115MA00000155", "applicant-name": "张三丰",
    "applicant-id_number": "370115199003070018", "applicant-phone": "13800138000", "kind": "organisation",
}  # fmt: skip
ANSWERS = {
    "answers-dianming": "好味小馆", "answers-premises": "济南市济阳区济阳街道开元大街 1 号", "answers-yetai": "餐饮服务经营者",
    "answers-xiangmu": "热食类", "answers-mianji": "86.5", "answers-wangluo": "是",
    "answers-xinyongdaima": "91370115MA00000155", "answers-lianxi": "13800138000",
}  # fmt: skip
MATERIALS = {
    "materials-shenqingshu": "paper", "materials-yingyezhizhao": "shared", "materials-buju": "upload",
    "materials-shebei": "paper", "materials-zhidu": "paper", "materials-renyuan": "paper", "materials-chushi": "none",
    "materials-yuanzheng": "none", "materials-weibianhua": "none", "materials-weituoshu": "paper",
}  # fmt: skip


def guide(name: str, unit: Any, code: str) -> Matter:
    """A matter with one of the guides the house comes with, in force."""
    given = json.loads((DATA / "guides" / f"{name}.json").read_text(encoding="utf-8"))
    body = document.from_file(given) | {"service_object": "法人"}
    matter = Matter.objects.create(source="测试", local_code=code, name=body["name"], type="01", unit=unit)
    body["statutory"] = {"amount": 10, "unit": "工作日", "basis": "《食品经营许可和备案管理办法》第二十一条"}
    columns = document.columns(body)
    matter.current = GuideVersion.objects.create(
        matter=matter,
        number=1,
        published_at=timezone.now(),
        body=body,
        is_full=True,
        digest=document.digest(body),
        **columns,
    )
    matter.save()
    return matter


@pytest.fixture
def food(cast: Cast) -> Matter:
    """食品经营许可, as a whole guide."""
    cache.clear()
    return guide("005", cast.office, "005")


def browser_of(person: Person | None, **facts: Any) -> Client:
    """A browser in which this person has signed in; nobody when None."""
    client = Client(**facts)
    if person is not None:
        session = client.session
        session["person"] = person.pk
        session.save()
    return client


def started(client: Client, matter: Matter, kind: str = "organisation") -> str:
    """Begin an application; returns the draft's code."""
    answer = client.post(f"/apply/{matter.pk}/", {"kind": kind})
    assert answer.status_code == 302
    return str(Draft.objects.latest("pk").code) if "/apply/d/" in answer["Location"] else ""


def plan_file(name: str = "平面图.pdf", text: str = "1") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf(text), "application/pdf")


def filled(client: Client, matter: Matter, *, files: bool = True) -> str:
    """A draft with everything right in it; returns its code."""
    code = started(client, matter)
    upload = {"materials-buju_file": plan_file()} if files else {}
    for part, data in (("", APPLICANT), ("answers/", ANSWERS), ("materials/", {**MATERIALS, **upload})):
        answer = client.post(f"/apply/d/{code}/{part}", data)
        assert answer.status_code == 302, answer.content.decode()
    return code


def handed_in(client: Client, matter: Matter) -> Case:
    """An application filed through the pages."""
    code = filled(client, matter)
    answer = client.post(f"/apply/d/{code}/review/", {"true": "on"})
    assert answer.status_code == 302, answer.content.decode()
    return Application.objects.select_related("case").get(token=code).case


def text(answer: Any) -> str:
    return str(answer.content.decode())
