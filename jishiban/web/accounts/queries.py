"""Every read of the pages about staff: four queries for the whole list, whatever its length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet

from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Leave, Post, Staff, Unit
from jishiban.web.accounts.access import may_see


@dataclass(slots=True)
class Colleague:
    """One line of the list: who, their posts, and the leave that is running or next."""

    staff: Staff
    posts: list[Post] = field(default_factory=list)
    leave: Leave | None = None


@dataclass(slots=True)
class Office:
    """A unit with its people and its vacant posts."""

    unit: Unit
    people: list[Colleague] = field(default_factory=list)
    vacant: list[Post] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom the list shows: of the units the actor looks after, those of one, or those of a name."""

    units: list[Unit]
    unit_id: int | None = None
    name: str = ""


def choice(actor: Actor, unit: str, name: str) -> Choice:
    """What was chosen in the address; without a word the actor's own unit, where they look after that."""
    units = [one for one in Unit.objects.order_by("path") if may_see(actor, one)]
    wanted = unit if unit or name else str(actor.unit_id)
    chosen = next((one.pk for one in units if str(one.pk) == wanted), None)
    return Choice(units, chosen, name.strip())


def offices(chosen: Choice, today: date) -> list[Office]:
    """The chosen units in the order of the tree, each with its people by account."""
    shown = {unit.pk: Office(unit) for unit in chosen.units if chosen.unit_id in (None, unit.pk)}
    leaves = next_leaves(today)
    posts: dict[int | None, list[Post]] = defaultdict(list)
    for post in Post.objects.select_related("unit").order_by("unit__path", "role", "pk"):
        posts[post.staff_id].append(post)
    for post in posts[None]:
        if post.unit_id in shown and not chosen.name:
            shown[post.unit_id].vacant.append(post)
    for staff in _named(chosen.name).filter(unit__in=list(shown)).order_by("-is_active", "account"):
        line = Colleague(staff, posts[staff.pk], leaves.get(staff.pk))
        shown[staff.unit_id].people.append(line)
    return [office for office in shown.values() if office.people or not chosen.name]


def _named(name: str) -> QuerySet[Staff]:
    everybody = Staff.objects.all()
    return everybody.filter(Q(name__icontains=name) | Q(account__icontains=name)) if name else everybody


def next_leaves(today: date) -> dict[int, Leave]:
    """For each member of staff the leave that is running, else the next one."""
    coming = Leave.objects.filter(end__gte=today).select_related("deputy").order_by("-start")
    return {leave.staff_id: leave for leave in coming}


def leaves_of(staff: Staff, today: date) -> Sequence[Leave]:
    """Running and coming leaves of one member of staff."""
    return list(staff.leaves.filter(end__gte=today).select_related("deputy").order_by("start"))


def open_cases(staff: Staff) -> int:
    """How many open cases a member of staff owns or was offered: what a closing account leaves behind."""
    return Case.objects.filter(Q(owner=staff) | Q(offered_to=staff), is_open=True).count()


def wait_of(account: str, address: str, now: datetime) -> timedelta:
    """How long an account locked after wrong passwords stays so for callers from this address."""
    tried = AccessAttempt.objects.filter(username=account, ip_address=address).order_by("-attempt_time")
    last = tried.values_list("attempt_time", flat=True).first()
    return max(timedelta(0), last + settings.AXES_COOLOFF_TIME - now) if last else timedelta(0)
