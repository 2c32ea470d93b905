"""The doors for editors: the list, the form, the preview, every way tested, publication, versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jishiban.guide.scenarios import access, actions, body, check, diff, forms, page, portal, queries, review
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.check import Problem
from jishiban.guide.scenarios.models import Scenario, ScenarioDraft
from jishiban.guide.scenarios.plan import next_question, result, valid_answers
from jishiban.hall.matters import words
from jishiban.hall.matters.access import open_to_all
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.errors import CaseError
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role
from jishiban.web.doors import actor_of, staff

SHOWN_PATHS = 200
editors = staff(Role.EDITOR)


def _mine(request: HttpRequest, key: str) -> tuple[Scenario, Actor]:
    """The scenario of this key, whatever its state; 403 for those who edit none."""
    actor = actor_of(request)
    if not access.may_edit(actor):
        raise PermissionDenied(_("只有指南编辑可以改情景攻略。"))
    return get_object_or_404(Scenario.objects.select_related("current"), key=key), actor


def _draft(scenario: Scenario) -> ScenarioDraft | None:
    return ScenarioDraft.objects.select_related("editor").filter(scenario=scenario).first()


def _document(scenario: Scenario, draft: ScenarioDraft | None) -> Body:
    """What the editor works on: the draft, else the version in force."""
    given = draft.body if draft else scenario.current.body if scenario.current else {}
    return body.complete({**given, "key": scenario.key})


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


# -- the list --------------------------------------------------------------------------------------


@editors
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every scenario with its state and how often it was followed: two queries."""
    found = Scenario.objects.select_related("current", "draft", "draft__editor").defer("current__body")
    views = queries.views()
    rows = [
        {
            "scenario": one,
            "title": _title(one),
            "views": views.get(one.subject, 0),
            "draft": getattr(one, "draft", None),
        }
        for one in found
    ]
    return render(request, "scenarios/desk/list.html", {"rows": rows, "days": queries.VIEWS_OF_DAYS})


def _title(scenario: Scenario) -> str:
    if scenario.current:
        return scenario.current.title
    draft = getattr(scenario, "draft", None)
    return str(draft.body.get("title", "")) if draft else scenario.key


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a scenario: a title and the name it has in addresses."""
    form = forms.NewForm(posted(request))
    if request.method == "POST" and form.is_valid():
        key, title = form.cleaned_data["key"], form.cleaned_data["title"]
        try:
            scenario = actions.create(key, title, actor_of(request), timezone.now())
        except actions.Unpublishable as refusal:
            for problem in refusal.problems:
                form.add_error(problem.where, problem.text)
        else:
            return redirect("scenarios:desk-edit", scenario.key)
    return render(request, "scenarios/desk/new.html", {"form": form})


# -- editing ---------------------------------------------------------------------------------------


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """The form. Every button posts, keeps the draft as typed, and leads to where it says."""
    scenario, actor = _mine(request, key)
    draft = _draft(scenario)
    whole = _document(scenario, draft)
    if request.method == "POST":
        return _save(request, scenario, actor, forms.read(request.POST, whole))
    problems = actions.problems_of(whole) if "check" in request.GET else []
    laid = forms.editor(whole, problems)
    context = {
        "scenario": scenario,
        "title": whole["title"] or key,
        "draft": draft,
        "editor": laid,
        "forms": laid.all,
        "questions": whole["questions"],
        "steps": [{"key": step["key"], "title": check.name_of(step)} for step in whole["steps"]],
        "matters": _matters(),
        "overtaken": draft is not None and draft.base_id != scenario.current_id,
        "others": draft.editor if draft and draft.editor_id != actor.id else None,
        "checked": "check" in request.GET and not problems,
    }
    return render(request, "scenarios/desk/edit.html", context)


def _matters() -> list[str]:
    """The names of the catalogue, for the field's suggestions: one query."""
    found = open_to_all(Matter.objects.all()).order_by("pk").values_list("local_code", "name")
    return [f"{code} {name}" for code, name in found]


def _save(request: HttpRequest, scenario: Scenario, actor: Actor, whole: Body) -> HttpResponse:
    do = request.POST.get("do", "save")
    anchor = forms.alter(whole, do)
    actions.save_draft(scenario, whole, actor, timezone.now())
    here = reverse("scenarios:desk-edit", args=[scenario.key])
    if anchor:
        return HttpResponseRedirect(f"{here}#{anchor}")
    if do in ("preview", "paths", "publish"):
        return redirect(f"scenarios:desk-{do}", scenario.key)
    if do == "check":
        return HttpResponseRedirect(f"{here}?check=1")
    messages.success(request, _("草稿已保存，还没有发布。"))
    return HttpResponseRedirect(here)


