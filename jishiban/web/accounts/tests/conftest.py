"""The cast with passwords, and browsers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from jishiban.kernel.directory.models import Staff
from jishiban.kernel.directory.tests.cast import Cast, make_cast

PASSWORD = "a long password of the tests"


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Counts of one test do not reach the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    for one in made.people.values():
        one.set_password(PASSWORD)
    Staff.objects.bulk_update(made.people.values(), ["password"])
    return made


@pytest.fixture
def browser() -> Client:
    return Client()
