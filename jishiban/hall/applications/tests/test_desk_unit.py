"""The head's page, the call list and the dead letters."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jishiban.hall.applications.tests.conftest import Filer
from jishiban.hall.applications.tests.desk import keeper, signed_in, took, url_of
from jishiban.kernel.directory.roster import moved
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.exchange import actions as exchange
from jishiban.kernel.exchange.models import Message
from jishiban.kernel.exchange.models import Status as Sending
from jishiban.kernel.notices.actions import deliver_due
from jishiban.kernel.notices.models import Notice, Status


def test_the_head_sees_lights_requests_and_answers_them(cast: Cast, file: Filer) -> None:
    case = file()
    took(signed_in(cast, "clerk"), case, "accept")
    took(keeper(cast, case), case, "ask_extension", reason="要核对外省材料")
    head = signed_in(cast, "head")
    page = head.get("/desk/unit/").content.decode()
    assert "要核对外省材料" in page
    assert url_of(case, "extend") in page
    took(head, case, "decline_extension", reason="人手够，请抓紧")
    assert "要核对外省材料" not in head.get("/desk/unit/").content.decode()


def test_a_reviewer_sees_the_lights_but_no_boxes(cast: Cast, file: Filer) -> None:
    file()
    page = signed_in(cast, "reviewer").get(f"/desk/unit/?owner={cast['clerk'].pk}").content.decode()
    assert "市场准入科" in page
    assert 'name="case"' not in page


@pytest.mark.parametrize(("how", "owner"), [("offer", "clerk"), ("reassign", "reviewer")])
def test_a_head_hands_cases_over(cast: Cast, file: Filer, how: str, owner: str) -> None:
    cases = [file(token=f"form-{n}") for n in range(3)]
    form = {"case": [c.pk for c in cases], "to": cast["reviewer"].pk, "how": how, "owner": cast["clerk"].pk}
    answer = signed_in(cast, "head").post("/desk/unit/hand-over/", form)
    assert answer.status_code == 302
    for case in cases:
        case.refresh_from_db()
        assert case.owner == cast[owner]
        assert (case.offered_to == cast["reviewer"]) == (how == "offer")


def test_a_hand_over_to_somebody_away_moves_nothing(cast: Cast, file: Filer) -> None:
    case = file()
    cast["reviewer"].is_active = False
    cast["reviewer"].save()
    moved()
    form = {"case": [case.pk], "to": cast["reviewer"].pk, "how": "reassign"}
    page = signed_in(cast, "head").post("/desk/unit/hand-over/", form, follow=True).content.decode()
    assert "没有移交" in page
    assert case.events.count() == 1


def test_heads_hand_over_only_what_is_theirs(cast: Cast, file: Filer) -> None:
    case = file()
    form = {"case": [case.pk], "to": cast["outsider"].pk, "how": "reassign"}
    assert signed_in(cast, "outhead").post("/desk/unit/hand-over/", form).status_code == 403
    assert signed_in(cast, "clerk").post("/desk/unit/hand-over/", form).status_code == 403
    assert case.events.count() == 1


def test_the_head_page_costs_the_same_for_any_number_of_cases(
    cast: Cast, file: Filer, django_assert_max_num_queries: Any
) -> None:
    head = signed_in(cast, "head")
    for start, count in ((0, 3), (3, 20)):
        for n in range(start, start + count):
            file(token=f"form-{n}")
        head.get("/desk/unit/")
        with django_assert_max_num_queries(12):
            head.get(f"/desk/unit/?owner={cast['clerk'].pk}")


# --- calls --------------------------------------------------------------------------------------------------------


def test_who_could_not_be_reached_is_called_once(cast: Cast, file: Filer) -> None:
    file()
    deliver_due(timezone.now())
    notice = Notice.objects.get(status=Status.TO_CALL)
    clerk = signed_in(cast, "clerk")
    page = clerk.get("/desk/calls/").content.decode()
    assert "张**" in page
    assert "13800138000" not in page
    told = f"/desk/calls/{notice.pk}/told/"
    assert "已记为告知" in clerk.post(told, follow=True).content.decode()
    assert "已经有人告知过" in clerk.post(told, follow=True).content.decode()
    notice.refresh_from_db()
    assert notice.told_by == cast["clerk"]


def test_nobody_without_a_desk_calls(cast: Cast) -> None:
    assert signed_in(cast, "editor").get("/desk/calls/").status_code == 403


# --- exchange -----------------------------------------------------------------------------------------------------


def dead_letter() -> Message:
    with transaction.atomic():
        message = exchange.post("province", "case.closed", "k-1", {"number": "1"})
    Message.objects.filter(pk=message.pk).update(status=Sending.DEAD, next_try_at=None, fault="HTTP 500")
    return message


def test_a_dead_letter_is_sent_anew_by_an_administrator(cast: Cast) -> None:
    message = dead_letter()
    admin = signed_in(cast, "admin")
    assert "HTTP 500" in admin.get("/desk/exchange/").content.decode()
    admin.post(f"/desk/exchange/{message.pk}/retry/")
    message.refresh_from_db()
    assert (message.status, message.retried_by) == (Sending.QUEUED, cast["admin"])
    assert "已经在重发" in admin.post(f"/desk/exchange/{message.pk}/retry/", follow=True).content.decode()


def test_an_auditor_reads_the_dead_letters_and_sends_none(cast: Cast) -> None:
    message = dead_letter()
    auditor = signed_in(cast, "auditor")
    page = auditor.get("/desk/exchange/").content.decode()
    assert "k-1" in page
    assert "重新发送" not in page
    assert auditor.post(f"/desk/exchange/{message.pk}/retry/").status_code == 403
    assert signed_in(cast, "clerk").get("/desk/exchange/").status_code == 403
