"""The demonstration has reviewers enough, and the figures say what the library is."""

from __future__ import annotations

import pytest
from django.utils import timezone

from jishiban.guide.entries import demo
from jishiban.guide.entries.models import Alias, AliasState, Entry, Line, Origin, Revision
from jishiban.hall.matters import actions as matters
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory import demo as district
from jishiban.kernel.directory.actor import SYSTEM
from jishiban.kernel.directory.models import Staff, Unit
from jishiban.kernel.indicators.actions import fold
from jishiban.kernel.indicators.declare import Live, Ratio, named
from jishiban.kernel.indicators.queries import standing
from jishiban.kernel.ledger.verify import verify

pytestmark = pytest.mark.django_db


def figure(name: str) -> dict[int, int]:
    live = named(name)
    assert isinstance(live, Live)
    return dict(standing(live).cells)


def test_the_demonstrations_library_went_through_its_reviews(food_guide: Document) -> None:
    now = timezone.now()
    district.build(timezone.localdate(now))
    unit = Unit.objects.get(short="市场准入科")
    for name in ("食品经营许可", "个体工商户设立、变更、注销登记", "企业设立、变更、注销登记"):
        matter = Matter.objects.create(source="清单", local_code=name, name=name, type="01", unit=unit)
        matters.publish(matter, food_guide, SYSTEM, "首发", now)
    demo.build(now)
    demo.build(now)
    assert Entry.objects.filter(origin=Origin.HAND, in_use=True).count() == len(demo.WRITTEN)
    assert Line.objects.count() == 1
    assert set(Alias.objects.values_list("state", flat=True)) == {AliasState.WAITING, AliasState.CONFIRMED}
    assert Revision.objects.filter(is_open=True).count() == 1
    assert verify().first_fault is None


def test_the_library_is_counted_by_unit(food: Matter, everybody: dict[str, Staff]) -> None:
    assert figure("library_entries") == {food.unit_id: Entry.objects.count()}
    assert figure("library_stale") == {}
    assert set(figure("library_current_rate").values()) == {100}


def test_a_stale_entry_lowers_the_share_that_agrees(
    food: Matter, food_guide: Document, everybody: dict[str, Staff]
) -> None:
    Entry.objects.create(
        key="h1", origin=Origin.HAND, matter=food, guide=food.current, question="问？", answer="答。", source="指南",
        checked_on=timezone.localdate(), changed_at=timezone.now(), unit=food.unit,
    )  # fmt: skip
    food_guide["hours"] = "全天"
    matters.publish(food, food_guide, SYSTEM, "改时间", timezone.now())
    assert figure("library_stale") == {food.unit_id: 1}
    assert set(figure("library_current_rate").values()) == {98}


def test_updates_in_time_have_their_share(
    food: Matter, food_guide: Document, everybody: dict[str, Staff]
) -> None:
    food_guide["hours"] = "全天"
    matters.publish(food, food_guide, SYSTEM, "改时间", timezone.now())
    while fold():
        pass
    share = named("library_in_time_rate")
    assert isinstance(share, Ratio)
    assert (share.top, share.bottom) == ("library_updated_in_time", "library_updated")
