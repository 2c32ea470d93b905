"""Every write of a revision: handing in, the three reviews, the way back, and what happens on publication.

A revision is its case: who may take which step, and that its readers are different people, says the flow. What a kind
of revision changes is applied by its publisher, in the same transaction as the last review.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jishiban.guide.entries import access
from jishiban.guide.entries.flow import AMEND, EDITOR, HEAD, RETURNED, REVIEW, REVISION, authors_and_readers
from jishiban.guide.entries.library_row import settings_row
from jishiban.guide.entries.models import Revision
from jishiban.kernel.cases.actions import Opening, act, open_case
from jishiban.kernel.cases.errors import FactsMissing, StepRefused
from jishiban.kernel.cases.events import CaseClosed
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.roster import Roster, roster
from jishiban.kernel.ledger.sealing import canonical

Payload = Mapping[str, Any]
Publisher = Callable[[dict[str, Any], Actor, datetime], None]
publishers: dict[str, Publisher] = {}

NEXT_BY = {"submit": (EDITOR, HEAD), "resubmit": (EDITOR, HEAD), "first": (EDITOR, HEAD), "second": (HEAD,)}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody would like to change. `target` names what is changed ("entry:12"), empty for something new."""

    kind: str
    title: str
    payload: Payload
    why: str
    unit_id: int
    target: str = ""
    before: Payload = field(default_factory=dict)


def digest_of(payload: Payload) -> str:
    """SHA-256 over the one spelling of the content, in hex: what every review puts on record."""
    return hashlib.sha256(canonical(payload)).hexdigest()


def propose(proposal: Proposal, by: Actor, now: datetime) -> Revision:
    """Hand a change in for its three reviews. Raises NotAllowed, FactsMissing, StepRefused when one is under way."""
    if by.id is None or not access.may_write_of(by, proposal.unit_id):
        raise access.NotAllowed(_("这里的知识不归您的单位编辑，请联系它的承办单位。"))
    if not proposal.why.strip():
        raise FactsMissing({"why": _("请写为什么改，审核的人要看。")})
    try:
        with transaction.atomic():
            return _open(proposal, by, by.id, now)
    except IntegrityError as error:
        if proposal.target and Revision.objects.filter(target=proposal.target, is_open=True).exists():
            raise StepRefused(_("这一条已有一份修订在审核，请等它结束再改。")) from error
        raise


def _open(proposal: Proposal, by: Actor, author: int, now: datetime) -> Revision:
    digest = digest_of(proposal.payload)
    opening = Opening(
        REVISION, proposal.unit_id, proposal.title[:200], f"revision:{proposal.kind}", _terms(),
        owner_id=reviewer(proposal.unit_id, NEXT_BY["submit"], {author}, roster()), first_contact_id=author,
    )  # fmt: skip
    case = open_case(opening, by, now=now, content=digest)
    return Revision.objects.create(
        case=case, kind=proposal.kind, target=proposal.target, title=proposal.title[:200],
        payload=dict(proposal.payload), before=dict(proposal.before), digest=digest, why=proposal.why.strip()[:200],
        drafted_by_id=author, drafted_at=now,
    )  # fmt: skip


def _terms() -> dict[str, dict[str, Any]]:
    """The limits of a review and of its amendment: so many working days, by the library's settings."""
    term = {"amount": settings_row().review_days, "unit": "工作日", "basis": gettext_noop("知识库规范")}
    return {
        REVIEW: term | {"label": gettext_noop("知识审核")},
        AMEND: term | {"label": gettext_noop("修改")},
    }


def reviewer(unit_id: int, roles: tuple[str, ...], besides: set[int], today: Roster) -> int:
    """Who reviews next: somebody present in one of the roles, of the unit or above, who had no hand in it yet.

    Where there is nobody, whoever answers for the unit owns it: a promise is never without an owner.
    """
    at: int | None = unit_id
    while at is not None:
        for role in roles:
            for one in today.holders.get((at, role), ()):
                if one not in besides and today.present(one):
                    return one
        at = today.parent.get(at)
    return today.head_of(unit_id)


# -- the reviews -----------------------------------------------------------------------------------


def approve(revision: Revision, by: Actor, now: datetime, seen: int, opinion: str = "") -> CaseEvent:
    """Take the review that is due: 初审, 复审 or 终审. The last one publishes.

    `seen` is the number of the last event the reviewer saw: what has changed since is not approved unread. Raises
    NotAllowed or StepRefused, and then nothing has changed.
    """
    step = {"first": "first", "second": "second", "third": "publish"}.get(revision.case.state)
    if step is None:
        raise StepRefused(_("这份修订现在不在审核中，请刷新后再看。"))
    return act(
        revision.case, step, by=by, now=now, seen=seen, owner_id=_next(revision, step, by),
        content=revision.digest, **_said(opinion=opinion),
    )  # fmt: skip


def send_back(revision: Revision, by: Actor, now: datetime, seen: int, reason: str) -> CaseEvent:
    """Return it to its author with the reason; the author has as long as a review has."""
    return act(
        revision.case,
        "return",
        by=by,
        now=now,
        seen=seen,
        owner_id=revision.drafted_by_id,
        reason=reason.strip(),
    )


@transaction.atomic
def amend(revision: Revision, payload: Payload, why: str, by: Actor, now: datetime) -> Revision:
    """Hand a returned revision in again with other content; all three reviews begin anew."""
    if not access.may_write_of(by, revision.case.unit_id):
        raise access.NotAllowed(_("这里的知识不归您的单位编辑，请联系它的承办单位。"))
    digest = digest_of(payload)
    act(revision.case, "resubmit", by=by, now=now, owner_id=_next(revision, "resubmit", by), content=digest)
    revision.payload, revision.digest = dict(payload), digest
    revision.why = why.strip()[:200] or revision.why
    revision.save(update_fields=["payload", "digest", "why"])
    return revision


def drop(revision: Revision, by: Actor, now: datetime) -> CaseEvent:
    """Its author takes it back; nothing is changed by it."""
    return act(revision.case, "drop", by=by, now=now)


def _next(revision: Revision, step: str, by: Actor) -> int | None:
    if step not in NEXT_BY:
        return None
    authors, readers = authors_and_readers(revision.case_id)
    besides = authors | {by.id or 0} | (set() if step == "resubmit" else readers)
    return reviewer(revision.case.unit_id, NEXT_BY[step], besides, roster())


def _said(**facts: str) -> dict[str, Any]:
    return {name: value.strip() for name, value in facts.items() if value.strip()}


def is_returned(case: Case) -> bool:
    return case.state == RETURNED.name


# -- its end ---------------------------------------------------------------------------------------


def settle(event: CaseClosed) -> None:
    """A revision has ended: published, its content is applied now; dropped, another may be proposed."""
    if event.case.flow != REVISION.name:
        return
    revision = Revision.objects.get(case=event.case)
    revision.is_open = False
    if event.step == "publish":
        if event.event.facts["content"] != digest_of(revision.payload):
            raise StepRefused(_("内容和审核时的不一样，不能发布。请退回重新审核。"))
        by = Actor("staff", event.event.actor_id)
        publishers[revision.kind](dict(revision.payload), by, event.at)
        revision.published_at = event.at
    revision.save(update_fields=["is_open", "published_at"])
