"""Sending by SMS against real servers of every temper."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from jishiban.kernel import outgoing
from jishiban.kernel.notices import actions
from jishiban.kernel.notices.actions import MOST_TRIES, NoticeRow, deliver_due, mark_read_by_person, queue
from jishiban.kernel.notices.models import Channel, Notice, Status
from jishiban.kernel.notices.queries import call_list, for_person
from jishiban.kernel.tests.servers import platform
from jishiban.kernel.tests.threads import together

from .conftest import NOW, Cast, people
from .test_queue import to_person

DAY = timedelta(days=1)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls are cut off after a third of a second instead of five."""
    monkeypatch.setattr(actions, "post_json", partial(outgoing.post_json, seconds=0.35))


def test_a_message_reaches_the_phone_once(cast: Cast, settings: Settings) -> None:
    queue([to_person(cast.alice)], NOW)
    with platform() as sms:
        settings.SMS_URL = sms.url
        assert [deliver_due(NOW), deliver_due(NOW), deliver_due(NOW + DAY)] == [1, 0, 0]
    notice = Notice.objects.get()
    assert (notice.status, notice.sent_at, notice.channel) == (Status.SENT, NOW, Channel.SMS)
    assert sms.heard == [(notice.ref, {"phone": "13800138000", "text": notice.text, "key": "accepted"})]
    assert for_person(cast.alice).get() == notice, "and it stands in the portal too"


@pytest.mark.parametrize("temper", ["500", "slow", "drip", "cut", "nonsense", "429"])
@pytest.mark.usefixtures("quick")
def test_a_failed_try_is_made_again_later_with_the_same_key(
    temper: str, cast: Cast, settings: Settings
) -> None:
    queue([to_person(cast.alice)], NOW)
    with platform(temper, "ok") as sms:
        settings.SMS_URL = sms.url
        deliver_due(NOW)
        waiting = Notice.objects.get()
        assert (waiting.status, waiting.tries) == (Status.QUEUED, 1)
        assert waiting.fault
        assert deliver_due(NOW + timedelta(seconds=59)) == 0, "not before the pause is over"
        assert deliver_due(NOW + timedelta(seconds=60)) == 1
    done = Notice.objects.get()
    assert (done.status, done.fault) == (Status.SENT, "")
    assert {key for key, _body in sms.heard} == {done.ref}


def test_a_platform_that_never_recovers_ends_on_the_call_list(cast: Cast, settings: Settings) -> None:
    queue([to_person(cast.alice)], NOW)
    with platform("500") as sms:
        settings.SMS_URL = sms.url
        for day in range(MOST_TRIES + 3):
            deliver_due(NOW + day * DAY)
    assert len(sms.heard) == MOST_TRIES
    notice = call_list([7]).get()
    assert (notice.channel, notice.fault) == (Channel.CALL_LIST, "HTTP 500")


def test_a_refused_message_is_called_at_once(cast: Cast, settings: Settings) -> None:
    queue([to_person(cast.alice)], NOW)
    with platform("400") as sms:
        settings.SMS_URL = sms.url
        deliver_due(NOW)
    assert call_list([7]).get().fault == "HTTP 400"
    assert len(sms.heard) == 1


def test_who_has_no_phone_gets_a_slip(cast: Cast, settings: Settings) -> None:
    queue([to_person(cast.grandma)], NOW)
    with platform() as sms:
        settings.SMS_URL = sms.url
        deliver_due(NOW)
    assert call_list([7]).get().channel == Channel.SLIP
    assert not sms.heard


def test_a_platform_that_is_down_is_left_alone_for_the_pass(cast: Cast, settings: Settings) -> None:
    queue([to_person(cast.alice) for _ in range(10)], NOW)
    with platform("cut") as sms:
        settings.SMS_URL = sms.url
        assert deliver_due(NOW) == outgoing.SILENT_CALLS
    assert len(sms.heard) == outgoing.SILENT_CALLS
    assert Notice.objects.filter(status=Status.QUEUED, tries=0).count() == 10 - outgoing.SILENT_CALLS


def test_a_worker_that_died_after_sending_leads_to_a_repeat_the_platform_can_tell(
    cast: Cast, settings: Settings
) -> None:
    queue([to_person(cast.alice)], NOW)
    with platform("lost", "ok") as sms:
        settings.SMS_URL = sms.url
        deliver_due(NOW)
        deliver_due(NOW + DAY)
    assert (len(sms.heard), len(sms.taken), sms.repeats) == (2, 1, 1)
    assert Notice.objects.get().status == Status.SENT


def test_a_lease_runs_out_when_its_worker_dies(cast: Cast, settings: Settings) -> None:
    queue([to_person(cast.alice)], NOW)
    assert outgoing.claim(actions._due(NOW), NOW) is not None
    with platform() as sms:
        settings.SMS_URL = sms.url
        assert deliver_due(NOW + outgoing.LEASE - timedelta(seconds=1)) == 0
        assert deliver_due(NOW + outgoing.LEASE) == 1
    assert len(sms.heard) == 1


def test_an_answer_that_comes_after_the_message_was_read_changes_nothing(cast: Cast) -> None:
    queue([to_person(cast.alice)], NOW)
    notice = outgoing.claim(actions._due(NOW), NOW)
    assert notice is not None
    mark_read_by_person(cast.alice, NOW)
    actions._settle(notice, outgoing.Answer(outgoing.Outcome.REFUSED, "", 400), NOW)
    assert Notice.objects.get().status == Status.READ


def sign_in_code(minutes: int = 5) -> NoticeRow:
    words = {"code": "314159", "minutes": minutes}
    return NoticeRow(
        "code", to_phone="13700137000", values=words, expires_at=NOW + timedelta(minutes=minutes)
    )


@pytest.mark.django_db
def test_a_sign_in_code_goes_out_and_leaves_nothing_behind(settings: Settings) -> None:
    queue([sign_in_code()], NOW)
    with platform() as sms:
        settings.SMS_URL = sms.url
        deliver_due(NOW)
    assert "314159" in sms.heard[0][1]["text"]
    notice = Notice.objects.get()
    assert (notice.status, notice.text, notice.to_phone) == (Status.SENT, "", "")


@pytest.mark.django_db
@pytest.mark.parametrize("configured", [True, False])
def test_a_code_nobody_could_send_expires_and_is_never_called(configured: bool, settings: Settings) -> None:
    queue([sign_in_code()], NOW)
    with platform("500") as sms:
        settings.SMS_URL = sms.url if configured else ""
        for minute in range(8):
            deliver_due(NOW + timedelta(minutes=minute))
    notice = Notice.objects.get()
    assert (notice.status, notice.text, notice.to_phone) == (Status.FAILED, "", "")
    assert not call_list(None).exists()


def test_workers_in_parallel_send_every_message_once(transactional_db: None, settings: Settings) -> None:
    cast = people()
    with transaction.atomic():
        queue([to_person(cast.alice) for _ in range(40)], NOW)

    def work() -> Any:
        return sum(deliver_due(NOW, limit=7) for _ in range(12))

    with platform() as sms:
        settings.SMS_URL = sms.url
        counts = together(work, copies=4)
    assert sum(counts) == 40
    assert (len(sms.heard), len(sms.taken), sms.repeats) == (40, 40, 0)
    assert set(Notice.objects.values_list("status", "tries")) == {(Status.SENT, 1)}
