"""Every read of matters and guides that more than one place needs; each says how many queries it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from jishiban.hall.matters import access
from jishiban.hall.matters.models import Catalogue, GuideVersion, Matter, MatterType
from jishiban.kernel.directory.models import Unit

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of matters is narrowed to; an empty value narrows nothing."""

    q: str = ""
    type: str = ""
    department: str = ""
    unit: int | None = None
    kind: str = ""

    def rule(self) -> Q:
        rule = Q()
        for word in self.q.split():
            rule &= Q(name__icontains=word)
        for column, value in (
            ("type", self.type),
            ("department", self.department),
            ("current__kind", self.kind),
        ):
            rule &= Q(**{column: value}) if value else Q()
        return rule & (Q(unit_id=self.unit) if self.unit else Q())

    @property
    def any(self) -> bool:
        return bool(self.q or self.type or self.department or self.unit or self.kind)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a list can be narrowed to, and how many matters it leaves."""

    value: str
    label: str
    count: int


def in_hall() -> QuerySet[Matter]:
    """The matters the public may find, commonest first, with what a list shows; no guide bodies are read."""
    return access.open_to_all(Matter.objects.all()).select_related("current", "unit").defer("current__body")


def listed(narrowed: Filter | None = None) -> QuerySet[Any]:
    """`in_hall` narrowed, with the sentence and the trips of each guide: one query a page, one to count."""
    parts = {part: KeyTextTransform(part, "current__body") for part in ("summary", "visits")}
    return in_hall().filter((narrowed or Filter()).rule()).annotate(**parts)


def commonest(n: int) -> list[Any]:
    """The n matters asked for most, those with a full guide only: one query."""
    return list(listed().filter(current__is_full=True)[:n])


def types() -> list[Choice]:
    """The types in the hall and how many matters each has: one query."""
    counts = _counts("type")
    return [
        Choice(value, str(label), counts[value]) for value, label in MatterType.choices if value in counts
    ]


def departments() -> list[Choice]:
    """The departments in the hall, the one with most matters first: one query."""
    counts = sorted(_counts("department").items(), key=lambda item: (-item[1], item[0]))
    return [Choice(name, name, count) for name, count in counts if name]


def units() -> list[Choice]:
    """The units that handle matters in the hall: one query."""
    found = Unit.objects.filter(matter__in=access.open_to_all(Matter.objects.all())).order_by("path")
    return [
        Choice(str(pk), name, n)
        for pk, name, n in found.annotate(n=Count("matter")).values_list("pk", "short", "n")
    ]


def _counts(column: str) -> dict[str, int]:
    rows = access.open_to_all(Matter.objects.all()).order_by().values_list(column).annotate(n=Count("pk"))
    return dict(rows)


# -- versions --------------------------------------------------------------------------------------


def versions(matter: Matter | int) -> QuerySet[GuideVersion]:
    """All versions of a matter's guide, the newest first."""
    key = matter.pk if isinstance(matter, Matter) else matter
    return GuideVersion.objects.filter(matter_id=key).order_by("-number")


def end_of(day: date) -> datetime:
    """The first instant after `day`, local time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def version_on(matter: Matter | int, day: date) -> GuideVersion | None:
    """The version in force at the end of `day`: what the hall promised then. None before the first. One query."""
    return versions(matter).filter(published_at__lt=end_of(day)).first()


def versions_on(matter: Matter | int, day: date) -> list[GuideVersion]:
    """Every version in force at some moment of `day`, newest first: more than one when it changed that day."""
    begins = end_of(day - timedelta(days=1))
    that_day = list(versions(matter).filter(published_at__lt=end_of(day), published_at__gte=begins))
    before = versions(matter).filter(published_at__lt=begins).first()
    return [*that_day, *([before] if before else [])]


def catalogue_version() -> int:
    """A number that every change of matters or guides moves: one query of one row."""
    return Catalogue.objects.filter(pk=Catalogue.ROW).values_list("version", flat=True).first() or 0
