"""Guard over the log: a whole journey, its mistakes and its crashes leave no phone and no identity number in it."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from jishiban.config import urls as house
from jishiban.config.logs import Masked
from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.reveals import reveal
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.actions import person_for
from jishiban.kernel.directory.tests.cast import Cast, make_cast
from jishiban.kernel.notices.actions import deliver_due
from jishiban.web.doors import public

PHONE, IDENTITY = "13812345678", "370115199003070018"
SHUT_PORT = "http://127.0.0.1:9/send"


@public
def crash(request: HttpRequest) -> HttpResponse:
    phone, identity = PHONE, IDENTITY
    raise ValueError(f"Key (phone)=({phone}) exists; row {identity}")


urlpatterns = [path("", include(house.urlpatterns)), path("crash/", crash)]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything any library says, at the most talkative level, as the settings' formatter writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Masked("{asctime} {levelname} {name} {message}", style="{"))
    names = ("", "django", "django.request", "django.security", "django.db.backends", "axes", "jishiban")
    loggers = [logging.getLogger(name) for name in names]
    levels = [one.level for one in loggers]
    loggers[0].addHandler(handler)
    for one in loggers:
        one.setLevel(logging.DEBUG)
    yield written
    loggers[0].removeHandler(handler)
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def citizens_way(settings: Any) -> None:
    """By SMS, in the real form, whose platform does not answer; then in the demonstration, with a wrong code."""
    browser = Client(raise_request_exception=False)
    settings.DEMO, settings.SMS_URL = False, SHUT_PORT
    browser.post("/sign-in/", {"phone": PHONE})
    deliver_due(timezone.now())
    browser.post("/sign-in/code/", {"code": "000000"})
    browser.get(f"/track/?number={PHONE}")
    browser.get(f"/nowhere/{PHONE}/{IDENTITY}/")
    browser.get("/offline/", headers={"host": f"{PHONE}.example"})
    browser.get("/crash/")
    browser.post("/crash/", {"phone": PHONE})


def counters_way(cast: Cast) -> None:
    """Registered, handled, looked at; and a clerk who types a phone where the account belongs."""
    person_for("张三丰", IDENTITY, PHONE, "济阳街道1号", now=timezone.now())
    case = open_errand(cast)
    act(case, "note", by=cast.actor("clerk"), text=f"电话{PHONE}，身份证{IDENTITY}")
    reveal(cast.actor("clerk"), case, "phone", "核对申请人电话", timezone.now())
    Client().post("/desk/sign-in/", {"username": PHONE, "password": IDENTITY})


def test_a_whole_journey_leaves_nobodys_number_in_the_log(
    cast: Cast, log: io.StringIO, settings: Any
) -> None:
    settings.ROOT_URLCONF = __name__
    citizens_way(settings)
    counters_way(cast)
    said = log.getvalue()
    assert "crash" in said  # it did listen
    assert "ValueError" in said
    for secret in (PHONE, IDENTITY, "13800138000"):
        assert secret not in said
    assert not re.search(r"(?<![\d-])1[3-9]\d{9}(?!\d)", said)


def test_the_settings_write_through_the_masking_formatter_only(settings: Any) -> None:
    logging_settings = settings.LOGGING
    formatters = logging_settings["formatters"]
    for name, handler in logging_settings["handlers"].items():
        assert formatters[handler["formatter"]]["()"] == "jishiban.config.logs.Masked", name
    for name, logger in logging_settings["loggers"].items():
        assert set(logger.get("handlers", ())) <= set(logging_settings["handlers"]), name
