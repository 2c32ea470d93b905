"""The inbox: what stands in it, in which order and group, for whom, and what it costs."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jishiban.hall.applications.actions import take_step
from jishiban.hall.applications.tests.conftest import Filer
from jishiban.hall.applications.tests.desk import Clock, keeper, signed_in, took
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.owners import offer, reassign, start_leave
from jishiban.kernel.cases.queries import GROUPS, group_of, group_rule, inbox
from jishiban.kernel.cases.sweep import sweep
from jishiban.kernel.directory.tests.cast import Cast

MOST_QUERIES = 6


def numbers(client: Client, url: str) -> list[str]:
    """The case numbers on a page, in its order."""
    page = client.get(url).content.decode()
    return re.findall(r'href="/desk/cases/([0-9-]{23})/"', page)


def many(file: Filer, count: int, start: int = 0) -> list[Case]:
    return [file(token=f"form-{n}") for n in range(start, start + count)]


def test_groups_follow_what_falls_due(cast: Cast, file: Filer, clock: Clock) -> None:
    late = file(clock.at(2026, 3, 2, 10), token="late")
    soon = file(clock.at(2026, 3, 9, 10), token="soon")
    clock.at(2026, 3, 9, 11)
    took(signed_in(cast, "clerk"), late, "accept")
    took(keeper(cast, late), late, "suspend", procedure="检测", until="2026-04-01", written="送检")
    clock.at(2026, 3, 16, 9)
    file(clock.at(2026, 3, 16, 9), token="new")
    page = signed_in(cast, "head").get("/desk/?scope=unit").content.decode()
    order = [
        page.index(word) for word in ("queue__group--today", "queue__group--later", "queue__group--paused")
    ]
    assert order == sorted(order)
    assert page.index("queue__group--today") < page.index(soon.number) < page.index("queue__group--later")
    assert page.index(late.number) > page.index("queue__group--paused")


def test_each_scope_holds_its_cases(cast: Cast, file: Filer) -> None:
    mine, offered = many(file, 2)
    clerk = cast.actor("clerk")
    offer(offered, cast["reviewer"].pk, by=clerk)
    assert set(numbers(signed_in(cast, "clerk"), "/desk/")) == {mine.number, offered.number}
    assert numbers(signed_in(cast, "reviewer"), "/desk/") == []
    assert numbers(signed_in(cast, "reviewer"), "/desk/?scope=offered") == [offered.number]
    assert set(numbers(signed_in(cast, "head"), "/desk/?scope=unit")) == {mine.number, offered.number}
    assert numbers(signed_in(cast, "outhead"), "/desk/?scope=unit") == []
    assert numbers(signed_in(cast, "outhead"), f"/desk/?scope=unit&unit={cast.office.pk}") == []


def test_what_turned_red_stands_with_the_head(cast: Cast, file: Filer, clock: Clock) -> None:
    case = file(clock.at(2026, 3, 2, 10))
    took(signed_in(cast, "clerk"), case, "accept")
    clock.at(2026, 3, 12, 9)
    while sweep():
        pass
    assert numbers(signed_in(cast, "head"), "/desk/?scope=overseen") == [case.number]
    assert "超 3 工作日" in signed_in(cast, "head").get("/desk/?scope=overseen").content.decode()


def test_pages_follow_one_another_without_gap_or_repeat(
    cast: Cast, file: Filer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jishiban.hall.applications.desk.inbox.PAGE", 3)
    cases = many(file, 8)
    for case in cases[:3]:
        took(signed_in(cast, "clerk"), case, "accept")
        until = (timezone.localdate() + timedelta(days=9)).isoformat()
        take_step(
            case, "suspend", by=cast.actor(_name(cast, case)), procedure="检测", until=until, written="送检"
        )
    head, url, seen = signed_in(cast, "head"), "/desk/?scope=unit", []
    while url:
        page = head.get(url).content.decode()
        seen += re.findall(r'href="/desk/cases/([0-9-]{23})/"', page)
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        url = "/desk/" + onward[1].replace("&amp;", "&") if onward else ""
    assert sorted(seen) == sorted(case.number for case in cases)
    assert len(seen) == len(set(seen))


def _name(cast: Cast, case: Case) -> str:
    case.refresh_from_db()
    return next(name for name, one in cast.people.items() if one.pk == case.owner_id)


def test_the_counts_agree_with_the_groups(cast: Cast, file: Filer, clock: Clock) -> None:
    for day in (2, 5, 9, 10, 13):
        file(clock.at(2026, 3, day, 10), token=f"form-{day}")
    now = clock.at(2026, 3, 13, 15)
    page = inbox(cast.actor("head"), scope="unit", now=now)
    found = {group: Case.objects.filter(group_rule(group, now), is_open=True).count() for group in GROUPS}
    assert page.counts == found
    assert Counter(group_of(row, now) for row in page.rows) == Counter({g: n for g, n in found.items() if n})


def test_who_covers_somebody_finds_both_their_cases_in_one_order(cast: Cast, file: Filer) -> None:
    first, second, third = many(file, 3)
    reassign(second, cast["reviewer"].pk, by=cast.actor("head"))
    today = timezone.localdate()
    start_leave(cast["reviewer"], today, today, cast["clerk"])
    clerk = signed_in(cast, "clerk")
    assert numbers(clerk, "/desk/") == [first.number, second.number, third.number]
    assert numbers(clerk, "/desk/?group=later") == [first.number, second.number, third.number]


@pytest.mark.parametrize(
    "query", ["scope=xyz", "unit=abc", "unit=9999999999999999999", "after=~~", "after=0~2026-01-01~5", "group=nope",
              "after=0~0001-01-01T00:00:00%2B14:00~5", "after=1~2026-01-01T00:00:00%2B00:00~99999999999999999999"],
)  # fmt: skip
def test_an_address_that_says_nonsense_gives_a_list_all_the_same(cast: Cast, file: Filer, query: str) -> None:
    file()
    assert signed_in(cast, "clerk").get(f"/desk/?{query}").status_code == 200


def test_the_refresh_brings_only_the_list_and_is_nobody_at_the_desk(cast: Cast, file: Filer) -> None:
    case = file()
    clerk = signed_in(cast, "clerk")
    clerk.get("/desk/")
    before = clerk.session["seen"]
    session = clerk.session
    session["seen"] = before - 300
    session.save()
    part = clerk.get("/desk/", headers={"HX-Request": "true", "X-Refresh": "yes"}).content.decode()
    assert case.number in part
    assert "<html" not in part
    assert clerk.session["seen"] == before - 300


def test_names_are_masked_and_the_search_box_finds_by_number_code_and_phone(cast: Cast, file: Filer) -> None:
    case = file()
    clerk = signed_in(cast, "clerk")
    page = clerk.get("/desk/").content.decode()
    assert "张**" in page
    assert "张三丰" not in page
    digits = case.number.replace("-", "")
    for sought in (case.number, digits, str(int(digits[14:19])), digits[14:19]):
        assert clerk.get("/desk/", {"q": sought})["Location"] == f"/desk/cases/{case.number}/"
    assert "没有找到" in clerk.get("/desk/", {"q": "张三丰"}).content.decode()


def test_the_search_finds_nothing_beyond_reach(cast: Cast, file: Filer) -> None:
    case = file()
    assert "没有找到" in signed_in(cast, "outsider").get("/desk/", {"q": case.number}).content.decode()


@pytest.mark.parametrize("name", ["clerk", "head", "auditor"])
@pytest.mark.parametrize("query", ["", "scope=unit", "scope=overseen", "scope=unit&group=later"])
def test_fifty_lines_cost_as_many_queries_as_five(
    cast: Cast, file: Filer, name: str, query: str, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast, name)
    for count, start in ((5, 0), (45, 5)):
        many(file, count, start)
        client.get(f"/desk/?{query}")  # the visit is noted, and the calendar read, once a minute
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(f"/desk/?{query}")


def test_the_desk_is_shut_to_who_has_not_signed_in(cast: Cast, file: Filer) -> None:
    answer = Client().get("/desk/")
    assert answer.status_code == 302
    assert "/desk/sign-in/" in answer["Location"]
    assert signed_in(cast, "editor").get("/desk/").status_code == 403
