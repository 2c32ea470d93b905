"""Admins look after accounts, heads after leave; nobody reaches beyond their units, and every act is on the record."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.models import Leave, Post, Role, Staff
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.directory.tests.cast import Cast, make_staff
from jishiban.kernel.ledger.models import LedgerRecord
from jishiban.web.accounts import access, totp
from jishiban.web.accounts.tests.conftest import PASSWORD


@pytest.fixture
def admin(cast: Cast) -> Client:
    return at_desk(cast["admin"])


@pytest.fixture
def head(cast: Cast) -> Client:
    return at_desk(cast["head"])


def at_desk(staff: Staff) -> Client:
    browser = Client()
    browser.force_login(staff)
    return browser


def text(answer: Any) -> str:
    return str(answer.content.decode())


def url(staff: Staff, deed: str = "") -> str:
    return f"/desk/staff/{staff.pk}/{deed}"


def days(start: int, end: int, **more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    moved = {"start": today + timedelta(days=start), "end": today + timedelta(days=end)}
    return {name: day.isoformat() for name, day in moved.items()} | more


def recorded(kind: str) -> list[dict[str, Any]]:
    return [json.loads(record.body) for record in LedgerRecord.objects.filter(kind=kind)]


# --- the list --------------------------------------------------------------------------------------------------


def test_an_admin_finds_everybody_and_a_head_their_own_unit(cast: Cast, admin: Client, head: Client) -> None:
    everybody = text(admin.get("/desk/staff/?name=a"))
    assert "吴其他" in everybody
    own = text(head.get("/desk/staff/"))
    assert "李审查" in own
    assert "吴其他" not in own


def test_the_list_costs_the_same_whatever_its_length(
    cast: Cast, admin: Client, django_assert_max_num_queries: Any
) -> None:
    admin.get("/desk/staff/?name=i")
    for n in range(30):
        make_staff(f"more{n}", f"多{n}", cast.office, Role.CLERK)
    with django_assert_max_num_queries(12):
        page = text(admin.get("/desk/staff/?name=more"))
    assert page.count("<tr>") >= 30


def test_a_vacant_post_is_named(cast: Cast, head: Client) -> None:
    Post.objects.create(unit=cast.office, role=Role.CLERK, title="二号窗口")
    assert "二号窗口" in text(head.get("/desk/staff/"))


@pytest.mark.parametrize("who", ["clerk", "reviewer", "editor", "auditor"])
def test_others_do_not_come_in(cast: Cast, who: str) -> None:
    assert at_desk(cast[who]).get("/desk/staff/").status_code == 403


def test_a_head_does_not_open_a_colleague_of_another_unit(cast: Cast, head: Client) -> None:
    assert head.get(url(cast["outsider"])).status_code == 403
    assert head.get(url(cast["reviewer"])).status_code == 200


# --- leave -----------------------------------------------------------------------------------------------------


def test_a_head_notes_a_leave_and_the_deputy_answers_at_once(cast: Cast, head: Client) -> None:
    case = open_errand(cast)
    answer = head.post(url(cast["reviewer"], "leave/"), days(0, 3, deputy=cast["second"].pk), follow=True)
    assert "请假已登记" in text(answer)
    assert roster().accountable(case.owner_id) == cast["second"].pk
    assert recorded("leave-noted")[0]["deputy"] == cast["second"].pk


def test_a_cancelled_leave_ends_at_once(cast: Cast, head: Client) -> None:
    head.post(url(cast["reviewer"], "leave/"), days(0, 3))
    leave = Leave.objects.get()
    head.post(url(cast["reviewer"], f"leave/{leave.pk}/end/"))
    assert roster().present(cast["reviewer"].pk)
    assert recorded("leave-cancelled")


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"start": "", "end": ""}, "请选择日期"),
        ({"start": "2026-13-40"}, "不是日期"),
        ({"start": "2026-03-05", "end": "2026-03-02"}, "早于开始日期"),
    ],
)
def test_a_bad_leave_is_told_beside_its_field_and_not_written(
    cast: Cast, head: Client, wrong: dict[str, str], word: str
) -> None:
    answer = head.post(url(cast["reviewer"], "leave/"), days(0, 3) | wrong)
    assert word in text(answer)
    assert not Leave.objects.exists()


def test_nobody_deputises_for_themselves(cast: Cast, head: Client) -> None:
    head.post(url(cast["reviewer"], "leave/"), days(0, 3, deputy=cast["reviewer"].pk))
    assert not Leave.objects.exists()


def test_a_head_notes_no_leave_in_another_unit(cast: Cast, head: Client) -> None:
    assert head.post(url(cast["outsider"], "leave/"), days(0, 3)).status_code == 403
    assert not Leave.objects.exists()


# --- accounts --------------------------------------------------------------------------------------------------


def test_closing_says_how_many_cases_move_and_moves_them(cast: Cast, admin: Client) -> None:
    cases = [open_errand(cast) for _n in range(3)]
    page = url(cast["reviewer"], "close/")
    assert "3 件未办结的件会马上移交" in text(admin.get(page))
    answer = admin.post(page, {"successor": cast["second"].pk}, follow=True)
    assert "移交了 3 件" in text(answer)
    owners = set(Case.objects.filter(pk__in=[case.pk for case in cases]).values_list("owner_id", flat=True))
    assert owners == {cast["second"].pk}
    assert not Staff.objects.get(pk=cast["reviewer"].pk).is_active


def test_nobody_closes_their_own_account(cast: Cast, admin: Client) -> None:
    assert "不能停用自己的账号" in text(admin.post(url(cast["admin"], "close/"), follow=True))
    assert Staff.objects.get(pk=cast["admin"].pk).is_active


def test_a_reopened_account_has_no_posts(cast: Cast, admin: Client) -> None:
    admin.post(url(cast["reviewer"], "close/"))
    admin.post(url(cast["reviewer"], "reopen/"))
    fresh = Staff.objects.get(pk=cast["reviewer"].pk)
    assert fresh.is_active
    assert not fresh.posts.exists()
    assert recorded("account-reopened") == [{"staff": fresh.pk, "by": cast["admin"].pk}]


def secret_in(answer: Any) -> str:
    found = re.search(r'data-copy="([^"]+)"', text(answer))
    assert found
    return found[1]


def test_a_reset_password_is_shown_once_and_works(cast: Cast, admin: Client) -> None:
    other = at_desk(cast["reviewer"])
    answer = admin.post(url(cast["reviewer"], "password/"))
    secret = secret_in(answer)
    assert "no-store" in answer["Cache-Control"]
    assert secret not in str(dict(admin.session)) + str(admin.cookies)
    assert not Staff.objects.get(pk=cast["reviewer"].pk).check_password(PASSWORD)
    assert Staff.objects.get(pk=cast["reviewer"].pk).check_password(secret)
    assert other.get("/desk/account/").status_code == 302
    assert secret not in str(recorded("account-password-reset"))


def test_a_lost_phone_is_unbound(cast: Cast, admin: Client) -> None:
    Staff.objects.filter(pk=cast["reviewer"].pk).update(totp_secret=totp.new_secret())
    admin.post(url(cast["reviewer"], "totp/"))
    assert Staff.objects.get(pk=cast["reviewer"].pk).totp_secret == ""
    assert recorded("account-totp-reset")


def test_a_new_account_signs_in_with_the_password_shown(cast: Cast, admin: Client) -> None:
    given = {
        "account": "xinren",
        "name": "新人",
        "unit": cast.office.pk,
        "role": Role.CLERK,
        "title": "三号窗口",
    }
    secret = secret_in(admin.post("/desk/staff/new/", given))
    browser = Client()
    assert browser.post("/desk/sign-in/", {"username": "xinren", "password": secret}).status_code == 302
    assert recorded("account-added")[0]["unit"] == cast.office.pk


@pytest.mark.parametrize(
    ("account", "word"), [("kezhang", "已有人用"), ("有空格 的", "账号只能用"), ("", "请填写账号")]
)
def test_a_bad_account_name_is_told(cast: Cast, admin: Client, account: str, word: str) -> None:
    given = {"account": account, "name": "新人", "unit": cast.office.pk, "role": Role.CLERK}
    before = Staff.objects.count()
    assert word in text(admin.post("/desk/staff/new/", given))
    assert Staff.objects.count() == before


@pytest.mark.parametrize("deed", ["close/", "reopen/", "password/", "totp/", "posts/"])
def test_a_head_does_not_manage_accounts(cast: Cast, head: Client, deed: str) -> None:
    assert head.post(url(cast["reviewer"], deed)).status_code == 403


def test_an_admin_of_one_office_cannot_become_one_of_the_bureau(cast: Cast) -> None:
    """Resetting the password of a colleague with more power, or taking a post above, would be a way up."""
    small = make_staff("xiaoguan", "小管", cast.office, Role.ADMIN)
    Post.objects.create(unit=cast.bureau, role=Role.ADMIN, title="系统管理员", staff=cast["clerk"])
    browser = at_desk(small)
    assert browser.post(url(cast["clerk"], "password/")).status_code == 403
    assert browser.post(url(cast["clerk"], "totp/")).status_code == 403
    browser.post(url(small, "posts/"), {"unit": cast.bureau.pk, "role": Role.ADMIN})
    assert not Post.objects.filter(staff=small, unit=cast.bureau).exists()
    assert browser.post(url(cast["outsider"], "password/")).status_code == 403


# --- posts -----------------------------------------------------------------------------------------------------


def test_a_post_is_filled_and_vacated(cast: Cast, admin: Client) -> None:
    admin.post(
        url(cast["clerk"], "posts/"), {"unit": cast.office.pk, "role": Role.REVIEWER, "title": "审查岗"}
    )
    post = Post.objects.get(title="审查岗")
    assert post.staff == cast["clerk"]
    assert cast["clerk"].pk in roster().holders[cast.office.pk, Role.REVIEWER]
    admin.post(url(cast["clerk"], f"posts/{post.pk}/vacate/"))
    assert cast["clerk"].pk not in roster().holders[cast.office.pk, Role.REVIEWER]
    assert [body["role"] for body in recorded("post-filled") + recorded("post-vacated")] == ["reviewer"] * 2


def test_nobody_gives_up_the_post_they_manage_with(cast: Cast, admin: Client) -> None:
    post = Post.objects.get(staff=cast["admin"])
    answer = admin.post(url(cast["admin"], f"posts/{post.pk}/vacate/"), follow=True)
    assert "不能空出自己的管理员岗位" in text(answer)
    assert access.may_manage(cast.actor("admin"), cast.office.pk)


def test_the_first_page_follows_the_posts(cast: Cast) -> None:
    def first(who: str) -> str:
        answer = Client().post("/desk/sign-in/", {"username": cast[who].account, "password": PASSWORD})
        return str(answer["Location"])

    assert [first(who) for who in ("clerk", "auditor", "editor", "admin")] == [
        "/desk/", "/desk/", "/desk/guides/", "/desk/staff/",
    ]  # fmt: skip
