"""Messages from the outside: kept as they came, handled exactly once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from jishiban.kernel.exchange.actions import KeyReused, handle, post, receive
from jishiban.kernel.exchange.models import Message, Received
from jishiban.kernel.exchange.queries import unhandled
from jishiban.kernel.tests.threads import together

NOW = datetime(2026, 9, 30, 2, tzinfo=UTC)
BODY = {"order": "12345-7", "caller": "王强"}


class Handler:
    """Counts its calls, writes something, and fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.calls: list[Any] = []

    def __call__(self, body: Any) -> Any:
        self.calls.append(body)
        post("city", "order.taken", f"order-{len(self.calls)}", body, NOW)
        if len(self.calls) <= self.failures:
            raise ConnectionError("database of orders is away")
        return {"case": 17, "call": len(self.calls)}


def take(handler: Handler, source: str = "hotline", key: str = "m-1", body: Any = BODY) -> Any:
    return receive(source, key, "order.new", body, handler, NOW)


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer_and_is_not_handled_again() -> None:
    handler = Handler()
    assert take(handler) == take(handler) == {"case": 17, "call": 1}
    assert handler.calls == [BODY]
    stored = Received.objects.get()
    assert (stored.handled_at, stored.result) == (NOW, {"case": 17, "call": 1})


@pytest.mark.django_db
def test_two_sources_may_use_the_same_key() -> None:
    handler = Handler()
    take(handler)
    take(handler, source="province")
    assert (len(handler.calls), Received.objects.count()) == (2, 2)


@pytest.mark.django_db
def test_a_key_with_another_body_is_refused_and_the_first_stands() -> None:
    handler = Handler()
    take(handler)
    with pytest.raises(KeyReused):
        take(handler, body={"order": "12345-8"})
    assert Received.objects.get().body == BODY
    assert len(handler.calls) == 1


@pytest.mark.django_db
def test_a_handler_that_fails_loses_nothing_and_leaves_no_half_of_its_work() -> None:
    handler = Handler(failures=1)
    with pytest.raises(ConnectionError):
        take(handler)
    assert unhandled().get().body == BODY
    assert not Message.objects.exists()
    assert take(handler) == {"case": 17, "call": 2}
    assert not unhandled().exists()


@pytest.mark.django_db
def test_what_was_not_handled_can_be_handled_by_hand() -> None:
    handler = Handler(failures=1)
    with pytest.raises(ConnectionError):
        take(handler)
    assert handle(unhandled().get(), handler, NOW)["call"] == 2
    assert take(handler)["call"] == 2


@pytest.mark.django_db
def test_what_came_in_stands_sealed_in_the_database() -> None:
    take(Handler())
    with connection.cursor() as cursor:
        cursor.execute("SELECT body, result FROM exchange_received")
        body, result = cursor.fetchone()
    assert "王强" not in body
    assert "17" not in result.partition(":")[0]


def test_a_message_that_arrives_many_times_at_once_is_handled_once(transactional_db: None) -> None:
    handler = Handler()
    results = together(lambda: take(handler), copies=8)
    assert results == [{"case": 17, "call": 1}] * 8
    assert (len(handler.calls), Received.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_a_race_with_a_failing_handler_ends_with_one_that_worked(transactional_db: None) -> None:
    handler = Handler(failures=3)

    def attempt() -> Any:
        try:
            return take(handler)
        except ConnectionError:
            return None

    results = together(attempt, copies=8)
    assert results.count(None) == 3
    assert [r for r in results if r] == [{"case": 17, "call": 4}] * 5
    with transaction.atomic():
        assert Message.objects.get().key == "order-4"
