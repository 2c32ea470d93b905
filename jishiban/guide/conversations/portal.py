"""Asking: one box, a talk that grows downwards, buttons where the guide is not sure. Works without JavaScript."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jishiban.guide.conversations import access, actions, pieces, queries, words
from jishiban.guide.conversations.models import LONGEST, Channel, Conversation, Judged, Turn
from jishiban.guide.conversations.question import NotAQuestion
from jishiban.guide.scenarios import offers
from jishiban.guide.scenarios.home import scenario_section
from jishiban.web.context_processors import mode_of
from jishiban.web.doors import actor_of, public

ASKER = "asker"
SHOWN = 30
# The microphone is for this page's own voice input and for nobody else; everywhere else it stays shut.
PERMISSIONS = "camera=(), microphone=(self), geolocation=(), payment=()"


def examples() -> list[str]:
    """Questions to begin with."""
    return [_("开饭店要什么材料"), _("护照丢了怎么补"), _("公司换法人去哪办"), _("新生儿要办哪些事")]


def drawn(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of this room, on which the browser's own speech recognition may be offered."""
    answer = render(request, template, {"longest": LONGEST, **context}, status=status)
    answer["Permissions-Policy"] = PERMISSIONS
    return answer


@public
@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """One box and a few examples; `q` is what was typed elsewhere."""
    return _begin(request, request.GET.get("q", "")[:LONGEST])


def _begin(request: HttpRequest, typed: str, error: str = "") -> HttpResponse:
    context = {
        "typed": typed, "error": error, "examples": examples(), "hide_search": True, "crumbs": [{"title": _("智能导服")}],
        **scenario_section(),
    }  # fmt: skip
    return drawn(request, "conversations/start.html", context, 422 if error else 200)


@public
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask in the talk named, or begin one; what cannot be asked is said beside the box."""
    held = queries.conversation(request.POST.get("talk", "")[:64])
    talk = held if held is not None and access.may_read(request, held) else None
    typed = request.POST.get("q", "")
    try:
        asked = actions.ask(typed, talk or new_talk(request))
    except NotAQuestion as wrong:
        if talk is None:
            return _begin(request, typed[:LONGEST], str(wrong))
        return _page(request, talk, typed[:LONGEST], str(wrong))
    access.permit(request, access.TALKS, asked.turn.conversation.key)
    return redirect(_at(asked.turn))


def new_talk(request: HttpRequest) -> Conversation:
    """A talk of whoever is at the door. A browser is known by a random mark in its session, never by its address."""
    mark = request.session.setdefault(ASKER, uuid4().hex)
    channel = Channel.KIOSK if mode_of(request) == "kiosk" else Channel.PORTAL
    return actions.begin(channel, who=f"session:{mark}", actor=actor_of(request))


def _at(turn: Turn) -> str:
    return f"{reverse('conversations:talk', args=[turn.conversation.key])}#t{turn.pk}"


def held_talk(request: HttpRequest, key: str) -> Conversation:
    """The talk for whoever held it; 404 for everybody else, as for a key that is none."""
    found = queries.conversation(key)
    if found is None or not access.may_read(request, found):
        raise Http404
    return found


@public
@never_cache
@require_safe
def talk(request: HttpRequest, key: str) -> HttpResponse:
    """The turns, the newest at the bottom, and the box for the next question."""
    return _page(request, held_talk(request, key))


def _page(request: HttpRequest, held: Conversation, typed: str = "", error: str = "") -> HttpResponse:
    views = queries.shown(queries.turns_of(held, SHOWN))
    known = offers.known()
    drawn_pieces = [pieces.piece(view, known) for view in views]
    last = views[-1] if views else None
    context = {
        "talk": held, "pieces": drawn_pieces, "typed": typed, "error": error, "hide_search": True,
        "phone": pieces.phone_of(last.entry if last else None), "within": words.promise_words(),
        "kiosk": mode_of(request) == "kiosk", "judged": Judged,
        "crumbs": [{"title": _("智能导服"), "url": reverse("conversations:start")}, {"title": _("这次咨询")}],
    }  # fmt: skip
    return drawn(request, "conversations/talk.html", context, 422 if error else 200)


def _turn(request: HttpRequest, key: str, pk: int) -> Turn:
    held = held_talk(request, key)
    found = queries.turn_of(held, pk) if pk < 2**63 else None
    if found is None:
        raise Http404
    found.conversation = held
    return found


@public
@require_POST
def choose(request: HttpRequest, key: str, turn: int) -> HttpResponse:
    """A button was pressed; a button whose entry is gone shows the talk again, which says so."""
    found = _turn(request, key, turn)
    actions.choose(found, request.POST.get("key", "")[:160])
    return redirect(_at(found))


@public
@require_POST
def judge(request: HttpRequest, key: str, turn: int) -> HttpResponse:
    """解决了 ends well; 没解决 leads to a person."""
    found = _turn(request, key, turn)
    word = request.POST.get("judged", "")
    if word in (Judged.SOLVED, Judged.UNSOLVED):
        actions.judge(found, word)
    if word == Judged.UNSOLVED:
        return redirect("conversations:hand-over", key)
    return redirect(_at(found))


@public
@require_POST
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Leave nothing on the screen for the next person; the mark of the asker goes too."""
    held_talk(request, key)
    for name in (access.TALKS, access.INQUIRIES, ASKER):
        request.session.pop(name, None)
    return redirect("conversations:start")
