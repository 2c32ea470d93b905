"""Every write of the directory that needs no case: sign-in codes, the persons and enterprises met, staff and their posts.

Nothing is sent from here: who asks for a code also queues the notice that carries it, in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare

from jishiban.kernel.directory.crypto import blind_index
from jishiban.kernel.directory.identifiers import is_mobile, normalise, normalise_phone
from jishiban.kernel.directory.models import Enterprise, Person, Post, Role, SignInCode, Staff, Stamp, Unit
from jishiban.kernel.directory.roster import moved

CODE_LIFE: Final = timedelta(minutes=5)
CODE_TRIES: Final = 5
CODE_PAUSE: Final = timedelta(minutes=1)
CODES_A_DAY: Final = 10
DAY: Final = timedelta(days=1)


# --- sign-in codes -------------------------------------------------------------------------------------------


class TooSoon(Exception):
    """A code was asked for too often; `seconds` until the next one may be."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s until the next code")
        self.seconds = seconds


class Checked(StrEnum):
    """What became of a code that was typed in."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"  # used, expired, tried too often, or never asked for: a new one is needed


@dataclass(frozen=True, slots=True)
class Asked:
    """A code just made: what to send, and until when it opens."""

    code: str
    phone: str
    expires_at: datetime


def phone_index_of(phone: str) -> str:
    """The blind index under which a phone is found."""
    return blind_index(normalise_phone(phone), "phone")


def id_index_of(id_number: str) -> str:
    """The blind index under which an identity number is found."""
    return blind_index(normalise(id_number), "id")


@transaction.atomic
def request_code(phone: str, now: datetime) -> Asked:
    """A new code for a phone; the ones before it stop working. It says nothing about whether anybody is known.

    Raises TooSoon within a minute of the last one or after ten in a day.
    """
    _one_at_a_time()
    index = phone_index_of(phone)
    sent = SignInCode.objects.filter(phone_index=index, sent_at__gt=now - DAY).order_by("-sent_at")
    times = list(sent.values_list("sent_at", flat=True)[:CODES_A_DAY])
    if times and now - times[0] < CODE_PAUSE:
        raise TooSoon(_seconds(times[0] + CODE_PAUSE - now))
    if len(times) >= CODES_A_DAY:
        raise TooSoon(_seconds(times[-1] + DAY - now))
    SignInCode.objects.filter(expires_at__lt=now - 2 * DAY).delete()
    code = f"{secrets.randbelow(10**6):06d}"
    expires = now + CODE_LIFE
    SignInCode.objects.create(
        phone_index=index, code_hash=_code_hash(index, code), sent_at=now, expires_at=expires
    )
    return Asked(code, normalise_phone(phone), expires)


def _one_at_a_time() -> None:
    """Two requests for one phone at the same instant would both see no other: they wait for each other here."""
    Stamp.objects.get_or_create(pk="codes")
    Stamp.objects.select_for_update().get(pk="codes")


def _seconds(span: timedelta) -> int:
    return max(1, int(span.total_seconds()) + 1)


def _code_hash(index: str, code: str) -> str:
    """Keyed, because a million plain hashes are tried in a second."""
    return blind_index(f"{index}:{code}", "sign-in-code")


def check_code(phone: str, code: str, now: datetime) -> Checked:
    """Compare a typed code with the newest one of the phone. A right one works once; the sixth try is never read.

    The try is counted before the code is looked at, so that a broken connection forgives nobody.
    """
    index = phone_index_of(phone)
    newest = SignInCode.objects.filter(phone_index=index).order_by("-sent_at", "-pk").first()
    if newest is None or newest.used_at or newest.expires_at <= now:
        return Checked.OVER
    alive = SignInCode.objects.filter(pk=newest.pk, used_at=None)
    if not alive.filter(tries__lt=CODE_TRIES).update(tries=F("tries") + 1):
        return Checked.OVER
    if not constant_time_compare(newest.code_hash, _code_hash(index, normalise(code))):
        return Checked.OVER if newest.tries + 1 >= CODE_TRIES else Checked.WRONG
    return Checked.RIGHT if alive.update(used_at=now) else Checked.OVER


@transaction.atomic
def person_of_phone(phone: str, now: datetime) -> Person:
    """Whoever signs in with this phone; met for the first time, they are written down with nothing but it."""
    plain = normalise_phone(phone)
    person, _new = Person.objects.get_or_create(
        phone_index=phone_index_of(plain), defaults={"phone": plain, "created_at": now}
    )
    return person


# --- persons and enterprises ----------------------------------------------------------------------------------


@transaction.atomic
def person_for(
    name: str, id_number: str = "", phone: str = "", address: str = "", *, now: datetime
) -> Person:
    """The person at the counter, whose papers the clerk has seen: found, or written down; gaps are filled in.

    An identity number alone never opens somebody else's account: a person found by it must bear the same name,
    and the same phone or none. Two people who share a phone stay two; the first one signs in with it.
    """
    given = _Given(
        name.strip(), normalise(id_number), normalise_phone(phone) if phone else "", address.strip()
    )
    found = next((person for person in _candidates(given) if given.fits(person)), None)
    if found is None:
        return _write_down(given, now)
    _fill(found, given)
    return found


@dataclass(frozen=True, slots=True)
class _Given:
    """What was said about a person, in the form in which it is stored."""

    name: str
    id_number: str
    phone: str
    address: str

    def fits(self, person: Person) -> bool:
        """True when nothing known about the person says otherwise."""
        pairs = ((person.name, self.name), (person.id_number, self.id_number), (person.phone, self.phone))
        told = all(known == said or not known or not said for known, said in pairs)
        # Somebody who signs in with a phone is only met again by it: not by a number that others may know too.
        return told and (person.phone_index is None or person.phone == self.phone)


def _candidates(given: _Given) -> Iterator[Person]:
    if given.id_number:
        same = Person.objects.filter(id_index=id_index_of(given.id_number), erased_at=None)
        yield from same.select_for_update().order_by("pk")
    if given.phone:
        yield from Person.objects.filter(phone_index=phone_index_of(given.phone)).select_for_update()


def _write_down(given: _Given, now: datetime) -> Person:
    person = Person(name=given.name, address=given.address, created_at=now)
    _set_id(person, given.id_number)
    _set_phone(person, given.phone)
    person.save(force_insert=True)
    return person


def _fill(person: Person, given: _Given) -> None:
    """Put in what was not known; what was known stays, because another case may stand on it."""
    missing = [
        name for name in ("name", "id_number", "phone", "address")
        if getattr(given, name) and not getattr(person, name)
    ]  # fmt: skip
    if not missing:
        return
    for name in ("name", "address"):
        if name in missing:
            setattr(person, name, getattr(given, name))
    if "id_number" in missing:
        _set_id(person, given.id_number)
    if "phone" in missing:
        _set_phone(person, given.phone)
    person.save(update_fields=[*missing, "id_index", "phone_index"])


def _set_id(person: Person, id_number: str) -> None:
    person.id_number, person.id_index = id_number, id_index_of(id_number) if id_number else ""


def _set_phone(person: Person, phone: str) -> None:
    person.phone = phone
    if phone and is_mobile(phone) and not Person.objects.filter(phone_index=phone_index_of(phone)).exists():
        person.phone_index = phone_index_of(phone)


@transaction.atomic
def complete_person(person: Person, *, name: str = "", id_number: str = "", address: str = "") -> Person:
    """Fill in what a signed-in person has told about themself in a form. Nobody else's record is touched.

    What is already known stays as it is: a person changes it at the counter, with their papers.
    """
    fresh = Person.objects.select_for_update().get(pk=person.pk)
    _fill(fresh, _Given(name.strip(), normalise(id_number), "", address.strip()))
    return fresh


def enterprise_for(uscc: str, name: str = "") -> Enterprise:
    """The enterprise with this 统一社会信用代码; an unknown one is written down. A known one keeps its name."""
    found, _new = Enterprise.objects.get_or_create(uscc=normalise(uscc), defaults={"name": name.strip()})
    if not found.name and name.strip():
        found.name = name.strip()
        found.save(update_fields=["name"])
    return found


def blank_person(person: Person, now: datetime) -> Person:
    """Wipe every personal column of a person; the row stays, because cases point at it (个人信息保护法 art. 47)."""
    person.name = person.id_number = person.phone = person.address = person.id_index = ""
    person.phone_index, person.erased_at = None, now
    person.save(
        update_fields=["name", "id_number", "phone", "address", "id_index", "phone_index", "erased_at"]
    )
    return person


# --- staff ----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_staff(account: str, name: str, unit: Unit, password: str, roles: tuple[str, ...] = ()) -> Staff:
    """A new account with a post for each role. IntegrityError when the account name is taken."""
    staff = Staff(account=account, name=name, unit=unit)
    staff.set_password(password)
    staff.save(force_insert=True)
    for role in roles:
        fill_post(unit, role, staff)
    moved()
    return staff


@transaction.atomic
def fill_post(unit: Unit, role: str, staff: Staff, title: str = "") -> Post:
    """Give somebody a post: a vacant one of that role in the unit where there is one, else a new one."""
    held = Post.objects.filter(unit=unit, role=role, staff=staff).first()
    post = held or Post.objects.select_for_update().filter(unit=unit, role=role, staff=None).first()
    if post is None:
        post = Post(unit=unit, role=role, title=title or str(Role(role).label))
    post.staff = staff
    post.save()
    moved()
    return post


@transaction.atomic
def root_unit(name: str) -> Unit:
    """The unit above all others; made under `name` when no unit has been entered yet."""
    found = Unit.objects.filter(parent=None).order_by("pk").first()
    if found is not None:
        return found
    unit = Unit.objects.create(name=name, short=name[:30], path="/-/")
    unit.path = f"/{unit.pk}/"
    unit.save(update_fields=["path"])
    moved()
    return unit
