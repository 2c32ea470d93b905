"""The desk: a question handed over is answered there; editors work the list of what was not answered well."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jishiban.guide.conversations import actions, inquiries
from jishiban.guide.conversations.clusters import alike
from jishiban.guide.conversations.inquiries import Wish
from jishiban.guide.conversations.models import Conversation, Proposal, Turn
from jishiban.guide.conversations.tests.conftest import Library
from jishiban.kernel.cases.errors import FactsMissing, NotAllowed, StepRefused
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import person_actor
from jishiban.kernel.directory.models import Post, Role
from jishiban.kernel.directory.roster import moved
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.ledger.models import Leaf
from jishiban.web.doors import NOBODY


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at_desk(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast[who])
    return client


def handed(cast: Cast, library: Library, keys: list[str], words: str = "我的店在二楼", **more: Any) -> Case:
    library.says("answer", *keys[:2])
    talk = actions.begin("portal", who="one", actor=person_actor(cast.citizen.pk))
    turn = actions.ask("开饭店要带什么", talk).turn
    return inquiries.hand_over(Wish(talk, turn, words, **more), person_actor(cast.citizen.pk))


@pytest.fixture
def case(cast: Cast, library: Library, keys: list[str]) -> Case:
    return handed(cast, library, keys, phone="13800138000")


def test_the_inbox_leads_to_the_page_of_a_question(cast: Cast, case: Case) -> None:
    client = at_desk(cast, "clerk")
    assert case.number in text(client.get("/desk/"))
    page = client.get(f"/desk/cases/{case.number}/", follow=True)
    assert page.redirect_chain == [(f"/desk/inquiries/{case.number}/", 302)]
    assert "我的店在二楼" in text(page)
    assert "开饭店要带什么" in text(page)
    assert "13800138000" not in text(page)
    found = client.get(f"/desk/?q={case.number}", follow=True)
    assert found.status_code == 200


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk", 200),
        ("head", 200),
        ("chief", 200),
        ("auditor", 200),
        ("outsider", 403),
        ("outhead", 403),
        ("editor", 403),
    ],
)
def test_only_those_above_the_office_open_it(cast: Cast, case: Case, who: str, status: int) -> None:
    assert at_desk(cast, who).get(f"/desk/inquiries/{case.number}/").status_code == status


def test_a_clerk_answers_and_the_promise_is_kept(cast: Cast, case: Case) -> None:
    client = at_desk(cast, "clerk")
    page = f"/desk/inquiries/{case.number}/reply/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"seen": case.seq, "words": ""}).status_code == 422
    assert (
        client.post(page, {"seen": case.seq, "words": "二楼可以。", "source": "指南第3条"}).status_code == 302
    )
    case.refresh_from_db()
    assert (case.state, case.promises.get().state) == ("answered", "kept")
    assert client.post(page, {"seen": case.seq, "words": "再答一次"}).status_code == 409
    assert client.get(page).status_code == 409


def test_an_auditor_and_a_stranger_take_no_step(cast: Cast, case: Case) -> None:
    for who in ("auditor", "outsider"):
        answer = at_desk(cast, who).post(f"/desk/inquiries/{case.number}/reply/", {"seen": 1, "words": "x"})
        assert answer.status_code == 403
    case.refresh_from_db()
    assert case.state == "waiting"


@pytest.mark.parametrize("name", ["ask", "end", "withdraw", "warn", "overdue", "nothing", "look"])
def test_steps_nobody_takes_at_the_desk_have_no_page(cast: Cast, case: Case, name: str) -> None:
    assert at_desk(cast, "clerk").get(f"/desk/inquiries/{case.number}/{name}/").status_code == 404


def test_the_guide_is_given_as_the_answer_only_by_what_it_found(
    cast: Cast, case: Case, keys: list[str]
) -> None:
    client = at_desk(cast, "clerk")
    page = f"/desk/inquiries/{case.number}/to-guide/"
    assert client.post(page, {"seen": case.seq, "entry": "m99:材料"}).status_code == 422
    assert client.post(page, {"seen": case.seq, "entry": keys[1]}).status_code == 302
    with pytest.raises(FactsMissing):
        inquiries.to_guide(case, "m99:材料", "", by=cast.actor("clerk"))


def test_it_is_handed_on_between_colleagues(cast: Cast, case: Case) -> None:
    client = at_desk(cast, "clerk")
    to = cast["second"].pk
    assert (
        client.post(f"/desk/inquiries/{case.number}/offer/", {"seen": case.seq, "to": to}).status_code == 302
    )
    taker = at_desk(cast, "second")
    assert "take/" in text(taker.get(f"/desk/inquiries/{case.number}/"))
    case.refresh_from_db()
    assert taker.post(f"/desk/inquiries/{case.number}/take/", {"seen": case.seq}).status_code == 302
    case.refresh_from_db()
    assert case.owner_id == to
    sent = client.post(
        f"/desk/inquiries/{case.number}/transfer/", {"seen": case.seq, "unit": cast.other.pk}, follow=True
    )
    assert sent.status_code == 200
    case.refresh_from_db()
    assert case.unit == cast.other


def test_the_telephone_is_shown_for_a_reason_and_on_the_record(cast: Cast, case: Case) -> None:
    client, page = at_desk(cast, "clerk"), f"/desk/inquiries/{case.number}/reveal/"
    leaves = Leaf.objects.count()
    assert client.post(page, {"reason": "x"}).status_code == 422
    assert Leaf.objects.count() == leaves
    assert "13800138000" in text(client.post(page, {"reason": "要打电话问清楚"}))
    assert Leaf.objects.count() == leaves + 1
    assert at_desk(cast, "auditor").post(page, {"reason": "想看一看吧"}).status_code == 403


def test_who_holds_the_post_of_the_information_desk_answers_what_belongs_to_nobody(
    cast: Cast, library: Library
) -> None:
    Post.objects.create(unit=cast.bureau, role=Role.CLERK, title="综合受理", staff=cast["second"])
    Post.objects.create(unit=cast.bureau, role=Role.CLERK, title="咨询导办", staff=cast["editor"])
    moved()
    case = inquiries.hand_over(Wish(actions.begin("portal"), None, "在吗"), NOBODY)
    assert (case.unit, case.owner) == (cast.bureau, cast["editor"])


# --- proposals -------------------------------------------------------------------------------------------------------


def test_an_answer_becomes_a_proposal_with_a_source_once(cast: Cast, case: Case) -> None:
    clerk = cast.actor("clerk")
    given: dict[str, Any] = {
        "question": "二楼能开饭店吗",
        "answer": "可以，要有两个出口。",
        "source": "消防规定",
    }
    with pytest.raises(StepRefused):
        inquiries.propose_entry(case, **given, by=clerk)
    inquiries.take_step(case, "reply", by=clerk, words="可以")
    case.refresh_from_db()
    with pytest.raises(FactsMissing):
        inquiries.propose_entry(case, **{**given, "source": " "}, by=clerk)
    with pytest.raises(NotAllowed):
        inquiries.propose_entry(case, **given, by=cast.actor("outsider"))
    client = at_desk(cast, "clerk")
    assert client.post(f"/desk/inquiries/{case.number}/propose/", given).status_code == 302
    assert client.post(f"/desk/inquiries/{case.number}/propose/", given).status_code == 422
    editor = at_desk(cast, "editor")
    assert "二楼能开饭店吗" in text(editor.get("/desk/questions/"))
    editor.post(f"/desk/questions/proposals/{Proposal.objects.get().pk}/settle/")
    assert Proposal.objects.get().settled_by == cast["editor"]


# --- the list --------------------------------------------------------------------------------------------------------


def missed(library: Library, item: str, *keys: str, who: str = "one", decision: str = "handover") -> Turn:
    library.says(decision, *keys, item=item)
    return actions.ask(f"请问{item}怎么弄", actions.begin("portal", who=who)).turn


def test_questions_about_the_same_stand_together_the_commonest_first(
    cast: Cast, library: Library, keys: list[str]
) -> None:
    missed(library, "养老卡")
    for who in ("a", "b", "b"):
        missed(library, "开小吃摊", keys[0], keys[1], keys[3], who=who)
    missed(library, "开小吃摊子", keys[0], who="c")
    missed(library, "办好的事", keys[0], decision="answer")
    page = at_desk(cast, "editor").get("/desk/questions/")
    found = list(page.context["page"])
    assert [(one.rest, one.count, one.askers) for one in found] == [("开小吃摊子", 4, 3), ("养老卡", 1, 1)]
    assert len(found[0].targets) == 1  # one of each matter
    assert "开饭店 → 食品经营许可" in text(page)
    assert "bm25=1.5" in text(page)


def test_one_key_confirms_what_was_meant_and_settles_the_questions(
    cast: Cast, library: Library, keys: list[str]
) -> None:
    turns = [missed(library, "开小吃摊", keys[0]), missed(library, "开小吃摊", keys[0])]
    client = at_desk(cast, "editor")
    ids = ",".join(str(turn.pk) for turn in turns)
    client.post("/desk/questions/alias/", {"text": "开小吃摊", "key": keys[0], "turns": ids})
    assert library.confirmed == [("开小吃摊", keys[0])]
    assert Turn.objects.filter(settled_by=cast["editor"]).count() == 2
    assert list(client.get("/desk/questions/").context["page"]) == []


@pytest.mark.parametrize(
    "given",
    [{"text": "", "key": "k"}, {"text": "x" * 61, "key": "k"}, {"text": "小摊", "key": "m9:材料"}, {}],
)
def test_a_wrong_alias_is_refused_and_settles_nothing(
    cast: Cast, library: Library, keys: list[str], given: dict[str, str]
) -> None:
    turn = missed(library, "开小吃摊", keys[0])
    if given.get("key") == "k":
        given = {**given, "key": keys[0]}
    answer = at_desk(cast, "editor").post(
        "/desk/questions/alias/", {**given, "turns": f"{turn.pk},x,{10**30}"}
    )
    assert answer.status_code == 302
    assert library.confirmed == []
    assert Turn.objects.get(pk=turn.pk).settled_at is None


@pytest.mark.parametrize("who", ["clerk", "reviewer", "head", "auditor", "admin"])
def test_the_list_is_for_editors(cast: Cast, who: str) -> None:
    client = at_desk(cast, who)
    assert client.get("/desk/questions/").status_code == 403
    for path in ("alias/", "settle/"):
        assert client.post(f"/desk/questions/{path}", {"turns": "1"}).status_code == 403


def test_rests_are_alike_when_half_of_their_pairs_are_shared() -> None:
    assert alike("开小吃摊", "开小吃摊子")
    assert not alike("开小吃摊", "养老卡")
    assert not alike("", "")


def test_the_list_takes_few_queries_whatever_its_length(
    cast: Cast, library: Library, keys: list[str], django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        missed(library, f"第{n}件别的事情", keys[n % 3], who=str(n))
    client = at_desk(cast, "editor")
    client.get("/desk/questions/")
    with django_assert_max_num_queries(9):
        client.get("/desk/questions/")
    assert Conversation.objects.count() == 30
