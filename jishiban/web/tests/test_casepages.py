"""Where the pages of a case are: each flow says so once, and a number leads to the first room that knows it."""

from __future__ import annotations

import pytest
from django.http import HttpRequest

from jishiban.web import casepages
from jishiban.web.casepages import CasePages


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casepages, "_pages", {})


def mine(_request: HttpRequest, number: str, _code: str) -> str:
    return f"/mine/{number}/" if number == "7" else ""


def test_a_flow_leads_to_its_room_and_an_unknown_one_nowhere() -> None:
    casepages.register("inquiry", CasePages("/desk/inquiries/{number}/", mine))
    assert casepages.desk_address("inquiry", "7") == "/desk/inquiries/7/"
    assert casepages.desk_address("other", "7") == ""


def test_a_number_is_followed_by_the_room_that_knows_it() -> None:
    casepages.register("quiet", CasePages("/desk/quiet/{number}/"))
    casepages.register("inquiry", CasePages("/desk/inquiries/{number}/", mine))
    assert casepages.follow(HttpRequest(), "7", "123456") == "/mine/7/"
    assert casepages.follow(HttpRequest(), "8", "123456") == ""


def test_a_flow_says_so_once() -> None:
    casepages.register("inquiry", CasePages("/a/{number}/"))
    casepages.register("inquiry", CasePages("/a/{number}/"))
    with pytest.raises(ValueError, match="twice"):
        casepages.register("inquiry", CasePages("/b/{number}/"))
