"""A newly loaded year makes provisional deadlines certain, and nothing else moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.utils import timezone

from jishiban.kernel.cases.errors import FactsMissing
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.cases.years import load_year
from jishiban.kernel.directory.calendars import calendars, forget
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.ledger.verify import verify

DECEMBER = timezone.make_aware(datetime(2026, 12, 25, 10, 0))
REST = [date(2027, 1, 1), date(2027, 1, 4)]


@pytest.fixture(autouse=True)
def fresh_calendars() -> Iterator[None]:
    forget()
    yield
    forget()


def test_a_deadline_that_reaches_an_unpublished_year_is_provisional_until_it_is_loaded(cast: Cast) -> None:
    case = open_errand(cast, now=DECEMBER)
    early = open_errand(cast, now=timezone.make_aware(datetime(2026, 12, 1, 10, 0)))
    promised = case.promises.get(kind="promised")
    assert promised.provisional
    assert load_year(2027, REST, [], "国办发明电〔2026〕1号", by=cast.actor("admin"), now=DECEMBER) == 1
    certain = case.promises.get(kind="promised")
    assert not certain.provisional
    assert timezone.localtime(certain.deadline).date() == date(2027, 1, 6)
    assert case.events.order_by("-seq")[0].step == "recount"
    assert early.events.count() == 1
    assert verify().first_fault is None


def test_the_loaded_year_is_known_at_once(cast: Cast) -> None:
    assert not calendars()["statutory"].knows(2027)
    load_year(2027, REST, [date(2027, 1, 9)], "通知", by=cast.actor("admin"))
    assert calendars()["statutory"].knows(2027)
    assert calendars()["statutory"].is_workday(date(2027, 1, 9))
    assert not calendars()["statutory"].is_workday(date(2027, 1, 4))


@pytest.mark.parametrize(
    ("rest", "work", "source", "field"),
    [
        ([], [], "通知", "rest"), ([date(2026, 1, 1)], [], "通知", "rest"), (REST, [REST[0]], "通知", "work"),
        (REST, [date(2027, 1, 5)], "通知", "work"), (REST, [], " ", "source"),
    ],
)  # fmt: skip
def test_a_wrong_year_is_refused_beside_its_field(
    cast: Cast, rest: list[date], work: list[date], source: str, field: str
) -> None:
    with pytest.raises(FactsMissing) as caught:
        load_year(2027, rest, work, source, by=cast.actor("admin"))
    assert field in caught.value.fields
    assert not calendars()["statutory"].knows(2027)
