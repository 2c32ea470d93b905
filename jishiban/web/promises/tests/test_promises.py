"""The public page of promises: its numbers are the facts, and each opens to records that name nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.sweep import sweep
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.tests.cast import Cast, make_cast
from jishiban.kernel.indicators.actions import fold
from jishiban.web.promises.queries import periods, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_the_table_counts_what_was_made_kept_and_is_overdue(cast: Cast) -> None:
    now = timezone.now()
    open_errand(cast, now=now)
    done = open_errand(cast, now=now)
    act(done, "decide", by=cast.actor("reviewer"), why="好")
    open_errand(cast, now=now - timedelta(days=40))
    sweep()
    found = table(periods(timezone.localdate())[2])
    assert (found.whole.made, found.whole.kept, found.whole.overdue) == (6, 2, 2)
    fold()
    assert table(periods(timezone.localdate())[2]).whole == found.whole


def test_the_page_and_its_records_name_nobody(client: Client, cast: Cast) -> None:
    case = open_errand(cast)
    page = client.get("/promises").content.decode()
    assert "市场准入科" in page
    records = client.get("/promises/records/?figure=promises_made&period=year").content.decode()
    assert case.number in records
    for hidden in ("张三丰", "370115199003070018", "13800138000", "李审查"):
        assert hidden not in page + records


def test_an_empty_hall_says_why_the_page_is_empty(client: Client, cast: Cast) -> None:
    assert "还没有承诺" in client.get("/promises").content.decode()


@pytest.mark.parametrize(
    "address", ["?figure=nonsense", "?figure=promises_made&unit=99999", "?figure=promises_made&unit=x"]
)
def test_what_does_not_exist_is_not_found(client: Client, cast: Cast, address: str) -> None:
    assert client.get(f"/promises/records/{address}").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_records(client: Client, cast: Cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/promises/records/?figure=promises_made&period=year")
        return len(queries)

    open_errand(cast)
    asked()
    few = asked()
    for _n in range(10):
        open_errand(cast)
    assert asked() == few


def test_programs_read_the_same_figures(client: Client, cast: Cast) -> None:
    open_errand(cast)
    answer = client.get("/api/v1/promises?period=year").json()
    assert answer["whole"]["made"] == 2
    assert answer["units"][0]["unit"] == "市场准入科"


@pytest.mark.parametrize("name", ["page", "unit"])
def test_a_number_of_five_thousand_digits_is_no_error_of_ours(client: Client, cast: Cast, name: str) -> None:
    address = f"/promises/records/?figure=promises_made&{name}={'9' * 5000}"
    assert client.get(address).status_code in (200, 404)
