"""What the named accounts find when they first sign in: something in every group of the inbox, and a citizen's own cases.

Chance would leave some group empty on some day, and a demonstration must show each.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from jishiban.hall.applications.demo import words
from jishiban.hall.applications.demo.cast import Applicant, Errand
from jishiban.hall.applications.demo.history import History
from jishiban.hall.applications.demo.lives import Script, Story
from jishiban.hall.matters.actions import publish
from jishiban.kernel.directory.models import Staff

FOOD, CATERING, SHOP, ARCHIVE = "5", "6", "2", "266"
Move = tuple[datetime, Callable[[Story], None]]


@dataclass(slots=True)
class Stage:
    """The scene: the history it is put into and the people it is for."""

    history: History
    clerk: int
    reviewer: int
    editor: int
    other: int

    def on(self, days: int, hour: float) -> datetime:
        """That hour of the working day `days` before today's; today's is the last one that has begun."""
        office = self.history.world.office
        today = bisect_right(office.days, timezone.localdate(self.history.until)) - 1
        start = datetime.combine(office.days[today - days], time.min, office.zone)
        return start + timedelta(hours=hour, seconds=self.history.world.random.uniform(0, 600))

    def put(self, errand: Errand, applicant: Applicant, at: datetime, *moves: Move, online: bool = True,
            owner: int | None = None) -> None:  # fmt: skip
        """A case that goes exactly so."""

        def script(story: Story) -> Script:
            story.receive()
            for moment, move in moves:
                yield moment
                move(story)

        self.history.add(Story(self.history.world, errand, applicant, online, owner), at, script)


def stage(history: History) -> None:
    """Put the scene into a history that has not run yet."""
    accounts = dict(Staff.objects.values_list("account", "pk"))
    today = history.world.day.roster
    unit = today.unit_of[accounts["shencha"]]
    reviewers = today.holders[unit, "reviewer"]
    other = next(one for one in reviewers if one != accounts["shencha"] and today.present(one))
    scene = Stage(history, accounts["chuangkou"], accounts["shencha"], accounts["bianji"], other)
    errands = {errand.matter.local_code: errand for errand in reversed(history.world.cast.errands)}
    _for_the_reviewer(scene, errands[FOOD])
    _for_the_clerk(scene, errands[FOOD], errands[CATERING])
    _for_the_citizen(scene, errands)
    _for_the_figures(scene, errands[CATERING])
    _a_better_promise(scene, errands[CATERING])


# --- moves -------------------------------------------------------------------------------------------------------


def accepted(reviewer: int) -> Callable[[Story], None]:
    return lambda story: story.do("accept", owner_id=reviewer)


def granted(story: Story) -> None:
    story.world.decide(story.open, granted=True, grounds=words.GRANTED)


def refused(story: Story) -> None:
    story.world.decide(story.open, granted=False, grounds=words.REFUSED[1])


def delivered(story: Story) -> None:
    story.world.deliver(story.open)


def noticed(story: Story) -> None:
    story.world.notice(story.open, words.asked(story.world.random, story.errand))


def visited(story: Story) -> None:
    story.do("site_check", **words.site_check(story.world.random, timezone.localdate(story.world.now)))


def suspended(days: int) -> Callable[[Story], None]:
    def move(story: Story) -> None:
        until = timezone.localdate(story.world.now) + timedelta(days=days)
        story.do("suspend", **words.suspension("检验", until))

    return move


def offered(to: int) -> Callable[[Story], None]:
    return lambda story: story.offer(to)


def taken(by: int) -> Callable[[Story], None]:
    def move(story: Story) -> None:
        story.do("take", by=story.world.day.actor(by), change=story.taken_by(by))

    return move


def unneeded(story: Story) -> None:
    story.do("not_needed", grounds=words.UNNEEDED)


def not_ours(story: Story) -> None:
    story.do("not_accept", grounds=words.NOT_OURS[0], authority=words.NOT_OURS[1], remedies=words.REMEDIES)


def lapsed(story: Story) -> None:
    story.do("lapse", grounds=words.LATE_GROUNDS)


def ended(story: Story) -> None:
    story.do("terminate", grounds=words.ENDED_GROUNDS, remedies=words.REMEDIES)


def withdrawn(story: Story) -> None:
    story.withdraw()


def asked_longer(story: Story) -> None:
    story.do("ask_extension", reason=words.LAWFUL_DELAY[0])


# --- scenes ------------------------------------------------------------------------------------------------------


def _firms(scene: Stage) -> Iterator[Applicant]:
    """Enterprises nobody else of the scene is."""
    return iter(scene.history.world.cast.firms[5:])


def _for_the_reviewer(scene: Stage, food: Errand) -> None:
    """Overdue, due today, soon, later, paused, offered; one waits for the head's word on more time."""
    on, firms, mine = scene.on, _firms(scene), accepted(scene.reviewer)
    promise = int(food.plan["promised"]["amount"])
    for ago in (promise + 2, promise, max(promise - 1, 1), max(promise - 2, 1), 1, 1):
        scene.put(food, next(firms), on(ago, 9.1), (on(ago, 10), mine))
    scene.put(food, next(firms), on(3, 9.3), (on(3, 10.4), mine), (on(2, 14), visited))
    scene.put(food, next(firms), on(3, 9.2), (on(3, 10.2), mine), (on(2, 11), suspended(9)))
    scene.put(food, next(firms), on(3, 9.5), (on(3, 11), mine), (on(1, 16), asked_longer))
    for hour in (10.5, 15.2):
        theirs = accepted(scene.other)
        scene.put(food, next(firms), on(2, 9.4), (on(2, 10), theirs), (on(1, hour), offered(scene.reviewer)))


