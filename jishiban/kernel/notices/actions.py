"""Every write: queueing a notice with what it tells of, sending what is due, and noting that it was told or read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from jishiban.kernel.notices.models import Channel, Notice, Status
from jishiban.kernel.notices.templates import render
from jishiban.kernel.outgoing import Answer, Outcome, one_pass, pause_after, post_json

MOST_TRIES = 5  # spread over an hour and a half; then somebody calls
NO_PHONE = "no phone"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One message to one recipient. `values` fill the placeholders of the text under `key`.

    `unit_id` is the office that calls when no message can be sent. With `expires_at` nobody calls: after it the
    notice is worth nothing, and its words are wiped as soon as it is settled.
    """

    key: str
    to_person_id: int | None = None
    to_staff_id: int | None = None
    to_phone: str = ""
    unit_id: int | None = None
    case_id: int | None = None
    case_number: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    expires_at: datetime | None = None


def queue(rows: Sequence[NoticeRow], now: datetime | None = None) -> None:
    """Write notices with one INSERT inside the caller's transaction; they leave after it has committed.

    A notice to staff is told at once, in the application. Raises TransactionManagementError outside a
    transaction, KeyError for an unknown key, MissingWord for a gap in its text, ValueError without exactly one recipient.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "queue() belongs inside the transaction of what it tells"
        )
    moment = now or timezone.now()
    Notice.objects.bulk_create(notice_of(row, moment) for row in rows)


def notice_of(row: NoticeRow, now: datetime) -> Notice:
    """The unsaved notice of a row; the same errors as `queue`."""
    if sum(map(bool, (row.to_person_id, row.to_staff_id, row.to_phone))) != 1:
        raise ValueError(f"notice {row.key} needs exactly one recipient")
    told = row.to_staff_id is not None
    return Notice(
        key=row.key,
        text=render(row.key, row.values),
        to_person_id=row.to_person_id,
        to_staff_id=row.to_staff_id,
        to_phone=row.to_phone,
        unit_id=row.unit_id,
        case_id=row.case_id,
        case_number=row.case_number,
        channel=Channel.IN_APP if told else Channel.SMS,
        status=Status.SENT if told else Status.QUEUED,
        created_at=now,
        sent_at=now if told else None,
        next_try_at=None if told else now,
        expires_at=row.expires_at,
    )


def deliver_due(now: datetime, limit: int = 100) -> int:
    """Send what is due by SMS, or put it on the call list where there is no SMS; returns how many were taken up.

    Any number of workers may call it. A person without a phone gets a printed slip. What the platform refuses,
    or does not take in MOST_TRIES tries, goes to the call list with the reason: nothing is lost.
    """
    expired = _expire(now)
    url = getattr(settings, "SMS_URL", "")
    if not url:
        return expired + _hand_to_staff(now)
    return expired + one_pass(
        due=lambda down: _due(now) if not down else Notice.objects.none(),
        route=lambda _notice: url,
        send=lambda notice: _send(url, notice),
        settle=lambda notice, answer: _settle(notice, answer, now),
        now=now,
        limit=limit,
    )


def _due(now: datetime) -> QuerySet[Notice]:
    waiting = Notice.objects.filter(status=Status.QUEUED, next_try_at__lte=now)
    return waiting.order_by("next_try_at", "id")


def _expire(now: datetime) -> int:
    late = Notice.objects.filter(status=Status.QUEUED, expires_at__lte=now)
    if not late.exists():
        return 0
    return late.update(status=Status.FAILED, fault="expired", text="", to_phone="", next_try_at=None)


def _hand_to_staff(now: datetime) -> int:
    """Without an SMS platform: those with a phone to the call list, the others to the slips."""
    lasting = _due(now).filter(expires_at=None)
    if not lasting.exists():
        return 0
    to_call = {"status": Status.TO_CALL, "next_try_at": None}
    slips = lasting.filter(to_person__isnull=False, to_person__phone_index=None)
    return slips.update(channel=Channel.SLIP, **to_call) + lasting.update(
        channel=Channel.CALL_LIST, **to_call
    )


def _send(url: str, notice: Notice) -> Answer:
    phone = notice.to_phone or (notice.to_person.phone if notice.to_person else "")
    if not phone:
        return Answer(Outcome.REFUSED, NO_PHONE)
    return post_json(url, {"phone": phone, "text": notice.text, "key": notice.key}, notice.ref)


def _settle(notice: Notice, answer: Answer, now: datetime) -> None:
    """Note how a try ended, unless it was read or tried by another worker meanwhile."""
    ours = Notice.objects.filter(pk=notice.pk, status=Status.QUEUED, tries=notice.tries)
    secret = {"text": "", "to_phone": ""} if notice.expires_at else {}
    if answer.outcome is Outcome.TAKEN:
        ours.update(status=Status.SENT, sent_at=now, next_try_at=None, fault="", **secret)
    elif answer.outcome is Outcome.LATER and (notice.tries < MOST_TRIES or notice.expires_at):
        ours.update(next_try_at=now + pause_after(notice.tries), fault=answer.cause)
    elif notice.expires_at:
        ours.update(status=Status.FAILED, next_try_at=None, fault=answer.cause, **secret)
    else:
        channel = Channel.SLIP if answer.cause == NO_PHONE else Channel.CALL_LIST
        ours.update(status=Status.TO_CALL, channel=channel, next_try_at=None, fault=answer.cause)


def note_told(notice_id: int, by_staff_id: int, unit_ids: Collection[int] | None, now: datetime) -> bool:
    """Somebody called, or handed over the slip. False when it was not on the lists of `unit_ids` (None: all)."""
    listed = Notice.objects.filter(pk=notice_id, status=Status.TO_CALL)
    if unit_ids is not None:
        listed = listed.filter(Q(unit_id__in=unit_ids) | Q(unit_id=None))
    return bool(listed.update(status=Status.SENT, sent_at=now, told_by_id=by_staff_id))


def mark_read_by_person(person_id: int, now: datetime, notice_ids: Collection[int] | None = None) -> int:
    """A person has seen their messages (all, or those given): no more tries, no more calls. Returns how many."""
    return _mark_read(Notice.objects.filter(to_person_id=person_id), now, notice_ids)


def mark_read_by_staff(staff_id: int, now: datetime, notice_ids: Collection[int] | None = None) -> int:
    """A member of staff has seen their messages (all, or those given). Returns how many."""
    return _mark_read(Notice.objects.filter(to_staff_id=staff_id), now, notice_ids)


def _mark_read(notices: QuerySet[Notice], now: datetime, notice_ids: Collection[int] | None) -> int:
    unread = notices.filter(read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(status=Status.READ, read_at=now, next_try_at=None)


def erase_person(person_id: int) -> int:
    """Wipe the words of every notice to a person who is erased, and send none of them. Returns how many."""
    theirs = Notice.objects.filter(to_person_id=person_id)
    theirs.filter(status__in=(Status.QUEUED, Status.TO_CALL)).update(
        status=Status.FAILED, fault="erased", next_try_at=None
    )
    return theirs.update(text="", to_phone="")
