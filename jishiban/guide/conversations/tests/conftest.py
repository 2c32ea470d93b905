"""A small library of one matter and one hand-written entry, and an engine that says what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from jishiban.config.wiring import put_together
from jishiban.guide.conversations import actions, engine
from jishiban.guide.conversations.actions import Asked
from jishiban.guide.conversations.models import Conversation
from jishiban.guide.entries.models import Aspect, Entry, Item, Origin
from jishiban.hall.matters.actions import catalogue_moved
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.kernel.directory.tests.cast import Cast, make_cast
from jishiban.kernel.search.reply import Decision, Found, Reading, Reply

put_together()

ANSWERS = {
    Aspect.MATERIAL: "需要申请书1份、平面图1份。不需要营业执照复印件。",
    Aspect.TIME: "承诺5个工作日办结。",
    Aspect.FEE: "不收费。",
}


@dataclass
class Library:
    """What the engine will say, what it was asked, and what it was told of people's words."""

    reply: Reply | None = None
    asked: list[tuple[str, int, str | None]] = field(default_factory=list)
    proposed: list[tuple[str, str, str]] = field(default_factory=list)
    confirmed: list[tuple[str, str]] = field(default_factory=list)

    def says(
        self, decision: str, *keys: str, slot: str = "", why: str = "", item: str = "", **more: Any
    ) -> None:
        """From now on this is its reply, whatever is asked."""
        hits = tuple(
            Found(
                key,
                "m1" if key.startswith("m") else "",
                key.rpartition(":")[2],
                9.0 - n,
                0.9 - n / 10,
                ("材料",),
                {"bm25": 1.5},
            )
            for n, key in enumerate(keys)
        )
        reading = Reading(
            "folded", item or "食品经营许可", more.pop("aspects", ("材料",)), (("开饭店", "食品经营许可"),)
        )
        self.reply = Reply(Decision(decision), hits, reading, slot, why)

    def ask(self, question: str, k: int, about: str | None) -> Reply:
        self.asked.append((question, k, about))
        assert self.reply is not None
        return self.reply


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()
    return make_cast()


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """食品经营许可 of the office, with a guide."""
    made = Matter.objects.create(
        source="测试", local_code="5", name="食品经营许可", type="01", unit=cast.office
    )
    made.current = GuideVersion.objects.create(
        matter=made, number=3, published_at=timezone.now(), promise_amount=5, promise_unit="工作日", body={}, is_full=True,
        digest="0" * 64,
    )  # fmt: skip
    made.save()
    Item.objects.create(matter=made, name=made.name)
    catalogue_moved()
    return made


@pytest.fixture
def entries(matter: Matter) -> dict[str, Entry]:
    """Three aspects of the matter and one entry written by hand, by their keys."""
    made = [
        Entry(
            key=f"m{matter.pk}:{aspect.value}", origin=Origin.COMPILED, matter=matter, guide=matter.current, aspect=aspect,
            question=f"食品经营许可的{aspect.value}", answer=text, source="《食品经营许可办事指南》", checked_on=date(2026, 9, 1),
            changed_at=timezone.now(),
        )
        for aspect, text in ANSWERS.items()
    ]  # fmt: skip
    made.append(
        Entry(
            key="h1", origin=Origin.HAND, question="大厅中午开门吗", answer="中午不休息。", source="大厅公告", moved=7,
            checked_on=date(2026, 9, 2), changed_at=timezone.now(),
        )
    )  # fmt: skip
    Entry.objects.bulk_create(made)
    return {entry.key: entry for entry in Entry.objects.all()}


@pytest.fixture
def keys(entries: dict[str, Entry]) -> list[str]:
    """Their keys: 材料, 时限, 费用, then the hand-written one."""
    return list(entries)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    told = Library()
    monkeypatch.setattr(engine, "ask", told.ask)
    monkeypatch.setattr(
        engine, "propose", lambda text, entry, asker, now: told.proposed.append((text, entry.key, asker))
    )
    monkeypatch.setattr(
        engine, "confirm", lambda text, entry, by, now: told.confirmed.append((text, entry.key))
    )
    yield told
    cache.clear()


Asking = Callable[..., Asked]


@pytest.fixture
def asking(library: Library) -> Asking:
    """Ask in a talk of the portal; the same talk unless another is given."""
    talks: list[Conversation] = []

    def ask(text: str = "开饭店要带什么", talk: Conversation | None = None, **more: Any) -> Asked:
        if talk is None:
            talk = talks[0] if talks else actions.begin("portal", who="one")
        talks[:] = [talk]
        return actions.ask(text, talk, **more)

    return ask
