"""A scenario is published by three people, none of them its author; the house ties the two rooms together."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jishiban.guide.entries import revisions
from jishiban.guide.entries.changes import changes
from jishiban.guide.entries.models import Kind, Revision
from jishiban.guide.scenarios import actions, queries
from jishiban.guide.scenarios.access import NotAllowed
from jishiban.guide.scenarios.body import complete
from jishiban.guide.scenarios.models import Scenario, ScenarioDraft
from jishiban.kernel.directory.actor import SYSTEM
from jishiban.kernel.directory.models import Post, Role
from jishiban.kernel.directory.roster import moved
from jishiban.kernel.directory.tests.cast import Cast, make_cast
from jishiban.kernel.ledger.verify import verify

WHOLE = complete(
    {
        "key": "stall", "title": "我要摆摊", "summary": "摆摊先办什么。", "group": "enterprise", "icon": "shop",
        "questions": [{"key": "food", "text": "卖吃的吗？", "options": [
            {"key": "yes", "label": "卖"}, {"key": "no", "label": "不卖"}]}],
        "steps": [{"key": "place", "title": "问好地方", "text": "到街道问。"},
                  {"key": "health", "title": "办健康证明", "when": {"q": "food", "is": ["yes"]}}],
        "outcome": [{"text": "可以出摊了。"}],
    }
)  # fmt: skip


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    Post.objects.create(unit=made.office, role=Role.EDITOR, title="编审", staff=made["second"])
    moved()
    return made


@pytest.fixture
def desk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast["editor"], backend="django.contrib.auth.backends.ModelBackend")
    scenario = actions.create("stall", "我要摆摊", cast.actor("editor"), timezone.now())
    actions.save_draft(scenario, WHOLE, cast.actor("editor"), timezone.now())
    return client


def hand_in(desk: Client, change: str = "新写的") -> Any:
    return desk.post("/desk/scenarios/stall/publish/", {"change": change}, follow=True)


def reviewed(cast: Cast, *names: str) -> None:
    for name in names:
        revision = Revision.objects.select_related("case").get(is_open=True)
        revisions.approve(revision, cast.actor(name), timezone.now(), revision.case.seq)


def test_no_editor_publishes_a_scenario_alone(cast: Cast, desk: Client) -> None:
    with pytest.raises(NotAllowed):
        actions.publish(WHOLE, cast.actor("editor"), timezone.now())
    assert "已送审" in hand_in(desk).content.decode()
    assert Scenario.objects.get().current is None


def test_the_third_of_three_reviewers_publishes_it(cast: Cast, desk: Client) -> None:
    page = hand_in(desk)
    assert page.redirect_chain[-1][0] == f"/desk/library/revisions/{Revision.objects.get().pk}/"
    assert "问好地方" in page.content.decode()
    reviewed(cast, "second", "head")
    assert queries.one("stall") is None
    reviewed(cast, "chief")
    assert queries.one("stall") is not None
    assert not ScenarioDraft.objects.exists()
    assert not verify().faults


def test_while_one_review_is_under_way_a_second_is_refused_in_words(cast: Cast, desk: Client) -> None:
    hand_in(desk)
    assert "已有一份修订在审核" in hand_in(desk).content.decode()
    assert Revision.objects.count() == 1


def test_what_was_sent_back_is_handed_in_again_from_its_form(cast: Cast, desk: Client) -> None:
    hand_in(desk)
    revision = Revision.objects.select_related("case").get()
    revisions.send_back(revision, cast.actor("head"), timezone.now(), revision.case.seq, "第二步写清楚")
    better = {**WHOLE, "title": "我要出摊"}
    actions.save_draft(Scenario.objects.get(), better, cast.actor("editor"), timezone.now())
    hand_in(desk, "写清楚了")
    reviewed(cast, "second", "head", "chief")
    standing = queries.one("stall")
    assert standing is not None
    assert standing.current is not None
    assert (standing.current.title, standing.current.change) == ("我要出摊", "写清楚了")


def test_a_draft_written_on_during_the_review_is_kept(cast: Cast, desk: Client) -> None:
    hand_in(desk)
    later = {**WHOLE, "title": "再改一版"}
    actions.save_draft(Scenario.objects.get(), later, cast.actor("editor"), timezone.now())
    reviewed(cast, "second", "head", "chief")
    assert ScenarioDraft.objects.get().body["title"] == "再改一版"


def test_reviewers_read_what_would_change_line_by_line(cast: Cast) -> None:
    actions.publish(WHOLE, SYSTEM, timezone.now())
    told = changes(Kind.SCENARIO, {"body": WHOLE}, {"body": {**WHOLE, "title": "我要出摊"}, "change": ""})
    assert [(one.before, one.after) for one in told] == [("我要摆摊", "我要出摊")]


def test_without_a_change_there_is_nothing_to_hand_in(cast: Cast, desk: Client) -> None:
    hand_in(desk)
    reviewed(cast, "second", "head", "chief")
    hand_in(desk)
    assert Revision.objects.count() == 1
