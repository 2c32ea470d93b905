"""A citizen comes in with a phone and a code, and nobody learns more than they should."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jishiban.kernel.directory.actions import CODE_TRIES, blank_person, person_of_phone
from jishiban.kernel.directory.models import Person, SignInCode
from jishiban.kernel.notices.models import Notice
from jishiban.web.accounts.portal import WAITING
from jishiban.web.doors import NOBODY, actor_of

PHONE = "13800138000"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.DEMO = True


def ask(browser: Client, phone: str = PHONE, **more: str) -> Any:
    return browser.post("/sign-in/", {"phone": phone, **more})


def shown_code(browser: Client) -> str:
    page = browser.get("/sign-in/code/").content.decode()
    found = re.search(r"演示：验证码</span> <b>(\d{6})</b>", page)
    assert found
    return found[1]


def come_in(browser: Client, phone: str = PHONE, **more: str) -> Any:
    ask(browser, phone, **more)
    return browser.post("/sign-in/code/", {"code": shown_code(browser)})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_two_pages_lead_in(browser: Client) -> None:
    assert ask(browser)["Location"] == "/sign-in/code/"
    answer = browser.post("/sign-in/code/", {"code": shown_code(browser)})
    assert answer["Location"] == "/my/"
    assert browser.session["person"] == Person.objects.get().pk


def test_the_phone_is_shown_masked_and_stands_nowhere_in_the_session(browser: Client) -> None:
    ask(browser)
    assert PHONE not in text(browser.get("/sign-in/code/"))
    assert "*******8000" in text(browser.get("/sign-in/code/"))
    assert PHONE not in str(dict(browser.session))


def test_the_session_key_changes_on_signing_in(browser: Client) -> None:
    ask(browser)
    before = browser.session.session_key
    come_in(browser)
    assert browser.session.session_key != before


def test_a_known_phone_and_an_unknown_one_get_the_same_answer() -> None:
    person_of_phone(PHONE, timezone.now())
    answers = []
    for phone in (PHONE, "13900139000"):
        browser = Client()
        sent = ask(browser, phone)
        page = text(browser.get("/sign-in/code/"))
        plain = re.sub(r'value="[^"]+"|\d{6}|\*+\d{4}', "", page)
        answers.append((sent.status_code, sent["Location"], plain))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("phone", ["", "1380013800", "0531-84230000", "abc", "23800138000"])
def test_a_bad_phone_is_told_beside_its_field_and_kept(browser: Client, phone: str) -> None:
    answer = ask(browser, phone)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in text(answer)
    assert f'value="{phone}"' in text(answer) or not phone
    assert not SignInCode.objects.exists()


def test_a_wrong_code_is_told_and_the_right_one_still_opens(browser: Client) -> None:
    ask(browser)
    right = shown_code(browser)
    answer = browser.post("/sign-in/code/", {"code": wrong(right)})
    assert "验证码不对" in text(answer)
    assert browser.post("/sign-in/code/", {"code": right}).status_code == 302


def test_after_five_tries_a_new_code_is_needed_whoever_tries(browser: Client) -> None:
    ask(browser)
    right = shown_code(browser)
    for _try in range(CODE_TRIES):
        answer = browser.post("/sign-in/code/", {"code": wrong(right)})
    assert "已失效" in text(answer)
    assert "person" not in browser.session
    assert "已失效" in text(browser.post("/sign-in/code/", {"code": right}))


def test_five_digits_do_not_use_up_a_try(browser: Client) -> None:
    ask(browser)
    browser.post("/sign-in/code/", {"code": "12345"})
    assert SignInCode.objects.get().tries == 0


def test_a_second_click_goes_on_to_the_code_on_its_way(browser: Client) -> None:
    ask(browser)
    assert ask(browser)["Location"] == "/sign-in/code/"
    assert SignInCode.objects.count() == 1


def test_another_browser_is_told_to_wait_a_minute(browser: Client) -> None:
    ask(browser)
    assert re.search(r"请 \d+ 秒后再试", text(ask(Client())))


def test_sending_again_says_when(browser: Client) -> None:
    ask(browser)
    page = browser.post("/sign-in/again/", follow=True)
    assert re.search(r"请 \d+ 秒后再试", text(page))
    SignInCode.objects.update(sent_at=timezone.now() - timedelta(minutes=2))
    page = browser.post("/sign-in/again/", follow=True)
    assert "新的验证码已发出" in text(page)
    assert SignInCode.objects.count() == 2


@pytest.mark.parametrize("page", ["/sign-in/code/"])
def test_the_code_page_without_a_phone_asks_for_it(browser: Client, page: str) -> None:
    assert browser.get(page)["Location"] == "/sign-in/"
    assert browser.post("/sign-in/again/")["Location"] == "/sign-in/"


def test_the_way_goes_on_to_the_page_that_asked(browser: Client) -> None:
    assert come_in(browser, next="/track/?number=1")["Location"] == "/track/?number=1"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere(browser: Client, elsewhere: str) -> None:
    assert come_in(browser, next=elsewhere)["Location"] == "/"
    signed_in = browser.get("/sign-in/", {"next": elsewhere})
    assert signed_in["Location"] == "/"


def test_signing_out_needs_a_post_and_forgets_everything(browser: Client) -> None:
    come_in(browser)
    assert browser.get("/sign-out/").status_code == 405
    browser.post("/sign-out/")
    assert "person" not in browser.session
    assert "您已退出登录" in text(browser.get("/sign-in/"))


def test_outside_the_demonstration_the_code_goes_by_sms_and_is_not_shown(
    browser: Client, settings: Any
) -> None:
    settings.DEMO, settings.SMS_URL = False, "https://sms.example.gov.cn/send"
    ask(browser)
    notice = Notice.objects.get()
    assert (notice.key, notice.to_phone) == ("code", PHONE)
    sent = re.search(r"\d{6}", notice.text)
    assert sent
    assert sent[0] not in text(browser.get("/sign-in/code/"))
    assert "code" not in browser.session[WAITING]
    assert browser.post("/sign-in/code/", {"code": sent[0]}).status_code == 302


def test_where_no_sms_can_be_sent_the_page_says_what_to_do(browser: Client, settings: Any) -> None:
    settings.DEMO, settings.SMS_URL = False, ""
    assert "还没有开通短信登录" in text(ask(browser))
    assert not SignInCode.objects.exists()


def test_one_address_cannot_ask_for_codes_without_end(settings: Any) -> None:
    settings.RATES = settings.RATES | {"code": (3, 600)}
    answers = [ask(Client(), f"1380013800{turn}") for turn in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_the_session_of_an_erased_person_ends(browser: Client, rf: Any) -> None:
    come_in(browser)
    request = rf.get("/")
    request.session, request.user = browser.session, None
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    assert actor_of(request).kind == "person"
    assert actor_of(request).id
    blank_person(Person.objects.get(), timezone.now())
    request._actor = None
    assert actor_of(request) == NOBODY


def test_pages_of_signing_in_are_kept_in_no_cache(browser: Client) -> None:
    ask(browser)
    for name in ("accounts:sign-in", "accounts:code"):
        assert "no-store" in browser.get(reverse(name))["Cache-Control"]


def test_both_forms_refuse_a_post_without_their_token() -> None:
    careful = Client(enforce_csrf_checks=True)
    for page in ("/sign-in/", "/sign-in/code/", "/sign-in/again/", "/sign-out/"):
        answer = careful.post(page, {"phone": PHONE})
        assert answer.status_code == 403
        assert "这一页放得太久了" in text(answer)
