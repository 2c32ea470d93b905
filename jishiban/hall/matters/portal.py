"""The doors for people: browse, search, one guide, its paper form, its versions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jishiban.hall.matters import diff, page, queries, search, words
from jishiban.hall.matters.forms import DayForm
from jishiban.hall.matters.models import GuideVersion, Matter, MatterStatus
from jishiban.hall.matters.render import guide_parts, keep_page, kept_page
from jishiban.kernel.directory.models import Window
from jishiban.web.context_processors import Ui
from jishiban.web.doors import public
from jishiban.web.formats import dialled

FOUND_PER_PAGE = 12
LONGEST_QUERY = 100
Crumbs = list[dict[str, str]]


def _crumbs(*more: tuple[str, str]) -> Crumbs:
    listed = [{"title": _("办事"), "url": reverse("matters:list")}]
    return listed + [{"title": title, "url": url} for title, url in more]


# -- lists -----------------------------------------------------------------------------------------


@public
@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """All matters in the hall, narrowed by links that can be shared; five queries whatever their number."""
    narrowed = filter_of(request.GET)
    matters = Paginator(queries.listed(narrowed), queries.PER_PAGE).get_page(request.GET.get("page"))
    groups = [
        _group(request, _("类型"), "type", queries.types(), narrowed.type),
        _group(request, _("快慢"), "kind", _kinds(), narrowed.kind),
    ]
    departments = _group(request, _("部门"), "department", queries.departments(), narrowed.department)
    context = {
        "page": matters,
        "cards": [card(matter) for matter in matters],
        "groups": groups,
        "departments": [departments],
        "narrowed": narrowed,
        "crumbs": [{"title": _("办事"), "url": ""}],
    }
    return render(request, "matters/list.html", context)


def filter_of(given: QueryDict) -> queries.Filter:
    """What the address narrows the list to; values nobody offers find nothing rather than fail."""
    unit = given.get("unit", "")
    return queries.Filter(
        q=given.get("q", "").strip()[:LONGEST_QUERY],
        type=given.get("type", ""),
        department=given.get("department", ""),
        unit=int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 19 else None,
        kind=given.get("kind", ""),
    )


def _kinds() -> list[queries.Choice]:
    return [queries.Choice("即办件", _("当场办结"), -1), queries.Choice("承诺件", _("限时办结"), -1)]


def _group(
    request: HttpRequest, title: str, key: str, choices: list[queries.Choice], now: str
) -> dict[str, Any]:
    """One row of filter links, 全部 first."""
    links = [{"title": _("全部"), "url": _link(request, key, ""), "current": not now}]
    links += [
        {
            "title": choice.label,
            "url": _link(request, key, choice.value),
            "count": choice.count if choice.count >= 0 else None,
            "current": choice.value == now,
        }
        for choice in choices
    ]
    return {"title": title, "links": links}


def _link(request: HttpRequest, key: str, value: str) -> str:
    params = {
        name: request.GET[name] for name in ("type", "kind", "department", "unit") if request.GET.get(name)
    }
    params = {**params, key: value}
    return "?" + urlencode({name: text for name, text in params.items() if text})


def card(matter: Matter) -> dict[str, Any]:
    """A matter as a line of a list; needs `queries.listed`, and asks nothing more."""
    version = matter.current
    facts = [matter.get_type_display()]
    if version is not None:
        facts += _limit_facts(version)
    visits = getattr(matter, "visits", None)
    if visits not in (None, "null"):  # as JSON says it of a guide that does not know
        facts.append(_("不用跑") if str(visits) == "0" else _("跑%(n)s趟") % {"n": visits})
    return {
        "title": matter.name,
        "url": matter.get_absolute_url(),
        "hint": getattr(matter, "summary", ""),
        "facts": facts,
    }


def _limit_facts(version: GuideVersion) -> list[str]:
    if version.promise_amount is not None:
        limit = words.limit({"amount": version.promise_amount, "unit": version.promise_unit})
        return [_("%(limit)s办结") % {"limit": limit}]
    if version.statutory_amount is not None:
        limit = words.limit({"amount": version.statutory_amount, "unit": version.statutory_unit})
        return [_("法定%(limit)s") % {"limit": limit}]
    return []


@public
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The search page; a case number leads on to its progress. Two queries, one more when the catalogue moved."""
    q = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    if search.is_case_number(q):
        return HttpResponseRedirect(f"/track/?{urlencode({'number': q})}")
    found = Paginator(search.search(q) if q else [], FOUND_PER_PAGE).get_page(request.GET.get("page"))
    context = {"q": q, "page": found, "results": _results(found), "hide_search": True}
    if not q:
        context["common"] = [card(matter) for matter in queries.commonest(6)]
    return render(request, "matters/search.html", context)


