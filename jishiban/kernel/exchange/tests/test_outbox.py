"""Messages to the outside: written once, sent until taken, never lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from jishiban.kernel import outgoing
from jishiban.kernel.directory.actor import SYSTEM, Actor, Seat, person_actor
from jishiban.kernel.directory.models import Staff, Unit
from jishiban.kernel.exchange import actions, adapters
from jishiban.kernel.exchange.actions import MOST_TRIES, KeyReused, NotDead, deliver_due, post, retry
from jishiban.kernel.exchange.models import Message, Status
from jishiban.kernel.exchange.queries import backlog, dead_letters
from jishiban.kernel.outgoing import SILENT_CALLS, Answer, Outcome

from .conftest import Connect

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 30, 2, tzinfo=UTC)
DAY = timedelta(days=1)
BODY = {"number": "370115-20260930-00001-5", "name": "李梅", "steps": [1, 2], "at": None}


def send(key: str = "case-1", target: str = "province", body: Any = BODY) -> Message:
    return post(target, "case.closed", key, body, NOW)


def head() -> Actor:
    unit = Unit.objects.create(name="审批服务局", short="审批局", path="/1/")
    staff = Staff.objects.create(account="zhou", name="周敏", unit=unit)
    return Actor(
        "staff", staff.pk, staff.name, (Seat("head", "/1/", unit.pk),), frozenset({staff.pk}), unit.pk
    )


def test_posting_the_same_again_gives_the_same_message() -> None:
    assert send().pk == send().pk
    assert Message.objects.count() == 1


def test_dates_and_tuples_are_the_same_the_second_time() -> None:
    body = {"at": NOW, "day": NOW.date(), "steps": (1, 2)}
    assert send(body=body).pk == send(body=body).pk


@pytest.mark.parametrize(
    "other",
    [{"target": "city"}, {"body": {"number": "another"}}, {"body": {}}],
    ids=["target", "body", "empty"],
)
def test_a_key_never_stands_for_two_messages(other: dict[str, Any]) -> None:
    send()
    with pytest.raises(KeyReused):
        send(**other)
    assert Message.objects.get().body == BODY


@pytest.mark.django_db(transaction=True)
def test_a_message_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        send()


@pytest.mark.django_db(transaction=True)
def test_a_message_falls_with_what_it_tells() -> None:
    def fail() -> None:
        with transaction.atomic():
            send()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Message.objects.exists()


def test_what_is_said_stands_sealed_in_the_database() -> None:
    send()
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM exchange_message")
        (stored,) = cursor.fetchone()
    assert "李梅" not in stored
    assert "370115" not in stored


def test_a_message_is_sent_once_and_the_answer_kept(connect: Connect) -> None:
    message = send()
    with connect("province") as other:
        assert [deliver_due(NOW), deliver_due(NOW + DAY)] == [1, 0]
    message.refresh_from_db()
    assert (message.status, message.sent_at, message.tries, message.answer) == (
        Status.SENT,
        NOW,
        1,
        '{"id": "42"}',
    )
    assert other.heard == [("case-1", {"kind": "case.closed", "key": "case-1", "body": BODY})]


def test_messages_leave_in_the_order_they_were_posted(connect: Connect) -> None:
    for n in range(5):
        send(f"case-{n}")
    with connect("province") as other:
        deliver_due(NOW)
    assert [key for key, _body in other.heard] == [f"case-{n}" for n in range(5)]


@pytest.mark.parametrize("temper", ["500", "503", "429", "slow", "drip", "cut", "nonsense"])
def test_a_failed_try_is_made_again_after_growing_pauses(temper: str, connect: Connect) -> None:
    message = send()
    with connect("province", temper, temper, "ok") as other:
        assert deliver_due(NOW) == 1
        assert deliver_due(NOW + timedelta(seconds=59)) == 0
        assert deliver_due(NOW + timedelta(minutes=1)) == 1
        assert deliver_due(NOW + timedelta(minutes=4, seconds=59)) == 0
        assert deliver_due(NOW + timedelta(minutes=5)) == 1
    message.refresh_from_db()
    assert (message.status, message.tries, message.fault) == (Status.SENT, 3, "")
    assert [key for key, _body in other.heard] == ["case-1"] * 3


def test_after_its_last_try_a_message_is_a_dead_letter(connect: Connect) -> None:
    message = send()
    with connect("province", "500") as other:
        for day in range(MOST_TRIES + 5):
            deliver_due(NOW + day * DAY)
    assert len(other.heard) == MOST_TRIES
    assert [(letter.pk, letter.fault) for letter in dead_letters("province")] == [(message.pk, "HTTP 500")]
    assert not dead_letters("city").exists()


def test_what_is_refused_is_dead_at_once_with_what_the_other_side_said(connect: Connect) -> None:
    send()
    with connect("province", "400") as other:
        deliver_due(NOW)
        deliver_due(NOW + DAY)
    letter = dead_letters().get()
    assert (letter.fault, letter.answer, len(other.heard)) == ("HTTP 400", '{"error": "no"}', 1)


def test_staff_send_a_dead_letter_anew_under_their_name(connect: Connect) -> None:
    message, by = send(), head()
    with connect("province", "400", "ok") as other:
        deliver_due(NOW)
        retry(message, by, NOW + DAY)
        assert deliver_due(NOW + DAY) == 1
    message.refresh_from_db()
    assert (message.status, message.tries, message.retried_at) == (Status.SENT, 1, NOW + DAY)
    assert message.retried_by is not None
    assert message.retried_by.name == "周敏"
    assert [key for key, _body in other.heard] == ["case-1"] * 2


def test_only_heads_and_administrators_send_anew(connect: Connect) -> None:
    message = send()
    with connect("province", "400"):
        deliver_due(NOW)
    clerk = Actor("staff", 1, "吴刚", (Seat("clerk", "/1/", 1),))
    for somebody in (clerk, person_actor(1), SYSTEM):
        with pytest.raises(PermissionDenied):
            retry(message, somebody, NOW)
    assert dead_letters().count() == 1


def test_a_message_on_its_way_is_not_sent_anew() -> None:
    with pytest.raises(NotDead):
        retry(send(), head(), NOW)


def test_a_message_to_a_platform_not_connected_yet_waits(connect: Connect) -> None:
    send()
    assert deliver_due(NOW) == 0
    (waiting,) = backlog()
    assert (waiting.target, waiting.waiting, waiting.oldest, waiting.connected) == ("province", 1, NOW, False)
    with connect("province") as other:
        assert deliver_due(NOW + 30 * DAY) == 1
    assert len(other.heard) == 1
    assert backlog() == []


def test_a_target_that_is_down_holds_up_no_other(connect: Connect) -> None:
    for n in range(6):
        send(f"province-{n}")
    send("city-1", "city")
    with connect("province", "cut") as down, connect("city") as other:
        deliver_due(NOW)
    assert (len(down.heard), len(other.heard)) == (SILENT_CALLS, 1)
    assert {row.target: row.waiting for row in backlog()} == {"province": 6}


def test_a_broken_adapter_loses_nothing_and_stops_nobody(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(envelope: adapters.Envelope) -> Answer:
        raise LookupError(envelope.body["name"])

    message = send()
    send("city-1", "city")
    with connect("city") as other:
        adapters.register("province", broken)
        deliver_due(NOW)
    message.refresh_from_db()
    assert (message.status, message.fault, len(other.heard)) == (Status.QUEUED, "LookupError", 1)
    assert "LookupError in the adapter of province" in caplog.text
    assert "李梅" not in caplog.text


def test_a_worker_that_died_after_sending_leads_to_a_repeat_the_other_side_can_tell(connect: Connect) -> None:
    send()
    with connect("province", "lost", "ok") as other:
        deliver_due(NOW)
        deliver_due(NOW + DAY)
    assert (len(other.heard), len(other.taken), other.repeats) == (2, 1, 1)


def test_a_worker_whose_lease_ran_out_changes_nothing_any_more() -> None:
    message = send()
    adapters.register("province", lambda _envelope: Answer(Outcome.TAKEN))
    try:
        late = outgoing.claim(actions._due(NOW, ()), NOW)
        assert late is not None
        assert deliver_due(NOW + outgoing.LEASE) == 1
        actions._settle(late, Answer(Outcome.REFUSED, "", 400), NOW + DAY)
    finally:
        adapters.unregister("province")
    message.refresh_from_db()
    assert (message.status, message.tries) == (Status.SENT, 2)
