"""Who may see a case and who may take a step: one answer for pages, lists, search, API and exports.

Seeing: the person it belongs to; staff with any seat at or above its unit. Acting: a role named by the step, at
or above the unit of the case, and the case must be theirs to keep (owned, or covered for someone away) unless the
step is one any colleague of that role may take. Heads act on everything of their unit where the step names heads.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext

from jishiban.kernel.cases.flow import PARTY, SYSTEM, Step
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role
from jishiban.kernel.directory.roster import Roster, roster

WORKING = (Role.CLERK, Role.REVIEWER, Role.HEAD)
SEEING = (Role.CLERK, Role.REVIEWER, Role.HEAD, Role.AUDITOR)


def may_see(actor: Actor, case: Case) -> bool:
    """True when the actor may open this case."""
    if actor.kind == "system":
        return True
    if actor.kind == "person":
        return actor.id is not None and case.person_id == actor.id
    mine = case.owner_id in actor.covers or actor.id in (case.offered_to_id, case.overseer_id)
    return mine or actor.holds(SEEING, unit_path(case.unit_id))


def visible(actor: Actor) -> Q:
    """The same rule as `may_see`, as a filter on Case."""
    if actor.kind == "system":
        return Q()
    if actor.kind == "person":
        return Q(person_id=actor.id) if actor.id else Q(pk__in=[])
    rule = Q(owner_id__in=actor.covers) | Q(offered_to_id=actor.id) | Q(overseer_id=actor.id)
    units = units_under(actor.paths(*SEEING))
    return rule | Q(unit_id__in=units) if units else rule


def sees_everything(actor: Actor) -> bool:
    """True for staff who see the whole tree: lists then need no filter at all."""
    return actor.kind == "system" or any(path.count("/") == 2 for path in actor.paths(*SEEING))


def why_not(actor: Actor, step: Step, case: Case, path: str = "") -> str:
    """Empty when the actor may take the step on the case; else the reason in words.

    `path` is that of the case's unit where the caller knows it: a page that asks about many steps looks once.
    """
    if actor.kind == "system":
        return "" if SYSTEM in step.by else gettext("这一步须由人来办理。")
    if actor.kind == "person":
        return "" if PARTY in step.by and may_see(actor, case) else gettext("您不能办理这一步。")
    roles = tuple(role for role in step.by if role not in (PARTY, SYSTEM))
    path = path or unit_path(case.unit_id)
    if not actor.holds(roles, path):
        return gettext("您的岗位不能办理这一步，请联系本单位负责人。")
    as_head = Role.HEAD in step.by and actor.holds((Role.HEAD,), path)
    if step.anyone or case.owner_id in actor.covers or as_head:
        return ""
    return gettext("此件由其他同事负责。需要时请负责人移交给您。")


def unit_path(unit_id: int) -> str:
    return roster().paths.get(unit_id, "/-/")


def units_under(paths: tuple[str, ...], today: Roster | None = None) -> list[int]:
    """The ids of all units at or under the paths; `today` where the caller has the roster at hand."""
    known = (today or roster()).paths
    return [pk for pk, path in known.items() if any(path.startswith(p) for p in paths)]
