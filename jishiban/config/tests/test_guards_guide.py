"""Guards over the guide: what is hidden is told by no door to nobody, and no list asks more for more rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jishiban.config.tests.routes import routes
from jishiban.config.tests.test_guards_doors import browser
from jishiban.config.tests.test_scenario_review import WHOLE
from jishiban.guide.conversations import actions as talks
from jishiban.guide.conversations import inquiries
from jishiban.guide.conversations.inquiries import Wish
from jishiban.guide.conversations.models import Conversation
from jishiban.guide.entries import aliases, publishers
from jishiban.guide.entries.models import Entry, Kind, Revision
from jishiban.guide.entries.revisions import Proposal, propose
from jishiban.guide.scenarios import actions as scenarios
from jishiban.hall.matters import actions as matters
from jishiban.hall.matters.actions import Publication
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.tests.conftest import FOOD, make_matter
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import SYSTEM, person_actor
from jishiban.kernel.directory.tests.cast import Cast, make_cast

SECRET = "unseen-0451"  # plain letters: JSON writes them as they are
NOW = timezone.now()
OUTSIDERS = ("anonymous", "stranger")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def food(cast: Cast) -> Matter:
    matter = make_matter(cast.office)
    matters.publish_many([Publication(matter, FOOD, True, "首次发布")], SYSTEM, NOW)
    return matter


def row(n: int, **more: Any) -> dict[str, Any]:
    """A hand-written entry as its publisher reads it."""
    plain: dict[str, Any] = {
        "entry": None, "matter": None, "unit": None, "aspect": "其他", "question": f"大厅第{n}问在哪里？", "answer": f"答{n}。",
        "similar": [], "source": "大厅公告", "valid_from": "", "valid_to": "", "in_use": True,
    }  # fmt: skip
    return plain | more


def day(n: int) -> str:
    return (timezone.localdate() + timedelta(days=n)).isoformat()


def who(cast: Cast, name: str) -> Client:
    client = browser(cast, "anonymous")
    if name == "stranger":
        session = client.session
        session["person"] = cast.stranger.pk
        session.save()
    return client


def asked(client: Client, question: str, path: str = "/api/v1/guide/ask") -> str:
    return client.post(path, {"q": question, "k": 20}, content_type="application/json").content.decode()


# --- hidden things ---------------------------------------------------------------------------------------------

HIDDEN: dict[str, dict[str, Any]] = {
    "withdrawn": {"in_use": False}, "not yet": {"valid_from": day(5)}, "no longer": {"valid_to": day(-5)},
}  # fmt: skip  # one without a source cannot even be stored


@pytest.mark.parametrize("why", HIDDEN)
def test_an_entry_that_may_not_be_shown_is_told_by_no_door(cast: Cast, food: Matter, why: str) -> None:
    question = "大厅有没有母婴室和哺乳的地方？"
    publishers.publish_entry(row(1, question=question, answer=SECRET, **HIDDEN[why]), SYSTEM, NOW)
    key = Entry.objects.get(origin="hand").key
    for name in OUTSIDERS:
        client = who(cast, name)
        assert SECRET not in asked(client, question)
        page = client.post("/guide/ask/", {"q": question}, follow=True)
        assert page.status_code == 200
        assert SECRET not in page.content.decode()
        turn = Conversation.objects.latest("pk").turns.get()
        address = f"/guide/c/{turn.conversation.key}/"
        client.post(f"{address}{turn.pk}/choose/", {"key": key})
        assert SECRET not in client.get(address).content.decode()
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
        told = client.post(
            "/mcp",
            call | {"params": {"name": "search", "arguments": {"q": question}}},
            content_type="application/json",
        )
        assert SECRET not in told.content.decode()


def test_what_waits_for_review_is_told_to_nobody_outside(cast: Cast, food: Matter) -> None:
    editor = cast.actor("editor")
    payload = row(1, answer=SECRET, unit=cast.office.pk)
    propose(Proposal(Kind.ENTRY, "新的一条", payload, SECRET, cast.office.pk), editor, NOW)
    scenario = scenarios.create("stall", "我要摆摊", editor, NOW)
    scenarios.save_draft(scenario, {**WHOLE, "title": SECRET, "said": ["摆小摊"]}, editor, NOW)
    for name in OUTSIDERS:
        client = who(cast, name)
        assert SECRET not in asked(client, "大厅第1问在哪里？摆小摊")
        assert_told_nowhere(client, {"key": "stall", "pk": str(Revision.objects.get().pk)})


def test_a_scenario_off_the_site_is_told_by_no_door(cast: Cast) -> None:
    version = scenarios.publish({**WHOLE, "title": SECRET, "said": ["摆小摊"]}, SYSTEM, NOW)
    scenarios.set_in_use(version.scenario, False, SYSTEM, "停用", NOW)
    for name in OUTSIDERS:
        client = who(cast, name)
        assert SECRET not in asked(client, "摆小摊")
        assert_told_nowhere(client, {"key": "stall"})


def test_a_talk_and_its_question_to_a_person_are_told_to_nobody_else(cast: Cast, food: Matter) -> None:
    talk = talks.begin("portal", actor=person_actor(cast.citizen.pk))
    turn = talks.ask(f"食品经营许可要带什么{SECRET}", talk).turn
    case = inquiries.hand_over(Wish(talk, turn, SECRET), person_actor(cast.citizen.pk))
    inquiries.take_step(case, "reply", by=cast.actor("clerk"), words=f"答：{SECRET}")
    for name in OUTSIDERS:
        client = who(cast, name)
        assert SECRET not in asked(client, "食品经营许可要带什么")
        assert_told_nowhere(client, {"key": talk.key, "number": case.number, "turn": str(turn.pk)})
        guessed = client.get(f"/api/v1/guide/questions/{case.number}?code=000000")
        assert guessed.status_code in (404, 429)
    own = who(cast, "anonymous").get(f"/api/v1/guide/questions/{case.number}?code={case.query_code}")
    assert SECRET in own.content.decode()


def assert_told_nowhere(client: Client, words: dict[str, str]) -> None:
    """No address of the house, its gaps filled with these words, answers with the secret."""
    told = []
    for route in routes():
        answer = client.get(route.path(words))
        content = answer.getvalue()  # of a streamed answer too
        if SECRET in content.decode(errors="ignore"):
            told.append(str(route))
    assert told == []


# --- a list asks no more for more rows -------------------------------------------------------------------------


def more_entries(cast: Cast, n: int) -> None:
    publishers.publish_entries({"rows": [row(n * 100 + i) for i in range(n)]}, SYSTEM, NOW)


def more_revisions(cast: Cast, n: int) -> None:
    for i in range(n):
        payload = row(n * 100 + i, unit=cast.office.pk)
        propose(
            Proposal(Kind.ENTRY, f"第{n}-{i}条", payload, "常问", cast.office.pk), cast.actor("editor"), NOW
        )


def more_scenarios(cast: Cast, n: int) -> None:
    for i in range(n):
        scenarios.publish({**WHOLE, "key": f"s{n}-{i}", "title": f"第{n}-{i}件事"}, SYSTEM, NOW)


def more_aliases(cast: Cast, n: int) -> None:
    matter = Matter.objects.get()
    for i in range(n):
        aliases.propose_alias(f"弄个摊子{n}号{'甲乙丙丁戊己庚辛壬癸'[i % 10]}", matter, f"a{i}", NOW)


def more_questions(cast: Cast, n: int) -> None:
    for i in range(n):
        talk = talks.begin("portal", who=f"a{n}-{i}")
        turn = talks.ask(f"{'甲乙丙丁戊己庚辛壬癸'[i % 10]}怪事{n}怎么弄", talk).turn
        talks.judge(turn, "no")


def more_inquiries(cast: Cast, n: int) -> None:
    for i in range(n):
        person = person_actor(cast.citizen.pk)
        inquiries.hand_over(Wish(talks.begin("portal", actor=person), None, f"问{i}"), person)


LISTS: dict[str, tuple[str, Callable[[Cast, int], None]]] = {
    "/desk/library/": ("editor", more_entries), "/desk/library/revisions/?show=mine": ("editor", more_revisions),
    "/desk/library/aliases/": ("editor", more_aliases), "/desk/scenarios/": ("editor", more_scenarios),
    "/desk/questions/": ("editor", more_questions), "/guide/scenarios/": ("anonymous", more_scenarios),
    "/api/v1/guide/scenarios": ("anonymous", more_scenarios), "/guide/mine/": ("citizen", more_inquiries),
    "/desk/": ("clerk", more_inquiries),
}  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_two(cast: Cast, food: Matter, path: str) -> None:
    name, more = LISTS[path]
    client = browser(cast, name)
    counts = []
    for n in (2, 9):
        more(cast, n)
        cache.clear()
        client.get(path)  # what a process remembers is remembered
        with CaptureQueriesContext(connection) as taken:
            answer = client.get(path)
        assert answer.status_code == 200, path
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 20, counts


def test_a_talk_takes_as_many_queries_for_many_turns_as_for_two(cast: Cast, food: Matter) -> None:
    client, counts = browser(cast, "anonymous"), []
    client.post("/guide/ask/", {"q": "食品经营许可要带什么"})
    key = Conversation.objects.get().key
    for n in (1, 6):
        for _turn in range(n):
            client.post("/guide/ask/", {"q": "食品经营许可要多久", "talk": key})
        with CaptureQueriesContext(connection) as taken:
            client.get(f"/guide/c/{key}/")
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 15, counts


def test_a_question_takes_few_statements(cast: Cast, food: Matter) -> None:
    client = browser(cast, "anonymous")
    asked(client, "食品经营许可要带什么")
    with CaptureQueriesContext(connection) as taken:
        assert "answer" in asked(client, "食品经营许可要带什么")
    assert len(taken) <= 16, [one["sql"][:120] for one in taken]
    assert Case.objects.count() == 0
