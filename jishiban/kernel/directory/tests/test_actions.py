"""Codes that open once, persons who are met again and never mixed up, staff and their posts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.directory.actions import (
    CODE_TRIES,
    CODES_A_DAY,
    Checked,
    TooSoon,
    add_staff,
    blank_person,
    check_code,
    complete_person,
    enterprise_for,
    fill_post,
    person_for,
    person_of_phone,
    phone_index_of,
    request_code,
    root_unit,
)
from jishiban.kernel.directory.models import Person, Post, Role, SignInCode
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.directory.tests.cast import Cast, make_cast, make_unit

PHONE = "13800138000"
NOW = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
MINUTE = timedelta(minutes=1)
IDENTITY = "370115199003070018"

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


# --- codes ---------------------------------------------------------------------------------------------------


def test_a_right_code_opens_once() -> None:
    asked = request_code(PHONE, NOW)
    assert check_code(PHONE, asked.code, NOW + MINUTE) == Checked.RIGHT
    assert check_code(PHONE, asked.code, NOW + MINUTE) == Checked.OVER


def test_a_code_is_read_with_the_spaces_and_wide_digits_people_type() -> None:
    asked = request_code("+86 138-0013-8000", NOW)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in asked.code)
    assert check_code(PHONE, f" {wide} ", NOW) == Checked.RIGHT


def test_a_code_of_one_phone_opens_no_other() -> None:
    asked = request_code(PHONE, NOW)
    request_code("13900139000", NOW)
    assert check_code("13900139001", asked.code, NOW) == Checked.OVER


def test_a_code_is_over_after_five_minutes() -> None:
    asked = request_code(PHONE, NOW)
    assert check_code(PHONE, asked.code, NOW + 5 * MINUTE - timedelta(seconds=1)) == Checked.RIGHT
    later = request_code(PHONE, NOW + 2 * MINUTE)
    assert check_code(PHONE, later.code, NOW + 7 * MINUTE) == Checked.OVER


def test_after_five_wrong_tries_even_the_right_code_is_refused() -> None:
    asked = request_code(PHONE, NOW)
    tried = [check_code(PHONE, wrong(asked.code), NOW) for _try in range(CODE_TRIES)]
    assert tried == [Checked.WRONG] * (CODE_TRIES - 1) + [Checked.OVER]
    assert check_code(PHONE, asked.code, NOW) == Checked.OVER


def test_tries_are_counted_in_the_database() -> None:
    asked = request_code(PHONE, NOW)
    check_code(PHONE, wrong(asked.code), NOW)
    assert SignInCode.objects.get().tries == 1


def test_a_new_code_ends_the_one_before() -> None:
    first = request_code(PHONE, NOW)
    second = request_code(PHONE, NOW + 2 * MINUTE)
    if first.code != second.code:
        assert check_code(PHONE, first.code, NOW + 2 * MINUTE) == Checked.WRONG
    assert check_code(PHONE, second.code, NOW + 2 * MINUTE) == Checked.RIGHT


def test_a_phone_gets_one_code_a_minute() -> None:
    request_code(PHONE, NOW)
    with pytest.raises(TooSoon) as refused:
        request_code(PHONE, NOW + timedelta(seconds=20))
    assert 39 <= refused.value.seconds <= 41
    request_code(PHONE, NOW + MINUTE)
    assert SignInCode.objects.count() == 2


def test_a_phone_gets_ten_codes_a_day() -> None:
    for turn in range(CODES_A_DAY):
        request_code(PHONE, NOW + turn * 2 * MINUTE)
    with pytest.raises(TooSoon) as refused:
        request_code(PHONE, NOW + timedelta(hours=1))
    assert refused.value.seconds > 22 * 3600
    request_code(PHONE, NOW + timedelta(days=1, minutes=1))


def test_neither_phone_nor_code_stands_in_the_table_of_codes() -> None:
    asked = request_code(PHONE, NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM directory_signincode")
        stored = " ".join(str(value) for row in cursor.fetchall() for value in row)
    assert PHONE not in stored
    assert asked.code not in stored.replace(str(NOW.year), "")


def test_old_codes_are_forgotten() -> None:
    request_code("13900139000", NOW - timedelta(days=3))
    request_code(PHONE, NOW)
    assert SignInCode.objects.count() == 1


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True, alphabet="0123456789"))
def test_every_way_of_writing_a_mobile_has_one_index(phone: str) -> None:
    written = (
        f"+86 {phone}",
        f"{phone[:3]} {phone[3:7]} {phone[7:]}",
        f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
    )
    assert {phone_index_of(way) for way in written} == {phone_index_of(phone)}


# --- persons -------------------------------------------------------------------------------------------------


def test_a_phone_is_one_person() -> None:
    first = person_of_phone(PHONE, NOW)
    assert person_of_phone("138 0013 8000", NOW) == first
    assert (first.phone, first.name) == (PHONE, "")


def test_the_same_papers_at_the_counter_are_the_same_person() -> None:
    first = person_for("张三丰", IDENTITY, PHONE, now=NOW)
    again = person_for("张三丰", IDENTITY.lower(), "138 0013 8000", "济阳街道1号", now=NOW)
    assert again == first
    assert again.address == "济阳街道1号"


def test_who_signed_in_first_is_met_at_the_counter_by_the_same_phone() -> None:
    online = person_of_phone(PHONE, NOW)
    met = person_for("张三丰", IDENTITY, PHONE, now=NOW)
    assert met == online
    assert (met.name, met.id_number) == ("张三丰", IDENTITY)


def test_what_is_known_is_not_written_over() -> None:
    person_for("张三丰", IDENTITY, PHONE, "济阳街道1号", now=NOW)
    again = person_for("张三丰", IDENTITY, PHONE, "别处2号", now=NOW)
    assert again.address == "济阳街道1号"


def test_a_mother_registered_with_her_sons_phone_stays_herself() -> None:
    son = person_for("张小明", "370115199003070018", PHONE, now=NOW)
    mother = person_for("李桂兰", "370115196001010023", PHONE, now=NOW)
    assert mother != son
    assert mother.phone == PHONE
    assert (son.phone_index, mother.phone_index) == (phone_index_of(PHONE), None)


def test_an_identity_number_alone_opens_nobodys_account() -> None:
    """Somebody who typed a stranger's number into their own form must not get the stranger's next case."""
    thief = person_of_phone("13900139000", NOW)
    complete_person(thief, name="张三丰", id_number=IDENTITY)
    owner = person_for("张三丰", IDENTITY, PHONE, now=NOW)
    assert owner != thief
    assert person_for("张三丰", IDENTITY, now=NOW) != thief


def test_filling_in_a_form_touches_only_ones_own_record() -> None:
    victim = person_for("张三丰", IDENTITY, now=NOW)
    thief = person_of_phone("13900139000", NOW)
    complete_person(thief, name="张三丰", id_number=IDENTITY, address="别处")
    victim.refresh_from_db()
    assert (victim.phone, victim.phone_index, victim.address) == ("", None, "")


def test_an_erased_person_is_not_found_again() -> None:
    gone = blank_person(person_for("张三丰", IDENTITY, PHONE, now=NOW), NOW)
    again = person_for("张三丰", IDENTITY, PHONE, now=NOW)
    assert again != gone
    assert again.phone_index == phone_index_of(PHONE)


def test_a_landline_is_kept_but_nobody_signs_in_with_it() -> None:
    person = person_for("张三丰", phone="0531-84230000", now=NOW)
    assert (person.phone, person.phone_index) == ("0531-84230000", None)


def test_persons_stand_sealed_in_the_database() -> None:
    person_for("张三丰", IDENTITY, PHONE, "济阳街道1号", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM directory_person")
        stored = " ".join(str(value) for row in cursor.fetchall() for value in row)
    assert not any(secret in stored for secret in ("张三丰", IDENTITY, PHONE, "济阳街道1号"))


def test_an_enterprise_is_one_by_its_code_and_keeps_its_name() -> None:
    first = enterprise_for("91370125ma3c0a0a0x", "济阳面馆")
    assert enterprise_for("91370125MA3C0A0A0X", "别名") == first
    assert first.name == "济阳面馆"
    unnamed = enterprise_for("91370125MA3C0A0A1X")
    assert enterprise_for("91370125MA3C0A0A1X", "后来知道的名字").name == "后来知道的名字"
    assert unnamed.pk != first.pk


# --- staff ---------------------------------------------------------------------------------------------------


def test_a_new_account_is_in_the_roster_at_once(cast: Cast) -> None:
    before = roster()
    staff = add_staff("xinlai", "新来", cast.office, "a-long-password", (Role.CLERK, Role.EDITOR))
    assert staff.pk not in before.active
    assert roster().holders[cast.office.pk, Role.CLERK][-1] == staff.pk
    assert staff.check_password("a-long-password")


def test_filling_a_post_takes_the_vacant_one_first(cast: Cast) -> None:
    vacant = Post.objects.create(unit=cast.office, role=Role.REVIEWER, title="三号审查岗")
    assert fill_post(cast.office, Role.REVIEWER, cast["clerk"]).pk == vacant.pk
    assert fill_post(cast.office, Role.REVIEWER, cast["clerk"]).pk == vacant.pk
    assert fill_post(cast.office, Role.REVIEWER, cast["editor"]).title == "审查人员"


def test_the_root_unit_is_made_once() -> None:
    root = root_unit("某县行政审批服务局")
    assert root.path == f"/{root.pk}/"
    make_unit("受理科", "受理", root)
    assert root_unit("另一个名字") == root


def test_a_person_is_written_down_with_the_time(cast: Cast) -> None:
    moment = timezone.now()
    assert person_for("王五", now=moment).created_at == moment
    assert Person.objects.filter(erased_at=None).count() == 3
