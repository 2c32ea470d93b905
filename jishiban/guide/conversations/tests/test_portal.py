"""The pages of a talk: asking, choosing, judging, handing over, and who may read what."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jishiban.guide.conversations import inquiries
from jishiban.guide.conversations.models import Conversation, Turn
from jishiban.guide.conversations.tests.conftest import Library
from jishiban.guide.entries.models import Entry
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.notices.models import Notice
from jishiban.web.middleware import CSP

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", re.IGNORECASE)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def ask(client: Client, q: str = "开饭店要带什么", **more: str) -> Any:
    return client.post("/guide/ask/", {"q": q, **more}, follow=True)


def person(cast: Cast) -> Client:
    client = Client()
    session = client.session
    session["person"] = cast.citizen.pk
    session.save()
    return client


def test_the_first_page_has_one_box_and_examples(db: None) -> None:
    page = text(Client().get("/guide/?q=开饭店"))
    assert 'value="开饭店"' in page
    assert page.count('class="chip"') == 4


def test_an_answer_shows_lit_words_source_version_day_and_next_steps(
    library: Library, keys: list[str]
) -> None:
    library.says("answer", keys[0])
    Entry.objects.filter(key=keys[0]).update(answer="<b>材料</b>：申请书")
    page = text(ask(Client()))
    assert "&lt;b&gt;<mark>材料</mark>&lt;/b&gt;" in page
    assert "《食品经营许可办事指南》，第 3 版" in page
    assert "2026年9月1日" in page
    pk = Turn.objects.get().hits[0]["key"].partition(":")[0][1:]
    for link in (f"/apply/{pk}/", f"/matters/{pk}/", f"/matters/{pk}/print/", "tel:"):
        assert link in page


def test_the_page_keeps_the_policy_and_lets_only_itself_listen(library: Library, keys: list[str]) -> None:
    library.says("answer", keys[0])
    answer = ask(Client())
    assert answer["Content-Security-Policy"] == CSP
    assert "microphone=(self)" in answer["Permissions-Policy"]
    assert not INLINE.search(text(answer))


@pytest.mark.parametrize("q", ["", "？？", "x" * 501, "😀"])
def test_what_cannot_be_asked_is_said_beside_the_box(library: Library, keys: list[str], q: str) -> None:
    answer = ask(Client(), q)
    assert answer.status_code == 422
    assert 'id="say-error"' in text(answer)
    assert not Conversation.objects.exists()


def test_ten_megabytes_get_a_clear_page(library: Library, keys: list[str]) -> None:
    answer = Client(raise_request_exception=False).post("/guide/ask/", {"q": "办" * 3_500_000})
    assert answer.status_code in (400, 413, 422)


def test_buttons_lead_to_the_answer(library: Library, keys: list[str]) -> None:
    client = Client()
    library.says("choose", *keys[:3])
    page = text(ask(client))
    assert page.count('class="option"') == 3
    turn = Turn.objects.select_related("conversation").get()
    answer = client.post(f"/guide/c/{turn.conversation.key}/{turn.pk}/choose/", {"key": keys[1]}, follow=True)
    assert "承诺5个工作日办结。" in text(answer)
    assert library.proposed[0][1] == keys[1]


def test_the_next_question_stays_in_the_talk(library: Library, keys: list[str]) -> None:
    client = Client()
    library.says("answer", keys[0])
    ask(client)
    talk = Conversation.objects.get()
    page = text(ask(client, "要多久", talk=talk.key))
    assert page.count('class="turn"') == 2
    assert library.asked[-1][2] == talk.about


def test_a_talk_is_read_only_where_it_was_held(library: Library, keys: list[str], cast: Cast) -> None:
    library.says("answer", keys[0])
    mine = person(cast)
    ask(mine)
    talk, turn = Conversation.objects.get(), Turn.objects.get()
    assert talk.person == cast.citizen
    elsewhere = person(cast)
    assert elsewhere.get(f"/guide/c/{talk.key}/").status_code == 200
    stranger = Client()
    for path in (
        f"/guide/c/{talk.key}/",
        f"/guide/c/{talk.key}/person/",
        "/guide/c/x/",
        f"/guide/c/{'x' * 300}/",
    ):
        assert stranger.get(path).status_code == 404
    for path in (f"{turn.pk}/choose/", f"{turn.pk}/judge/", "end/"):
        assert (
            stranger.post(f"/guide/c/{talk.key}/{path}", {"key": keys[0], "judged": "no"}).status_code == 404
        )
    ask(stranger, talk=talk.key)
    assert Turn.objects.filter(conversation=talk).count() == 1
    assert mine.post(f"/guide/c/{talk.key}/{10**30}/judge/", {}).status_code == 404


def test_the_end_leaves_nothing_on_the_device(library: Library, keys: list[str]) -> None:
    client = Client()
    client.cookies["mode"] = "kiosk"
    library.says("answer", keys[0])
    ask(client)
    talk = Conversation.objects.get()
    assert talk.channel == "kiosk"
    client.post(f"/guide/c/{talk.key}/end/")
    assert client.get(f"/guide/c/{talk.key}/").status_code == 404


def test_unsolved_leads_to_a_person_and_the_transcript_goes_along(
    library: Library, keys: list[str], cast: Cast
) -> None:
    client = Client()
    library.says("answer", keys[0])
    ask(client)
    talk, turn = Conversation.objects.get(), Turn.objects.get()
    form = client.post(f"/guide/c/{talk.key}/{turn.pk}/judge/", {"judged": "no"}, follow=True)
    assert "开饭店要带什么" in text(form)
    token = re.search(r'name="token" value="(\w+)"', text(form))
    assert token
    given = {"question": "我的店在二楼", "phone": "138 0013 8000", "token": token[1]}
    receipt = client.post(f"/guide/c/{talk.key}/person/", given, follow=True)
    again = client.post(f"/guide/c/{talk.key}/person/", given, follow=True)
    case = Case.objects.get()
    assert case.number in text(receipt)
    assert case.query_code in text(receipt)
    assert receipt.redirect_chain == again.redirect_chain
    first = case.events.get(seq=1)
    assert first.said["transcript"][0]["asked"] == "开饭店要带什么"
    assert first.said["phone"] == "13800138000"
    assert "138" not in first.facts_text
    assert case.owner == cast["clerk"]
    assert case.promises.get().label == "咨询答复"
    assert Notice.objects.get(case_id=case.pk).to_phone == "13800138000"


def test_a_wrong_telephone_is_said_beside_it(library: Library, cast: Cast) -> None:
    answer = Client().post("/guide/person/", {"question": "在吗", "phone": "123456"})
    assert answer.status_code == 422
    assert 'id="id_phone_error"' in text(answer)
    assert not Case.objects.exists()


def test_number_and_code_open_the_reply_here_and_where_cases_are_followed(
    library: Library, cast: Cast
) -> None:
    Client().post("/guide/person/", {"question": "大厅几点开门"})
    case = Case.objects.get()
    inquiries.take_step(case, "reply", by=cast.actor("chief"), words="八点半。", source="大厅公告")
    page = f"/guide/questions/{case.number}/"
    for door in ("/guide/questions/", "/track/"):
        client = Client()
        assert client.get(page).status_code == 404
        wrong = client.post(
            door, {"number": case.number, "code": f"{(int(case.query_code) + 1) % 10**6:06d}"}
        )
        assert wrong.status_code == 422
        shown = client.post(door, {"number": case.number, "code": case.query_code}, follow=True)
        assert "八点半。" in text(shown)
        assert "大厅公告" in text(shown)


def test_what_was_asked_back_is_supplied_and_withdrawn_by_whoever_holds_the_code(
    library: Library, cast: Cast
) -> None:
    client = Client()
    client.post("/guide/person/", {"question": "能不能便宜点"})
    case = Case.objects.get()
    inquiries.take_step(case, "ask_back", by=cast.actor("chief"), words="您说的是哪一项收费？")
    page = f"/guide/questions/{case.number}/"
    assert "您说的是哪一项收费？" in text(client.get(page))
    assert client.post(f"{page}supply/", {"words": " "}).status_code == 422
    assert Client().post(f"{page}supply/", {"words": "x"}).status_code == 404
    client.post(f"{page}supply/", {"words": "工本费"})
    case.refresh_from_db()
    assert case.state == "waiting"
    assert case.promises.filter(kind="answer").count() == 2
    client.post(f"{page}withdraw/")
    case.refresh_from_db()
    assert (case.state, case.is_open) == ("withdrawn", False)
    assert client.post(f"{page}withdraw/").status_code == 422


def test_what_was_asked_back_and_not_supplied_ends_by_itself(library: Library, cast: Cast) -> None:
    from datetime import timedelta

    from jishiban.kernel.cases.sweep import sweep

    Client().post("/guide/person/", {"question": "能不能便宜点"})
    case = Case.objects.get()
    inquiries.take_step(case, "ask_back", by=cast.actor("chief"), words="哪一项？")
    sweep(timezone.now() + timedelta(days=30))
    case.refresh_from_db()
    assert case.state == "closed"


def test_a_signed_in_person_finds_their_questions_without_a_code(library: Library, cast: Cast) -> None:
    client = person(cast)
    client.post("/guide/person/", {"question": "在吗"})
    case = Case.objects.get()
    assert case.person == cast.citizen
    fresh = person(cast)
    assert case.number in text(fresh.get("/guide/mine/"))
    assert fresh.get(f"/guide/questions/{case.number}/").status_code == 200
    assert Client().get("/guide/mine/").status_code == 302


def test_an_entry_given_as_reply_is_shown_as_it_is_now(library: Library, cast: Cast, keys: list[str]) -> None:
    client = Client()
    client.post("/guide/person/", {"question": "要多久"})
    case = Case.objects.get()
    inquiries.to_guide(case, keys[1], "", by=cast.actor("chief"))
    Entry.objects.filter(key=keys[1]).update(answer="承诺3个工作日办结。")
    assert "承诺3个工作日办结。" in text(client.get(f"/guide/questions/{case.number}/"))


def test_search_leads_to_asking(cast: Cast) -> None:
    assert "/guide/ask/" in text(Client().get("/search?q=开饭店"))
    assert "/guide/" in text(Client().get("/"))


def test_a_vague_question_is_asked_back_even_when_nothing_was_found(
    library: Library, keys: list[str]
) -> None:
    library.says("clarify", slot="item", why="nothing_said")
    page = text(ask(Client(), "变更"))
    assert "您要办的是哪一件事？" in page
    assert Turn.objects.get().decision == "clarify"


@pytest.mark.parametrize("why", ["another_field", "nothing_found", "unsure", "no_source", "new code"])
def test_why_a_person_is_better_is_said_in_words(library: Library, keys: list[str], why: str) -> None:
    library.says("handover", why=why)
    page = text(ask(Client(), "明天下雨吗"))
    assert why not in page
    assert "请人回答" in page
