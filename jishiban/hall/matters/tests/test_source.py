"""What `jishiban ledger verify` finds out about guides."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from jishiban.hall.matters import actions, seed
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.hall.matters.source import GuideSource
from jishiban.hall.matters.tests.conftest import at
from jishiban.kernel.directory.actor import Actor

pytestmark = pytest.mark.django_db

VERSIONS, MATTERS = GuideVersion._meta.db_table, Matter._meta.db_table


def attack(sql: str, *params: Any) -> None:
    """Change the database the way nobody should: past the models."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def faults() -> list[str]:
    return [fault.reason for fault in GuideSource().audit()]


def test_an_honest_catalogue_has_no_fault(food: Matter, food_guide: Document, editor: Actor) -> None:
    seed.load_catalogue()
    food_guide["summary"] = "换个说法。"
    actions.publish(food, food_guide, editor, "换说法", at(2026, 4, 1, 9))
    assert faults() == []
    assert list(GuideSource().rows()) == []


def rewrite_body() -> None:
    version = GuideVersion.objects.filter(number=1).get()
    body = json.dumps(version.body | {"summary": "开酒店，要办这个证。"})
    cast = "" if connection.vendor == "sqlite" else "::jsonb"
    attack(f"UPDATE {VERSIONS} SET body = %s{cast} WHERE id = %s", body, version.pk)


ATTACKS: dict[str, Callable[[], None]] = {
    "与发布时的内容不符": rewrite_body,
    "与发布时的内容不符，被": lambda: attack(f"UPDATE {VERSIONS} SET change = '悄悄改了'"),
    "的时限与正文不符": lambda: attack(f"UPDATE {VERSIONS} SET promise_amount = 99"),
    "的发布时间被直接改动过": lambda: attack(
        f"UPDATE {VERSIONS} SET published_at = '2025-01-01 00:00:00+00:00'"
    ),
    "没有发布记录": lambda: attack(f"UPDATE {VERSIONS} SET leaf = NULL"),
    "显示的不是最后发布的": lambda: attack(
        f"UPDATE {MATTERS} SET current_id = (SELECT MIN(id) FROM {VERSIONS})"
    ),
}


@pytest.mark.parametrize("reason", list(ATTACKS))
def test_a_version_changed_in_the_database_is_found(
    food: Matter, food_guide: Document, editor: Actor, reason: str
) -> None:
    actions.publish(food, food_guide | {"summary": "开饭店要办证。"}, editor, "换说法", at(2026, 4, 1, 9))
    ATTACKS[reason]()
    assert any(reason in found for found in faults())


def test_a_version_deleted_in_the_database_is_found(
    food: Matter, food_guide: Document, editor: Actor
) -> None:
    actions.publish(food, food_guide | {"summary": "开饭店要办证。"}, editor, "换说法", at(2026, 4, 1, 9))
    attack(f"DELETE FROM {VERSIONS} WHERE number = 1")
    assert faults() == ["账本记着一次指南发布，那个版本却不在了。"]
