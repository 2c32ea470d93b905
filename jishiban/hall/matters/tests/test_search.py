"""Finding a matter by what people call it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jishiban.hall.matters import actions, search, seed
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.tests.conftest import at, make_matter
from jishiban.hall.matters.tests.test_portal import page, words
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    search.forget()


@pytest.fixture
def catalogue(bureau: Unit) -> None:
    seed.load_catalogue()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("食品经营", "食品经营许可"),
        ("开饭店", "食品经营许可"),
        ("饭店", "食品经营许可"),
        ("我想办理食品经营许可怎么办", "食品经营许可"),
        ("注册公司", "企业设立、变更、注销登记"),
        ("异地就医", "异地就医备案"),
        ("结婚", "内地居民婚姻登记"),
    ],
)
def test_the_words_of_people_find_the_matter(client: Client, catalogue: None, query: str, first: str) -> None:
    assert Matter.objects.get(pk=search.search(query)[0].matter).name == first
    assert words(page(client, f"/search?q={query}")).count(first) >= 1


def test_matched_words_are_marked_and_matched_names_shown(client: Client, food: Matter) -> None:
    html = page(client, "/search?q=饭店")
    assert "<mark>饭店</mark>" in html
    assert "也叫：开饭店" in html
    assert "餐饮许可证" not in words(html)


def test_nothing_found_says_why_and_what_to_do(client: Client, food: Matter) -> None:
    said = words(page(client, "/search?q=克隆恐龙"))
    for part in ("没有找到“克隆恐龙”", "少写几个字", "按类别和部门查找", "打电话"):
        assert part in said


def test_an_empty_search_offers_what_is_asked_most(client: Client, food: Matter) -> None:
    html = page(client, "/search?q=")
    assert "大家常办" in html
    assert food.name in html


def test_a_case_number_leads_to_its_progress(client: Client, food: Matter) -> None:
    for typed in ("370115-20260930-00012-2", "37011520260930000122", "370115 20260930 00012 2"):
        response = client.get("/search", {"q": typed})
        assert response.status_code == 302
        assert response["Location"].startswith("/track/?number=370115")


def test_twelve_are_on_a_page(client: Client, catalogue: None) -> None:
    html = page(client, "/search?q=许可")
    assert html.count('class="task__title"') == 12
    assert "page=2" in html
    assert page(client, "/search?q=许可&page=2") != html


def test_the_index_is_made_anew_when_the_catalogue_moves(
    client: Client, food: Matter, food_guide: Document, editor: Actor, market: Unit
) -> None:
    assert not search.search("夜市摊位")
    food_guide["aliases"] = ["夜市摊位"]
    actions.publish(food, food_guide, editor, "加别名", at(2026, 4, 1, 9))
    assert [found.matter for found in search.search("夜市摊位")] == [food.pk]
    actions.suspend_matter(food, SYSTEM, "升级", at(2026, 4, 2, 9))
    assert not search.search("夜市摊位")


def test_a_search_takes_two_queries_while_nothing_moved(
    client: Client, food: Matter, django_assert_num_queries: Any
) -> None:
    client.get("/search?q=食品")
    with django_assert_num_queries(2):
        client.get("/search?q=食品")


@pytest.mark.parametrize(
    "query", ["%00", "<script>alert(1)</script>", "'; drop table", "许" * 500, "%F0%9F%8D%9C", "?" * 50]
)
def test_strange_words_are_shown_as_words(client: Client, food: Matter, query: str) -> None:
    html = page(client, f"/search?q={query}")
    assert "<script>alert" not in html


def test_the_place_in_the_list_finds_a_matter_too(client: Client, market: Unit, food_guide: Document) -> None:
    matter = make_matter(market, "511A0138000000", "适龄儿童缓学审批")
    actions.publish(matter, food_guide, SYSTEM, "首发", at(2026, 3, 2, 9))
    assert [found.matter for found in search.search("511a0138000000")] == [matter.pk]
