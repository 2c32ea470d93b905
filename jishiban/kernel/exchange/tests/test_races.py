"""Many workers at one outbox."""

from __future__ import annotations

from django.db import transaction

from jishiban.kernel.exchange.actions import deliver_due
from jishiban.kernel.exchange.models import Message, Status
from jishiban.kernel.tests.threads import together

from .conftest import Connect
from .test_outbox import NOW, send


def test_a_message_posted_by_many_at_once_is_one(transactional_db: None) -> None:
    def work() -> int:
        with transaction.atomic():
            return send().pk

    assert len(set(together(work, copies=8))) == 1
    assert Message.objects.count() == 1


def test_workers_in_parallel_send_every_message_once(transactional_db: None, connect: Connect) -> None:
    with transaction.atomic():
        for n in range(40):
            send(f"case-{n}")

    def work() -> int:
        return sum(deliver_due(NOW, limit=7) for _ in range(12))

    with connect("province") as other:
        counts = together(work, copies=4)
    assert sum(counts) == 40
    assert (len(other.heard), len(other.taken), other.repeats) == (40, 40, 0)
    assert set(Message.objects.values_list("status", "tries")) == {(Status.SENT, 1)}
