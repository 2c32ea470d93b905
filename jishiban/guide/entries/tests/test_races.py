"""Many at once: a key pressed by two, a review taken by two, guides published side by side."""

from __future__ import annotations

import pytest
from django.utils import timezone

from jishiban.guide.entries import actions, aliases, queries, revisions
from jishiban.guide.entries.models import Alias, Asker, Entry, Origin, Revision
from jishiban.guide.entries.tests.test_revisions import NOW, People, actor, approved, proposed
from jishiban.hall.matters import actions as matters
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.tests.conftest import make_matter
from jishiban.kernel.cases.errors import CaseError
from jishiban.kernel.directory.actor import SYSTEM
from jishiban.kernel.directory.models import Unit
from jishiban.kernel.ledger.models import LedgerRecord
from jishiban.kernel.ledger.verify import verify
from jishiban.kernel.tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_askers_at_the_same_moment_are_all_counted(food: Matter) -> None:
    calls = [
        lambda n=n: aliases.propose_alias("弄个饭铺子", food, f"asker{n}", timezone.now()) for n in range(6)
    ]
    together(*calls)
    alias = Alias.objects.get()
    assert (alias.askers, Asker.objects.count(), alias.state) == (6, 6, "confirmed")
    assert LedgerRecord.objects.filter(kind="alias").count() == 1


def test_the_last_review_taken_by_many_at_once_publishes_once(everybody: People, food: Matter) -> None:
    revision = approved(proposed(everybody, food), everybody, "wang", "sun")
    seen = revision.case.seq

    def publish() -> bool:
        again = Revision.objects.select_related("case").get(pk=revision.pk)
        try:
            revisions.approve(again, actor(everybody, "zhou"), NOW, seen)
        except CaseError:
            return False
        return True

    assert sum(together(publish, copies=4)) == 1
    assert Entry.objects.filter(origin=Origin.HAND).count() == 1
    assert verify().first_fault is None


def test_guides_published_side_by_side_leave_one_true_library(market: Unit, food_guide: Document) -> None:
    made = [make_matter(market, str(n), f"第{n}项许可") for n in range(4)]
    calls = [lambda one=one: matters.publish(one, food_guide, SYSTEM, "首发", timezone.now()) for one in made]
    together(*calls)
    assert actions.keep_library(timezone.now()) == 0
    rows = list(queries.rows_changed_since(0))
    assert {row.group for row in rows} == {f"m{one.pk}" for one in made}
    assert max(row.moved for row in rows) == queries.library_version()
