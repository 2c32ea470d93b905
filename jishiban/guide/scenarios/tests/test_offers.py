"""A question that speaks of a life event is offered its scenario."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jishiban.guide.scenarios import actions, offers
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.tests.conftest import NOW
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory.actor import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(catalogue: dict[str, Matter], stall: Body) -> None:
    """开小店 and 备案 lead to the stall, 小店 to another."""
    actions.publish({**stall, "said": ["开小店", "备案"]}, SYSTEM, NOW)
    actions.publish({**stall, "key": "other", "title": "别的", "said": ["小店", "摆摊卖菜"]}, SYSTEM, NOW)


def keys(question: str, item: str = "") -> list[str]:
    return [card["key"] for card in offers.known().of(question, item)]


@pytest.mark.parametrize("question", ["我想开小店", "开一家小店要什么", "开 个 小店", "开小店"])
def test_words_in_the_question_find_their_scenario(two: None, question: str) -> None:
    assert keys(question)[0] == "stall"


@pytest.mark.parametrize("question", ["小作坊登记备案怎么弄", "开会的小礼堂在哪个店", "", "（）"])
def test_short_words_and_far_apart_ones_find_nothing(two: None, question: str) -> None:
    assert keys(question) == []


def test_a_short_word_counts_where_it_is_most_of_what_was_asked(two: None) -> None:
    assert keys("备案要带什么材料", "备案") == ["stall"]


def test_the_longest_words_come_first_and_two_at_most(two: None) -> None:
    assert keys("开小店", "开小店") == ["stall", "other"]


def test_a_scenario_off_the_site_is_not_offered_and_a_changed_one_is_at_once(two: None, stall: Body) -> None:
    assert keys("开小店")[0] == "stall"
    version = actions.publish({**stall, "title": "开个小店", "said": ["做买卖去"]}, SYSTEM, NOW)
    assert "stall" not in keys("开小店")
    assert offers.known().of("做买卖去")[0]["title"] == "开个小店"
    actions.set_in_use(version.scenario, False, SYSTEM, "停用", NOW)
    assert keys("做买卖去") == []


def test_it_takes_one_query_while_nothing_changes(two: None) -> None:
    offers.known()
    with CaptureQueriesContext(connection) as asked:
        offers.known()
    assert len(asked) == 1


def test_signs_in_the_words_of_an_editor_are_no_pattern(catalogue: dict[str, Any], stall: Body) -> None:
    actions.publish({**stall, "said": ["开店(小)", "a.*b"]}, SYSTEM, NOW)
    assert keys("开店(小)的") == ["stall"]
    assert keys("axxb") == []
