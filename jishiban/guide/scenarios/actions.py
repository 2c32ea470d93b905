"""Every write to scenarios. Each checks permission, changes, records in the ledger: all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jishiban.guide.scenarios import access, body, check, queries, review
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.check import Problem
from jishiban.guide.scenarios.indicators import FOLLOWED, PUBLISHED
from jishiban.guide.scenarios.models import Scenario, ScenarioDraft, ScenarioVersion
from jishiban.kernel.cases.errors import StepRefused
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.indicators.actions import FactRow, emit
from jishiban.kernel.ledger.actions import record

STATUS = "scenario-status"
COLUMNS = ("title", "summary", "icon", "group")


class Unpublishable(Exception):
    """The scenario may not be published as it is; `problems` says where and what to do."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("；".join(one.text for one in problems))
        self.problems = list(problems)


# -- publishing ------------------------------------------------------------------------------------


def publish(given: Mapping[str, Any], by: Actor, now: datetime, change: str = "") -> ScenarioVersion:
    """Publish `given` as the next version of the scenario its key names, in force from `now`; its draft is done with.

    Raises NotAllowed, or Unpublishable and writes nothing. The same content again is no new version: the one in
    force is returned. Where a review is hung in, no single person publishes.
    """
    _must_edit(by)
    if by.kind != "system" and review.reviewer() is not None:
        raise access.NotAllowed(_("攻略要经审核才能发布，请送审。"))
    return _publish(body.complete(given), by, now, change)


def publish_reviewed(payload: Mapping[str, Any], by: Actor, now: datetime) -> None:
    """Publish what a review has agreed to: {"body": …, "change": …}. Who may was the review's to decide.

    Raises StepRefused where the catalogue has moved meanwhile and the scenario is no longer sound.
    """
    try:
        _publish(body.complete(payload["body"]), by, now, str(payload.get("change", "")), reviewed=True)
    except Unpublishable as refusal:
        raise StepRefused(str(refusal)) from refusal


@transaction.atomic
def _publish(
    whole: Body, by: Actor, now: datetime, change: str, *, reviewed: bool = False
) -> ScenarioVersion:
    if problems := problems_of(whole):
        raise Unpublishable(problems)
    Scenario.objects.get_or_create(key=whole["key"])
    scenario = Scenario.objects.select_for_update().get(key=whole["key"])
    standing = scenario.current
    _done_with(scenario, whole if reviewed else None)
    if standing is not None and standing.digest == body.digest(whole):
        return standing
    version = _version(scenario, whole, standing, by, now)
    version.change = change.strip()[:200] or _("发布攻略")
    version.leaf = record(PUBLISHED, record_body(version), now).leaf
    version.save(force_insert=True)
    scenario.current = version
    scenario.save(update_fields=["current"])
    _count(PUBLISHED, scenario, now)
    return version


def _done_with(scenario: Scenario, reviewed: Body | None) -> None:
    """The draft has become this version; one that was written on while others reviewed it is kept."""
    draft = ScenarioDraft.objects.filter(scenario=scenario).first()
    if draft is None:
        return
    if reviewed is None or body.digest(body.complete(draft.body)) == body.digest(reviewed):
        draft.delete()


def problems_of(whole: Body) -> list[Problem]:
    """What `check` refuses, with the catalogue as it is now: one query."""
    return check.check(whole, queries.Catalogue.of([whole]).knows)


def _version(
    scenario: Scenario, whole: Body, before: ScenarioVersion | None, by: Actor, now: datetime
) -> ScenarioVersion:
    return ScenarioVersion(
        scenario=scenario,
        number=before.number + 1 if before else 1,
        body=whole,
        digest=body.digest(whole),
        published_at=now,
        published_by_id=by.id if by.kind == "staff" else None,
        **{name: whole[name] for name in COLUMNS},
    )


def record_body(version: ScenarioVersion) -> dict[str, Any]:
    """What the ledger says of a publication."""
    return {
        "scenario": version.body["key"],
        "title": version.body["title"],
        "number": version.number,
        "change": version.change,
        "digest": version.digest,
    }


@transaction.atomic
def set_in_use(scenario: Scenario, in_use: bool, by: Actor, reason: str, now: datetime) -> Scenario:
    """Take a scenario off the site, or put it back; its versions stay. The same again changes nothing."""
    _must_edit(by)
    if not reason.strip():
        raise Unpublishable([Problem("reason", _("请写原因，会记入公开账本。"))])
    locked = Scenario.objects.select_for_update().get(pk=scenario.pk)
    if locked.in_use != in_use:
        locked.in_use = in_use
        locked.save(update_fields=["in_use"])
        record(STATUS, {"scenario": locked.key, "in_use": in_use, "reason": reason.strip()}, now)
    scenario.in_use = locked.in_use
    return scenario


# -- drafts ----------------------------------------------------------------------------------------


@transaction.atomic
def create(key: str, title: str, by: Actor, now: datetime) -> Scenario:
    """A new scenario with an empty draft. Raises Unpublishable where the key is none or taken."""
    _must_edit(by)
    if not check.KEY.match(key):
        raise Unpublishable([Problem("key", _("代号要用小写字母开头，只含小写字母、数字和短横线。"))])
    scenario, made = Scenario.objects.get_or_create(key=key)
    if not made:
        raise Unpublishable([Problem("key", _("已经有代号是“%(key)s”的攻略，请换一个。") % {"key": key})])
    save_draft(scenario, {**body.BLANK, "title": title}, by, now)
    return scenario


@transaction.atomic
def save_draft(scenario: Scenario, given: Mapping[str, Any], by: Actor, now: datetime) -> ScenarioDraft:
    """Keep an unfinished scenario as typed, right or wrong; its key cannot be changed.

    The first save remembers which version it began from.
    """
    _must_edit(by)
    if by.id is None:
        raise access.NotAllowed(_("草稿要有编辑的人，请先登录。"))
    draft = ScenarioDraft.objects.select_for_update().filter(scenario=scenario).first()
    if draft is None:
        draft = ScenarioDraft(scenario=scenario, base_id=scenario.current_id)
    draft.body = body.complete({**given, "key": scenario.key})
    draft.editor_id, draft.changed_at = by.id, now
    draft.save()
    return draft


@transaction.atomic
def discard_draft(scenario: Scenario, by: Actor) -> None:
    """Throw the unfinished version away; a scenario that was never published goes with it."""
    _must_edit(by)
    ScenarioDraft.objects.filter(scenario=scenario).delete()
    if scenario.current_id is None:
        scenario.delete()


# -- what people do --------------------------------------------------------------------------------


@transaction.atomic
def followed(scenario: Scenario, now: datetime, channel: str = "") -> None:
    """Somebody came to the end of a scenario and saw their plan: one fact, nothing about who."""
    _count(FOLLOWED, scenario, now, channel)


def _count(kind: str, scenario: Scenario, now: datetime, channel: str = "") -> None:
    """Nothing where no unit has been entered yet: a fact belongs to one."""
    try:
        unit_id = roster().root()
    except LookupError:
        return
    emit([FactRow(kind=kind, at=now, unit_id=unit_id, subject=scenario.subject, channel=channel)])


def _must_edit(by: Actor) -> None:
    if not access.may_edit(by):
        raise access.NotAllowed(_("只有指南编辑可以改情景攻略。"))
