"""A small cast: two persons with phones, one without, and a clerk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from jishiban.kernel.directory.models import Person, Staff, Unit

NOW = datetime(2026, 9, 30, 2, tzinfo=UTC)


@dataclass
class Cast:
    """Ids of the people in the tests."""

    alice: int
    bob: int
    grandma: int
    clerk: int
    other_clerk: int


def people() -> Cast:
    unit = Unit.objects.create(name="审批服务局", short="审批局", path="/1/")
    return Cast(
        alice=Person.objects.create(name="李梅", phone="13800138000", phone_index="a", created_at=NOW).pk,
        bob=Person.objects.create(name="王强", phone="13900139000", phone_index="b", created_at=NOW).pk,
        grandma=Person.objects.create(name="赵奶奶", created_at=NOW).pk,
        clerk=Staff.objects.create(account="zhou", name="周敏", unit=unit).pk,
        other_clerk=Staff.objects.create(account="wu", name="吴刚", unit=unit).pk,
    )


@pytest.fixture
def cast(db: None) -> Cast:
    return people()
