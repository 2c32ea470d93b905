"""Applying through the pages, without scripts: start, fill in, save and go on, check, hand in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jishiban.hall.applications import forms
from jishiban.hall.applications.models import Application, Draft
from jishiban.hall.applications.queries import case_holder
from jishiban.hall.applications.tests.portal_cast import (
    ANSWERS,
    APPLICANT,
    MATERIALS,
    browser_of,
    filled,
    handed_in,
    plan_file,
    started,
    text,
)
from jishiban.hall.applications.tests.portal_cast import food as food  # noqa: PLC0414  a fixture is used by its name
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.directory.models import Enterprise
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.notices.models import Notice
from jishiban.kernel.papers.models import Attachment, State
from jishiban.kernel.papers.queries import files_of


@pytest.fixture
def zhang(cast: Cast) -> Client:
    """张三丰 at a browser, signed in."""
    return browser_of(cast.citizen)


def test_the_start_page_lists_the_materials_and_asks_to_sign_in(food: Matter) -> None:
    page = text(Client().get(f"/apply/{food.pk}/"))
    assert "经营布局和操作流程文件" in page
    assert f"/sign-in/?next=%2Fapply%2F{food.pk}%2F" in page
    assert "用草稿编号接着填" in page


def test_nobody_begins_without_signing_in(food: Matter) -> None:
    answer = Client().post(f"/apply/{food.pk}/")
    assert answer["Location"].startswith("/sign-in/")
    assert not Draft.objects.exists()


def test_a_suspended_matter_cannot_be_applied_for(zhang: Client, food: Matter) -> None:
    Matter.objects.filter(pk=food.pk).update(status="2")
    assert zhang.get(f"/apply/{food.pk}/").status_code == 404


def test_the_form_knows_what_the_signed_in_person_need_not_type(zhang: Client, food: Matter) -> None:
    code = started(zhang, food)
    page = text(zhang.get(f"/apply/d/{code}/"))
    assert 'value="张三丰"' in page
    assert 'value="13800138000"' in page


def test_a_whole_application_is_filed_through_the_pages(zhang: Client, food: Matter, cast: Cast) -> None:
    case = handed_in(zhang, food)
    assert (case.state, case.person_id, case.unit_id) == ("received", cast.citizen.pk, cast.office.pk)
    application = case.application
    assert application.form["answers"]["mianji"] == "86.5"
    assert application.form["materials"]["buju"] == {"how": "upload"}
    assert case.enterprise == Enterprise.objects.get(uscc="91370115MA00000155")
    assert Notice.objects.get(to_person=cast.citizen).case_number == case.number


def test_files_go_over_to_the_case_and_their_hashes_into_the_event(zhang: Client, food: Matter) -> None:
    case = handed_in(zhang, food)
    (file,) = files_of(case_holder(case))
    assert file.material == "buju"
    assert CaseEvent.objects.get(case=case).facts["files"] == [file.sha256]


def test_the_draft_is_gone_once_it_was_filed(zhang: Client, food: Matter) -> None:
    case = handed_in(zhang, food)
    assert not Draft.objects.exists()
    assert zhang.get(f"/apply/d/{case.application.token}/").status_code == 302


def test_posting_the_same_form_again_leads_to_the_same_case(zhang: Client, food: Matter) -> None:
    case = handed_in(zhang, food)
    again = zhang.post(f"/apply/d/{case.application.token}/review/", {"true": "on"})
    assert again["Location"] == f"/my/{case.number}/receipt/"
    assert Case.objects.count() == 1


def test_errors_stand_beside_their_fields_and_what_was_typed_is_kept(zhang: Client, food: Matter) -> None:
    code = started(zhang, food)
    before = Draft.objects.get().form
    bad = {**APPLICANT, "applicant-id_number": "370115199003070011", "applicant-org_name": ""}
    answer = zhang.post(f"/apply/d/{code}/", bad)
    page = text(answer)
    assert answer.status_code == 422
    assert "校验不符" in page
    assert "请填写“单位名称”" in page
    assert 'value="370115199003070011"' in page
    assert Draft.objects.get().form == before


def test_saving_keeps_whatever_was_typed_right_or_wrong(zhang: Client, food: Matter) -> None:
    code = started(zhang, food)
    answer = zhang.post(
        f"/apply/d/{code}/answers/", {"answers-mianji": "很大", "answers-dianming": "好味", "go": "save"}
    )
    assert answer["Location"] == f"/apply/d/{code}/saved/"
    assert 'value="很大"' in text(zhang.get(f"/apply/d/{code}/answers/"))
    assert f"{code[:5]} {code[5:]}" in text(zhang.get(f"/apply/d/{code}/saved/"))


def test_a_draft_goes_on_another_device_with_its_code_and_the_phones_tail(
    zhang: Client, food: Matter
) -> None:
    code = filled(zhang, food)
    elsewhere = Client()
    assert elsewhere.get(f"/apply/d/{code}/").status_code == 404
    spoken = f"{code[:5].lower()} {code[5:].lower()}"
    assert elsewhere.post("/apply/continue/", {"code": spoken, "tail": "8001"}).status_code == 422
    answer = elsewhere.post("/apply/continue/", {"code": spoken, "tail": "8000"})
    assert answer["Location"] == f"/apply/d/{code}/"
    assert "好味小馆" in text(elsewhere.get(f"/apply/d/{code}/answers/"))


def test_a_draft_may_be_filed_from_the_other_device_and_is_the_owners(
    food: Matter, zhang: Client, cast: Cast
) -> None:
    code = filled(zhang, food)
    elsewhere = Client()
    elsewhere.post("/apply/continue/", {"code": code, "tail": "8000"})
    answer = elsewhere.post(f"/apply/d/{code}/review/", {"true": "on"})
    case = Case.objects.get()
    assert case.person_id == cast.citizen.pk
    assert answer["Location"] == f"/track/{case.number}/receipt/"
    assert case.query_code in text(elsewhere.get(answer["Location"]))


def test_guessing_codes_is_slowed_down(food: Matter) -> None:
    guesser = Client(REMOTE_ADDR="10.1.1.1")
    answers = [
        guesser.post("/apply/continue/", {"code": f"AAAAAAAA{n:02d}", "tail": "1"}).status_code
        for n in range(22)
    ]
    assert answers[:20] == [422] * 20
    assert answers[-1] == 429


def test_another_persons_draft_is_not_found(zhang: Client, food: Matter, cast: Cast) -> None:
    code = filled(zhang, food)
    li = browser_of(cast.stranger)
    for page in ("", "answers/", "materials/", "review/", "saved/", "drop/"):
        assert li.get(f"/apply/d/{code}/{page}").status_code == 404
    assert li.post(f"/apply/d/{code}/review/", {"true": "on"}).status_code == 404
    assert not Case.objects.exists()


def test_an_unfinished_application_cannot_be_handed_in(zhang: Client, food: Matter) -> None:
    code = started(zhang, food)
    page = text(zhang.get(f"/apply/d/{code}/review/"))
    assert "处要补填" in page
    assert "提交申请" not in page
    assert zhang.post(f"/apply/d/{code}/review/", {"true": "on"}).status_code == 422
    assert not Case.objects.exists()


def test_the_declaration_has_to_be_made(zhang: Client, food: Matter) -> None:
    code = filled(zhang, food)
    answer = zhang.post(f"/apply/d/{code}/review/")
    assert answer.status_code == 422
    assert "请核对内容，再勾选这一项" in text(answer)
    assert not Case.objects.exists()


def test_the_review_shows_every_answer_with_a_way_to_change_it(zhang: Client, food: Matter) -> None:
    code = filled(zhang, food)
    page = text(zhang.get(f"/apply/d/{code}/review/"))
    for value in ("好味小馆", "86.5", "平面图.pdf", "带到窗口交"):
        assert value in page
    assert f'href="/apply/d/{code}/answers/#id_answers-dianming"' in page


def test_a_newer_guide_is_shown_before_anything_is_filed(zhang: Client, food: Matter) -> None:
    code = filled(zhang, food)
    old = food.current
    assert old is not None
    body = {
        **old.body,
        "questions": [
            *old.body["questions"],
            {"key": "xin", "label": "新问题", "kind": "text", "required": True},
        ],
    }
    food.current = GuideVersion.objects.create(
        matter=food, number=2, published_at=old.published_at, body=body, digest="1" * 64
    )
    food.save()
    answer = zhang.post(f"/apply/d/{code}/review/", {"true": "on"}, follow=True)
    assert "办事指南刚刚更新" in text(answer)
    assert "新问题" in text(answer)
    assert not Case.objects.exists()


# --- materials and files ---------------------------------------------------------------------------------------------


def test_a_material_to_upload_needs_its_file(zhang: Client, food: Matter) -> None:
    code = started(zhang, food)
    answer = zhang.post(f"/apply/d/{code}/materials/", MATERIALS)
    assert answer.status_code == 422
    assert "请上传“经营布局和操作流程文件”" in text(answer)


def test_several_files_may_stand_under_one_material(zhang: Client, food: Matter) -> None:
    code = started(zhang, food)
    data = {
        **MATERIALS,
        "materials-buju_file": [plan_file("一.pdf", "1"), plan_file("二.pdf", "2")],
        "go": "upload",
    }
    zhang.post(f"/apply/d/{code}/materials/", data)
    page = text(zhang.get(f"/apply/d/{code}/materials/"))
    assert "一.pdf" in page
    assert "二.pdf" in page


def test_a_file_of_a_forbidden_kind_is_refused_beside_its_material(zhang: Client, food: Matter) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    code = started(zhang, food)
    bad = SimpleUploadedFile("图.pdf", b"MZ\x90\x00 not a paper", "application/pdf")
    answer = zhang.post(f"/apply/d/{code}/materials/", {**MATERIALS, "materials-buju_file": bad})
    assert answer.status_code == 422
    assert 'id="id_materials-buju_file_error"' in text(answer)
    assert not Attachment.objects.filter(state=State.STORED).exists()


def test_a_file_can_be_fetched_and_taken_away_by_its_owner_only(
    zhang: Client, food: Matter, cast: Cast
) -> None:
    code = filled(zhang, food)
    file = Attachment.objects.get()
    address = f"/apply/d/{code}/file/{file.key}/"
    got = zhang.get(address)
    assert got["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got["Content-Security-Policy"]
    assert browser_of(cast.stranger).get(address).status_code == 404
    assert zhang.get(f"{address}remove/").status_code == 200
    zhang.post(f"{address}remove/")
    assert zhang.get(address).status_code == 404


def send(client: Client, address: str, offset: int, piece: bytes) -> int:
    answer = client.patch(
        address, piece, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)}
    )
    assert answer.status_code == 200, answer.content
    return int(answer["Upload-Offset"])


def test_a_broken_upload_goes_on_where_it_stopped(zhang: Client, food: Matter) -> None:
    code = started(zhang, food)
    data = bytes(plan_file().read())
    address = f"/apply/d/{code}/files/buju/?id=abc123&name=plan.pdf&size={len(data)}"
    assert zhang.head(address)["Upload-Offset"] == "0"
    assert send(zhang, address, 0, data[:10]) == 10
    assert zhang.head(address)["Upload-Offset"] == "10"
    assert send(zhang, address, 4, data[4:]) == 10  # a piece out of place tells where to go on
    assert send(zhang, address, 10, data[10:]) == len(data)
    assert zhang.head(address)["Upload-Offset"] == str(len(data))
    assert zhang.post(f"/apply/d/{code}/materials/", MATERIALS).status_code == 302


def test_pieces_for_a_draft_or_material_that_is_not_theirs_are_refused(
    zhang: Client, food: Matter, cast: Cast
) -> None:
    code = started(zhang, food)
    address = f"/apply/d/{code}/files/buju/?id=abc&name=x.pdf&size=10"
    assert browser_of(cast.stranger).patch(address, b"x").status_code == 404
    assert zhang.patch(f"/apply/d/{code}/files/nothing/?id=abc", b"x").status_code == 404
    assert zhang.patch(f"/apply/d/{code}/files/buju/?id=../../etc", b"x").status_code == 400
    assert zhang.patch(f"/apply/d/{code}/files/buju/?id=abc&size=99999999999", b"x").status_code == 422


def test_a_draft_is_thrown_away_with_its_files(zhang: Client, food: Matter) -> None:
    code = filled(zhang, food)
    zhang.post(f"/apply/d/{code}/drop/")
    assert not Draft.objects.exists()
    assert Attachment.objects.get().state == State.REMOVED


def test_a_person_has_only_so_many_drafts(zhang: Client, food: Matter) -> None:
    for _n in range(20):
        zhang.post(f"/apply/{food.pk}/")
    assert zhang.post(f"/apply/{food.pk}/")["Location"] == "/my/"
    assert Draft.objects.count() == 20


def test_what_follows_later_is_promised_in_the_declaration(zhang: Client, food: Matter) -> None:
    assert food.current is not None
    rows = [
        {**row, "necessity": "容缺后补"} if row["key"] == "zhidu" else row for row in food.current.materials
    ]
    body = {**food.current.body, "materials": rows}
    food.current = GuideVersion.objects.create(
        matter=food,
        number=2,
        published_at=food.current.published_at,
        body=body,
        digest="2" * 64,
        is_full=True,
    )
    food.save()
    code = filled(zhang, food)
    zhang.post(f"/apply/d/{code}/materials/", {**MATERIALS, "materials-zhidu": "later"})
    assert zhang.post(f"/apply/d/{code}/review/", {"true": "on"}).status_code == 422
    assert zhang.post(f"/apply/d/{code}/review/", {"true": "on", "later": "on"}).status_code == 302
    assert Application.objects.get().form["declared"]["later"] == ["食品安全规章制度目录"]


# --- speed -----------------------------------------------------------------------------------------------------------


def test_filing_takes_at_most_twelve_queries(zhang: Client, food: Matter, cast: Cast) -> None:
    from jishiban.hall.applications.actions import Filing, file_application
    from jishiban.hall.applications.tests.conftest import FORM

    handed_in(zhang, food)  # calendars and roster are read once a process
    assert food.current is not None
    filing = Filing(food, food.current, FORM, "another", cast.citizen)
    with CaptureQueriesContext(connection) as seen:
        file_application(filing, by=cast.actor("citizen"))
    asked = [
        q["sql"] for q in seen.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))
    ]
    assert len(asked) <= 12, "\n".join(asked)


@pytest.mark.parametrize("page", ["", "answers/", "materials/", "review/"])
def test_a_page_of_the_form_takes_few_queries(zhang: Client, food: Matter, page: str) -> None:
    code = filled(zhang, food)
    with CaptureQueriesContext(connection) as seen:
        assert zhang.get(f"/apply/d/{code}/{page}").status_code == 200
    assert len(seen.captured_queries) <= 5


def test_the_parts_are_those_the_guide_has(food: Matter) -> None:
    assert food.current is not None
    assert forms.parts_of(food.current) == ("applicant", "answers", "materials")
    assert forms.parts_of(GuideVersion(body={})) == ("applicant",)


def test_every_page_of_the_form_stands_without_a_script(zhang: Client, food: Matter) -> None:
    code = filled(zhang, food)
    page = text(zhang.get(f"/apply/d/{code}/materials/"))
    assert 'enctype="multipart/form-data"' in page
    assert page.count('type="file"') == 10
    assert ANSWERS  # the very data the journey above posts by hand
