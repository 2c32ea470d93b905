"""The catalogue the house comes with."""

from __future__ import annotations

import csv
import time

import pytest

from jishiban.hall.matters import actions, document, rules, seed
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.hall.matters.tests.conftest import at
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Unit
from jishiban.kernel.ledger.models import Leaf, LedgerRecord

pytestmark = pytest.mark.django_db


def test_the_266_matters_and_their_guides_are_loaded() -> None:
    counts = seed.load_catalogue()
    assert counts == {"new": 266, "changed": 0, "same": 0, "bad": 0}
    assert Matter.objects.filter(source="济阳基础清单").count() == 266
    assert Matter.objects.filter(current__is_full=True).count() == len(dict(seed.full_guides()))
    assert GuideVersion.objects.count() == Leaf.objects.count() == LedgerRecord.objects.count() == 266


def test_a_second_run_changes_nothing() -> None:
    seed.load_catalogue()
    before = list(Matter.objects.order_by("pk").values_list())
    assert seed.load_catalogue() == {"new": 0, "changed": 0, "same": 266, "bad": 0}
    assert list(Matter.objects.order_by("pk").values_list()) == before
    assert GuideVersion.objects.count() == Leaf.objects.count() == 266


@pytest.mark.usefixtures("nobody_listens")
def test_the_catalogue_loads_within_three_seconds() -> None:
    began = time.process_time()
    seed.load_catalogue()
    assert time.process_time() - began < 3


def test_every_limit_stands_with_the_unit_of_the_list() -> None:
    seed.load_catalogue()
    with (seed.DATA / "matters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    stored = {m.local_code: m.current for m in Matter.objects.select_related("current")}
    for row in rows:
        version = stored[row["seq"]]
        assert version is not None
        amount = int(row["statutory_limit"]) if row["statutory_limit"] else None
        assert (version.statutory_amount, version.statutory_unit) == (amount, row["limit_unit"])


def test_a_guide_a_person_has_published_is_left_alone(chief: Actor) -> None:
    seed.load_catalogue(now=at(2026, 1, 5, 9))
    matter = Matter.objects.select_related("current").get(local_code="5")
    assert matter.current is not None
    body = matter.current.body | {"summary": "改过的说明。"}
    actions.publish(matter, body, chief, "改说明", at(2026, 2, 2, 9))
    assert seed.load_catalogue()["changed"] == 0
    matter.refresh_from_db()
    assert matter.current.body["summary"] == "改过的说明。"


def test_every_guide_of_the_data_folder_may_be_published() -> None:
    for code, guide in seed.full_guides():
        assert {
            path: m for path, m in rules.check(guide).items() if not path.startswith("statutory")
        } == {}, code


def test_the_digest_of_a_version_is_in_its_ledger_record() -> None:
    seed.load_catalogue()
    version = GuideVersion.objects.get(matter__local_code="33")
    assert version.leaf is not None
    record = LedgerRecord.objects.get(leaf=version.leaf)
    assert record.facts["digest"] == version.digest == document.digest(version.body)
    assert record.facts["name"] == "生育登记"


def test_the_commonest_matters_have_full_guides_and_come_first() -> None:
    seed.load_catalogue()
    first = list(Matter.objects.select_related("current")[:6])
    assert [m.local_code for m in first] == ["5", "1", "243", "117", "248", "216"]
    assert all(m.current and m.current.is_full for m in first)


class TestUnitsOfMatters:
    def test_a_matter_goes_to_the_office_of_its_department(
        self, bureau: Unit, market: Unit, social: Unit
    ) -> None:
        assert seed.unit_for("市场监管", "行政审批服务局") == market.pk
        assert seed.unit_for("民政", "行政审批服务局") == social.pk

    def test_what_no_office_fits_goes_to_the_root(self, bureau: Unit, market: Unit) -> None:
        assert seed.unit_for("烟草专卖", "烟草专卖局") == bureau.pk

    def test_a_body_is_found_by_the_end_of_its_name(self, bureau: Unit) -> None:
        civil = Unit.objects.create(
            name="测试区民政局", short="区民政", parent=bureau, path=f"{bureau.path}9/"
        )
        assert seed.unit_for("民政", "民政局") == civil.pk

    def test_a_closed_unit_gets_nothing(self, bureau: Unit, market: Unit) -> None:
        Unit.objects.filter(pk=market.pk).update(is_open=False)
        assert seed.unit_for("市场监管", "行政审批服务局") == bureau.pk

    def test_an_empty_directory_leaves_matters_without_a_unit(self) -> None:
        assert seed.unit_for("市场监管", "行政审批服务局") is None

    def test_units_that_come_later_are_filled_in(self, request: pytest.FixtureRequest) -> None:
        seed.load_catalogue()
        market: Unit = request.getfixturevalue("market")
        assert seed.load_catalogue()["changed"] == 266
        assert Matter.objects.get(local_code="5").unit == market
        assert seed.load_catalogue()["same"] == 266
