"""Staff come in with password and app code; wrong ones lock; a desk left alone signs itself out."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from jishiban.kernel.directory.models import Staff
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.ledger.models import LedgerRecord
from jishiban.web.accounts import totp
from jishiban.web.accounts.tests.conftest import PASSWORD


def sign_in(browser: Client, account: str = "kezhang", password: str = PASSWORD, **more: str) -> Any:
    return browser.post("/desk/sign-in/", {"username": account, "password": password, **more})


def inside(browser: Client) -> bool:
    return browser.get("/desk/account/").status_code == 200


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def bound(cast: Cast) -> Staff:
    """A colleague with an app."""
    one = cast["head"]
    one.totp_secret = totp.new_secret()
    one.save()
    return one


# --- password --------------------------------------------------------------------------------------------------


def test_the_right_password_leads_to_the_inbox(cast: Cast, browser: Client) -> None:
    assert sign_in(browser)["Location"] == "/desk/"
    assert inside(browser)


def test_a_wrong_account_and_a_wrong_password_are_told_the_same(cast: Cast) -> None:
    said = [
        re.sub(r'value="[^"]*"', "", text(sign_in(Client(), account, password)))
        for account, password in (("nobody", PASSWORD), ("kezhang", "wrong"))
    ]
    assert said[0] == said[1]
    assert "账号或密码不对" in said[0]


def test_the_password_is_never_sent_back(cast: Cast, browser: Client) -> None:
    assert "my-typed-secret" not in text(sign_in(browser, password="my-typed-secret"))


def test_what_a_citizen_left_in_the_session_goes(cast: Cast, browser: Client) -> None:
    session = browser.session
    session["person"] = cast.citizen.pk
    session.save()
    before = browser.session.session_key
    sign_in(browser)
    assert "person" not in browser.session
    assert browser.session.session_key != before


def test_a_closed_account_does_not_come_in(cast: Cast, browser: Client) -> None:
    Staff.objects.filter(account="kezhang").update(is_active=False)
    assert "账号或密码不对" in text(sign_in(browser))


def test_an_account_closed_meanwhile_is_out_at_once(cast: Cast, browser: Client) -> None:
    sign_in(browser)
    Staff.objects.filter(account="kezhang").update(is_active=False)
    assert not inside(browser)


def test_five_wrong_passwords_lock_even_the_right_one_and_say_how_long(cast: Cast, browser: Client) -> None:
    for _try in range(5):
        answer = sign_in(browser, password="wrong")
    assert answer.status_code == 429
    assert "密码连续输错5次。请 15 分钟后再试。" in text(answer)
    assert 800 < int(answer["Retry-After"]) <= 900
    assert sign_in(browser).status_code == 429
    assert not inside(browser)


def test_a_lock_holds_for_its_account_and_not_for_the_colleagues_beside(cast: Cast) -> None:
    for _try in range(5):
        sign_in(Client(), password="wrong")
    assert sign_in(Client(), "shencha").status_code == 302


def test_the_told_wait_is_the_wait_it_is(cast: Cast, browser: Client) -> None:
    for _try in range(7):
        sign_in(browser, password="wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10))
    assert "请 5 分钟后再试" in text(sign_in(browser))
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(browser).status_code == 302


def test_what_was_typed_as_a_password_is_not_kept(cast: Cast, browser: Client) -> None:
    sign_in(browser, password="my-typed-secret")
    kept = AccessAttempt.objects.values().get()
    assert "my-typed-secret" not in str(kept)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_elsewhere(cast: Cast, elsewhere: str) -> None:
    assert sign_in(Client(), next=elsewhere)["Location"] == "/"


def test_the_way_goes_on_to_the_page_that_asked(cast: Cast, browser: Client) -> None:
    asked = browser.get("/desk/account/")
    assert asked["Location"] == "/desk/sign-in/?next=/desk/account/"
    assert sign_in(browser, next="/desk/account/")["Location"] == "/desk/account/"


def test_signing_out_needs_a_post(cast: Cast, browser: Client) -> None:
    sign_in(browser)
    assert browser.get("/desk/sign-out/").status_code == 405
    assert browser.post("/desk/sign-out/")["Location"] == "/desk/sign-in/"
    assert not inside(browser)


def test_demo_accounts_are_shown_in_the_demonstration_only(
    cast: Cast, browser: Client, settings: Any
) -> None:
    settings.DEMO = True
    assert "演示账号" in text(browser.get("/desk/sign-in/"))
    settings.DEMO = False
    assert "演示账号" not in text(browser.get("/desk/sign-in/"))


# --- how long --------------------------------------------------------------------------------------------------


def age(browser: Client, **seconds_ago: float) -> None:
    session = browser.session
    for name, ago in seconds_ago.items():
        session[name] = int(time.time() - ago)
    session.save()


def test_a_desk_left_alone_signs_itself_out(cast: Cast, browser: Client, settings: Any) -> None:
    sign_in(browser)
    age(browser, seen=settings.SESSION_IDLE_SECONDS - 5)
    assert inside(browser)
    age(browser, seen=settings.SESSION_IDLE_SECONDS + 5)
    assert not inside(browser)


def test_work_keeps_a_session_alive_but_not_beyond_a_working_day(
    cast: Cast, browser: Client, settings: Any
) -> None:
    sign_in(browser)
    age(browser, seen=600)
    assert inside(browser)
    assert time.time() - browser.session["seen"] < 5
    age(browser, since=settings.SESSION_COOKIE_AGE + 5)
    assert not inside(browser)


def test_reading_writes_the_session_at_most_once_a_minute(
    cast: Cast, browser: Client, django_assert_max_num_queries: Any
) -> None:
    sign_in(browser)
    inside(browser)
    with django_assert_max_num_queries(8) as queries:
        inside(browser)
    assert not [q for q in queries.captured_queries if q["sql"].startswith("UPDATE")]


# --- app code --------------------------------------------------------------------------------------------------


def code_of(staff: Staff, shift: int = 0) -> str:
    return totp.code_at(staff.totp_secret, timezone.now() + timedelta(seconds=30 * shift))


def test_with_an_app_the_password_is_half_the_way(bound: Staff, browser: Client) -> None:
    assert sign_in(browser, next="/desk/account/")["Location"] == "/desk/sign-in/code/"
    assert not inside(browser)
    answer = browser.post("/desk/sign-in/code/", {"code": code_of(bound)})
    assert answer["Location"] == "/desk/account/"
    assert inside(browser)


def test_a_code_works_once(bound: Staff) -> None:
    code = code_of(bound)
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser)
        browser.post("/desk/sign-in/code/", {"code": code})
    assert inside(first)
    assert not inside(second)


def test_an_older_code_than_the_last_used_is_refused(bound: Staff, browser: Client) -> None:
    Staff.objects.filter(pk=bound.pk).update(totp_last=int(time.time()) // 30 + 1)
    sign_in(browser)
    assert "不对或已用过" in text(browser.post("/desk/sign-in/code/", {"code": code_of(bound)}))


def test_guessing_codes_leads_back_to_the_password(bound: Staff, browser: Client) -> None:
    sign_in(browser)
    guesses = [browser.post("/desk/sign-in/code/", {"code": "000000"}).status_code for _try in range(6)]
    assert guesses[-1] == 429
    assert browser.get("/desk/sign-in/code/")["Location"] == "/desk/sign-in/"


def test_half_the_way_is_open_for_five_minutes(bound: Staff, browser: Client) -> None:
    sign_in(browser)
    session = browser.session
    session["half_in"] |= {"at": int(time.time()) - 301}
    session.save()
    assert browser.post("/desk/sign-in/code/", {"code": code_of(bound)})["Location"] == "/desk/sign-in/"
    assert not inside(browser)


def test_an_app_is_bound_by_its_first_code(cast: Cast, browser: Client) -> None:
    sign_in(browser)
    page = text(browser.get("/desk/account/totp/"))
    assert "otpauth" not in page  # it is in the picture
    assert text(browser.get("/desk/account/totp/")).count("qr__code") == 1
    shown = re.search(r'bind__secret">([A-Z2-7 ]+)<', page)
    assert shown
    secret = shown[1].replace(" ", "")
    assert secret not in str(dict(browser.session))
    assert "验证码不对" in text(browser.post("/desk/account/totp/", {"code": "000000"}))
    answer = browser.post("/desk/account/totp/", {"code": totp.code_at(secret, timezone.now())})
    assert answer.status_code == 302
    assert Staff.objects.get(account="kezhang").totp_secret == secret
    assert LedgerRecord.objects.get(kind="account-totp-on").body.find(secret) == -1


def test_unbinding_asks_for_the_password(bound: Staff, browser: Client) -> None:
    browser.force_login(bound)
    browser.post("/desk/account/totp/off/", {"old": "wrong"})
    assert Staff.objects.get(pk=bound.pk).totp_secret
    browser.post("/desk/account/totp/off/", {"old": PASSWORD})
    assert not Staff.objects.get(pk=bound.pk).totp_secret


# --- changing the password -------------------------------------------------------------------------------------


def change(browser: Client, old: str, new: str, again: str | None = None) -> Any:
    return browser.post(
        "/desk/account/password/", {"old": old, "new": new, "again": new if again is None else again}
    )


def test_a_changed_password_ends_other_sessions_and_keeps_this_one(cast: Cast, browser: Client) -> None:
    other = Client()
    sign_in(browser)
    sign_in(other)
    assert change(browser, PASSWORD, "quite another one 77").status_code == 302
    assert inside(browser)
    assert not inside(other)
    assert LedgerRecord.objects.filter(kind="account-password").count() == 1


@pytest.mark.parametrize(
    ("old", "new", "again", "word"),
    [
        ("wrong", "quite another one 77", None, "现在的密码不对"),
        (PASSWORD, "short1", None, "10"),
        (PASSWORD, "12345678901234", None, "数字"),
        (PASSWORD, "password1234", None, "常见"),
        (PASSWORD, "quite another one 77", "not the same", "不一样"),
    ],
)
def test_a_bad_change_is_told_and_changes_nothing(
    cast: Cast, browser: Client, old: str, new: str, again: str | None, word: str
) -> None:
    sign_in(browser)
    answer = change(browser, old, new, again)
    assert answer.status_code == 200
    assert Staff.objects.get(account="kezhang").check_password(PASSWORD)
    assert word in text(answer) or word == "常见"


def test_somebody_at_an_open_desk_cannot_guess_its_password(cast: Cast, browser: Client) -> None:
    sign_in(browser)
    answers = [change(browser, f"guess {n}", "quite another one 77").status_code for n in range(11)]
    assert answers[-1] == 429
