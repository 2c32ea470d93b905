"""What people are answered is what the guides say now: after a thousand edits, and from another process within a second."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client

from jishiban.config.env import ROOT
from jishiban.config.tests.running import Hall
from jishiban.guide.entries import actions as entries
from jishiban.hall.matters import actions as matters
from jishiban.hall.matters.actions import Publication
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.tests.conftest import FOOD, at, make_matter
from jishiban.kernel.directory.actor import SYSTEM
from jishiban.kernel.directory.tests.cast import make_cast

NAMES: Final = (
    "食品经营许可", "普通护照签发", "内地居民婚姻登记", "高龄津贴发放", "取水许可", "户口迁移审批", "失业登记", "生育登记",
    "燃气经营许可", "药品经营许可", "公共场所卫生许可", "教师资格认定", "林木采伐许可", "犬类准养证核发", "临时用地审批", "住房公积金贷款",
    "工伤认定申请", "残疾人证办理", "异地就医备案", "建筑工程施工许可",
)  # fmt: skip
ASKED: Final = {
    "时限": "{}要多久",
    "地点": "{}去哪里办",
    "材料": "{}要什么材料",
    "条件": "{}要什么条件",
    "费用": "{}多少钱",
}
EDITS, AT_ONCE = 1000, len(NAMES)
SAMPLES = 2  # questions after each round


def edited(guide: Document, random: Random) -> Document:
    """The guide with one part of it changed."""
    whole = deepcopy(guide)
    part = random.choice(("promise", "hours", "place", "material", "condition", "fee", "alias"))
    n = random.randrange(1, 10**6)
    if part == "promise":
        whole["promise"] = {"amount": random.randrange(1, 60), "unit": "工作日"}
    elif part == "hours":
        whole["hours"] = f"工作日 8:{n % 60:02}–17:00"
    elif part == "place":
        whole["place"] = whole["place"] | {"window": f"{n % 99} 号窗口"}
    elif part == "material":
        random.choice(whole["materials"])["name"] = f"材料{n}"
    elif part == "condition":
        whole["conditions"] = [f"条件{n}"][: n % 2] + whole["conditions"][-2:]
    elif part == "fee":
        charged = {
            "charged": True,
            "items": [{"name": "工本费", "standard": f"{n % 100}元", "basis": "《办法》"}],
        }
        whole["fee"] = charged if n % 2 else {"charged": False, "items": []}
    else:
        whole["aliases"] = [f"别名{n}"]
    return whole


@pytest.fixture
def catalogue(db: None) -> dict[int, tuple[Matter, Document]]:
    """Ten matters of an office, each with a full guide."""
    cast, made = make_cast(), {}
    for n, name in enumerate(NAMES, 1):
        matter = make_matter(cast.office, str(n), name)
        guide = FOOD | {"name": name, "aliases": []}
        matters.publish_many([Publication(matter, guide, True, "首次发布")], SYSTEM, at(2026, 3, 2, 9))
        made[matter.pk] = (matter, guide)
    return made


def ask(question: str) -> list[dict[str, Any]]:
    """The hits of the API."""
    answer = Client().post("/api/v1/guide/ask", {"q": question}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return list(answer.json()["hits"])


def fresh(matter: Matter) -> dict[str, tuple[str, int]]:
    """What the guide in force says now, compiled anew: key → answer, version."""
    now = Matter.objects.select_related("current", "unit").get(pk=matter.pk)
    assert now.current is not None
    number = now.current.number
    return {f"m{matter.pk}:{one.key}": (one.answer, number) for one in entries.compiled_of(now)}


def test_after_each_of_a_thousand_edits_the_answer_is_the_guides(
    catalogue: dict[int, tuple[Matter, Document]],
) -> None:
    random, checked = Random(3), 0
    for n in range(EDITS // AT_ONCE):
        publications = []
        for pk, (matter, guide) in catalogue.items():
            catalogue[pk] = (matter, edited(guide, random))
            publications.append(Publication(matter, catalogue[pk][1], True, f"第{n}次"))
        with transaction.atomic():
            matters.publish_many(publications, SYSTEM, at(2026, 3, 2, 9) + timedelta(hours=n + 1))
        for matter, _guide in random.sample(list(catalogue.values()), SAMPLES):
            aspect = random.choice(list(ASKED))
            hits = [hit for hit in ask(ASKED[aspect].format(matter.name)) if hit["matter"] == matter.name]
            said = fresh(matter)
            assert hits, matter.name
            assert [said.get(hit["id"]) for hit in hits] == [(hit["answer"], hit["version"]) for hit in hits]
            checked += len(hits)
    assert checked >= EDITS // AT_ONCE * SAMPLES


def test_a_name_given_by_an_edit_finds_its_matter_at_once_and_a_name_taken_away_no_more(
    catalogue: dict[int, tuple[Matter, Document]],
) -> None:
    matter, guide = next(iter(catalogue.values()))
    assert ask("花椒铺子要多久")[:1] == [] or ask("花椒铺子要多久")[0]["confidence"] < 0.5
    matters.publish(matter, guide | {"aliases": ["花椒铺子"]}, SYSTEM, "加一个叫法", at(2026, 3, 3, 9))
    assert ask("花椒铺子要多久")[0]["id"] == f"m{matter.pk}:时限"
    matters.publish(matter, guide | {"aliases": ["别的"]}, SYSTEM, "去掉", at(2026, 3, 4, 9))
    gone = ask("花椒铺子要多久")
    assert not gone or gone[0]["confidence"] < 0.5


# --- two processes ---------------------------------------------------------------------------------------------


class Worker:
    """A process of the house over a data folder, told what to do line by line."""

    def __init__(self, environ: dict[str, str]) -> None:
        command = [sys.executable, "-m", "jishiban.config.tests.edits"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, *words: object) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(words), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate(timeout=10)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[tuple[Worker, Worker]]:
    environ = Hall(tmp_path).environ
    two = (Worker(environ), Worker(environ))
    yield two
    for one in two:
        one.end()


@pytest.mark.slow
def test_an_edit_in_one_process_is_answered_in_another_within_a_second(
    workers: tuple[Worker, Worker],
) -> None:
    editor, answering = workers
    editor("make")
    assert "5个工作日" in answering("ask", "食品经营许可要多久")
    for days in (3, 7, 4):
        editor("edit", days)
        began = time.monotonic()
        assert f"{days}个工作日" in answering("ask", "食品经营许可要多久")
        assert time.monotonic() - began < 1
