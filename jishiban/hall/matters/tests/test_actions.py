"""Publishing, drafts and the status of matters."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from jishiban.hall.matters import access, actions, document, queries
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import Catalogue, Frozen, GuideDraft, GuideVersion, Matter, MatterStatus
from jishiban.hall.matters.tests.conftest import at, make_matter
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.models import Staff, Unit
from jishiban.kernel.directory.roster import staff_actor
from jishiban.kernel.ledger.models import Leaf, LedgerRecord

pytestmark = pytest.mark.django_db


class TestPublishing:
    def test_a_change_makes_the_next_version_and_leaves_the_first_as_it_was(
        self, food: Matter, food_guide: Document, editor: Actor
    ) -> None:
        first = GuideVersion.objects.get(matter=food)
        food_guide["promise"] = {"amount": 3, "unit": "工作日"}
        second = actions.publish(food, food_guide, editor, "缩到3天", at(2026, 4, 1, 9))
        assert (second.number, second.promise_amount, second.published_by_id) == (2, 3, editor.id)
        first_again = GuideVersion.objects.get(pk=first.pk)
        assert (first_again.promise_amount, first_again.digest) == (5, first.digest)
        food.refresh_from_db()
        assert food.current == second

    def test_a_publication_is_in_the_ledger_with_its_digest(self, food: Matter) -> None:
        version = GuideVersion.objects.get(matter=food)
        assert version.leaf is not None
        record = LedgerRecord.objects.get(leaf=version.leaf)
        assert record.kind == "guide"
        assert record.facts == actions.record_body(version)
        assert version.digest == document.digest(version.body)

    def test_the_columns_repeat_what_the_document_says(self, food: Matter) -> None:
        version = GuideVersion.objects.get(matter=food)
        assert (version.statutory_amount, version.statutory_unit) == (10, "工作日")
        assert version.statutory_basis.endswith("第二十一条")
        assert (version.kind, version.is_full) == ("承诺件", True)

    def test_a_published_version_cannot_be_changed_or_deleted(self, food: Matter) -> None:
        version = GuideVersion.objects.get(matter=food)
        with pytest.raises(Frozen):
            version.save()
        with pytest.raises(Frozen):
            version.delete()
        with pytest.raises(Frozen):
            GuideVersion.objects.filter(pk=version.pk).update(change="悄悄改")
        with pytest.raises(Frozen):
            GuideVersion.objects.all().delete()

    def test_one_number_is_given_once(self, food: Matter) -> None:
        version = GuideVersion.objects.get(matter=food)
        version.pk = None
        version._state.adding = True
        with pytest.raises(IntegrityError), transaction.atomic():
            version.save()

    def test_a_wrong_guide_is_refused_and_nothing_is_written(
        self, food: Matter, food_guide: Document, editor: Actor
    ) -> None:
        leaves = Leaf.objects.count()
        food_guide["promise"] = {"amount": 11, "unit": "工作日"}
        with pytest.raises(actions.Unpublishable) as refusal:
            actions.publish(food, food_guide, editor, "变长", at(2026, 4, 1, 9))
        assert refusal.value.problems == {"promise.amount": "承诺不能长于法定的10个工作日。请改短。"}
        assert (food.versions.count(), Leaf.objects.count()) == (1, leaves)

    def test_the_same_guide_again_is_not_a_new_version(
        self, food: Matter, food_guide: Document, editor: Actor
    ) -> None:
        with pytest.raises(actions.Unpublishable, match="不用发布"):
            actions.publish(food, food_guide, editor, "没改", at(2026, 4, 1, 9))

    def test_every_publication_says_what_changed(
        self, food: Matter, food_guide: Document, editor: Actor
    ) -> None:
        food_guide["summary"] = "开饭店要办。"
        with pytest.raises(actions.Unpublishable) as refusal:
            actions.publish(food, food_guide, editor, "  ", at(2026, 4, 1, 9))
        assert list(refusal.value.problems) == ["change"]

    def test_the_name_of_a_guide_is_the_name_of_its_matter(
        self, food: Matter, food_guide: Document, editor: Actor
    ) -> None:
        food_guide |= {"name": "别的名字", "summary": "换个说法。"}
        assert (
            actions.publish(food, food_guide, editor, "换说法", at(2026, 4, 1, 9)).body["name"] == food.name
        )

    def test_an_editor_of_another_office_may_not_publish(
        self, food: Matter, food_guide: Document, social: Unit, zhao: Staff
    ) -> None:
        other = make_matter(social, "9", "养老机构备案")
        for who, matter in ((staff_actor(zhao), food), (Actor("person", 1), food)):
            with pytest.raises(access.NotAllowed):
                actions.publish(matter, food_guide, who, "改", at(2026, 4, 1, 9))
        assert other.versions.count() == 0

    @pytest.mark.usefixtures("nobody_listens")
    def test_a_publication_takes_the_same_few_statements(
        self, food: Matter, food_guide: Document, editor: Actor, django_assert_max_num_queries: object
    ) -> None:
        food_guide["summary"] = "开饭店要办。"
        with django_assert_max_num_queries(20):  # type: ignore[operator]  # pytest-django's fixture
            actions.publish(food, food_guide, editor, "换说法", at(2026, 4, 1, 9))

    @pytest.mark.usefixtures("nobody_listens")
    def test_many_are_published_in_a_constant_number_of_statements(
        self, food: Matter, market: Unit, food_guide: Document, django_assert_num_queries: object
    ) -> None:
        matters = [make_matter(market, f"x{n}", f"事项{n}") for n in range(30)]
        ready = [actions.Publication(m, food_guide | {"name": m.name}, True, "首发") for m in matters]
        with django_assert_num_queries(10), transaction.atomic():  # type: ignore[operator]
            actions.publish_many(ready, SYSTEM, at(2026, 4, 1, 9))
        assert Leaf.objects.count() == GuideVersion.objects.count() == 31


class TestDrafts:
    def test_a_draft_keeps_what_was_typed_even_when_it_is_wrong(self, food: Matter, editor: Actor) -> None:
        actions.save_draft(food, {"promise": {"amount": "五", "unit": "工作日"}}, editor, at(2026, 4, 1, 9))
        draft = GuideDraft.objects.get(matter=food)
        assert draft.body["promise"] == {"amount": "五", "unit": "工作日"}
        assert draft.base_id == food.current_id

    def test_saving_again_goes_on_with_the_same_draft(self, food: Matter, editor: Actor) -> None:
        actions.save_draft(food, {"summary": "一"}, editor, at(2026, 4, 1, 9))
        actions.save_draft(food, {"summary": "二"}, editor, at(2026, 4, 1, 10))
        assert GuideDraft.objects.get(matter=food).body["summary"] == "二"

    def test_publishing_ends_the_draft(self, food: Matter, food_guide: Document, editor: Actor) -> None:
        food_guide["summary"] = "开饭店要办。"
        actions.save_draft(food, food_guide, editor, at(2026, 4, 1, 9))
        actions.publish(food, food_guide, editor, "换说法", at(2026, 4, 1, 10))
        assert not GuideDraft.objects.exists()

    def test_a_draft_begun_before_another_publication_does_not_cover_it(
        self, food: Matter, food_guide: Document, editor: Actor, chief: Actor
    ) -> None:
        actions.save_draft(food, food_guide | {"summary": "慢的。"}, editor, at(2026, 4, 1, 9))
        draft = GuideDraft.objects.get(matter=food)
        newer = actions.publish_many(
            [actions.Publication(food, food_guide | {"summary": "快的。"}, True, "抢先")],
            chief,
            at(2026, 4, 1, 10),
        )[0]
        with pytest.raises(actions.Unpublishable, match="别人发布了新版本"):
            actions.publish(food, draft.body, editor, "覆盖", at(2026, 4, 1, 11))
        taken = actions.take_over(food, editor, at(2026, 4, 1, 12))
        assert taken is not None
        assert taken.base_id == newer.pk
        assert actions.publish(food, draft.body, editor, "核对过", at(2026, 4, 1, 13)).number == 3

    def test_a_discarded_draft_is_gone_and_the_guide_stays(self, food: Matter, editor: Actor) -> None:
        actions.save_draft(food, {"summary": "一"}, editor, at(2026, 4, 1, 9))
        actions.discard_draft(food, editor)
        assert not GuideDraft.objects.exists()
        assert food.versions.count() == 1

    def test_new_rows_get_a_key_and_old_ones_keep_theirs(
        self, food: Matter, food_guide: Document, editor: Actor
    ) -> None:
        food_guide["materials"].insert(0, {**document.ROWS["materials"], "name": "租房合同"})
        version = actions.publish(food, food_guide, editor, "加材料", at(2026, 4, 1, 9))
        assert [row["key"] for row in version.materials] == ["m1", "shenqingshu", "zhizhao", "jiance"]


class TestStatus:
    def test_a_suspended_matter_leaves_the_hall_and_comes_back(self, food: Matter, editor: Actor) -> None:
        actions.suspend_matter(food, editor, "系统升级", at(2026, 4, 1, 9))
        assert not queries.in_hall().exists()
        actions.resume_matter(food, editor, "升级好了", at(2026, 4, 2, 9))
        assert queries.in_hall().get() == food
        assert [r.facts["status"] for r in LedgerRecord.objects.filter(kind="matter").order_by("leaf")] == [
            "2",
            "1",
        ]

    def test_a_cancelled_matter_does_not_come_back(self, food: Matter, editor: Actor) -> None:
        actions.cancel_matter(food, editor, "国务院取消", at(2026, 4, 1, 9))
        with pytest.raises(actions.Unpublishable, match="不能恢复"):
            actions.resume_matter(food, editor, "反悔", at(2026, 4, 2, 9))

    def test_a_reason_is_needed(self, food: Matter, editor: Actor) -> None:
        with pytest.raises(actions.Unpublishable) as refusal:
            actions.suspend_matter(food, editor, " ", at(2026, 4, 1, 9))
        assert list(refusal.value.problems) == ["reason"]
        assert Matter.objects.get(pk=food.pk).status == MatterStatus.IN_USE

    def test_suspending_twice_is_recorded_once(self, food: Matter, editor: Actor) -> None:
        for _again in range(2):
            actions.suspend_matter(food, editor, "系统升级", at(2026, 4, 1, 9))
        assert LedgerRecord.objects.filter(kind="matter").count() == 1

    def test_an_added_matter_has_a_short_guide(self, market: Unit, chief: Actor, editor: Actor) -> None:
        fresh = Matter(source="测试清单", local_code="77", name="新事项", type="20", unit=market)
        with pytest.raises(access.NotAllowed):
            actions.create_matter(fresh, editor, at(2026, 4, 1, 9))
        made = actions.create_matter(fresh, chief, at(2026, 4, 1, 9))
        assert made.current is not None
        assert (made.current.number, made.current.is_full) == (1, False)


class TestWhoMayEdit:
    def test_an_editor_reaches_the_own_unit_and_those_below(
        self, food: Matter, social: Unit, editor: Actor, chief: Actor
    ) -> None:
        care, loose = make_matter(social, "9", "养老机构备案"), make_matter(None, "10", "无单位事项")
        assert list(access.editable(editor, Matter.objects.all())) == [food]
        assert set(access.editable(chief, Matter.objects.all())) == {food, care, loose}
        assert [access.may_edit(editor, m) for m in (food, care, loose)] == [True, False, False]

    def test_a_clerk_edits_nothing(self, food: Matter, zhao: Staff) -> None:
        assert not access.editable(staff_actor(zhao), Matter.objects.all()).exists()
        assert not access.may_edit(staff_actor(zhao), food)


def test_every_change_moves_the_catalogue(food: Matter, food_guide: Document, editor: Actor) -> None:
    seen = [queries.catalogue_version()]
    food_guide["summary"] = "开饭店要办。"
    actions.publish(food, food_guide, editor, "换说法", at(2026, 4, 1, 9))
    seen.append(queries.catalogue_version())
    actions.suspend_matter(food, editor, "系统升级", at(2026, 4, 2, 9))
    seen.append(queries.catalogue_version())
    assert seen == sorted(set(seen))
    assert Catalogue.objects.count() == 1
