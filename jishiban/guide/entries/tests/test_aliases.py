"""Aliases: proposed by what people chose, used when an editor or enough of them agree."""

from __future__ import annotations

import pytest

from jishiban.guide.entries import aliases, queries
from jishiban.guide.entries.models import Alias, AliasState, Entry, Library
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.tests.conftest import at
from jishiban.kernel.cases.errors import NotAllowed
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Staff
from jishiban.kernel.directory.roster import staff_actor
from jishiban.kernel.ledger.models import LedgerRecord

pytestmark = pytest.mark.django_db
NOW = at(2026, 3, 9, 10)


def propose(text: str, target: Matter | Entry, asker: str = "a") -> Alias | None:
    return aliases.propose_alias(text, target, asker, NOW)


def test_one_asker_is_counted_once(food: Matter) -> None:
    propose("弄个饭铺子", food)
    alias = propose("弄个饭铺子。", food)
    assert alias is not None
    assert (alias.askers, alias.state) == (1, AliasState.WAITING)
    assert Alias.objects.count() == 1


def test_three_askers_agree_and_it_is_used(food: Matter) -> None:
    version = queries.library_version()
    for asker in "abc":
        alias = propose("弄个饭铺子", food, asker)
    assert alias is not None
    assert (alias.state, alias.decided_by_id) == (AliasState.CONFIRMED, None)
    rows = list(queries.rows_changed_since(version))
    assert rows
    assert all("弄个饭铺子" in row.aliases for row in rows)
    assert LedgerRecord.objects.filter(kind="alias").count() == 1


def test_a_place_may_ask_for_more_askers_or_for_an_editor_always(food: Matter) -> None:
    Library.objects.update(askers_agree=0)
    for asker in "abcdef":
        alias = propose("弄个饭铺子", food, asker)
    assert alias is not None
    assert alias.state == AliasState.WAITING


@pytest.mark.parametrize(
    "text", ["", "店", "我的号13800138000", "好" * 31, "！！！", "食品经营许可", "开饭店"]
)
def test_what_is_no_alias_is_not_kept(food: Matter, text: str) -> None:
    assert propose(text, food) is None
    assert not Alias.objects.exists()


def test_an_editor_confirms_and_refuses_with_one_press(food: Matter, editor: Actor) -> None:
    alias = propose("弄个饭铺子", food)
    assert alias is not None
    aliases.confirm_alias(alias, editor, NOW)
    aliases.confirm_alias(alias.pk, editor, NOW)
    assert LedgerRecord.objects.filter(kind="alias").count() == 1
    version = queries.library_version()
    aliases.refuse_alias(alias, editor, NOW)
    rows = list(queries.rows_changed_since(version))
    assert rows
    assert not any("弄个饭铺子" in row.aliases for row in rows)


def test_what_an_editor_refused_no_number_of_askers_brings_back(food: Matter, editor: Actor) -> None:
    alias = propose("弄个饭铺子", food)
    assert alias is not None
    aliases.refuse_alias(alias, editor, NOW)
    for asker in "bcdefg":
        alias = propose("弄个饭铺子", food, asker)
    assert alias is not None
    assert (alias.state, alias.askers) == (AliasState.REFUSED, 7)


def test_refusing_what_was_never_used_moves_no_index(food: Matter, editor: Actor) -> None:
    alias = propose("弄个饭铺子", food)
    assert alias is not None
    version = queries.library_version()
    aliases.refuse_alias(alias, editor, NOW)
    assert queries.library_version() == version


def test_an_entry_has_aliases_of_its_own(food: Matter, editor: Actor) -> None:
    entry = Entry.objects.get(key=f"m{food.pk}:费用")
    alias = propose("要交多少票子", entry)
    assert alias is not None
    version = queries.library_version()
    aliases.confirm_alias(alias, editor, NOW)
    (row,) = queries.rows_changed_since(version)
    assert row.key == entry.key
    assert "要交多少票子" in row.similar


def test_a_clerk_confirms_nothing(food: Matter, zhao: Staff) -> None:
    alias = propose("弄个饭铺子", food)
    assert alias is not None
    with pytest.raises(NotAllowed):
        aliases.confirm_alias(alias, staff_actor(zhao), NOW)
