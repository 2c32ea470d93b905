"""Every write: who may, what is recorded, what cannot be unsaid."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from jishiban.guide.scenarios import actions, queries, review
from jishiban.guide.scenarios.access import NotAllowed
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.indicators import EDITIONS, PLANS, PUBLISHED, STANDING
from jishiban.guide.scenarios.models import Frozen, Scenario, ScenarioDraft, ScenarioVersion
from jishiban.guide.scenarios.source import ScenarioSource
from jishiban.guide.scenarios.tests.conftest import NOW
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.errors import StepRefused
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.models import Staff
from jishiban.kernel.directory.roster import staff_actor
from jishiban.kernel.indicators.queries import figure
from jishiban.kernel.ledger.models import LedgerRecord

pytestmark = pytest.mark.usefixtures("catalogue")


def shown(key: str) -> ScenarioVersion:
    """The version people see now."""
    scenario = queries.one(key)
    assert scenario is not None
    assert scenario.current is not None
    return scenario.current


def test_a_publication_stands_in_the_ledger(stall: Body, editor: Actor) -> None:
    version = actions.publish(stall, editor, NOW, "初版")
    record = LedgerRecord.objects.get(kind=PUBLISHED)
    assert json.loads(record.body) == actions.record_body(version)
    assert list(ScenarioSource().audit()) == []
    assert shown("stall") == version


def test_the_same_again_is_no_new_version(stall: Body, editor: Actor) -> None:
    first = actions.publish(stall, editor, NOW)
    assert actions.publish(stall, editor, NOW) == first
    assert ScenarioVersion.objects.count() == 1


def test_a_change_is_the_next_version(stall: Body, editor: Actor) -> None:
    actions.publish(stall, editor, NOW)
    assert actions.publish({**stall, "title": "改了"}, editor, NOW).number == 2


def test_what_is_unsound_is_not_published(stall: Body, editor: Actor) -> None:
    stall["steps"][0]["after"] = ["food"]
    with pytest.raises(actions.Unpublishable) as refusal:
        actions.publish(stall, editor, NOW)
    assert refusal.value.problems[0].where.startswith("steps.")
    assert not Scenario.objects.exists()


def test_a_matter_the_catalogue_does_not_have_is_refused(stall: Body, editor: Actor) -> None:
    stall["steps"][0]["matter"] = {"code": "999", "name": "没有的事项"}
    with pytest.raises(actions.Unpublishable, match="没有的事项"):
        actions.publish(stall, editor, NOW)


def test_a_matter_is_found_by_its_name_in_another_list(stall: Body, editor: Actor) -> None:
    Matter.objects.filter(local_code="5").update(source="本地清单", local_code="A-77")
    assert actions.publish(stall, editor, NOW).number == 1
    assert "5 食品经营许可" in queries.guides(stall)


def test_a_clerk_may_write_nothing(stall: Body, zhao: Staff) -> None:
    clerk = staff_actor(zhao)
    scenario = actions.publish(stall, SYSTEM, NOW).scenario
    for attempt in (
        lambda: actions.publish(stall, clerk, NOW),
        lambda: actions.create("other", "别的", clerk, NOW),
        lambda: actions.save_draft(scenario, stall, clerk, NOW),
        lambda: actions.discard_draft(scenario, clerk),
        lambda: actions.set_in_use(scenario, False, clerk, "不要了", NOW),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_version_can_neither_be_changed_nor_deleted(stall: Body, editor: Actor) -> None:
    version = actions.publish(stall, editor, NOW)
    version.title = "偷改"
    for attempt in (
        version.save,
        version.delete,
        lambda: ScenarioVersion.objects.update(title="偷改"),
        lambda: ScenarioVersion.objects.all().delete(),
    ):
        with pytest.raises(Frozen):
            attempt()


def test_the_ledger_finds_a_version_changed_in_the_database(stall: Body, editor: Actor) -> None:
    version = actions.publish(stall, editor, NOW)
    with connection.cursor() as cursor:  # around the models, as somebody with the database in hand would
        cursor.execute("UPDATE scenarios_scenarioversion SET title = %s WHERE id = %s", ["偷改", version.pk])
    assert "被直接改动过" in next(ScenarioSource().audit()).reason


def test_a_draft_is_kept_as_typed_and_published_away(stall: Body, editor: Actor) -> None:
    scenario = actions.create("stall", "我要开小店", editor, NOW)
    draft = actions.save_draft(scenario, {**stall, "key": "renamed", "title": ""}, editor, NOW)
    assert (draft.body["key"], draft.body["title"]) == ("stall", "")
    actions.publish(stall, editor, NOW)
    assert not ScenarioDraft.objects.exists()


def test_a_key_is_taken_once(editor: Actor) -> None:
    actions.create("stall", "我要开小店", editor, NOW)
    for key in ("stall", "Bad Key"):
        with pytest.raises(actions.Unpublishable):
            actions.create(key, "又一个", editor, NOW)


def test_a_scenario_never_published_goes_with_its_draft(editor: Actor) -> None:
    actions.discard_draft(actions.create("stall", "我要开小店", editor, NOW), editor)
    assert not Scenario.objects.exists()


def test_out_of_use_is_out_of_sight_and_recorded(stall: Body, editor: Actor) -> None:
    scenario = actions.publish(stall, editor, NOW).scenario
    actions.set_in_use(scenario, False, editor, "政策变了", NOW)
    assert queries.one("stall") is None
    assert "政策变了" in LedgerRecord.objects.get(kind=actions.STATUS).body
    with pytest.raises(actions.Unpublishable):
        actions.set_in_use(scenario, True, editor, " ", NOW)


def test_what_is_published_and_followed_is_counted(stall: Body, editor: Actor) -> None:
    scenario = actions.publish(stall, editor, NOW).scenario
    actions.followed(scenario, NOW, "web")
    actions.followed(scenario, NOW, "web")
    day = NOW.date()
    assert figure(PLANS, day, day).value == 2
    assert figure(EDITIONS, day, day).value == 1
    assert sum(STANDING.count(None).values()) == 1
    assert queries.views(day) == {"scenario:stall": 2}


def test_a_review_can_be_hung_in_and_taken_out() -> None:
    assert review.reviewer() is None
    review.register(lambda _body, _change, _by, _now: "/desk/reviews/1/")
    try:
        assert review.reviewer() is not None
    finally:
        review.register(None)
    assert review.reviewer() is None


def test_what_a_review_agreed_to_is_published_whoever_agreed(stall: Body, zhao: Staff) -> None:
    reviewer = Actor("staff", zhao.pk)
    actions.publish_reviewed({"body": stall, "change": "三审通过"}, reviewer, NOW)
    version = shown("stall")
    assert (version.change, version.published_by_id) == ("三审通过", zhao.pk)


def test_a_review_is_told_when_the_catalogue_has_moved(stall: Body, zhao: Staff) -> None:
    Matter.objects.filter(local_code="5").update(status="3")
    with pytest.raises(StepRefused, match="食品经营许可"):
        actions.publish_reviewed({"body": stall, "change": ""}, Actor("staff", zhao.pk), NOW)
