"""Every read: what failed for good, what still waits, what came in and was not handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from jishiban.kernel.exchange.adapters import targets
from jishiban.kernel.exchange.models import Message, Received, Status


def dead_letters(target: str = "") -> QuerySet[Message]:
    """Messages that failed for good, oldest first, with who last sent them anew."""
    dead = Message.objects.filter(status=Status.DEAD).select_related("retried_by")
    return (dead.filter(target=target) if target else dead).order_by("created_at", "id")


@dataclass(frozen=True, slots=True)
class Backlog:
    """One target's outbox: how many wait, since when the oldest, how many are dead, and whether it is connected."""

    target: str
    waiting: int
    oldest: datetime | None
    dead: int
    connected: bool


def backlog() -> list[Backlog]:
    """The outbox by target, one query; targets with nothing to send are left out."""
    queued = Q(status=Status.QUEUED)
    rows = (
        Message.objects.exclude(status=Status.SENT)
        .values("target")
        .annotate(
            waiting=Count("pk", filter=queued),
            oldest=Min("created_at", filter=queued),
            dead=Count("pk", filter=Q(status=Status.DEAD)),
        )
        .order_by("target")
    )
    connected = set(targets())
    return [Backlog(**row, connected=row["target"] in connected) for row in rows]


def unhandled() -> QuerySet[Received]:
    """Messages that came in and whose handler failed, oldest first."""
    return Received.objects.filter(handled_at=None).order_by("received_at", "id")
