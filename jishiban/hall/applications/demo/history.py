"""Letting the past happen: applications arrive as the days go by, and each goes on when its time has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count

from django.utils import timezone

from jishiban.hall.applications.demo.lives import Script, Story
from jishiban.hall.applications.demo.world import World
from jishiban.kernel.cases.errors import StepRefused

WEEKDAYS = (1.3, 1.05, 1.0, 0.98, 0.9, 0.6, 0.6)  # Monday first; a worked Saturday is a quiet one
ON_REST_DAY = 0.06  # only online, and few
ONLINE_SHARE = 0.68
WINDOW_HOURS = (0.22, 0.26, 0.16, 0.12, 0.14, 0.10)  # 9, 10, 11, 13, 14 o'clock and from 15 on
SWEEP_EVERY = 15.0


@dataclass(slots=True)
class Going:
    """A story under way: its script and the moment the script wants to go on."""

    story: Story
    script: Script
    wake: datetime | None

    def when(self, jitter: float) -> datetime | None:
        """When something happens next: the script goes on, or the sweep looks at the case."""
        dossier = self.story.dossier
        check = dossier.case.next_check if dossier and dossier.case.is_open else None
        look = check + timedelta(seconds=jitter) if check else None
        moments = [moment for moment in (self.wake, look) if moment]
        return min(moments, default=None)


@dataclass(slots=True)
class History:
    """The stretch from `world.now` to `until`. `run` yields at the end of every day, when it is safe to write."""

    world: World
    until: datetime
    a_day: float  # applications on an ordinary working day
    _heap: list[tuple[datetime, int, Going]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def add(self, story: Story, at: datetime, script: Callable[[Story], Script] = Story.lived) -> None:
        """A story that begins at `at`."""
        self._push(Going(story, script(story), at))

    def run(self) -> Iterator[date]:
        day = timezone.localdate(self.world.now)
        last = timezone.localdate(self.until)
        while day <= last:
            for moment, online in self._arrivals(day):
                self._arrive(moment, online=online)
            end = min(self.until, _midnight(day + timedelta(days=1)))
            while self._heap and self._heap[0][0] < end:
                self._go_on(*heappop(self._heap)[::2])
            self.world.now = max(self.world.now, end)
            yield day
            day += timedelta(days=1)

    def _push(self, going: Going) -> None:
        when = going.when(self.world.random.uniform(0, SWEEP_EVERY))
        if when is not None and when < self.until:
            heappush(self._heap, (max(when, self.world.now), next(self._order), going))

    def _go_on(self, now: datetime, going: Going) -> None:
        """One step of a story: what time has brought comes before what the script wants."""
        world, dossier = self.world, going.story.dossier
        world.now = now
        if dossier and dossier.case.is_open and dossier.case.next_check and dossier.case.next_check <= now:
            world.swept(dossier)
        elif going.wake and going.wake <= now:
            going.wake = self._resumed(going)
        self._push(going)

    def _resumed(self, going: Going) -> datetime | None:
        try:
            return next(going.script)
        except (StopIteration, StepRefused):  # refused: nobody was there to do it, so it stays where it is
            return None

    # --- arrivals ---

    def _arrive(self, moment: datetime, *, online: bool) -> None:
        errand = self.world.cast.errand()
        self.add(Story(self.world, errand, self.world.cast.applicant(errand), online), moment)

    def _arrivals(self, day: date) -> Iterator[tuple[datetime, bool]]:
        """When applications come on a day, and whether online."""
        world = self.world
        working = world.calendar.is_workday(day)
        expected = self.a_day * (WEEKDAYS[day.weekday()] * self._season(day) if working else ON_REST_DAY)
        for _n in range(int(expected * world.random.uniform(0.85, 1.15) + world.random.random())):
            online = not working or world.random.random() < ONLINE_SHARE
            moment = self._online_moment(day) if online else self._window_moment(day)
            if world.now <= moment < self.until:
                yield moment, online

    def _season(self, day: date) -> float:
        """More after long rests; less just before them."""
        calendar = self.world.calendar
        rested = (day - timedelta(days=n) for n in range(1, 5))
        return 1.35 if all(not calendar.is_workday(one) for one in rested) else 1.0

    def _window_moment(self, day: date) -> datetime:
        hour = self.world.random.choices((9, 10, 11, 13, 14, 15), WINDOW_HOURS)[0]
        spread = 100 if hour == 15 else 60
        return _midnight(day) + timedelta(hours=hour, minutes=self.world.random.uniform(0, spread))

    def _online_moment(self, day: date) -> datetime:
        """At all hours, mostly in the day, a second wave in the evening."""
        hours = self.world.random.choices(
            (self._bell(10.5, 1.8), self._bell(15, 1.8), self._bell(20.5, 1.6)), (4, 3, 3)
        )[0]
        return _midnight(day) + timedelta(hours=min(max(hours, 0.05), 23.95))

    def _bell(self, middle: float, width: float) -> float:
        return self.world.random.gauss(middle, width)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
