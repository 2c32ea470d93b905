"""The cast of these tests: that of the matters' tests, with people enough for three reviews."""

from __future__ import annotations

import pytest
from django.test import Client

from jishiban.hall.matters.tests.conftest import (  # noqa: F401  fixtures
    _nothing_remembered,
    bureau,
    chief,
    editor,
    food,
    food_guide,
    li,
    market,
    person_of,
    social,
    wang,
    zhao,
)
from jishiban.kernel.directory.models import Post, Role, Staff, Unit
from jishiban.kernel.directory.roster import moved


@pytest.fixture
def sun(market: Unit) -> Staff:  # noqa: F811
    """The head of 市场准入科."""
    return person_of(market, "sun", Role.HEAD)


@pytest.fixture
def zhou(bureau: Unit) -> Staff:  # noqa: F811
    """The head of the bureau."""
    return person_of(bureau, "zhou", Role.HEAD)


@pytest.fixture
def everybody(li: Staff, wang: Staff, zhao: Staff, sun: Staff, zhou: Staff) -> dict[str, Staff]:  # noqa: F811
    """Two editors, two heads, a clerk."""
    moved()
    return {one.account: one for one in (li, wang, zhao, sun, zhou)}


def signed_in(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def also(staff: Staff, unit: Unit, role: Role) -> None:
    """A second post for somebody."""
    Post.objects.create(unit=unit, role=role, title=str(role.label), staff=staff)
    moved()
