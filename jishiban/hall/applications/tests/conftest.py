"""The cast, one matter with its guide, and a filed application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from jishiban.hall.applications.actions import Filing, file_application
from jishiban.hall.applications.tests.desk import Clock
from jishiban.hall.matters.actions import catalogue_moved
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.tests.cast import Cast, make_cast

BODY = {
    "materials": [
        {"key": "shenqingshu", "name": "申请书", "necessity": "必要", "source": "申请人自备"},
        {"key": "pingmiantu", "name": "平面图", "necessity": "必要", "source": "申请人自备"},
    ],
    "questions": [{"key": "premises", "label": "经营场所", "kind": "text", "required": True}],
}
FORM = {
    "applicant": {"name": "张三丰", "id_number": "370115199003070018", "phone": "13800138000"},
    "answers": {"premises": "济阳区某街一号"}, "materials": {"shenqingshu": {"state": "paper"}},
}  # fmt: skip


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """食品经营许可: five working days promised, ten by law."""
    made = Matter.objects.create(
        source="测试", local_code="5", name="食品经营许可", type="01", unit=cast.office
    )
    version = GuideVersion.objects.create(
        matter=made, number=1, published_at=timezone.now(), statutory_amount=10, statutory_unit="工作日",
        statutory_basis="《食品经营许可和备案管理办法》", promise_amount=5, promise_unit="工作日", body=BODY, is_full=True,
        digest="0" * 64,
    )  # fmt: skip
    made.current = version
    made.save()
    catalogue_moved()
    return made


Filer = Callable[..., Case]


@pytest.fixture
def file(cast: Cast, matter: Matter) -> Filer:
    """File one application; `at` is when, `token` its form's mark."""

    def do(at: datetime | None = None, token: str = "form-1", **changes: Any) -> Case:
        assert matter.current
        filing = Filing(matter, matter.current, changes.pop("form", FORM), token, cast.citizen, **changes)
        return file_application(filing, by=cast.actor(changes.get("who", "citizen")), now=at)

    return do


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)
