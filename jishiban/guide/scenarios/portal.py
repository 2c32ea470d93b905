"""The doors for people: the scenarios, one question a page, and the plan that follows, on screen and on paper.

The answers are the address's query, so every page can be shared, kept and gone back from; nothing is stored of anybody.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jishiban.guide.scenarios import actions, body, drawings, page, queries
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.models import Scenario
from jishiban.guide.scenarios.plan import asked, next_question, result, valid_answers
from jishiban.web.doors import public
from jishiban.web.limits import TooMany, limit_request

ASKED = "_ask"  # names the question a form was about; no question's key begins with a line
VIEWS_A_MINUTE = 30
Row = dict[str, Any]


@public
@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """All scenarios, those of life and those of a business apart: one query."""
    listed = queries.cards()
    titles = ((body.LIFE, _("个人和家庭")), (body.ENTERPRISE, _("开店和办企业")))
    groups = [
        {"key": key, "title": title, "cards": [one for one in listed if one["group"] == key]}
        for key, title in titles
    ]
    context = {
        "groups": [group for group in groups if group["cards"]],
        "crumbs": [{"title": _("情景攻略"), "url": ""}],
    }
    return render(request, "scenarios/list.html", context)


def _found(key: str) -> tuple[Scenario, Body]:
    scenario = queries.one(key)
    if scenario is None or scenario.current is None:
        raise Http404(_("没有这份攻略，或者它已停用。"))
    return scenario, body.complete(scenario.current.body)


@public
@require_safe
def start(request: HttpRequest, key: str) -> HttpResponse:
    """The next question; when nothing is left to ask, on to the plan. One query."""
    _scenario, whole = _found(key)
    given = request.GET.dict()
    answers = valid_answers(whole, given)
    if next_question(whole, answers) is None:
        return HttpResponseRedirect(page.address(key, answers))
    context = question_page(whole, given)
    context["crumbs"] = _crumbs((whole["title"], ""))
    return render(request, "scenarios/question.html", context)


def question_page(whole: Body, given: dict[str, str], base: str = "start") -> Row:
    """What the page of the next question shows; `missing` where a form was sent without an answer."""
    answers = valid_answers(whole, given)
    question = next_question(whole, answers) or {}
    before = list(answers.items())[:-1]
    return {
        "scenario": whole,
        "sign": drawings.sign(whole["icon"]),
        "question": question,
        "answers": answers,
        "said": [
            {"question": row["text"], "answer": option["label"]} for row, option in asked(whole, answers)
        ],
        "number": len(answers) + 1,
        "missing": given.get(ASKED) == question.get("key"),
        "back": page.address(whole["key"], dict(before), base) if answers else "",
    }


@public
@require_safe
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """The plan for these answers: four queries, and one fact that somebody came this far."""
    scenario, whole = _found(key)
    answers = valid_answers(whole, request.GET.dict())
    if next_question(whole, answers) is not None:
        return HttpResponseRedirect(page.address(key, answers, "start"))
    _count(request, scenario)
    context = plan_page(request, scenario, whole, answers)
    context["crumbs"] = _crumbs((whole["title"], page.address(key, {}, "start")), (_("办事攻略"), ""))
    return render(request, "scenarios/plan.html", context)


@public
@require_safe
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """The plan as A4 sheets, with the code that leads back to it."""
    scenario, whole = _found(key)
    answers = valid_answers(whole, request.GET.dict())
    if next_question(whole, answers) is not None:
        return HttpResponseRedirect(page.address(key, answers, "start"))
    return render(request, "scenarios/paper.html", plan_page(request, scenario, whole, answers))


def plan_page(request: HttpRequest, scenario: Scenario, whole: Body, answers: dict[str, str]) -> Row:
    """Everything a plan's page and its sheet show."""
    made = result(whole, answers, queries.guides(whole))
    return {
        **page.context(whole, made, queries.hall(), settings.PLACE.phone),
        "version": scenario.current,
        "sign": drawings.sign(whole["icon"]),
        "address": _base(request) + page.address(whole["key"], answers),
        "print_url": page.address(whole["key"], answers, "print"),
        "plan_url": page.address(whole["key"], answers),
        "again": page.address(whole["key"], {}, "start") if answers else "",
        "phone": settings.PLACE.phone,
    }


def _count(request: HttpRequest, scenario: Scenario) -> None:
    """One more view; a machine that reads the page all day is not counted."""
    try:
        limit_request(request, "scenario-view", times=VIEWS_A_MINUTE, seconds=60)
    except TooMany:
        return
    actions.followed(scenario, timezone.now(), "web")


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    listed = [{"title": _("情景攻略"), "url": reverse("scenarios:list")}]
    return listed + [{"title": title, "url": url} for title, url in more]


def _base(request: HttpRequest) -> str:
    """How the site is called from outside, without the last slash: for codes on paper."""
    base = getattr(settings, "PUBLIC_URL", "") or request.build_absolute_uri("/")
    return str(base).rstrip("/")
