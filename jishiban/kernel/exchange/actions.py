"""Every write: a message into the outbox, out of it, back into it, and a message taken in."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role
from jishiban.kernel.exchange.adapters import Envelope, adapter_for, targets
from jishiban.kernel.exchange.models import Message, Received, Status
from jishiban.kernel.outgoing import Answer, Outcome, one_pass, pause_after

logger = logging.getLogger(__name__)

Body = Mapping[str, Any]
Handler = Callable[[Any], Any]
MOST_TRIES = 8  # spread over thirty hours, so that a platform down for a day loses nothing
MAY_RETRY = (Role.ADMIN, Role.HEAD)
FAULT_LENGTH = 80


class KeyReused(ValueError):
    """The key stands for another message already: a mistake of the sender, never a repeat."""


class NotDead(ValueError):
    """Only a message that failed for good is sent anew by hand."""


def post(target: str, kind: str, key: str, body: Body, now: datetime | None = None) -> Message:
    """Put a message into the outbox, inside the caller's transaction; it leaves after that has committed.

    Posting the same again gives the message that is there. Raises KeyReused when the key stands for another
    message, TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("post() belongs inside the transaction of what it tells")
    moment = now or timezone.now()
    fresh = Message(target=target, kind=kind, key=key, body=body, created_at=moment, next_try_at=moment)
    Message.objects.bulk_create([fresh], ignore_conflicts=True)
    stored = Message.objects.get(key=key)
    if (stored.target, stored.kind, stored.body) != (target, kind, _plain(body)):
        raise KeyReused(f"{key} already stands for another message to {stored.target}")
    return stored


def _plain(value: Any) -> Any:
    """A value as it comes back from the database: plain JSON."""
    return msgspec.json.decode(msgspec.json.encode(value))


def deliver_due(now: datetime, limit: int = 100) -> int:
    """Send what is due to every target that has an adapter; returns how many messages were tried.

    Any number of workers may call it. What is refused, or not taken in MOST_TRIES tries, becomes a dead letter
    that staff can send anew. A target that is down holds up no other.
    """
    return one_pass(
        due=lambda down: _due(now, down),
        route=lambda message: message.target,
        send=_send,
        settle=lambda message, answer: _settle(message, answer, now),
        now=now,
        limit=limit,
    )


def _due(now: datetime, down: Collection[str]) -> QuerySet[Message]:
    carried = [target for target in targets() if target not in down]
    waiting = Message.objects.filter(status=Status.QUEUED, next_try_at__lte=now, target__in=carried)
    return waiting.order_by("next_try_at", "id")


def _send(message: Message) -> Answer:
    envelope = Envelope(message.key, message.target, message.kind, message.body)
    try:
        return adapter_for(message.target)(envelope)
    except Exception as error:  # noqa: BLE001  # a fault of one adapter must not stop the messages of the others
        # Where it broke, but not the words of the error: they may quote what is said about a person.
        where = "".join(traceback.format_tb(error.__traceback__))
        name = type(error).__name__
        logger.error(  # noqa: TRY400  # see above
            "exchange: %s in the adapter of %s, message %s\n%s", name, message.target, message.pk, where
        )
        return Answer(Outcome.LATER, name)


def _settle(message: Message, answer: Answer, now: datetime) -> None:
    """Note how a try ended, unless another worker has tried since our lease ran out."""
    ours = Message.objects.filter(pk=message.pk, status=Status.QUEUED, tries=message.tries)
    said = {"answer": answer.text, "fault": answer.cause[:FAULT_LENGTH]}
    if answer.outcome is Outcome.TAKEN:
        ours.update(status=Status.SENT, sent_at=now, next_try_at=None, **(said | {"fault": ""}))
    elif answer.outcome is Outcome.LATER and message.tries < MOST_TRIES:
        ours.update(next_try_at=now + pause_after(message.tries), **said)
    else:
        ours.update(status=Status.DEAD, next_try_at=None, **said)


def retry(message: Message, by: Actor, now: datetime | None = None) -> None:
    """Send a dead letter anew, with all its tries, and note who asked for it.

    Raises PermissionDenied for anybody but a head or an administrator, NotDead for a message still on its way.
    """
    if by.kind != "staff" or not by.has_role(*MAY_RETRY):
        raise PermissionDenied
    moment = now or timezone.now()
    dead = Message.objects.filter(pk=message.pk, status=Status.DEAD)
    if not dead.update(
        status=Status.QUEUED, tries=0, next_try_at=moment, retried_by_id=by.id, retried_at=moment
    ):
        raise NotDead(f"message {message.pk} is not dead")


def receive(
    source: str, key: str, kind: str, body: Any, handler: Handler, now: datetime | None = None
) -> Any:
    """Take a message in and handle it exactly once; returns the handler's result, for a repeat the stored one.

    The message is kept before it is handled, so a handler that fails loses nothing: its own writes are undone,
    the error goes to the caller, and the sender's next repeat (or `handle`) tries again. `handler` gets the body
    and returns JSON. Raises KeyReused when the key came with another message before.
    """
    moment = now or timezone.now()
    fresh = Received(source=source, key=key, kind=kind, body=body, received_at=moment)
    with transaction.atomic():
        Received.objects.bulk_create([fresh], ignore_conflicts=True)
    stored = Received.objects.get(source=source, key=key)
    if (stored.kind, stored.body) != (kind, _plain(body)):
        raise KeyReused(f"{source} sent another message under {key} before")
    return handle(stored, handler, moment)


def handle(received: Received, handler: Handler, now: datetime | None = None) -> Any:
    """Handle a message that is kept, unless it was handled already; returns its result."""
    with transaction.atomic():
        row = Received.objects.select_for_update().get(pk=received.pk)
        if row.handled_at is None:
            row.result = _plain(handler(row.body))
            row.handled_at = now or timezone.now()
            row.save(update_fields=["result", "handled_at"])
    return row.result
