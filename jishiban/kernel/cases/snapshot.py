"""The bytes a case event seals: itself, and a digest of the case and its promises as they stand after it.

A row of a case or a promise that is later edited no longer matches the digest in its last event; an event
that is edited no longer matches its leaf. Text forms here are frozen: changing one breaks every old leaf.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jishiban.kernel.cases.models import Case, CaseEvent, Promise

CASE_COLUMNS = (
    "number", "flow", "state", "is_open", "unit_id", "owner_id", "first_contact_id", "offered_to_id", "overseer_id",
    "level", "person_id", "enterprise_id", "title", "subject", "channel", "plan", "opened_at", "closed_at", "seq",
    "due_at", "yellow_at", "red_at", "is_paused", "next_check",
)  # fmt: skip
PROMISE_COLUMNS = (
    "kind", "round", "label", "amount", "unit", "basis", "calendar", "started_at", "deadline", "provisional", "of_party",
    "pauses", "extensions", "state", "ended_at", "yellow_at", "red_at",
)  # fmt: skip
EVENT_COLUMNS = (
    "seq", "step", "from_state", "to_state", "at", "effective", "actor_kind", "actor_id", "owner_id", "unit_id",
    "facts_text", "words_digest", "snapshot",
)  # fmt: skip
BOOLEANS = frozenset({"is_open", "is_paused", "provisional", "of_party"})


def canonical(data: Any) -> str:
    """JSON with sorted keys and no spaces: the same data is always the same text."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(value: object) -> str:
    """One column as text; None is empty, booleans 0 or 1, moments in UTC as SQLite keeps them: no work to read back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return str(value)


def case_text(values: Iterable[object]) -> str:
    return "\x1f".join(map(plain, values))


def digest_of_texts(case: str, promises: Iterable[str]) -> str:
    """SHA-256 over the text of a case and of its promises, those ordered by kind and round."""
    return hashlib.sha256("\x1e".join([case, *promises]).encode()).hexdigest()


def snapshot_of(case: Case, promises: Iterable[Promise]) -> str:
    """The digest of a case and all its promises as they stand in memory."""
    ordered = sorted(promises, key=lambda promise: (promise.kind, promise.round))
    return digest_of_texts(
        case_text(getattr(case, name) for name in CASE_COLUMNS),
        [case_text(getattr(promise, name) for name in PROMISE_COLUMNS) for promise in ordered],
    )


def payload(number: str, values: Iterable[object]) -> bytes:
    """What the ledger commits to for one event: the case number and the event's columns in order."""
    return f"{number}\x1f{case_text(values)}".encode()


def event_payload(number: str, event: CaseEvent) -> bytes:
    return payload(number, [getattr(event, name) for name in EVENT_COLUMNS])


def seal_words(event: CaseEvent, words: dict[str, Any]) -> None:
    """Put the private words in, with a salted digest that still proves them and survives their erasure."""
    if not words:
        return
    event.words = canonical(words)
    event.words_salt = secrets.token_hex(16)
    event.words_digest = words_digest(event.words_salt, event.words)


def words_digest(salt: str, words: str) -> str:
    return hashlib.sha256(f"{salt}{words}".encode()).hexdigest()
