"""Who may read a talk, a question handed to a person, and the editors' list: asked by pages, API and downloads.

A talk is open to the person it belongs to, and to the browser in which it was held. A program that began one goes on
with its key alone, and can read nothing back by it. A question handed over: the rules of cases, or number and code.
"""

from __future__ import annotations

from django.http import HttpRequest

from jishiban.guide.conversations.models import Conversation
from jishiban.kernel.cases import access as cases
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role
from jishiban.web.doors import actor_of

TALKS, INQUIRIES = "talks", "inquiries"
AT_MOST = 20
EDITORS = (Role.EDITOR,)


def may_read(request: HttpRequest, talk: Conversation) -> bool:
    """True for whoever held the talk: signed in as its person, or in the same session."""
    actor = actor_of(request)
    owns = actor.kind == "person" and actor.id is not None and talk.person_id == actor.id
    return owns or talk.key in request.session.get(TALKS, ())


def may_see_inquiry(request: HttpRequest, case: Case) -> bool:
    """Whether the public page of a question handed over may be shown, reply and all."""
    actor = actor_of(request)
    owns = actor.kind == "person" and cases.may_see(actor, case)
    return owns or case.number in request.session.get(INQUIRIES, ())


def permit(request: HttpRequest, kind: str, key: str) -> None:
    """Remember, for this session, a talk or a question; the newest few are kept."""
    held = [known for known in request.session.get(kind, []) if known != key]
    request.session[kind] = [*held, key][-AT_MOST:]


def may_edit(actor: Actor) -> bool:
    """Whether the actor works the list of badly answered questions."""
    return actor.has_role(*EDITORS)
