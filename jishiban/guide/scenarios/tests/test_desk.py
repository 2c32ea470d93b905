"""An editor's day: write, be refused in place, try every way, publish, look back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from jishiban.guide.scenarios import actions, forms, review
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.models import Scenario, ScenarioDraft, ScenarioVersion
from jishiban.guide.scenarios.tests.conftest import NOW
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory.actor import SYSTEM
from jishiban.kernel.directory.models import Staff

pytestmark = pytest.mark.usefixtures("catalogue")


def at(name: str) -> str:
    return reverse(f"scenarios:desk-{name}", args=["stall"])


@pytest.fixture
def published(stall: Body, catalogue: dict[str, Matter]) -> Scenario:
    return actions.publish(stall, SYSTEM, NOW).scenario


@pytest.fixture
def desk(client: Client, wang: Staff) -> Client:
    client.force_login(wang)
    return client


def typed(whole: Body, **changed: str) -> dict[str, str]:
    """What a browser would post for this document, some fields typed over."""
    laid = forms.editor(whole)
    fields = {field.html_name: str(field.value() or "") for form in laid.all for field in form}
    return {**fields, **changed}


def seen(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_state_and_views(desk: Client, published: Scenario) -> None:
    from django.utils import timezone

    actions.followed(published, timezone.now())
    page = seen(desk, reverse("scenarios:desk-list"))
    assert "我要开小店" in page
    assert '<span class="num">1</span>' in page


@pytest.mark.usefixtures("published")
def test_a_clerk_and_a_stranger_stay_outside(client: Client, zhao: Staff) -> None:
    names = ("edit", "preview", "paths", "publish", "history", "status")
    assert all(client.get(at(name)).status_code in (302, 403) for name in names)
    client.force_login(zhao)
    assert all(client.get(at(name)).status_code == 403 for name in names)
    assert client.post(at("discard")).status_code == 403


def test_a_new_scenario_begins_with_a_draft(desk: Client) -> None:
    answer = desk.post(reverse("scenarios:desk-new"), {"title": "我要开小店", "key": "stall"})
    assert answer["Location"] == at("edit")
    again = desk.post(reverse("scenarios:desk-new"), {"title": "又一个", "key": "stall"})
    assert "已经有代号是" in again.content.decode()


@pytest.mark.usefixtures("published")
def test_saving_keeps_what_was_typed_right_or_wrong(desk: Client, stall: Body) -> None:
    desk.post(at("edit"), typed(stall, **{"steps-0-after": "nobody", "title": "", "do": "save"}))
    draft = ScenarioDraft.objects.get()
    assert draft.body["steps"][0]["after"] == ["nobody"]
    assert ScenarioVersion.objects.count() == 1


@pytest.mark.usefixtures("published")
def test_a_refusal_stands_beside_its_field(desk: Client, stall: Body) -> None:
    answer = desk.post(at("edit"), typed(stall, **{"steps-0-after": "nobody", "do": "check"}), follow=True)
    page = answer.content.decode()
    assert "没有这一步" in page
    assert 'id="id_steps-0-after_error"' in page


@pytest.mark.usefixtures("published")
def test_rows_are_added_moved_and_dropped_without_scripts(desk: Client, stall: Body) -> None:
    assert desk.post(at("edit"), typed(stall, do="add:steps"))["Location"].endswith("#steps-4")
    assert len(ScenarioDraft.objects.get().body["steps"]) == 5
    desk.post(at("edit"), typed(stall, do="drop:steps:3"))
    assert [row["key"] for row in ScenarioDraft.objects.get().body["steps"]] == ["licence", "food", "fire"]


@pytest.mark.usefixtures("published")
def test_every_way_is_listed_with_what_it_leads_to(desk: Client) -> None:
    page = seen(desk, at("paths"))
    assert "条路都走得通" in page
    assert "店有多大：很大；在几楼：楼上" in page


@pytest.mark.usefixtures("published")
def test_what_is_refused_is_listed_and_cannot_be_published(desk: Client, stall: Body) -> None:
    desk.post(at("edit"), typed(stall, **{"steps-0-after": "food", "do": "save"}))
    assert "绕了一圈" in seen(desk, at("paths"))
    assert "绕了一圈" in seen(desk, at("publish"))
    desk.post(at("publish"), {"change": "硬要发布"})
    assert ScenarioVersion.objects.count() == 1


@pytest.mark.usefixtures("published")
def test_the_preview_goes_the_drafts_way_and_counts_nothing(desk: Client, stall: Body) -> None:
    from jishiban.kernel.indicators.models import Fact

    desk.post(at("edit"), typed(stall, **{"questions-0-text": "新问题有多大？", "do": "save"}))
    before = Fact.objects.count()
    assert "新问题有多大？" in seen(desk, at("preview"))
    assert "办健康证明" in seen(desk, f"{at('preview')}?size=small")
    assert Fact.objects.count() == before


@pytest.mark.usefixtures("published")
def test_publishing_shows_the_change_and_makes_the_next_version(desk: Client, stall: Body) -> None:
    desk.post(at("edit"), typed(stall, **{"outcome-0-text": "证挂在门口。", "do": "save"}))
    assert "证挂在门口。" in seen(desk, at("publish"))
    assert "请写这次改了什么" in desk.post(at("publish"), {"change": ""}).content.decode()
    assert desk.post(at("publish"), {"change": "改说明"})["Location"] == at("history")
    history = seen(desk, at("history"))
    assert "第2版" in history
    assert "证挂在墙上。" in history


@pytest.fixture
def reviewed() -> Iterator[list[str]]:
    handed: list[str] = []

    def start(body: Body, change: str, _by: object, _now: object) -> str:
        handed.append(f"{body['key']}:{change}")
        return "/desk/"

    review.register(start)
    yield handed
    review.register(None)


@pytest.mark.usefixtures("published")
def test_with_a_review_nothing_is_published_by_one_hand(
    desk: Client, stall: Body, reviewed: list[str]
) -> None:
    desk.post(at("edit"), typed(stall, title="改了标题", do="save"))
    assert desk.post(at("publish"), {"change": "改标题"})["Location"] == "/desk/"
    assert reviewed == ["stall:改标题"]
    assert ScenarioVersion.objects.count() == 1


def test_out_of_use_and_back(desk: Client, client: Client, published: Scenario) -> None:
    desk.post(at("status"), {"reason": "政策变了"})
    assert client.get(published.get_absolute_url()).status_code == 404
    desk.post(at("status"), {"reason": "恢复"})
    assert client.get(published.get_absolute_url()).status_code == 200


@pytest.mark.usefixtures("published")
def test_a_draft_can_be_thrown_away(desk: Client, stall: Body) -> None:
    desk.post(at("edit"), typed(stall, title="改了", do="save"))
    desk.post(at("discard"))
    assert not ScenarioDraft.objects.exists()
    assert Scenario.objects.exists()