@editors
@require_POST
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Throw the draft away."""
    scenario, actor = _mine(request, key)
    actions.discard_draft(scenario, actor)
    messages.success(request, _("草稿已丢弃，已发布的版本没有变。"))
    return redirect("scenarios:desk-list")


# -- trying it -------------------------------------------------------------------------------------


@editors
@require_safe
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """The draft as people would go through it: its questions, then its plan; nothing is counted."""
    scenario, _actor = _mine(request, key)
    whole = _document(scenario, _draft(scenario))
    problems = actions.problems_of(whole)
    if problems:
        return HttpResponseRedirect(f"{reverse('scenarios:desk-edit', args=[key])}?check=1")
    given = request.GET.dict()
    answers = valid_answers(whole, given)
    shared = {"scenario_row": scenario, "preview": True, "here": request.path}
    if next_question(whole, answers) is not None:
        context = portal.question_page(whole, given, "desk-preview")
        return render(request, "scenarios/desk/preview_question.html", {**context, **shared})
    context = portal.plan_page(request, scenario, whole, answers)
    return render(request, "scenarios/desk/preview_plan.html", {**context, **shared})


@editors
@require_safe
def ways(request: HttpRequest, key: str) -> HttpResponse:
    """Every way through the questions with what it leads to, and what is refused: four queries."""
    scenario, _actor = _mine(request, key)
    whole = _document(scenario, _draft(scenario))
    problems = actions.problems_of(whole)
    rows = [] if any(one.where == "questions" for one in problems) else _tested(whole)
    context = {
        "scenario": scenario,
        "title": whole["title"] or key,
        "problems": problems,
        "rows": rows[:SHOWN_PATHS],
        "count": len(rows),
    }
    return render(request, "scenarios/desk/paths.html", context)


def _tested(whole: Body) -> list[dict[str, Any]]:
    guides = queries.guides(whole)
    return [_tested_one(whole, way, guides) for way in check.paths(whole)]


def _tested_one(whole: Body, way: dict[str, str], guides: dict[str, Any]) -> dict[str, Any]:
    made = result(whole, way, guides)
    total = _("、").join(words.limit({"amount": amount, "unit": unit}) for unit, amount in made.total)
    return {
        "said": check.said(whole, way) or _("不用回答"),
        "steps": [step.title for step in made.steps],
        "rounds": len(made.layers),
        "papers": len(made.papers),
        "total": total,
        "url": page.address(whole["key"], way, "desk-preview"),
    }


# -- publishing ------------------------------------------------------------------------------------


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """What would change, the note about it, and the button: publishes, or hands it to the review of the place."""
    scenario, actor = _mine(request, key)
    whole = _document(scenario, _draft(scenario))
    problems: list[Problem] = actions.problems_of(whole)
    form = forms.ChangeForm(posted(request))
    same = scenario.current is not None and scenario.current.digest == body.digest(whole)
    if request.method == "POST" and form.is_valid() and not problems and not same:
        return _hand_in(request, scenario, whole, actor, form.cleaned_data["change"])
    before = scenario.current.body if scenario.current else None
    context = {
        "scenario": scenario,
        "title": whole["title"] or key,
        "form": form,
        "problems": problems,
        "changes": diff.changes(body.complete(before) if before else None, whole),
        "first": before is None,
        "same": same,
        "reviewed": review.reviewer() is not None,
    }
    return render(request, "scenarios/desk/publish.html", context)


def _hand_in(
    request: HttpRequest, scenario: Scenario, whole: Body, actor: Actor, change: str
) -> HttpResponse:
    start = review.reviewer()
    if start is not None:
        try:
            address = start(whole, change, actor, timezone.now())
        except CaseError as refusal:
            messages.error(request, refusal.message)
            return redirect("scenarios:desk-publish", scenario.key)
        messages.success(request, _("已送审。审核同意后自动发布。"))
        return HttpResponseRedirect(address)
    version = actions.publish(whole, actor, timezone.now(), change)
    messages.success(request, _("第%(n)s版已发布，现在起执行。") % {"n": version.number})
    return redirect("scenarios:desk-history", scenario.key)


@editors
@require_safe
def history(request: HttpRequest, key: str) -> HttpResponse:
    """Every version with what changed: three queries."""
    scenario, _actor = _mine(request, key)
    found = list(queries.versions(scenario).select_related("published_by"))
    events = [
        {
            "version": version,
            "changes": diff.changes(body.complete(before.body), body.complete(version.body))
            if before
            else [],
        }
        for version, before in zip(found, [*found[1:], None], strict=True)
    ]
    return render(
        request,
        "scenarios/desk/history.html",
        {"scenario": scenario, "title": _title(scenario), "events": events},
    )


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, key: str) -> HttpResponse:
    """Take a scenario off the site or put it back, after one question."""
    scenario, actor = _mine(request, key)
    form = forms.ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.set_in_use(scenario, not scenario.in_use, actor, form.cleaned_data["reason"], timezone.now())
        said = _("“%(title)s”已恢复。") if scenario.in_use else _("“%(title)s”已停用。")
        messages.success(request, said % {"title": _title(scenario)})
        return redirect("scenarios:desk-list")
    stop = scenario.in_use
    context = {
        "scenario": scenario,
        "form": form,
        "title": _("停用这份攻略？") if stop else _("恢复这份攻略？"),
        "action": _("停用") if stop else _("恢复"),
        "effects": [_("群众不再看到它，分享过的链接也打不开。")] if stop else [_("群众又能看到它。")],
        "danger": stop,
    }
    return render(request, "scenarios/desk/status.html", context)
