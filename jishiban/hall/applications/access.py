"""Who may see and do what with drafts, applications, their papers and files: one object asked by pages, API, search
and downloads.

A signed-in person sees and acts on their own. Somebody with a case's number and query code sees that case, masked;
with the number and the last four of the phone they see its progress only. Staff: the rules of the cases room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest

from jishiban.hall.applications.models import Draft
from jishiban.kernel.cases import access as cases
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import Actor
from jishiban.web.doors import actor_of

BY_CODE, BY_PHONE = (
    "code",
    "phone",
)  # how a permit was got; the phone's four digits can be guessed, so they show less
AT_MOST = 20  # permits and drafts a session remembers


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: the actor, and what this session was given permits for."""

    actor: Actor
    permits: Mapping[str, str] = field(default_factory=dict)  # case number → BY_CODE or BY_PHONE
    drafts: frozenset[str] = frozenset()

    def owns(self, case: Case) -> bool:
        """True for the person the case belongs to."""
        return self.actor.kind == "person" and cases.may_see(self.actor, case)

    def sees(self, case: Case) -> bool:
        """Whether the case's progress may be shown."""
        return cases.may_see(self.actor, case) or case.number in self.permits

    def reads(self, case: Case) -> bool:
        """Whether its papers, receipt and reasons may be read: not with the phone's digits alone."""
        return cases.may_see(self.actor, case) or self.permits.get(case.number) == BY_CODE

    def acts(self, case: Case) -> bool:
        """Whether corrections and withdrawals may come from here: the person themself, signed in."""
        return self.owns(case)

    def downloads(self, case: Case) -> bool:
        """Whether the files handed in may be fetched: the person themself, and staff who may see the case."""
        return cases.may_see(self.actor, case)

    def opens(self, draft: Draft) -> bool:
        """Whether a draft may be opened: by its owner, or with its code and the phone's digits."""
        mine = self.actor.kind == "person" and self.actor.id is not None and draft.person_id == self.actor.id
        return mine or draft.code in self.drafts

    def visible(self) -> Q:
        """The same as `sees`, as a filter on Case."""
        return cases.visible(self.actor) | Q(number__in=list(self.permits))


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of a request."""
    session = request.session
    return Viewer(actor_of(request), dict(session.get("permits", {})), frozenset(session.get("drafts", ())))


def permit(request: HttpRequest, number: str, how: str) -> None:
    """Remember, for this session, that a case may be seen; the newest few are kept, a stronger permit stays."""
    held = dict(request.session.get("permits", {}))
    before = held.pop(number, "")
    held[number] = BY_CODE if BY_CODE in (before, how) else how
    request.session["permits"] = dict(list(held.items())[-AT_MOST:])


def permit_draft(request: HttpRequest, code: str) -> None:
    """Remember, for this session, that a draft may be opened."""
    held = [known for known in request.session.get("drafts", []) if known != code]
    request.session["drafts"] = [*held, code][-AT_MOST:]
