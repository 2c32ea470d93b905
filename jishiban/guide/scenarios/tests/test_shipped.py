"""The scenarios the house comes with: each is sound, and every way gives a plan."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jishiban.guide.scenarios import body, check, drawings, plan, queries, seed
from jishiban.guide.scenarios.actions import publish
from jishiban.guide.scenarios.models import Scenario
from jishiban.guide.scenarios.source import ScenarioSource
from jishiban.hall.matters.seed import DATA, load_catalogue
from jishiban.kernel.directory.actor import SYSTEM
from jishiban.kernel.directory.models import Unit

ALL = seed.shipped()
by_key = pytest.mark.parametrize("whole", ALL, ids=lambda whole: whole["key"])


def listed() -> set[tuple[str, str]]:
    with (DATA / "matters.csv").open(encoding="utf-8", newline="") as rows:
        return {(row["seq"], row["name"]) for row in csv.DictReader(rows)}


LISTED = listed()


def in_the_list(matter: Any) -> bool:
    return (matter.get("code"), matter.get("name")) in LISTED


def test_there_are_more_than_twenty() -> None:
    assert len(ALL) >= 22
    assert {whole["group"] for whole in ALL} == set(body.GROUPS)


@by_key
def test_a_shipped_scenario_passes_the_check(whole: body.Body) -> None:
    assert check.check(whole, in_the_list) == []


@by_key
def test_a_shipped_scenario_is_worth_following(whole: body.Body) -> None:
    assert 2 <= len(whole["questions"]) <= 5
    assert len(whole["steps"]) >= 3
    plans = [plan.result(whole, way, {}) for way in check.paths(whole)]
    assert all(made.steps for made in plans)
    assert len({tuple(step.key for step in made.steps) for made in plans}) > 1
    assert len(whole["said"]) >= 5
    assert whole["who"]
    assert whole["sources"]
    assert whole["icon"] in drawings.SIGNS


@by_key
def test_a_shipped_file_bears_its_key_and_names_only_papers_its_guides_have(whole: body.Body) -> None:
    assert (seed.DATA / f"{whole['key']}.json").exists()
    for step in whole["steps"]:
        path = DATA / "guides" / f"{int(step['matter'].get('code') or 0):03d}.json"
        if path.exists():
            keys = {row["key"] for row in json.loads(path.read_text("utf-8"))["materials"]}
            named = {one["key"] for part in ("take", "leave") for one in step["papers"][part]}
            assert named <= keys, (whole["key"], step["key"], named - keys)


def test_loading_publishes_each_once_and_leaves_alone_what_is_there(bureau: Unit) -> None:
    now = timezone.now()
    load_catalogue(now=now - timedelta(days=1))
    assert seed.load(now) == len(ALL)
    changed = {**ALL[0], "title": "改过的标题"}
    publish(changed, SYSTEM, now, "改标题")
    assert seed.load(now) == 0
    assert Scenario.objects.filter(key=ALL[0]["key"], current__title="改过的标题").exists()
    assert list(ScenarioSource().audit()) == []
    for whole in ALL:
        guides = queries.guides(whole)
        assert set(guides) == {plan.reference(step) for step in whole["steps"] if step["matter"]}
