"""Loading the demonstration's past: how much of it, written when, told how."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.utils import timezone

from jishiban.hall.applications.actions import save_draft, start_draft
from jishiban.hall.applications.demo import cast
from jishiban.hall.applications.demo.cast import Cast
from jishiban.hall.applications.demo.history import History
from jishiban.hall.applications.demo.office import Office
from jishiban.hall.applications.demo.staged import stage
from jishiban.hall.applications.demo.world import World
from jishiban.kernel.cases.bulk import Bulk
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.invented import Inventor
from jishiban.kernel.notices.models import Notice, Status

SEED = 20_260_701
Progress = Callable[[float, int], None]  # the share that is done, and how many cases so far


@dataclass(frozen=True, slots=True)
class Scale:
    """How much past there is. `chunk` steps are held before they are written (none: all are written at the end)."""

    days: int
    a_day: float
    persons: int
    enterprises: int
    chunk: int | None = None
    paper_days: int | None = None  # papers only for steps of so many last days; none: all


SMALL = Scale(days=90, a_day=66, persons=1800, enterprises=700)
FULL = Scale(days=365, a_day=1080, persons=60_000, enterprises=15_000, chunk=20_000, paper_days=30)
SCALES = {"small": SMALL, "full": FULL}


def past(scale: Scale, now: datetime, progress: Progress, seed: int = SEED) -> int:
    """Live `scale` through up to `now`; returns how many cases there are. What is written at any moment is whole:
    a loader that is stopped leaves a hall as it stood on that day."""
    world = _world(scale, now, seed)
    history = History(world, now, scale.a_day)
    stage(history)
    first = timezone.localdate(world.now)
    with _no_garbage():
        for day in history.run():
            if scale.chunk and world.bulk.steps >= scale.chunk:
                world.bulk.write()
            progress(min(1.0, ((day - first).days + 1) / (scale.days + 1)), world.bulk.cases)
        world.bulk.write()
    _draft(world, now)
    return world.bulk.cases


def _draft(world: World, now: datetime) -> None:
    """An application the citizen has begun and can go on with on another device."""
    me, errand = (
        world.cast.people[0],
        next(one for one in world.cast.errands if one.matter.local_code == "15"),
    )
    begun = now - timedelta(hours=5)
    draft = start_draft(errand.matter, errand.version, me.person, now=begun)
    part = {"kind": "person", "name": me.name, "id_number": me.id_number, "phone": me.phone}
    save_draft(draft, {"applicant": part}, now=begun + timedelta(minutes=4))


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Nothing here is a ring, and looking for rings among so many rows takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _world(scale: Scale, now: datetime, seed: int) -> World:
    inventor = Inventor(Random(seed))
    began = now - timedelta(days=scale.days)
    errands, weights = cast.errands(inventor.random)
    persons, firms = cast.people(inventor, scale.persons, scale.enterprises, began)
    calendar = calendars()["statutory"]
    day = timezone.localdate(began)
    office = Office(calendar, day - timedelta(days=60), timezone.localdate(now) + timedelta(days=120))
    bulk = Bulk(settings.PLACE.area_code, told=Told(now))
    papers_from = now - timedelta(days=scale.paper_days) if scale.paper_days else None
    return World(Cast(inventor, errands, weights, persons, firms), bulk, office, calendar, began, papers_from)


class Told:
    """What became of the notices of the past: sent at once, mostly read; those of the last two hours still wait."""

    def __init__(self, now: datetime) -> None:
        self.recent = now - timedelta(hours=2)

    def __call__(self, notice: Notice) -> None:
        if notice.created_at >= self.recent:
            return
        notice.next_try_at = None
        notice.status, notice.sent_at = Status.SENT, notice.created_at
        if notice.to_staff_id or notice.created_at.microsecond % 3:
            notice.status = Status.READ
            notice.read_at = notice.created_at + timedelta(minutes=20 + notice.created_at.second * 10)
