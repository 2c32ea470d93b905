"""The counter: a walk-in on one page, its receipt, and the same form posted twice."""

from __future__ import annotations

import re
from typing import Any

import pytest

from jishiban.hall.applications.models import Application
from jishiban.hall.applications.tests.desk import signed_in, url_of
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actions import id_index_of
from jishiban.kernel.directory.identifiers import make_uscc
from jishiban.kernel.directory.models import Enterprise, Person
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.papers.models import Kind, Paper

PERSON = {
    "kind": "person", "applicant-name": "王二小", "applicant-id_number": "11010519491231002X",
    "applicant-phone": "13912345678", "token": "counter-1", "in-shenqingshu": "on", "note": "材料是复印件",
}  # fmt: skip


def register(cast: Cast, matter: Matter, name: str = "clerk", **changes: Any) -> Any:
    return signed_in(cast, name).post(f"/desk/new/{matter.pk}/", PERSON | changes)


def test_a_walk_in_becomes_a_case_with_its_receipt(cast: Cast, matter: Matter) -> None:
    answer = register(cast, matter)
    case = Case.objects.get()
    receipt = Paper.objects.get(case_number=case.number)
    assert answer.url == f"{url_of(case)}?paper={receipt.pk}"
    assert (case.first_contact, case.owner, case.channel) == (cast["clerk"], cast["clerk"], "0")
    assert receipt.kind == Kind.RECEIPT
    assert receipt.body["rows"] == [["申请书", "1", "原件"]]
    assert case.person == Person.objects.get(id_index=id_index_of("11010519491231002X"))
    page = signed_in(cast, "clerk").get(answer.url).content.decode()
    assert "材料是复印件" in page
    assert "纸质已收" in page
    assert "王二小" not in page


def test_the_same_counter_form_posted_twice_is_one_case_and_one_receipt(cast: Cast, matter: Matter) -> None:
    first, second = register(cast, matter), register(cast, matter)
    assert Case.objects.count() == Paper.objects.count() == 1
    assert second.url == first.url.partition("?")[0]


def test_an_enterprise_comes_with_its_code(cast: Cast, matter: Matter) -> None:
    code = make_uscc("91", "370115", "MA3C4D5E")
    organisation = {
        "kind": "organisation",
        "applicant-org_name": "济阳清泉餐饮有限公司",
        "applicant-uscc": code,
    }
    register(cast, matter, **organisation)
    assert Case.objects.get().enterprise == Enterprise.objects.get(uscc=code, name="济阳清泉餐饮有限公司")


def test_papers_of_an_enterprise_without_a_code_bear_its_name(cast: Cast, matter: Matter) -> None:
    register(cast, matter, **{"kind": "organisation", "applicant-org_name": "筹建中的济阳清泉餐饮"})
    assert Paper.objects.get().body["addressee"] == "筹建中的济阳清泉餐饮"


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_written(cast: Cast, matter: Matter) -> None:
    answer = register(cast, matter, **{"applicant-id_number": "110105194912310021", "applicant-phone": "12"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "有 2 处需要改正" in page
    assert "王二小" in page
    assert 'name="in-shenqingshu"' in page
    assert re.search(r'name="in-shenqingshu"[^>]*checked', page)
    assert not Case.objects.exists()
    assert not Application.objects.exists()


def test_a_matter_of_another_office_goes_to_a_clerk_there(cast: Cast, matter: Matter) -> None:
    answer = register(cast, matter, "outsider")
    case = Case.objects.get()
    assert (case.owner, case.first_contact) == (cast["clerk"], cast["outsider"])
    sheet = signed_in(cast, "outsider").get(answer.url)
    assert sheet.status_code == 200  # the receipt is handed over by who took it in
    assert "收件凭证" in sheet.content.decode()
    assert signed_in(cast, "outsider").get(url_of(case)).status_code == 403


@pytest.mark.parametrize("sought", ["5", "食品经营", "食品经营许可"])
def test_one_matter_that_fits_opens_at_once(cast: Cast, matter: Matter, sought: str) -> None:
    answer = signed_in(cast, "clerk").get("/desk/new/", {"q": sought})
    assert answer["Location"] == f"/desk/new/{matter.pk}/"


def test_an_unknown_matter_gives_an_empty_list(cast: Cast, matter: Matter) -> None:
    page = signed_in(cast, "clerk").get("/desk/new/", {"q": "火箭"}).content.decode()
    assert "没有这项事项" in page


@pytest.mark.parametrize("name", ["reviewer", "head", "auditor", "editor"])
def test_only_clerks_register(cast: Cast, matter: Matter, name: str) -> None:
    assert register(cast, matter, name).status_code == 403
    assert not Case.objects.exists()


def test_a_page_opened_under_an_older_guide_is_filed_under_it(cast: Cast, matter: Matter) -> None:
    old = matter.current
    assert old
    matter.current = old.matter.versions.create(
        number=2, published_at=old.published_at, body=old.body, digest="1" * 64
    )
    matter.save()
    register(cast, matter, version=old.pk)
    assert Application.objects.get().version == old
