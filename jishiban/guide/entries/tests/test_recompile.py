"""The library follows its guides: what is written, what is left alone, and that nothing is ever stale."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishiban.guide.entries import actions, queries
from jishiban.guide.entries.models import Entry, Item, Library, Origin
from jishiban.hall.matters import actions as matters
from jishiban.hall.matters import document, importer
from jishiban.hall.matters.actions import Publication
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.tests.conftest import at, make_matter
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.models import Unit
from jishiban.kernel.indicators.models import Fact

pytestmark = pytest.mark.django_db


def stored(matter: Matter) -> dict[str, tuple[Any, ...]]:
    rows = Entry.objects.filter(matter=matter, origin=Origin.COMPILED, in_use=True)
    return {one.key: (*tuple(getattr(one, name) for name in actions.SAID), one.guide_id) for one in rows}


def fresh(matter: Matter) -> dict[str, tuple[Any, ...]]:
    again = Matter.objects.select_related("current", "unit").get(pk=matter.pk)
    entries = [actions._entry(again, one) for one in actions.compiled_of(again)]
    return {one.key: (*tuple(getattr(one, name) for name in actions.SAID), one.guide_id) for one in entries}


def publish(matter: Matter, guide: Document, n: int = 2) -> None:
    matters.publish(matter, guide, SYSTEM, f"改动{n}", at(2026, 3, 2, 9) + timedelta(days=n))


def test_a_published_guide_is_in_the_library_at_once(food: Matter) -> None:
    assert stored(food) == fresh(food)
    assert len(stored(food)) > 40
    entry = Entry.objects.get(key=f"m{food.pk}:材料")
    assert entry.guide == food.current
    assert entry.checked_on == date(2026, 3, 2)


def test_an_edit_changes_exactly_its_entries(food: Matter, food_guide: Document) -> None:
    before = dict(Entry.objects.values_list("key", "moved"))
    food_guide["hours"] = "工作日 8:30–17:30"
    publish(food, food_guide)
    moved = {key for key, number in Entry.objects.values_list("key", "moved") if before.get(key) != number}
    told = {f"m{food.pk}:{key}" for key in ("地点", "地点:新办", "地点:变更", "hours")}
    assert moved == told
    assert stored(food) == fresh(food)


def test_entries_whose_words_stayed_cite_the_new_version(food: Matter, food_guide: Document) -> None:
    food_guide["hours"] = "工作日 8:30–17:30"
    publish(food, food_guide)
    assert food.current is not None
    assert {one.guide_id for one in Entry.objects.all()} == {food.current.pk}
    assert {one.checked_on for one in Entry.objects.all()} == {date(2026, 3, 4)}


def test_what_is_gone_from_the_guide_is_withdrawn_and_comes_back_with_it(
    food: Matter, food_guide: Document
) -> None:
    whole = deepcopy(food_guide)
    del food_guide["materials"][2]
    publish(food, food_guide)
    entry = Entry.objects.get(key=f"m{food.pk}:materials:jiance")
    assert not entry.in_use
    publish(food, whole, 3)
    entry.refresh_from_db()
    assert entry.in_use


def test_the_library_moves_once_for_a_publication_and_not_for_nothing(food: Matter) -> None:
    version = queries.library_version()
    with transaction.atomic():
        assert actions.recompile([food.pk], timezone.now()) == 0
    assert queries.library_version() == version
    assert version == Entry.objects.values_list("moved", flat=True).order_by("-moved")[0]


def test_a_matter_out_of_the_hall_has_no_entries(food: Matter) -> None:
    version = queries.library_version()
    matters.suspend_matter(food, SYSTEM, "修订中", timezone.now())
    assert stored(food) == {}
    rows = list(queries.rows_changed_since(version))
    assert rows
    assert not any(row.in_use for row in rows)
    matters.resume_matter(food, SYSTEM, "修订完成", timezone.now())
    assert stored(food) == fresh(food)


def test_a_penalty_is_never_asked_for(market: Unit) -> None:
    matter = make_matter(market, "9", "占道经营处罚", type="02")
    with transaction.atomic():
        matters.publish_many(
            [Publication(matter, document.complete({"name": matter.name}), False, "")], SYSTEM, timezone.now()
        )
    assert stored(matter) == {}


def test_a_failed_publication_leaves_the_library_as_it_was(food: Matter, food_guide: Document) -> None:
    version = queries.library_version()
    food_guide["steps"] = []
    with pytest.raises(matters.Unpublishable):
        publish(food, food_guide)
    assert queries.library_version() == version


def test_new_aliases_of_the_guide_move_all_entries_of_the_matter(food: Matter, food_guide: Document) -> None:
    version = queries.library_version()
    food_guide["aliases"] = ["开饭馆"]
    publish(food, food_guide)
    rows = list(queries.rows_changed_since(version))
    assert len(rows) == Entry.objects.filter(in_use=True).count()
    assert {row.aliases for row in rows} == {("开饭馆",)}


def test_a_units_new_telephone_is_found_by_the_check(food: Matter, market: Unit) -> None:
    assert actions.keep_library(timezone.now()) == 0
    Unit.objects.filter(pk=market.pk).update(phone="0531-8888")
    assert actions.keep_library(timezone.now()) > 0
    assert "0531-8888" in Entry.objects.get(key=f"m{food.pk}:unit").answer


def test_the_check_builds_a_library_that_is_not_there(food: Matter) -> None:
    whole = stored(food)
    Entry.objects.all().delete()
    Item.objects.all().delete()
    assert actions.keep_library(timezone.now()) == len(whole)
    assert stored(food) == whole


def _many(unit: Unit, guide: Document, start: int, count: int) -> list[Matter]:
    made = [make_matter(unit, str(n), f"第{n}项许可") for n in range(start, start + count)]
    publications = [Publication(one, guide | {"name": one.name}, True, "") for one in made]
    with transaction.atomic():
        matters.publish_many(publications, SYSTEM, at(2026, 3, 2, 9))
    return made


def _statements(ids: list[int]) -> int:
    with (
        CaptureQueriesContext(
            connection,
        ) as caught,
        transaction.atomic(),
    ):
        actions.recompile(ids, timezone.now())
    return len([one for one in caught.captured_queries if not one["sql"].startswith("INSERT")])


def test_the_statements_do_not_grow_with_the_matters(market: Unit, food_guide: Document) -> None:
    small = [one.pk for one in _many(market, food_guide, 100, 2)]
    large = [one.pk for one in _many(market, food_guide, 200, 12)]
    Entry.objects.all().delete()
    assert _statements(large) == _statements(small)


def test_an_import_of_many_lines_gives_its_entries(bureau: Unit, chief: Actor) -> None:
    head = "清单编号,事项名称,事项类型,设定依据,法定时限,时限单位\n"
    lines = "".join(f"{n},第{n}项许可,行政许可,《某法》第{n}条,20,日\n" for n in range(1, 301))
    importer.import_rows(importer.read((head + lines).encode()), by=chief)
    assert Entry.objects.filter(in_use=True).count() == 300 * 6


def test_updates_are_counted_as_facts_in_time(food: Matter, food_guide: Document) -> None:
    facts = Fact.objects.filter(kind="library.updated")
    assert facts.count() == 1
    food_guide["hours"] = "工作日"
    matters.publish(food, food_guide, SYSTEM, "改时间", timezone.now())
    last = facts.order_by("-pk")[0]
    assert (last.value, last.dims) == (4, {"in_time": "1"})


# -- reads -----------------------------------------------------------------------------------------


def test_reads_take_a_constant_number_of_queries(food: Matter, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        queries.library_version()
    with django_assert_num_queries(3):
        rows = list(queries.rows_changed_since(0))
    with django_assert_num_queries(1):
        found = queries.entries_by_key([row.key for row in rows])
        assert all(one.guide and one.guide.number == 1 and one.matter for one in found.values())
    main = {row.aspect for row in rows if row.main}
    assert main >= {"材料", "时限", "依据"}
    assert {row.group for row in rows} == {f"m{food.pk}"}
    assert {row.item for row in rows} == {"食品经营许可"}


def test_the_library_has_one_row(db: None) -> None:
    assert queries.library_version() == 0
    assert Library.objects.count() == 0


# -- never stale -----------------------------------------------------------------------------------

TEXT = st.text("一二三四五甲乙丙丁", min_size=1, max_size=6)


@st.composite
def edits(draw: st.DrawFn) -> dict[str, Any]:
    """One thing an editor may do to a guide."""
    part = draw(st.sampled_from(["summary", "hours", "visits", "conditions", "aliases", "materials", "steps", "faq",
                                 "fee", "variants", "on_site", "law", "renew_before_days", "promise"]))  # fmt: skip
    value: Any = {
        "summary": TEXT, "hours": TEXT, "visits": st.integers(0, 3), "conditions": st.lists(TEXT, min_size=1, max_size=8),
        "aliases": st.lists(TEXT, max_size=4), "on_site": st.booleans(),
        "variants": st.lists(st.sampled_from(document.VARIANTS), unique=True),
        "renew_before_days": st.none() | st.integers(1, 90),
        "promise": st.fixed_dictionaries({"amount": st.integers(0, 9), "unit": st.just("工作日")}),
        "materials": st.lists(
            st.builds(
                lambda n, name, when, need: {**document.ROWS["materials"], "key": f"k{n}", "name": f"{name}{n}",
                                             "when": when, "necessity": need},
                st.integers(1, 6), TEXT, st.sampled_from(["", "变更时", "委托他人办理时"]), st.sampled_from(document.NECESSITIES),
            ), max_size=5, unique_by=lambda row: row["key"],
        ),
        "steps": st.lists(
            st.builds(lambda name: {"name": name, "limit": {"amount": 1, "unit": "工作日"}, "standard": "", "role": ""}, TEXT),
            min_size=1, max_size=4,
        ),
        "faq": st.lists(st.builds(lambda q, a: {"q": q, "a": a}, TEXT, TEXT), max_size=4),
        "law": st.lists(st.builds(lambda n: {"name": f"《{n}法》", "article": "第一条", "says": n}, TEXT), min_size=1, max_size=3),
        "fee": st.sampled_from([{"charged": False, "items": []},
                                {"charged": True, "items": [{"name": "费", "standard": "10元", "basis": "《规定》"}]}]),
    }[part]  # fmt: skip
    return {part: draw(value)}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(edits(), min_size=10, max_size=10))
def test_after_any_edits_the_entries_are_those_of_a_fresh_compile(
    food: Matter, changes: list[dict[str, Any]]
) -> None:
    guide = deepcopy(food.current.body) if food.current else {}
    seen: dict[str, queries.Indexed] = {row.key: row for row in queries.rows_changed_since(0)}
    for n, change in enumerate(changes):
        version = queries.library_version()
        guide |= change
        with transaction.atomic():
            matters.publish_many(
                [Publication(food, guide, True, "")], SYSTEM, at(2026, 4, 1, 9) + timedelta(days=n)
            )
        assert stored(food) == fresh(food)
        seen |= {row.key: row for row in queries.rows_changed_since(version)}
        served = {row.key: (row.question, row.answer, row.aliases) for row in seen.values() if row.in_use}
        whole = {row.key: (row.question, row.answer, row.aliases) for row in queries.rows_changed_since(0)}
        assert served == whole