def _for_the_clerk(scene: Stage, food: Errand, catering: Errand) -> None:
    """New ones at every distance from the five days, one at the applicant's, one not handed out, one offered."""
    on, firms, mine = scene.on, _firms(scene), scene.clerk
    for _n in range(12):
        next(firms)
    notice = int(food.plan["notice"]["amount"])
    for ago, errand in ((notice, food), (notice - 1, catering), (notice - 2, food), (1, catering), (1, food)):
        scene.put(errand, next(firms), on(ago, 13.5), owner=mine)
    scene.put(food, next(firms), on(3, 9.6), (on(2, 10), noticed), owner=mine)
    ready = (
        (on(14, 10), accepted(scene.reviewer)),
        (on(12, 10), granted),
        (on(12, 11), offered(mine)),
        (on(12, 14), taken(mine)),
    )
    scene.put(food, next(firms), on(14, 9.2), *ready, online=False, owner=mine)
    passing = (on(4, 10), accepted(scene.reviewer)), (on(1, 10), granted), (on(1, 11.2), offered(mine))
    scene.put(food, next(firms), on(4, 9.2), *passing, online=False, owner=mine)


def _for_the_citizen(scene: Stage, errands: dict[str, Errand]) -> None:
    """Under way, to be corrected, refused, and granted with a paper to download."""
    on, me = scene.on, scene.history.world.cast.people[0]
    mine = accepted(scene.reviewer)
    scene.put(errands[SHOP], me, on(2, 9.4), (on(1, 9.5), noticed), owner=scene.clerk)
    scene.put(errands[CATERING], me, on(2, 10.1), (on(2, 14), mine), (on(1, 10), visited))
    scene.put(
        errands[CATERING], me, on(20, 9.1), (on(20, 10), mine), (on(18, 10), refused), (on(18, 15), delivered)
    )
    scene.put(
        errands[ARCHIVE],
        me,
        on(15, 9.2),
        (on(15, 9.4), mine),
        (on(15, 9.7), granted),
        (on(15, 10), delivered),
    )


def _for_the_figures(scene: Stage, catering: Errand) -> None:
    """The rare ends, so that every state is there to be looked at."""
    on, firms, mine = scene.on, _firms(scene), accepted(scene.reviewer)
    for _n in range(24):
        next(firms)
    for days, moves in (
        (9, [(on(9, 10), unneeded)]),
        (9, [(on(8, 10), not_ours)]),
        (22, [(on(21, 10), noticed), (on(3, 10), lapsed)]),
        (8, [(on(8, 11), mine), (on(6, 10), ended)]),
        (7, [(on(7, 11), mine), (on(6, 10), withdrawn)]),
        (4, [(on(4, 10), mine), (on(2, 15), refused)]),
        (20, [(on(13, 10), granted), (on(12, 10), delivered)]),  # nobody accepted it in time: the law did
    ):
        scene.put(catering, next(firms), on(days, 9.2), *moves)


def _a_better_promise(scene: Stage, catering: Errand) -> None:
    """Half-way the editor promises a day less: what the hall promised on a day is then a real question."""
    world, office = scene.history.world, scene.history.world.office
    middle = (office.minutes(world.now) + office.minutes(scene.history.until)) / 2

    def script(_story: Story) -> Script:
        before = int(catering.version.promise_amount or 0)
        body = deepcopy(catering.version.body)
        body["promise"] = {"amount": before - 1, "unit": catering.version.promise_unit}
        change = f"承诺时限由{before}个工作日减为{before - 1}个工作日。"
        world.bulk.write()  # leaves go in by time, and the publication seals one of its own
        catering.follow(publish(catering.matter, body, world.day.actor(scene.editor), change, world.now))
        yield from ()

    if catering.version.promise_amount and catering.version.promise_amount > 1:
        story = Story(world, catering, world.cast.people[0], online=True)
        scene.history.add(story, office.moment(middle), script)
