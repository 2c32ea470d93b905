"""The one point at which a place's review of what is published is hung in.

Without one, an editor publishes with their own button. A house with three-step review registers a function that takes
the checked document and starts it; when the last reviewer agrees, that review calls `actions.publish_reviewed` with
{"body": …, "change": …}.

    review.register(lambda body, change, by, now: start("scenario", body, change, by, now).get_absolute_url())
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from jishiban.guide.scenarios.body import Body
from jishiban.kernel.directory.actor import Actor

KIND = "scenario"
# (document, what changed, who hands it in, when) → the address of the page that shows the review
Reviewer = Callable[[Body, str, Actor, datetime], str]

_registered: list[Reviewer] = []


def register(reviewer: Reviewer | None) -> None:
    """Hang a review in, or with None take it out; the last one registered counts."""
    _registered[:] = [reviewer] if reviewer else []


def reviewer() -> Reviewer | None:
    """The review in force; None where editors publish themselves."""
    return _registered[0] if _registered else None
