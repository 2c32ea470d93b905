"""Finding a case by what stands on a paper in somebody's hand: its number, an identity or credit code, a phone."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from jishiban.kernel.cases import access
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.queries import Listed, listed
from jishiban.kernel.directory.actions import id_index_of, phone_index_of
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.identifiers import (
    check_case_number,
    check_identity,
    is_mobile,
    make_case_number,
    normalise,
    parse_case_number,
)
from jishiban.kernel.directory.models import Enterprise, Person

MOST = 50
SERIAL = 5  # the digits of a case number that people read out to each other


def find(actor: Actor, sought: str) -> list[Listed]:
    """At most MOST cases, newest first, never more than the actor may see: one query.

    The last digits of a number alone mean one of today. Names of persons are sealed and cannot be searched.
    """
    rule = _rule(normalise(sought).replace(" ", ""))
    if rule is None:
        return []
    cases = Case.objects.filter(rule)
    if not access.sees_everything(actor):
        cases = cases.filter(access.visible(actor))
    return listed(cases.order_by("-opened_at", "-pk")[:MOST])


def _rule(text: str) -> Q | None:
    if not check_case_number(text):
        return Q(number=str(parse_case_number(text)))
    if text.isdecimal() and 0 < len(text) <= SERIAL and int(text):
        return Q(number=make_case_number(settings.PLACE.area_code, _today(), int(text)))
    if is_mobile(text):
        return Q(person__in=Person.objects.filter(phone_index=phone_index_of(text)))
    if not check_identity(text):
        return Q(person__in=Person.objects.filter(id_index=id_index_of(text)))
    if len(text) == 18 and text.isascii():
        return Q(enterprise__in=Enterprise.objects.filter(uscc=text))
    if 2 <= len(text) <= 60 and not text.isascii():
        return Q(enterprise__in=Enterprise.objects.filter(name__contains=text))
    return None


def _today() -> date:
    return timezone.localdate()
