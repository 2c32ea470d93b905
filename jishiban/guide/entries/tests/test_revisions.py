"""Three reviews by three people, and what the last one does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jishiban.guide.entries import publishers, queries, revisions
from jishiban.guide.entries.models import Entry, Kind, Line, Origin, Revision
from jishiban.guide.entries.revisions import Proposal
from jishiban.hall.matters import actions as matters
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.tests.conftest import at
from jishiban.kernel.cases.errors import FactsMissing, NotAllowed, StepRefused
from jishiban.kernel.cases.models import Promise, PromiseState
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.models import Staff
from jishiban.kernel.directory.roster import staff_actor

pytestmark = pytest.mark.django_db
NOW = at(2026, 3, 9, 10)
People = dict[str, Staff]


def actor(everybody: People, name: str) -> Actor:
    return staff_actor(everybody[name])


def payload(matter: Matter | None, **changes: Any) -> dict[str, Any]:
    return {
        "entry": None, "matter": matter.pk if matter else None, "unit": matter.unit_id if matter else None,
        "aspect": "其他", "question": "开饭店要先办哪个证？", "answer": "先办营业执照，再办食品经营许可证。",
        "similar": ["开饭馆先办什么"], "source": "《食品经营许可办事指南》受理条件", "valid_from": "", "valid_to": "",
        "in_use": True, **changes,
    }  # fmt: skip


def proposed(everybody: People, matter: Matter, by: str = "li", **changes: Any) -> Revision:
    given = payload(matter, **changes)
    target = f"entry:{given['entry']}" if given["entry"] else ""
    proposal = Proposal(Kind.ENTRY, given["question"], given, "群众常问", matter.unit_id or 0, target)
    return revisions.propose(proposal, actor(everybody, by), NOW)


def approved(revision: Revision, everybody: People, *names: str) -> Revision:
    for name in names:
        again = Revision.objects.select_related("case").get(pk=revision.pk)
        revisions.approve(again, actor(everybody, name), NOW, again.case.seq)
    return Revision.objects.select_related("case").get(pk=revision.pk)


def published(everybody: People, matter: Matter, **changes: Any) -> Entry:
    approved(proposed(everybody, matter, **changes), everybody, "wang", "sun", "zhou")
    return Entry.objects.filter(origin=Origin.HAND).latest("changed_at")


def test_three_people_read_it_and_the_third_publishes(everybody: People, food: Matter) -> None:
    version = queries.library_version()
    revision = approved(proposed(everybody, food), everybody, "wang", "sun")
    assert not Entry.objects.filter(origin=Origin.HAND).exists()
    assert queries.library_version() == version
    revision = approved(revision, everybody, "zhou")
    entry = Entry.objects.get(origin=Origin.HAND)
    assert entry.key == f"h{entry.pk}"
    assert entry.guide == food.current
    assert (revision.case.state, revision.is_open, revision.published_at) == ("published", False, NOW)
    assert [row.key for row in queries.rows_changed_since(version)] == [entry.key]


def test_the_author_does_not_review(everybody: People, food: Matter) -> None:
    revision = proposed(everybody, food, by="wang")
    with pytest.raises(StepRefused, match="您起草的"):
        approved(revision, everybody, "wang")


def test_nobody_takes_two_reviews(everybody: People, food: Matter) -> None:
    revision = proposed(everybody, food)
    with pytest.raises(StepRefused, match="您已经审过"):
        approved(revision, everybody, "sun", "sun")
    with pytest.raises(StepRefused, match="您已经审过"):
        approved(revision, everybody, "wang", "sun")


def test_a_clerk_reviews_nothing_and_proposes_nothing(everybody: People, food: Matter) -> None:
    with pytest.raises(NotAllowed):
        approved(proposed(everybody, food), everybody, "zhao")
    with pytest.raises(NotAllowed):
        proposed(everybody, food, by="zhao", question="别的问题？")


def test_each_review_belongs_to_somebody_who_may_take_it(everybody: People, food: Matter) -> None:
    revision = proposed(everybody, food)
    assert revision.case.owner_id not in {everybody["li"].pk, everybody["zhao"].pk}
    revision = approved(revision, everybody, "sun", "wang")
    assert revision.case.owner_id == everybody["zhou"].pk


def test_a_review_is_promised_within_five_working_days(everybody: People, food: Matter) -> None:
    revision = proposed(everybody, food)
    promise = Promise.objects.get(case=revision.case)
    assert (promise.kind, promise.amount, promise.unit) == ("review", 5, "工作日")
    assert timezone.localdate(promise.deadline - timedelta(seconds=1)) == at(2026, 3, 16, 0).date()


def test_what_is_returned_is_amended_and_read_by_all_again(everybody: People, food: Matter) -> None:
    revision = approved(proposed(everybody, food), everybody, "wang")
    revisions.send_back(revision, actor(everybody, "sun"), NOW, revision.case.seq, "出处不对")
    revision.refresh_from_db()
    assert revision.case.state == "returned"
    assert revision.case.owner_id == everybody["li"].pk
    other = payload(food, answer="先办营业执照。")
    revisions.amend(revision, other, "改了出处", actor(everybody, "li"), NOW)
    approved(revision, everybody, "wang", "sun", "zhou")
    assert Entry.objects.get(origin=Origin.HAND).answer == "先办营业执照。"
    assert set(Promise.objects.values_list("state", flat=True)) == {PromiseState.KEPT}


def test_returning_needs_a_reason(everybody: People, food: Matter) -> None:
    revision = proposed(everybody, food)
    with pytest.raises(FactsMissing):
        revisions.send_back(revision, actor(everybody, "wang"), NOW, revision.case.seq, " ")


def test_its_author_alone_takes_it_back(everybody: People, food: Matter) -> None:
    revision = proposed(everybody, food)
    with pytest.raises(StepRefused):
        revisions.drop(revision, actor(everybody, "wang"), NOW)
    revisions.drop(revision, actor(everybody, "li"), NOW)
    revision.refresh_from_db()
    assert not revision.is_open
    assert not Entry.objects.filter(origin=Origin.HAND).exists()


def test_what_changed_meanwhile_is_not_approved_unread(everybody: People, food: Matter) -> None:
    revision = proposed(everybody, food)
    revisions.approve(revision, actor(everybody, "wang"), NOW, revision.case.seq)
    with pytest.raises(StepRefused, match="刷新"):
        revisions.approve(revision, actor(everybody, "sun"), NOW, 1)


def test_content_changed_behind_the_reviews_is_not_published(everybody: People, food: Matter) -> None:
    revision = approved(proposed(everybody, food), everybody, "wang", "sun")
    Revision.objects.filter(pk=revision.pk).update(payload=payload(food, answer="随便写的。"))
    with pytest.raises(StepRefused, match="不一样"):
        approved(revision, everybody, "zhou")
    assert not Entry.objects.filter(origin=Origin.HAND).exists()


def test_one_revision_of_an_entry_at_a_time(everybody: People, food: Matter) -> None:
    entry = published(everybody, food)
    proposed(everybody, food, entry=entry.pk, answer="改一")
    with pytest.raises(StepRefused, match="已有一份修订"):
        proposed(everybody, food, entry=entry.pk, answer="改二")


def test_an_entry_is_changed_and_withdrawn_by_revisions(everybody: People, food: Matter) -> None:
    entry = published(everybody, food)
    published(everybody, food, entry=entry.pk, answer="改过的答复。")
    entry.refresh_from_db()
    assert (entry.answer, Entry.objects.filter(origin=Origin.HAND).count()) == ("改过的答复。", 1)
    version = queries.library_version()
    published(everybody, food, entry=entry.pk, in_use=False)
    assert [row.in_use for row in queries.rows_changed_since(version)] == [False]
    assert entry.key not in queries.entries_by_key([entry.key])


def test_a_compiled_entry_is_not_changed_by_hand(everybody: People, food: Matter) -> None:
    compiled = Entry.objects.filter(origin=Origin.COMPILED).first()
    assert compiled is not None
    with pytest.raises(StepRefused, match="人工编写"):
        published(everybody, food, entry=compiled.pk)
    compiled.refresh_from_db()
    assert compiled.origin == Origin.COMPILED


def test_an_entry_is_stale_when_its_guide_has_moved_on(
    everybody: People, food: Matter, food_guide: Document
) -> None:
    entry = published(everybody, food)
    assert not queries.listed(queries.Filter(show="stale")).exists()
    food_guide["hours"] = "全天"
    matters.publish(food, food_guide, SYSTEM, "改时间", NOW)
    assert [one.pk for one in queries.listed(queries.Filter(show="stale"))] == [entry.pk]


def test_what_was_written_about_a_matter_goes_with_it(everybody: People, food: Matter) -> None:
    entry = published(everybody, food)
    version = queries.library_version()
    matters.suspend_matter(food, SYSTEM, "修订", NOW)
    assert {row.key: row.in_use for row in queries.rows_changed_since(version)}[entry.key] is False
    assert queries.entries_by_key([entry.key]) == {}
    matters.resume_matter(food, SYSTEM, "恢复", NOW)
    assert entry.key in queries.entries_by_key([entry.key])


def test_an_entry_begins_and_ends_on_its_days(everybody: People, food: Matter) -> None:
    from jishiban.guide.entries.actions import turn_the_day

    day = NOW.date()
    turn_the_day(day)
    entry = published(
        everybody,
        food,
        valid_from=(day + timedelta(days=2)).isoformat(),
        valid_to=(day + timedelta(days=3)).isoformat(),
    )
    assert not queries.served(day).filter(pk=entry.pk).exists()
    version = queries.library_version()
    assert turn_the_day(day + timedelta(days=1)) == 0
    assert turn_the_day(day + timedelta(days=2)) == 1
    assert [row.in_use for row in queries.rows_changed_since(version, day + timedelta(days=2))] == [True]
    version = queries.library_version()
    assert turn_the_day(day + timedelta(days=5)) == 1
    assert [row.in_use for row in queries.rows_changed_since(version, day + timedelta(days=5))] == [False]


def test_a_line_of_the_lexicon_is_in_use_once_published(everybody: People, food: Matter) -> None:
    line = {
        "line": None,
        "said": "饭铺子",
        "official": "餐饮服务",
        "owner": "市场监管",
        "test": "开个饭铺子要啥证",
        "in_use": True,
    }
    before = queries.lexicon_version()
    proposal = Proposal(Kind.LINE, "饭铺子", line, "老人常说", food.unit_id or 0)
    approved(revisions.propose(proposal, actor(everybody, "li"), NOW), everybody, "wang", "sun", "zhou")
    assert [one.official for one in queries.place_lines()] == ["餐饮服务"]
    assert queries.lexicon_version() > before
    assert Line.objects.get().moved == queries.lexicon_version()


def test_another_room_publishes_its_own_kind(
    everybody: People, food: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[dict[str, Any]] = []
    monkeypatch.setitem(revisions.publishers, Kind.SCENARIO, lambda given, _by, _now: heard.append(given))
    proposal = Proposal(Kind.SCENARIO, "我要开餐馆", {"name": "restaurant"}, "新增情景", food.unit_id or 0)
    approved(revisions.propose(proposal, actor(everybody, "li"), NOW), everybody, "wang", "sun", "zhou")
    assert heard == [{"name": "restaurant"}]


def test_a_publisher_that_fails_leaves_the_review_untaken(
    everybody: People, food: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = approved(proposed(everybody, food), everybody, "wang", "sun")

    def refuse(*_given: object) -> None:
        raise StepRefused("不行")

    monkeypatch.setitem(revisions.publishers, Kind.ENTRY, refuse)
    with pytest.raises(StepRefused, match="不行"):
        approved(revision, everybody, "zhou")
    revision.case.refresh_from_db()
    assert revision.case.state == "third"


def test_a_batch_takes_few_statements(food: Matter, django_assert_max_num_queries: Any) -> None:
    from django.db import transaction

    rows = [payload(food, question=f"第{n}问？") for n in range(40)]
    with django_assert_max_num_queries(20), transaction.atomic():
        publishers.publish_entries({"rows": rows}, SYSTEM, NOW)
    assert Entry.objects.filter(origin=Origin.HAND).count() == 40
