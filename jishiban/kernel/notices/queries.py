"""Every read: a person's and a member of staff's messages, and the lists of those who must be told in person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from jishiban.kernel.notices.models import Channel, Notice, Status

NOT_SHOWN = ("code",)  # a sign-in code is of no use to somebody who is signed in


def for_person(person_id: int) -> QuerySet[Notice]:
    """A person's messages, newest first, however they were sent."""
    return (
        Notice.objects.filter(to_person_id=person_id)
        .exclude(key__in=NOT_SHOWN)
        .order_by("-created_at", "-id")
    )


def for_staff(staff_id: int) -> QuerySet[Notice]:
    """The messages of a member of staff, newest first."""
    return Notice.objects.filter(to_staff_id=staff_id).order_by("-created_at", "-id")


def unread_count(staff_id: int) -> int:
    """How many messages a member of staff has not seen."""
    return Notice.objects.filter(to_staff_id=staff_id, read_at=None).count()


def unread_of_person(person_id: int) -> int:
    """How many messages a person has not seen."""
    return for_person(person_id).filter(read_at=None).count()


def call_list(unit_ids: Collection[int] | None) -> QuerySet[Notice]:
    """Whom the offices have to tell in person, oldest first, with the person; None means every office.

    A notice no office stands behind is on every list, so that somebody sees it. Phones are masked by the page;
    to show one is a recorded act.
    """
    waiting = Notice.objects.filter(status=Status.TO_CALL).select_related("to_person")
    if unit_ids is not None:
        waiting = waiting.filter(Q(unit_id__in=unit_ids) | Q(unit_id=None))
    return waiting.order_by("created_at", "id")


@dataclass(frozen=True, slots=True)
class Slip:
    """A printed notice: what is said, about which case, and when it was written."""

    notice_id: int
    name: str
    case_number: str
    text: str
    written_at: datetime


def slips(unit_ids: Collection[int] | None, *, with_calls: bool = False) -> list[Slip]:
    """What an office prints and hands over: those without a phone, on request everybody on the call list."""
    waiting = call_list(unit_ids)
    if not with_calls:
        waiting = waiting.filter(channel=Channel.SLIP)
    return [slip(notice) for notice in waiting]


def slip(notice: Notice) -> Slip:
    """One notice as a printed slip; the name is whole, for the page is handed to that very person."""
    name = notice.to_person.name if notice.to_person else ""
    return Slip(notice.pk, name, notice.case_number, notice.text, notice.created_at)
