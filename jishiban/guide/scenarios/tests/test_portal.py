"""What people see: cards, one question a page, the plan, the sheet; and what programs get."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jishiban.guide.scenarios import actions, seed
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.indicators import FOLLOWED
from jishiban.guide.scenarios.tests.conftest import NOW
from jishiban.hall.matters.models import Matter, MatterStatus
from jishiban.hall.matters.seed import load_catalogue
from jishiban.kernel.directory.actor import SYSTEM
from jishiban.kernel.directory.models import Unit
from jishiban.kernel.indicators.models import Fact

LIST = reverse("scenarios:list")
START = reverse("scenarios:start", args=["stall"])
PLAN = reverse("scenarios:plan", args=["stall"])
LARGE = {"size": "large", "floor": "up"}


@pytest.fixture(autouse=True)
def _published(stall: Body, catalogue: dict[str, Matter]) -> None:
    actions.publish(stall, SYSTEM, NOW)


def text(client: Client, url: str, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_leads_to_every_scenario(client: Client) -> None:
    assert f'href="{START}"' in text(client, LIST)


def test_an_empty_list_says_why_and_what_to_do(client: Client) -> None:
    from jishiban.guide.scenarios.models import Scenario

    Scenario.objects.update(in_use=False)
    assert "按类别查找" in text(client, LIST)


def test_one_question_a_page_with_what_was_said_before(client: Client) -> None:
    first = text(client, START)
    assert "店有多大？" in first
    assert "在几楼？" not in first
    second = text(client, START, size="large")
    assert "在几楼？" in second
    assert '<input type="hidden" name="size" value="large">' in second


def test_nothing_chosen_is_said_at_the_top_and_at_the_question(client: Client) -> None:
    page = text(client, START, _ask="size")
    assert page.count("请选一个最接近的回答") == 2
    assert 'role="alert"' in page


def test_the_last_answer_leads_to_a_plan_with_a_clean_address(client: Client) -> None:
    answer = client.get(START, {"size": "small", "_ask": "size", "junk": "x"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{PLAN}?size=small"


def test_a_plan_without_its_answers_goes_back_to_the_question(client: Client) -> None:
    assert client.get(PLAN, {"size": "large"})["Location"] == f"{START}?size=large"


def test_a_plan_says_order_papers_places_and_the_guide_it_comes_from(client: Client) -> None:
    page = text(client, PLAN, **LARGE)
    for words in ("现在就能办", "营业前消防安全检查", "办好第1步再办", "复印件2份", "A01、A02", "第1版", "10元", "证挂在墙上。",
                  'class="hall"', 'class="order"', "qr__code"):  # fmt: skip
        assert words in page, words
    food = Matter.objects.get(local_code="5")
    assert f'href="/apply/{food.pk}/"' in page
    assert f'href="{food.get_absolute_url()}"' in page
    assert " style=" not in page


def test_each_answer_can_be_changed(client: Client) -> None:
    page = text(client, PLAN, **LARGE)
    assert f'href="{START}"' in page
    assert f'href="{START}?size=large"' in page


def test_a_suspended_matter_is_told_with_a_telephone(client: Client) -> None:
    Matter.objects.filter(local_code="5").update(status=MatterStatus.SUSPENDED)
    page = text(client, PLAN, size="small")
    assert "现在暂停办理" in page
    assert "食品经营许可" in page


def test_the_sheet_has_boxes_a_code_and_no_menu(client: Client) -> None:
    page = text(client, reverse("scenarios:print", args=["stall"]), **LARGE)
    assert "sheet-plan__box" in page
    assert "qr__code" in page
    assert "masthead" not in page


def test_no_such_scenario_is_not_found(client: Client) -> None:
    for name in ("start", "plan", "print"):
        assert client.get(reverse(f"scenarios:{name}", args=["nothing"])).status_code == 404


def test_hostile_answers_are_answers_nobody_offers(client: Client) -> None:
    page = text(client, START, size="<script>alert(1)</script>", **{"' OR 1=1": "x" * 5000})
    assert "<script>alert" not in page
    assert "店有多大？" in page


def test_a_plan_opened_is_counted_and_a_question_is_not(client: Client) -> None:
    client.get(START)
    client.get(PLAN, {"size": "small"})
    assert Fact.objects.filter(kind=FOLLOWED, subject="scenario:stall").count() == 1


def test_the_cost_does_not_grow_with_the_scenario(
    client: Client, bureau: Unit, django_assert_max_num_queries: Any
) -> None:
    load_catalogue(now=NOW)
    seed.load(NOW)
    client.get(PLAN, {"size": "small"})
    with django_assert_max_num_queries(12):
        client.get(PLAN, {"size": "small"})
    factory = reverse("scenarios:plan", args=["factory"])
    answers = {"land": "new", "env": "book", "scale": "build", "special": "yes", "power": "yes"}
    with django_assert_max_num_queries(12):
        assert client.get(factory, answers).status_code == 200
    with django_assert_max_num_queries(3):
        client.get(LIST)


def test_every_shipped_way_has_a_page(client: Client, bureau: Unit) -> None:
    load_catalogue(now=NOW)
    seed.load(NOW)
    for whole in seed.shipped():
        url, seen = reverse("scenarios:start", args=[whole["key"]]), 0
        page = client.get(url)
        while page.status_code == 200 and seen < 8:
            answers = dict(
                re.findall(r'type="hidden" name="([a-z-]+)" value="([a-z-]+)"', page.content.decode())
            )
            key, value = re.findall(
                r'type="radio"[^>]* name="([a-z-]+)" value="([a-z-]+)"', page.content.decode()
            )[-1]
            page, seen = client.get(url, {**answers, key: value}), seen + 1
        assert page.status_code == 302, whole["key"]
        assert client.get(page["Location"]).status_code == 200


# -- programs --------------------------------------------------------------------------------------

API = "/api/v1/guide/scenarios"


def test_programs_get_the_list_and_the_definition(client: Client) -> None:
    (one,) = client.get(API).json()
    assert (one["key"], one["url"]) == ("stall", START)
    assert client.get(f"{API}/stall").json()["definition"]["questions"][0]["key"] == "size"
    assert client.get(f"{API}/nothing").status_code == 404


def post(client: Client, key: str, answers: Any) -> Any:
    body = json.dumps({"answers": answers})
    return client.post(f"{API}/{key}/plan", body, content_type="application/json")


def test_programs_are_asked_until_there_is_a_plan(client: Client) -> None:
    first = post(client, "stall", {"size": "large"}).json()
    assert (first["next"]["key"], first["steps"]) == ("floor", [])
    made = post(client, "stall", LARGE).json()
    assert made["next"] is None
    assert [(step["key"], step["round"]) for step in made["steps"]] == [
        ("licence", 0), ("health", 0), ("fire", 1), ("food", 2)]  # fmt: skip
    assert made["url"] == f"{PLAN}?size=large&floor=up"
    assert all(step["version"] == 1 for step in made["steps"] if step["matter"])


def test_programs_that_send_nonsense_are_told(client: Client) -> None:
    assert post(client, "stall", "large").status_code == 422
    assert post(client, "stall", {"size": "no such"}).json()["next"]["key"] == "size"
    assert post(client, "nothing", {}).status_code == 404
