"""Notices as they are written, read and put on lists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jishiban.kernel.notices.actions import (
    NoticeRow,
    deliver_due,
    erase_person,
    mark_read_by_person,
    mark_read_by_staff,
    note_told,
    queue,
)
from jishiban.kernel.notices.models import Channel, Notice, Status
from jishiban.kernel.notices.queries import (
    call_list,
    for_person,
    for_staff,
    slips,
    unread_count,
    unread_of_person,
)

from .conftest import NOW, Cast

WORDS = {"number": "370115-20260930-00001-5", "title": "食品经营许可"}


def to_person(person: int, key: str = "accepted", unit: int | None = 7) -> NoticeRow:
    return NoticeRow(
        key, to_person_id=person, unit_id=unit, case_id=1, case_number=WORDS["number"], values=WORDS
    )


def to_staff(staff: int, key: str = "warn") -> NoticeRow:
    return NoticeRow(key, to_staff_id=staff, case_id=1, case_number=WORDS["number"], values=WORDS)


def test_many_notices_are_one_insert(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        queue([to_person(cast.alice), to_person(cast.bob), to_staff(cast.clerk)], NOW)
    assert len(queries) == 1
    assert Notice.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_notice_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        queue([to_staff(1)], NOW)


def test_a_notice_has_exactly_one_recipient(cast: Cast) -> None:
    for row in (
        NoticeRow("warn", values=WORDS),
        NoticeRow("warn", to_person_id=cast.alice, to_staff_id=cast.clerk, values=WORDS),
        NoticeRow("warn", to_person_id=cast.alice, to_phone="13800138000", values=WORDS),
    ):
        with pytest.raises(ValueError, match="recipient"):
            queue([row], NOW)
    assert not Notice.objects.exists()


def test_the_database_itself_refuses_two_recipients(cast: Cast) -> None:
    queue([to_person(cast.alice)], NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(to_staff_id=cast.clerk)


def test_what_was_said_stands_sealed_in_the_database(cast: Cast) -> None:
    queue([to_person(cast.alice)], NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM notices_notice")
        (stored,) = cursor.fetchone()
    assert "受理" not in stored
    assert "已受理" in Notice.objects.get().text


def test_staff_are_told_at_once_and_count_what_they_have_not_seen(cast: Cast) -> None:
    queue([to_staff(cast.clerk), to_staff(cast.clerk, "overdue"), to_staff(cast.other_clerk)], NOW)
    assert unread_count(cast.clerk) == 2
    newest = for_staff(cast.clerk)[0]
    assert (newest.key, newest.status, newest.channel) == ("overdue", Status.SENT, Channel.IN_APP)
    assert mark_read_by_staff(cast.clerk, NOW, [newest.pk]) == 1
    assert unread_count(cast.clerk) == 1
    assert mark_read_by_staff(cast.clerk, NOW) == 1
    assert mark_read_by_staff(cast.clerk, NOW) == 0
    assert unread_count(cast.other_clerk) == 1


def test_a_person_finds_their_messages_and_no_one_elses(cast: Cast) -> None:
    queue([to_person(cast.alice, "received")], NOW)
    queue([to_person(cast.alice, "accepted"), to_person(cast.bob)], NOW + timedelta(minutes=1))
    assert [notice.key for notice in for_person(cast.alice)] == ["accepted", "received"]
    assert unread_of_person(cast.alice) == 2


def test_without_sms_the_office_calls_or_prints(cast: Cast) -> None:
    queue([to_person(cast.alice, unit=7), to_person(cast.grandma, unit=7), to_person(cast.bob, unit=8)], NOW)
    assert deliver_due(NOW) == 3
    assert deliver_due(NOW) == 0
    assert [(n.to_person_id, n.channel) for n in call_list([7])] == [
        (cast.alice, Channel.CALL_LIST),
        (cast.grandma, Channel.SLIP),
    ]
    assert [notice.to_person_id for notice in call_list([8])] == [cast.bob]
    assert call_list(None).count() == 3
    assert call_list([]).count() == 0


def test_a_slip_says_the_same_as_the_message(cast: Cast) -> None:
    queue([to_person(cast.alice), to_person(cast.grandma)], NOW)
    deliver_due(NOW)
    (slip,) = slips([7])
    assert (slip.name, slip.case_number, slip.written_at) == ("赵奶奶", WORDS["number"], NOW)
    assert "已受理" in slip.text
    assert len(slips([7], with_calls=True)) == 2


def test_a_notice_of_no_office_is_on_every_list(cast: Cast) -> None:
    queue([to_person(cast.alice, unit=None)], NOW)
    deliver_due(NOW)
    assert call_list([1]).count() == call_list([2]).count() == 1


def test_the_call_list_is_one_query_however_long(cast: Cast) -> None:
    queue([to_person(cast.alice) for _ in range(30)], NOW)
    deliver_due(NOW)
    with CaptureQueriesContext(connection) as queries:
        names = {notice.to_person.name for notice in call_list([7]) if notice.to_person}
    assert names == {"李梅"}
    assert len(queries) == 1


def test_who_was_called_leaves_the_list_once(cast: Cast) -> None:
    queue([to_person(cast.alice)], NOW)
    deliver_due(NOW)
    notice = call_list([7]).get()
    assert not note_told(notice.pk, cast.clerk, [8], NOW), "another office's list"
    assert note_told(notice.pk, cast.clerk, [7], NOW)
    assert not note_told(notice.pk, cast.clerk, [7], NOW)
    notice.refresh_from_db()
    assert (notice.status, notice.told_by_id, notice.sent_at) == (Status.SENT, cast.clerk, NOW)


def test_who_has_read_it_need_not_be_called(cast: Cast) -> None:
    queue([to_person(cast.alice), to_person(cast.alice, "received")], NOW)
    deliver_due(NOW)
    assert mark_read_by_person(cast.alice, NOW) == 2
    assert not call_list(None).exists()
    assert {notice.status for notice in for_person(cast.alice)} == {Status.READ}


def test_an_erased_person_leaves_no_words_and_is_not_called(cast: Cast) -> None:
    queue([to_person(cast.alice), to_person(cast.bob)], NOW)
    assert erase_person(cast.alice) == 1
    deliver_due(NOW)
    erased = Notice.objects.get(to_person_id=cast.alice)
    assert (erased.text, erased.status) == ("", Status.FAILED)
    assert call_list(None).get().to_person_id == cast.bob
