"""A scenario goes through the library's three reviews: the two rooms know nothing of each other, the house ties them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jishiban.guide.entries import access, revisions
from jishiban.guide.entries.changes import Change, tellers
from jishiban.guide.entries.models import Kind, Revision
from jishiban.guide.entries.revisions import Proposal, is_returned
from jishiban.guide.scenarios import diff, queries, review
from jishiban.guide.scenarios.actions import publish_reviewed
from jishiban.guide.scenarios.body import Body, complete
from jishiban.kernel.directory.actor import Actor

Payload = Mapping[str, Any]


def hand_in(whole: Body, change: str, by: Actor, now: datetime) -> str:
    """Hand a scenario in for review, or again where it was sent back; returns the address of the review's page.

    Raises NotAllowed, FactsMissing, or StepRefused where one is under way.
    """
    target, payload = f"scenario:{whole['key']}", {"body": whole, "change": change}
    waiting = Revision.objects.select_related("case").filter(target=target, is_open=True).first()
    if waiting is not None and is_returned(waiting.case):
        found = revisions.amend(waiting, payload, change, by, now)
    else:
        found = revisions.propose(_proposal(whole, target, payload, by), by, now)
    return reverse("entries:desk-revision", args=[found.pk])


def _proposal(whole: Body, target: str, payload: Payload, by: Actor) -> Proposal:
    standing = queries.one(whole["key"])
    before = {"body": standing.current.body} if standing and standing.current else {}
    unit = access.unit_for(by, None)
    return Proposal(Kind.SCENARIO, whole["title"], payload, str(payload["change"]), unit, target, before)


def told(before: Payload, after: Payload) -> Iterator[Change]:
    """What a revision of a scenario would change, line by line; of a new one, what it asks and where it leads."""
    whole = complete(after["body"])
    if before.get("body"):
        changed = diff.changes(complete(before["body"]), whole)
        yield from (Change(one.part, one.before, one.after) for one in changed)
        return
    yield Change(_("标题"), "", whole["title"])
    yield Change(_("一句话说明"), "", whole["summary"])
    yield Change(_("问题"), "", "\n".join(one["text"] for one in whole["questions"]))
    steps = (one["title"] or one["matter"].get("name", "") for one in whole["steps"])
    yield Change(_("步骤"), "", "\n".join(steps))


def register() -> None:
    """From now on no editor publishes a scenario alone."""
    revisions.publishers[Kind.SCENARIO] = publish_reviewed
    tellers[Kind.SCENARIO] = told
    review.register(hand_in)
