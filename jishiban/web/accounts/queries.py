"""Every read of the pages about staff: four queries for the whole list, whatever its length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q

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


def offices(actor: Actor, today: date) -> list[Office]:
    """The units this actor looks after, in the order of the tree, each with its people by account."""
    shown = {unit.pk: Office(unit) for unit in Unit.objects.order_by("path") if may_see(actor, unit)}
    leaves = next_leaves(today)
    posts: dict[int | None, list[Post]] = defaultdict(list)
    for post in Post.objects.select_related("unit").order_by("unit__path", "role", "pk"):
        posts[post.staff_id].append(post)
    for post in posts[None]:
        if post.unit_id in shown:
            shown[post.unit_id].vacant.append(post)
    for staff in Staff.objects.filter(unit__in=list(shown)).order_by("-is_active", "account"):
        line = Colleague(staff, posts[staff.pk], leaves.get(staff.pk))
        shown[staff.unit_id].people.append(line)
    return list(shown.values())


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
