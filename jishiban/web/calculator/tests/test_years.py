"""The administrator's page of calendar years."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from jishiban.kernel.directory.calendars import forget
from jishiban.kernel.directory.models import CalendarYear
from jishiban.kernel.directory.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
GOOD = {
    "year": "2027",
    "rest": "2027-01-01\n2027-01-02",
    "work": "2027-01-09",
    "source": "国办发明电〔2026〕1号",
}


@pytest.fixture
def cast() -> Iterator[Cast]:
    forget()
    yield make_cast()
    forget()


def sign_in(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast[name], backend="django.contrib.auth.backends.ModelBackend")


def test_an_administrator_takes_in_the_next_year(client: Client, cast: Cast) -> None:
    sign_in(client, cast, "admin")
    assert "还没有，期限暂定" in client.get("/desk/calendar/").content.decode()
    assert client.post("/desk/calendar/", GOOD).status_code == 302
    assert CalendarYear.objects.get().rest == ["2027-01-01", "2027-01-02"]
    assert "国办发明电" in client.get("/desk/calendar/").content.decode()


@pytest.mark.parametrize(
    "change", [{"rest": "元旦"}, {"rest": "2026-01-01"}, {"source": ""}, {"year": "二〇二七"}]
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, cast: Cast, change: dict[str, str]
) -> None:
    sign_in(client, cast, "admin")
    answer = client.post("/desk/calendar/", GOOD | change)
    assert answer.status_code == 422
    assert "2027-01-09" in answer.content.decode()
    assert not CalendarYear.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "head", "chief", "auditor"])
def test_nobody_else_changes_the_calendar(client: Client, cast: Cast, who: str) -> None:
    sign_in(client, cast, who)
    assert client.post("/desk/calendar/", GOOD).status_code == 403
    assert not CalendarYear.objects.exists()
