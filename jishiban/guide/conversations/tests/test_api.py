"""The door for programs: one shape of reply, context, hand-over and its reply; hostile bodies get a clear answer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from jishiban.guide.conversations import inquiries
from jishiban.guide.conversations.models import Conversation, Turn
from jishiban.guide.conversations.tests.conftest import Library
from jishiban.guide.scenarios import offers
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.tests.cast import Cast

ASK = "/api/v1/guide/ask"


def post(path: str, body: Any) -> Any:
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return Client(raise_request_exception=False).post(path, data, content_type="application/json")


def ask(q: Any = "开饭店要带什么", **more: Any) -> dict[str, Any]:
    answer = post(ASK, {"q": q, **more})
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_an_answer_names_its_matter_version_source_and_confidence(library: Library, keys: list[str]) -> None:
    library.says("answer", keys[0], keys[1])
    got = ask(k=5)
    assert got["decision"] == "answer"
    first = got["hits"][0]
    assert (first["id"], first["matter"], first["aspect"], first["version"]) == (
        keys[0],
        "食品经营许可",
        "材料",
        3,
    )
    assert first["answer"].startswith("需要申请书")
    assert (first["source"], first["checked_on"]) == ("《食品经营许可办事指南》", "2026-09-01")
    assert got["hits"][1]["confidence"] == 0.8
    assert got["reading"]["rules"] == [["开饭店", "食品经营许可"]]
    assert Conversation.objects.get(key=got["conversation"]).channel == "api"


@pytest.mark.parametrize("decision", ["answer", "choose", "clarify", "handover"])
def test_candidates_are_given_best_first_whatever_is_decided(
    library: Library, keys: list[str], decision: str
) -> None:
    library.says(decision, *keys, slot="item" if decision == "clarify" else "")
    got = ask(k=3)
    assert got["decision"] == decision
    assert [hit["id"] for hit in got["hits"]] == keys[:3]
    assert all(hit["answer"] for hit in got["hits"])
    assert (got["clarify"] is not None) == (decision == "clarify")
    assert got["handover"]["advised"] == (decision == "handover")
    assert got["handover"]["within"] == "1 个工作日"


def test_the_next_question_goes_on_with_the_talk(library: Library, keys: list[str]) -> None:
    library.says("answer", keys[0])
    first = ask()
    ask("要多久", conversation=first["conversation"])
    assert library.asked[-1][2] is not None
    assert Turn.objects.filter(conversation__key=first["conversation"]).count() == 2


def test_a_talk_of_the_portal_is_not_gone_on_with_by_programs(library: Library, keys: list[str]) -> None:
    library.says("answer", keys[0])
    talk = Conversation.objects.create(channel="portal", started_at="2026-09-01T00:00:00+08:00", about="m1")
    assert ask(conversation=talk.key)["conversation"] != talk.key
    assert library.asked[-1][2] is None


@pytest.mark.parametrize("q", ["", "   ", "？！", "😀", "x" * 501, "\u0000", "办" * 400_000])
def test_what_is_no_question_gets_422_and_words(library: Library, keys: list[str], q: str) -> None:
    answer = post(ASK, {"q": q})
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"q": 5}', b'{"q": null}', b'{"k": 5}', b'{"q": "x", "k": 0}', b'{"q":"x","k":1e9}',
     b'{"q": ["x"]}', b'{"q":' + b"[" * 100_000, b'{"q": "' + b"a" * 10_000_000 + b'"}', b'{"q": "\\ud800"}'],
    ids=range(14),
)  # fmt: skip
def test_a_broken_body_breaks_nothing(library: Library, keys: list[str], body: bytes) -> None:
    library.says("handover")
    answer = post(ASK, body)
    assert answer.status_code in (200, 400, 413, 422), answer.status_code


@pytest.mark.parametrize(
    "q", ["' OR 1=1 --", "AND OR NOT", "a:b^2~ (", '"', "*", "\\", "<script>alert(1)</script>办证"]
)
def test_signs_of_a_query_language_are_only_text(library: Library, keys: list[str], q: str) -> None:
    library.says("handover")
    assert post(ASK, {"q": q}).status_code in (200, 422)


def test_a_question_goes_to_a_person_and_the_reply_is_read_with_number_and_code(
    library: Library, keys: list[str], cast: Cast
) -> None:
    library.says("answer", keys[0])
    talk = ask()["conversation"]
    answer = post(
        "/api/v1/guide/handover",
        {"question": "我的店在二楼行吗", "conversation": talk, "phone": "13800138000"},
    )
    assert answer.status_code == 201, answer.content
    told = answer.json()
    case = Case.objects.get(number=told["number"])
    assert case.unit == cast.office
    assert case.owner == cast["clerk"]
    page = f"/api/v1/guide/questions/{told['number']}"
    assert Client().get(page, {"code": "000000" if told["code"] != "000000" else "1"}).status_code == 404
    got = Client().get(page, {"code": told["code"]}).json()
    assert (got["state"], got["replies"]) == ("waiting", [])
    assert got["due"]
    inquiries.take_step(case, "reply", by=cast.actor("clerk"), words="二楼可以，要有两个出口。")
    got = Client().get(page, {"code": told["code"]}).json()
    assert (got["state"], got["replies"], got["due"]) == ("answered", ["二楼可以，要有两个出口。"], None)


@pytest.mark.parametrize(
    "body",
    [{"question": ""}, {"question": "x" * 3000}, {"question": "行吗", "phone": "12"}, {"question": " \n"}],
)
def test_a_wrong_hand_over_is_refused_in_words(library: Library, cast: Cast, body: dict[str, str]) -> None:
    answer = post("/api/v1/guide/handover", body)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert not Case.objects.exists()


@pytest.mark.parametrize("number", ["x", "370115-20260930-00012-2", "9" * 500])
def test_a_number_that_is_none_is_answered_like_a_wrong_code(cast: Cast, number: str) -> None:
    answer = Client().get(f"/api/v1/guide/questions/{number}", {"code": "１２３４５６"})
    assert answer.status_code == 404


def test_a_question_of_a_life_event_names_its_scenario(
    library: Library, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    card = {
        "key": "restaurant",
        "title": "我要开餐馆",
        "hint": "先办什么",
        "icon": "bowl",
        "url": "/guide/scenarios/restaurant/",
    }
    known = offers.Offers((("开饭店", re.compile("开.{0,3}?饭店"), card),))
    monkeypatch.setattr(offers, "known", lambda: known)
    for decision in ("answer", "choose", "handover"):
        library.says(decision, *keys)
        assert ask("我要开一家饭店")["scenarios"] == [
            {"id": "restaurant", "title": "我要开餐馆", "url": "/guide/scenarios/restaurant/"}
        ]
        page = Client().post("/guide/ask/", {"q": "我要开一家饭店"}, follow=True)
        assert "情景攻略：我要开餐馆" in page.content.decode()
    assert ask("要带什么")["scenarios"] == []