def _results(found: Page[search.Found]) -> list[dict[str, Any]]:
    """The hits of one page with their limits, in their order; what left the hall meanwhile is left out."""
    matters = (
        {m.pk: m for m in queries.listed().filter(pk__in=[one.matter for one in found])} if found else {}
    )
    return [
        {"hit": one.hit, "aliases": one.aliases, **card(matters[one.matter])}
        for one in found
        if one.matter in matters
    ]


# -- one guide -------------------------------------------------------------------------------------


def _matter(pk: int) -> Matter:
    """Any matter by its number, with its guide and unit: one query."""
    return get_object_or_404(Matter.objects.select_related("current", "unit"), pk=pk)


def _closed(request: HttpRequest, matter: Matter) -> HttpResponse:
    """What stands where a suspended or cancelled matter was: 404 while it may come back, 410 when it will not."""
    gone = matter.status == MatterStatus.CANCELLED
    context = {"matter": matter, "gone": gone, "crumbs": _crumbs((matter.name, ""))}
    return render(request, "matters/closed.html", context, status=410 if gone else 404)


def public_base(request: HttpRequest) -> str:
    """How the site is called from outside, without the last slash: for codes on paper and links in data."""
    base = getattr(settings, "PUBLIC_URL", "") or request.build_absolute_uri("/")
    return str(base).rstrip("/")


@public
@require_safe
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    """The guide of a matter: one query while this process has its page, three to make it."""
    stamp, base = queries.catalogue_version(), public_base(request)
    kept = kept_page(pk, stamp, base)
    if kept is None:
        matter = _matter(pk)
        version = matter.current
        if not matter.in_hall or version is None:
            return _closed(request, matter)
        kept = keep_page(matter, version, stamp, base, _surroundings(request, matter))
    return render(request, "matters/guide.html", {"kept": kept})


def _surroundings(request: HttpRequest, matter: Matter) -> dict[str, Any]:
    """What stands around a guide and does not come from its document."""
    return {
        "matter": matter,
        "version": matter.current,
        "phone": _phone(matter),
        "place": Ui(request).place,
        "dial": dialled(_phone(matter)),
        "windows": page.counters(Window.objects.filter(unit_id=matter.unit_id)) if matter.unit_id else [],
        "crumbs": _crumbs((matter.name, "")),
    }


def _phone(matter: Matter) -> str:
    return (matter.unit.phone if matter.unit else "") or settings.PLACE.phone


@public
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The guide as A4 sheets to take along, with the code that leads back to the page."""
    matter = get_object_or_404(queries.in_hall(), pk=pk)
    if matter.current is None:
        raise Http404
    context = {
        "matter": matter,
        "version": matter.current,
        "address": public_base(request) + matter.get_absolute_url(),
        "phone": _phone(matter),
        **page.context(matter.current.body),
    }
    return render(request, "matters/paper.html", context)


# -- versions --------------------------------------------------------------------------------------


@public
@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version with what changed, and the answer to: what did the hall promise on that day?

    It stays when the matter leaves the hall: what was promised stays promised.
    """
    matter = _matter(pk)
    listed = list(queries.versions(matter))
    form = DayForm(request.GET if "on" in request.GET else None)
    context = {
        "matter": matter,
        "events": [
            _event(version, before) for version, before in zip(listed, [*listed[1:], None], strict=True)
        ],
        "form": form,
        "crumbs": _crumbs((matter.name, matter.get_absolute_url()), (_("修改记录"), "")),
    }
    if form.is_bound and form.is_valid():
        context["answer"] = answer(matter, form.cleaned_data["on"])
    return render(request, "matters/versions.html", context)


def _event(version: GuideVersion, before: GuideVersion | None) -> dict[str, Any]:
    changes = diff.changes(before.body, version.body) if before and before.is_full else []
    return {"version": version, "changes": changes, "promise": promised(version)}


def promised(version: GuideVersion) -> str:
    """The promise of a version as a phrase; the statutory limit where it promised nothing of its own."""
    return words.limit(version.body.get("promise") or version.body.get("statutory"))


def answer(matter: Matter, day: date) -> dict[str, Any]:
    """What the hall promised on `day`: the versions in force at some moment of it, the last first."""
    held = queries.versions_on(matter, day)
    return {
        "day": day,
        "held": [
            {"version": version, "promise": promised(version), "law": _law(version)} for version in held
        ],
        "first": queries.versions(matter).last(),
    }


def _law(version: GuideVersion) -> str:
    return words.limit(version.body["statutory"]) if version.body.get("statutory") else ""


@public
@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version whole, as it stood; a later one says so at the top."""
    matter = _matter(pk)
    asked = get_object_or_404(queries.versions(matter), number=number)
    following = queries.versions(matter).filter(number__gt=number).order_by("number").first()
    context = {
        "matter": matter,
        "version": asked,
        "parts": guide_parts(asked),
        "following": following,
        "crumbs": _crumbs(
            (matter.name, matter.get_absolute_url()),
            (_("修改记录"), reverse("matters:versions", args=[pk])),
            (_("第%(n)s版") % {"n": number}, ""),
        ),
    }
    return render(request, "matters/version.html", context)
