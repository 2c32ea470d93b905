"""Who answers for whom at a moment: leave, vacancies and closed accounts resolved, never to nobody.

The answer is worked out from the data when it is asked for, so that no minute passes between the start of
a leave and the moment a job would have noticed it. A loaded `Roster` asks the database nothing more.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from jishiban.kernel.directory.actor import Actor, Seat
from jishiban.kernel.directory.models import Leave, Post, Role, Staff, Stamp, Unit


@dataclass(slots=True)
class Roster:
    """Everybody's place and leave on one day.

    `accountable(staff)` is a total function as long as the root unit has one active head or member: the last
    resort is any active member of the bureau, because a promise without an owner is worse than a surprised one.
    """

    day: date
    active: set[int] = field(default_factory=set)
    unit_of: dict[int, int] = field(default_factory=dict)
    parent: dict[int, int | None] = field(default_factory=dict)
    heads: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    holders: dict[tuple[int, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    paths: dict[int, str] = field(default_factory=dict)
    units: dict[int, tuple[str, str]] = field(default_factory=dict)  # name and short name
    names: dict[int, str] = field(default_factory=dict)
    seats: dict[int, list[Seat]] = field(default_factory=lambda: defaultdict(list))
    away: dict[int, list[int | None]] = field(default_factory=dict)

    def present(self, staff_id: int | None) -> bool:
        return staff_id is not None and staff_id in self.active and staff_id not in self.away

    def accountable(self, owner_id: int) -> int:
        """The member of staff who answers today for what `owner_id` owns."""
        if self.present(owner_id):
            return owner_id
        for deputy in self._deputies(owner_id):
            if self.present(deputy):
                return deputy
        return self.head_of(self.unit_of.get(owner_id), besides=owner_id)

    def _deputies(self, owner_id: int) -> list[int]:
        """The chain of deputies, the deputy's own deputy after them; a ring of deputies ends."""
        seen: list[int] = []
        queue = [d for d in self.away.get(owner_id, []) if d is not None]
        while queue:
            deputy = queue.pop(0)
            if deputy not in seen and deputy != owner_id:
                seen.append(deputy)
                queue.extend(d for d in self.away.get(deputy, []) if d is not None)
        return seen

    def head_of(self, unit_id: int | None, *, besides: int | None = None) -> int:
        """The first present head of the unit or of those above it; at last anybody present, then anybody active."""
        at = unit_id
        while at is not None:
            for head in self.heads.get(at, ()):
                if head != besides and self.present(head):
                    return head
            at = self.parent.get(at)
        return self._last_resort(besides)

    def _last_resort(self, besides: int | None) -> int:
        present = sorted(s for s in self.active if s != besides and self.present(s))
        if present:
            return present[0]
        if self.active:
            return min(self.active)
        raise LookupError(gettext("本单位没有任何可用账号，无法确定责任人。请先启用至少一个账号。"))

    def above(self, unit_id: int | None, levels: int) -> int:
        """The head `levels` units up from `unit_id` (1 is the unit's own head), stopping at the root."""
        at = unit_id
        for _step in range(levels - 1):
            up = self.parent.get(at) if at is not None else None
            if up is None:
                break
            at = up
        return self.head_of(at)

    def next_above(self, unit_id: int, level: int, present: int | None) -> tuple[int, int] | None:
        """The next level above `level` at which another than `present` answers, and who; None at the top."""
        height = self.paths.get(unit_id, "").count("/") - 1
        for higher in range(level + 1, max(height, level + 1) + 1):
            head = self.above(unit_id, higher)
            if head != present:
                return higher, head
        return None

    def root(self) -> int:
        """The unit above all others: the bureau. LookupError when no unit has been entered yet."""
        for unit_id, parent in self.parent.items():
            if parent is None:
                return unit_id
        raise LookupError(gettext("还没有登记任何单位。请先用单位表导入本局的单位、窗口和人员。"))

    def covers(self, staff_id: int) -> frozenset[int]:
        """Everybody `staff_id` answers for today, itself included: those away whose answer leads here."""
        gone = [s for s in self.unit_of if not self.present(s)]
        mine = {s for s in gone if self.accountable(s) == staff_id}
        return frozenset(mine | {staff_id})

    def holder(self, unit_id: int, role: str, *, turn: int = 0) -> int:
        """A present holder of `role` in the unit, in turn; the unit's head when the post is vacant."""
        candidates = [s for s in self.holders.get((unit_id, role), ()) if self.present(s)]
        return candidates[turn % len(candidates)] if candidates else self.head_of(unit_id)


def roster(day: date | None = None) -> Roster:
    """The roster of a day (today when none is given): one query while the directory is unchanged, else five."""
    today = day or timezone.localdate()
    stamp = Stamp.objects.filter(pk="directory").values_list("version", flat=True).first()
    if stamp is None:  # nothing has been entered by an action yet
        return load(today)
    _seen["mark"] = stamp
    key = (connection.settings_dict["NAME"], stamp, today)
    if key not in _cache:
        while len(_cache) > 8:
            _cache.popitem(last=False)
        _cache[key] = load(today)
    return _cache[key]


_cache: OrderedDict[tuple[object, str, date], Roster] = OrderedDict()
_seen: dict[str, str] = {}


def last_mark() -> str:
    """The directory's mark as this process last read it; other caches of the place go by it without asking."""
    return _seen.get("mark", "")


def moved() -> None:
    """Tell every cached roster, in every process, that the directory has changed; part of each such change."""
    Stamp.objects.update_or_create(pk="directory", defaults={"version": secrets.token_hex(16)})


def load(today: date) -> Roster:
    """Read the roster of a day from the database: four queries, whatever the number of staff."""
    result = Roster(today)
    for pk, parent_id, path, name, short in Unit.objects.values_list(
        "pk", "parent_id", "path", "name", "short"
    ):
        result.parent[pk] = parent_id
        result.paths[pk] = path
        result.units[pk] = (name, short)
    for pk, name, unit_id, active in Staff.objects.order_by("pk").values_list(
        "pk", "name", "unit_id", "is_active"
    ):
        result.unit_of[pk] = unit_id
        result.names[pk] = name
        if active:
            result.active.add(pk)
    posts = Post.objects.exclude(staff=None).order_by("pk").values_list("unit_id", "role", "staff_id")
    for unit_id, role, staff_id in posts:
        _seat(result, unit_id, role, staff_id or 0, result.paths[unit_id])
    leaves = Leave.objects.filter(start__lte=today, end__gte=today).values_list("staff_id", "deputy_id")
    for staff_id, deputy_id in leaves:
        result.away.setdefault(staff_id, []).append(deputy_id)
    return result


def _seat(result: Roster, unit_id: int, role: str, staff_id: int, path: str) -> None:
    result.holders[unit_id, role].append(staff_id)
    result.seats[staff_id].append(Seat(role, path, unit_id))
    if role == Role.HEAD:
        result.heads[unit_id].append(staff_id)


def staff_actor(staff: Staff) -> Actor:
    """The actor for a member of staff: the posts they hold and everybody they answer for today."""
    today = roster()
    seats = tuple(today.seats.get(staff.pk, ()))
    return Actor("staff", staff.pk, staff.name, seats, today.covers(staff.pk), staff.unit_id)


def accountable(staff_id: int, day: date | None = None) -> int:
    """The id of who answers on `day` for what `staff_id` owns."""
    return roster(day).accountable(staff_id)
