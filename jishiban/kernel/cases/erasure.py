"""Erasing a person's data while the log stays verifiable (个人信息保护法 art. 47).

The log holds salted digests only. Without the words and their salt a digest says nothing and can still be checked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jishiban.kernel.cases.errors import StepRefused
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.directory.actions import blank_person
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Person
from jishiban.kernel.ledger.actions import record
from jishiban.kernel.notices.actions import erase_person as erase_notices

KIND = "erasure"

Eraser = Callable[[Person], int]
"""Wipes what one room holds about a person, inside the transaction; returns how many rows it touched."""

_erasers: dict[str, Eraser] = {}


def erases(name: str, eraser: Eraser) -> None:
    """Make a room's eraser known. `config/wiring.py` calls it; the name stands in the record of the erasure."""
    _erasers[name] = eraser


@transaction.atomic
def erase_person(person: Person, *, by: Actor, reason: str, now: datetime) -> dict[str, int]:
    """Wipe everything that names the person, in one transaction. Returns how many rows each room wiped.

    Cases, decisions and their times stay. Refused while a case is open, because it could not be handled, and
    without a reason. The record in the ledger says who erased whose row, why, and how much; nothing about them.
    """
    why = " ".join(reason.split())
    if not why:
        raise StepRefused(_("请写明删除的原因，例如本人申请。"))
    fresh = Person.objects.select_for_update().get(pk=person.pk)
    if Case.objects.filter(person=fresh, is_open=True).exists():
        raise StepRefused(_("此人还有没办结的件，办结或撤回以后才能删除。"))
    done = {"words": erase_words(fresh), "notices": erase_notices(fresh.pk)}
    done |= {name: eraser(fresh) for name, eraser in _erasers.items()}
    blank_person(fresh, now)
    body = {"person": fresh.pk, "by": by.id, "reason": why, "rows": done}
    record(KIND, body, now)
    return done


def erase_words(person: Person) -> int:
    """Wipe the private words of every event of the person's cases, and the codes that open them by number."""
    Case.objects.filter(person=person).update(query_code="")
    events = CaseEvent.objects.filter(case__person=person).exclude(words_salt="")
    return events.update(words="", words_salt="")
