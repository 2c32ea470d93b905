"""What every room that speaks to the outside shares: a bounded call, the pauses between tries, one fair pass.

A row is claimed in a short transaction, sent outside any transaction, and settled in another. A worker that dies
in between leaves a lease; when it has run out the row is sent again with the same idempotency key, so the other
side can tell a repeat. A platform that is down is left alone for the rest of the pass and nothing else waits.
"""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.db import models, transaction
from django.db.models import F, QuerySet

CALL_SECONDS = 5.0  # for the whole call, however slowly the other side drips
PASS_SECONDS = 60.0
LEASE = timedelta(minutes=5)  # longer than a pass and its last call together
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=12)
SILENT_CALLS = 3  # after so many without any answer a platform counts as down
ANSWER_BYTES = 20_000
TRY_LATER = frozenset({408, 409, 425, 429})  # 409: a call with the same key is still being worked on


class Outcome(StrEnum):
    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said (`text`), or the reason nobody did; `status` is 0 without an HTTP answer.

    `reached` is False when the platform seems to be down: the rest of the pass leaves it alone.
    """

    outcome: Outcome
    text: str = ""
    status: int = 0
    reached: bool = True

    @property
    def cause(self) -> str:
        """In a few letters how it ended, without anything that was said."""
        return f"HTTP {self.status}" if self.status else self.text


class Outgoing(models.Model):
    """A row that has to leave the house: how often it was tried, and from when it may be tried (again)."""

    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


R = TypeVar("R", bound=Outgoing)


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries: 1, 4, 16, 64 … minutes, at most twelve hours."""
    factor: int = 4 ** min(max(tries - 1, 0), 10)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE)


def claim(due: QuerySet[R], now: datetime) -> R | None:
    """The next due row, ours until its lease runs out; None when nothing is due. Two workers never get the same."""
    if not due.exists():  # asked first, so that an idle job never takes SQLite's one write lock
        return None
    with transaction.atomic():
        row = due.select_for_update(skip_locked=True, of=("self",)).first()
        if row is not None:
            due.filter(pk=row.pk).update(tries=F("tries") + 1, next_try_at=now + LEASE)
            row.tries += 1
    return row


def one_pass(
    due: Callable[[Collection[str]], QuerySet[R]],
    route: Callable[[R], str],
    send: Callable[[R], Answer],
    settle: Callable[[R, Answer], None],
    now: datetime,
    limit: int,
) -> int:
    """Send what is due, one after another, for at most `limit` rows and a minute; returns how many were tried.

    `due` takes the routes that are down and leaves them out.
    """
    silent: Counter[str] = Counter()
    end = time.monotonic() + PASS_SECONDS
    tried = 0
    while tried < limit and time.monotonic() < end:
        row = claim(due([name for name, calls in silent.items() if calls >= SILENT_CALLS]), now)
        if row is None:
            break
        answer = send(row)
        silent[route(row)] = 0 if answer.reached else silent[route(row)] + 1
        settle(row, answer)
        tried += 1
    return tried


def post_json(
    url: str,
    body: Mapping[str, Any],
    key: str,
    seconds: float = CALL_SECONDS,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """POST JSON with an Idempotency-Key and give the answer; never raises for what happens on the way.

    2xx is taken. No answer, 5xx and a few others mean later. The rest is refused, redirects too: what is
    written about a person goes to the configured address and nowhere else.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connection = (HTTPSConnection if secure else HTTPConnection)(
        parts.netloc.rpartition("@")[2], timeout=seconds
    )
    told = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key, **(headers or {})}
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    data = json.dumps(body, ensure_ascii=False).encode()
    try:
        return _exchange(connection, path, data, told, seconds)
    except (OSError, HTTPException, ssl.SSLError) as error:
        return Answer(Outcome.LATER, type(error).__name__, reached=False)
    finally:
        connection.close()


def _exchange(
    connection: HTTPConnection, path: str, data: bytes, headers: Mapping[str, str], seconds: float
) -> Answer:
    connection.connect()
    guard = Timer(seconds, _cut, (connection.sock,))
    guard.daemon = True
    guard.start()
    try:
        connection.request("POST", path, data, dict(headers))
        response = connection.getresponse()
        text = response.read(ANSWER_BYTES).decode(errors="replace")
        return Answer(_outcome(response.status), text, response.status)
    finally:
        guard.cancel()


def _cut(sock: socket.socket) -> None:
    """End a call that takes too long; a socket's own timeout starts anew with every byte."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.TAKEN
    return Outcome.LATER if status in TRY_LATER or status >= 500 else Outcome.REFUSED
