"""Following an application through the pages: receipt, progress, the count, papers, answering, taking back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jishiban.hall.applications import actions, queries
from jishiban.hall.applications.actions import Asked
from jishiban.hall.applications.models import Application, NoticeItem
from jishiban.hall.applications.tests.conftest import Filer
from jishiban.hall.applications.tests.portal_cast import browser_of, handed_in, plan_file, text
from jishiban.hall.applications.tests.portal_cast import food as food  # noqa: PLC0414  a fixture is used by its name
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.roster import staff_actor
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.ledger import receipts
from jishiban.kernel.papers.models import Attachment, Kind, Paper, State
from jishiban.web.formats import cndate

ASKED = (
    Asked("buju", "经营布局和操作流程文件", "看不清出入口", "请重画后上传"),
    Asked("form:mianji", "使用面积（平方米）", "与平面图不符", "请核对后重填"),
)


@pytest.fixture
def zhang(cast: Cast) -> Client:
    return browser_of(cast.citizen)


@pytest.fixture
def case(zhang: Client, food: Matter) -> Case:
    return handed_in(zhang, food)


@pytest.fixture
def asked(case: Case, cast: Cast) -> Case:
    """The case after its one-time notice."""
    actions.give_notice(case, ASKED, by=cast.actor("clerk"))
    return Case.objects.get(pk=case.pk)


def accepted(case: Case, cast: Cast) -> Case:
    actions.take_step(case, "accept", by=cast.actor("clerk"))
    return Case.objects.get(pk=case.pk)


def keeper(case: Case) -> Actor:
    """Whoever the case belongs to now."""
    return staff_actor(Case.objects.select_related("owner").get(pk=case.pk).owner)


def granted(case: Case, cast: Cast) -> Case:
    accepted(case, cast)
    actions.decide(case, True, by=keeper(case), grounds="符合条件")
    return Case.objects.get(pk=case.pk)


# --- receipt ---------------------------------------------------------------------------------------------------------


def test_the_receipt_shows_number_code_and_a_proof_that_verifies(zhang: Client, case: Case) -> None:
    page = text(zhang.get(f"/my/{case.number}/receipt/"))
    assert case.number in page
    assert case.query_code in page
    found = re.search(r'href="[^"]*/ledger/verify#([A-Za-z0-9_-]+)"', page)
    assert found is not None
    verdict = receipts.verify(receipts.expand(found.group(1)))
    assert verdict.ok
    assert verdict.content is True


def test_the_receipt_prints_as_a_slip(zhang: Client, case: Case) -> None:
    page = text(zhang.get(f"/my/{case.number}/receipt/print/"))
    assert "收件回执" in page
    assert case.query_code in page


def test_what_was_filed_on_a_rest_day_counts_from_the_next_working_day(cast: Cast, file: Filer) -> None:
    case = file(timezone.make_aware(datetime(2026, 9, 26, 10)))  # a Saturday of the autumn holiday
    page = text(browser_of(cast.citizen).get(f"/my/{case.number}/receipt/"))
    assert "从 2026年9月28日 起算" in page


# --- the case --------------------------------------------------------------------------------------------------------


def test_the_page_says_what_is_next_and_who_holds_it_without_a_whole_name(zhang: Client, case: Case) -> None:
    page = text(zhang.get(f"/my/{case.number}/"))
    assert "五个工作日内告诉您是否受理" in page
    assert "市场准入科 王** 窗口人员" in page
    assert "王窗口" not in page
    assert "收到您的申请" in page


def test_the_promise_stands_before_the_history(zhang: Client, case: Case, cast: Cast) -> None:
    page = text(zhang.get(f"/my/{accepted(case, cast).number}/"))
    assert page.index('class="meter') < page.index("接下来") < page.index('class="timeline"')
    assert "承诺时限" in page


def test_the_count_is_shown_day_by_day(cast: Cast, file: Filer) -> None:
    case = file(timezone.make_aware(datetime(2026, 9, 18, 10)))
    actions.take_step(
        case, "accept", by=cast.actor("clerk"), now=timezone.make_aware(datetime(2026, 9, 22, 10))
    )
    page = text(browser_of(cast.citizen).get(f"/my/{case.number}/"))
    assert "时限是怎么算的" in page
    assert "中秋节" in page
    assert page.count("第 ") >= 5


def test_a_pause_is_left_out_of_the_count_and_shown_grey(zhang: Client, case: Case, cast: Cast) -> None:
    accepted(case, cast)
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    actions.take_step(case, "suspend", by=keeper(case), procedure="检验", until=until, written="检验需要时间")
    page = text(zhang.get(f"/my/{case.number}/"))
    assert "meter--grey" in page
    assert f"检验，预计 {cndate(until)} 结束" in page
    assert "检验需要时间" not in page


def test_internal_steps_and_private_words_are_not_shown(zhang: Client, case: Case, cast: Cast) -> None:
    from jishiban.kernel.cases.actions import act

    act(case, "comment", by=cast.actor("clerk"), text="材料要再看看")
    page = text(zhang.get(f"/my/{case.number}/"))
    assert "材料要再看看" not in page
    assert "备注" not in page


def test_personal_numbers_are_masked_on_the_case_page(zhang: Client, case: Case) -> None:
    page = text(zhang.get(f"/my/{case.number}/"))
    assert "*******8000" in page
    for number in ("370115199003070018", "13800138000", "张三丰", "开元大街"):
        assert number not in page


def test_a_closed_case_and_its_papers_can_still_be_read(zhang: Client, case: Case, cast: Cast) -> None:
    granted(case, cast)
    actions.deliver(case, "网上送达", by=cast.actor("clerk"))
    page = text(zhang.get(f"/my/{case.number}/"))
    assert "已办结" in page
    paper = Paper.objects.get(case_number=case.number, kind=Kind.GRANT)
    assert f"/my/{case.number}/papers/{paper.pk}/" in page
    sheet = text(zhang.get(f"/my/{case.number}/papers/{paper.pk}/"))
    assert paper.number in sheet
    assert "准予" in sheet


def test_a_paper_of_another_case_is_not_found_under_mine(
    zhang: Client, case: Case, cast: Cast, file: Filer
) -> None:
    other = file(token="other")
    granted(other, cast)
    paper = Paper.objects.filter(case_number=other.number).first()
    assert paper is not None
    assert zhang.get(f"/my/{case.number}/papers/{paper.pk}/").status_code == 404


def test_every_event_shows_its_place_in_the_ledger(zhang: Client, case: Case) -> None:
    event = CaseEvent.objects.get(case=case)
    assert f"/ledger/proof/{event.leaf}.json" in text(zhang.get(f"/my/{case.number}/"))


def test_the_case_page_takes_the_same_queries_whatever_happened(
    zhang: Client, case: Case, cast: Cast
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert zhang.get(f"/my/{case.number}/").status_code == 200
        return len(seen.captured_queries)

    count()
    before = count()
    accepted(case, cast)
    for n in range(3):
        more = (Asked(f"x{n}", f"新情况{n}", "请说明", existed=False),)
        actions.ask_more(case, more, by=keeper(case))
    assert count() == before <= 13


# --- another's case -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "receipt/", "receipt/print/", "correct/", "withdraw/"])
def test_another_citizen_finds_nothing(case: Case, cast: Cast, page: str) -> None:
    li = browser_of(cast.stranger)
    assert li.get(f"/my/{case.number}/{page}").status_code == 404
    assert li.get("/my/370115-20260101-00001-0/").status_code == 404


def test_another_citizen_can_neither_withdraw_nor_correct(asked: Case, cast: Cast) -> None:
    li = browser_of(cast.stranger)
    assert li.post(f"/my/{asked.number}/withdraw/", {"seen": asked.seq}).status_code == 404
    assert li.post(f"/my/{asked.number}/correct/", {}).status_code == 404
    assert Case.objects.get().state == "correcting"


def test_files_handed_in_are_for_their_owner_only(zhang: Client, case: Case, cast: Cast) -> None:
    file = Attachment.objects.get()
    assert zhang.get(f"/my/{case.number}/files/{file.key}/").status_code == 200
    assert browser_of(cast.stranger).get(f"/my/{case.number}/files/{file.key}/").status_code == 404


# --- tracking --------------------------------------------------------------------------------------------------------


def tracked(case: Case, code: str) -> tuple[Client, int]:
    client = Client()
    return client, client.post("/track/", {"number": case.number, "code": code}).status_code


def test_number_and_query_code_open_the_case_for_this_session(case: Case) -> None:
    client, status = tracked(case, case.query_code)
    assert status == 302
    assert client.get(f"/track/{case.number}/").status_code == 200
    assert client.get(f"/track/{case.number}/receipt/").status_code == 200
    assert Client().get(f"/track/{case.number}/").status_code == 404


def test_a_number_is_read_however_it_is_typed(case: Case) -> None:
    spaced = case.number.replace("-", " ")
    assert Client().post("/track/", {"number": f" {spaced} ", "code": case.query_code}).status_code == 302


def test_the_phones_tail_shows_progress_only(case: Case, cast: Cast) -> None:
    granted(case, cast)
    client, status = tracked(case, "8000")
    assert status == 302
    page = text(client.get(f"/track/{case.number}/"))
    assert "准予，待送达" in page
    assert "/papers/" not in page
    assert client.get(f"/track/{case.number}/receipt/").status_code == 404
    paper = Paper.objects.filter(case_number=case.number).first()
    assert paper is not None
    assert client.get(f"/track/{case.number}/papers/{paper.pk}/").status_code == 404


def test_a_permit_shows_nothing_of_what_was_filled_in(case: Case) -> None:
    client, _status = tracked(case, case.query_code)
    page = text(client.get(f"/track/{case.number}/"))
    assert "您提交的内容" not in page
    assert "撤回申请</a>" not in page
    assert client.get(f"/my/{case.number}/withdraw/").status_code == 302  # to sign in


def test_an_unknown_number_and_a_wrong_code_get_the_same_answer(case: Case) -> None:
    def answer(number: str, code: str) -> str:
        page = text(Client().post("/track/", {"number": number, "code": code}))
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
        return page.replace(number, "N")

    wrong = "111111" if case.query_code != "111111" else "222222"
    assert answer(case.number, wrong) == answer("370115-20260101-00007-4", wrong)
    assert "对不上" in answer("没有这个号", wrong)


def test_guessing_a_query_code_is_stopped(case: Case) -> None:
    answers = [
        Client(REMOTE_ADDR=f"10.0.0.{n}")
        .post("/track/", {"number": case.number, "code": f"{n:06d}"})
        .status_code
        for n in range(12)
    ]
    assert answers[-1] == 429


# --- the list --------------------------------------------------------------------------------------------------------


def test_my_page_lists_my_cases_drafts_and_messages(zhang: Client, case: Case, food: Matter) -> None:
    zhang.post(f"/apply/{food.pk}/")
    page = text(zhang.get("/my/"))
    assert case.number in page
    assert "草稿" in page
    assert "已收到您的" in page
    zhang.post("/my/notices/read/")
    assert "未读" not in text(zhang.get("/my/"))


def test_my_page_asks_the_same_of_the_database_for_one_case_and_for_many(cast: Cast, file: Filer) -> None:
    zhang = browser_of(cast.citizen)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            zhang.get("/my/")
        return len(seen.captured_queries)

    file(token="a")
    count()
    before = count()
    for n in range(8):
        file(token=f"b{n}")
    assert count() == before <= 8


def test_my_page_is_empty_and_says_what_to_do(cast: Cast) -> None:
    page = text(browser_of(cast.stranger).get("/my/"))
    assert "还没有办件" in page
    assert 'href="/matters/"' in page


# --- answering -------------------------------------------------------------------------------------------------------


def items() -> tuple[NoticeItem, NoticeItem]:
    first, second = NoticeItem.objects.order_by("pk")
    return first, second


def test_the_notice_is_a_checklist_with_a_field_for_each_item(zhang: Client, asked: Case) -> None:
    page = text(zhang.get(f"/my/{asked.number}/correct/"))
    plan, area = items()
    for words in ("看不清出入口", "请重画后上传", f'name="item{plan.pk}_file"', f'name="item{area.pk}"'):
        assert words in page


def test_answering_hands_in_files_and_answers_and_starts_the_notice_clock_again(
    zhang: Client, asked: Case
) -> None:
    plan, area = items()
    data = {f"item{plan.pk}_file": plan_file("新图.pdf", "2"), f"item{area.pk}": "90", "seen": asked.seq}
    assert zhang.post(f"/my/{asked.number}/correct/", data)["Location"] == f"/my/{asked.number}/"
    case = Case.objects.get()
    assert case.state == "received"
    assert Application.objects.get().form["answers"]["mianji"] == "90"
    assert len(queries.case_page(case).files) == 2
    assert case.promises.filter(kind="notice").count() == 2
    event = case.events.get(step="correct")
    assert event.facts["files"] == [Attachment.objects.latest("pk").sha256]


def test_an_item_left_open_is_pointed_out_and_nothing_is_handed_in(zhang: Client, asked: Case) -> None:
    _plan, area = items()
    answer = zhang.post(f"/my/{asked.number}/correct/", {f"item{area.pk}": "很大", "seen": asked.seq})
    assert answer.status_code == 422
    assert "要填数字" in text(answer)
    assert "请上传“经营布局和操作流程文件”" in text(answer)
    assert Case.objects.get().state == "correcting"


def test_a_refused_file_is_told_beside_its_item(zhang: Client, asked: Case) -> None:
    plan, area = items()
    bad = SimpleUploadedFile("x.exe", b"MZ\x90\x00")
    data = {f"item{plan.pk}_file": bad, f"item{plan.pk}": "见附件", f"item{area.pk}": "90", "seen": asked.seq}
    assert zhang.post(f"/my/{asked.number}/correct/", data).status_code == 422
    assert Case.objects.get().state == "correcting"


def test_a_file_waiting_to_be_handed_in_can_be_taken_away(zhang: Client, asked: Case) -> None:
    plan, _area = items()
    data = bytes(plan_file("新图.pdf", "3").read())
    address = f"/my/{asked.number}/correct/{plan.pk}/files/?id=ab12&name=x.pdf&size={len(data)}"
    zhang.patch(address, data, content_type="application/octet-stream", headers={"Upload-Offset": "0"})
    file = Attachment.objects.get(holder=queries.correction_holder(asked))
    assert "x.pdf" in text(zhang.get(f"/my/{asked.number}/correct/"))
    zhang.post(f"/my/{asked.number}/correct/file/{file.key}/remove/")
    file.refresh_from_db()
    assert file.state == State.REMOVED


def test_a_case_that_asks_for_nothing_has_nothing_to_correct(zhang: Client, case: Case) -> None:
    answer = zhang.get(f"/my/{case.number}/correct/", follow=True)
    assert "现在不需要补正" in text(answer)


# --- taking back -----------------------------------------------------------------------------------------------------


def test_withdrawing_asks_once_and_then_does_it(zhang: Client, case: Case) -> None:
    page = text(zhang.get(f"/my/{case.number}/withdraw/"))
    assert "撤回这个申请？" in page
    assert Case.objects.get().state == "received"
    zhang.post(f"/my/{case.number}/withdraw/", {"seen": case.seq, "reason": "不办了"})
    withdrawn = Case.objects.get()
    assert (withdrawn.state, withdrawn.is_open) == ("withdrawn", False)


def test_withdrawing_twice_is_refused_kindly(zhang: Client, case: Case) -> None:
    zhang.post(f"/my/{case.number}/withdraw/", {"seen": case.seq})
    answer = zhang.post(f"/my/{case.number}/withdraw/", {"seen": case.seq}, follow=True)
    assert "不能撤回" in text(answer)
    assert CaseEvent.objects.filter(step="withdraw").count() == 1


def test_withdrawing_what_has_moved_on_meanwhile_asks_to_look_again(
    zhang: Client, case: Case, cast: Cast
) -> None:
    seen = case.seq
    accepted(case, cast)
    answer = zhang.post(f"/my/{case.number}/withdraw/", {"seen": seen}, follow=True)
    assert "请刷新后再办" in text(answer)
    assert Case.objects.get().state == "accepted"


@pytest.mark.parametrize("seen", ["", "x", "99999999999999999999"])
def test_a_broken_withdrawal_form_writes_nothing(zhang: Client, case: Case, seen: str) -> None:
    assert zhang.post(f"/my/{case.number}/withdraw/", {"seen": seen}).status_code in (302, 422)
    assert Case.objects.get().state == "received"


# --- erasing ---------------------------------------------------------------------------------------------------------


def test_erasing_a_person_leaves_case_and_events_but_no_words_of_theirs(
    zhang: Client, asked: Case, cast: Cast
) -> None:
    digest = Application.objects.get().form_digest
    assert actions.erase_person(cast.citizen.pk) == 1
    application = Application.objects.get()
    assert application.form == {"erased": True}
    assert application.form_digest == digest
    assert set(NoticeItem.objects.values_list("problem", "mend")) == {("", "")}
    assert not Attachment.objects.filter(state=State.STORED).exists()
    assert zhang.get(f"/my/{asked.number}/").status_code == 200
