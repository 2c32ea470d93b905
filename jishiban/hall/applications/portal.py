"""Applying, page by page: start, who applies, the questions, the materials, check and hand in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jishiban.hall.applications import actions, forms, queries, uploads
from jishiban.hall.applications.access import permit, permit_draft, viewer_of
from jishiban.hall.applications.actions import Filing
from jishiban.hall.applications.models import Draft
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.errors import CaseError
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import person_actor
from jishiban.kernel.directory.models import Person
from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.queries import files_by_material
from jishiban.web.doors import actor_of, public
from jishiban.web.limits import TooMany, limit, limit_request
from jishiban.web.portal import too_many

SIGN_IN = "/sign-in/"
MOST_DRAFTS = 20
TITLES = {"applicant": "申请人", "answers": "办理内容", "materials": "材料", "review": "核对并提交"}
get_and_post = require_http_methods(["GET", "HEAD", "POST"])


def sign_in_address(back: str) -> str:
    """The page where a person signs in, and comes back from."""
    return f"{SIGN_IN}?{urlencode({'next': back})}"


# --- beginning -----------------------------------------------------------------------------------------------------


@public
@never_cache
@get_and_post
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """What it takes and what will happen; a signed-in person begins here."""
    related = Matter.objects.select_related("current", "unit")
    matter = get_object_or_404(related, pk=pk)
    if not matter.in_hall or matter.current is None or not matter.current.is_full:
        raise Http404
    actor = actor_of(request)
    person = actor.id if actor.kind == "person" else None
    if request.method == "POST":
        return _begin(request, matter, person)
    mine = list(queries.drafts_of(person).filter(matter=matter)[:5]) if person else []
    version = matter.current
    context = {
        "matter": matter, "version": version, "signed_in": person is not None, "drafts": mine,
        "kinds": forms.who_may(version), "materials": [_need(row) for row in version.materials],
        "questions": len(version.questions), "sign_in": sign_in_address(request.path),
        "crumbs": [{"title": _("办事"), "url": "/matters/"}, {"title": matter.name, "url": matter.get_absolute_url()},
                   {"title": _("申请")}],
    }  # fmt: skip
    return render(request, "applications/portal/start.html", context)


def _need(row: dict[str, Any]) -> dict[str, Any]:
    """A material for the component `material_checklist`."""
    return {
        "name": row["name"], "kind": row.get("kind"), "copies": row.get("copies"), "when": row.get("when"),
        "state": "shared" if row.get("shared") else "", "note": row.get("note"),
        "need": "" if row.get("necessity") == "必要" else row.get("necessity"),
    }  # fmt: skip


def _begin(request: HttpRequest, matter: Matter, person_id: int | None) -> HttpResponse:
    if person_id is None:
        return redirect(sign_in_address(request.path))
    if queries.drafts_of(person_id).count() >= MOST_DRAFTS:
        messages.error(request, _("您的草稿已有%(n)s份。请先到“我的办件”删去不要的。") % {"n": MOST_DRAFTS})
        return redirect("applications:my")
    assert matter.current is not None  # the caller has looked
    person = Person.objects.get(pk=person_id)
    draft = actions.start_draft(matter, matter.current, person)
    kind = request.POST.get("kind", "")
    if kind in forms.who_may(matter.current):
        actions.save_draft(draft, {"applicant": {"kind": kind, **_prefill(person, kind)}})
    return redirect("applications:draft", draft.code)


def _prefill(person: Person, kind: str) -> dict[str, str]:
    """What the signed-in person need not type again."""
    known = {"name": person.name, "id_number": person.id_number, "phone": person.phone}
    if kind == forms.PERSON:
        known["address"] = person.address
    return {key: value for key, value in known.items() if value}


@public
@never_cache
@get_and_post
def resume(request: HttpRequest) -> HttpResponse:
    """Open a draft on another device: its code and the last four digits of the phone."""
    if request.method != "POST":
        return render(request, "applications/portal/resume.html", {"typed": {}, "errors": {}})
    code = "".join(c for c in request.POST.get("code", "").upper() if c.isascii() and c.isalnum())[:12]
    tail = request.POST.get("tail", "").strip()[:20]
    try:
        limit_request(request, "draft", times=20, seconds=600)
        limit("draft", code or "-", times=10, seconds=3600)
    except TooMany as wait:
        return too_many(request, wait.seconds)
    draft = queries.draft_with_code(code)
    if draft and (viewer_of(request).opens(draft) or queries.same_tail(queries.draft_phone(draft), tail)):
        permit_draft(request, draft.code)
        return redirect("applications:draft", draft.code)
    wrong = _("编号或手机尾号不对。请对照保存时的页面再填一次。")
    context = {"typed": {"code": code, "tail": tail}, "errors": {"code": wrong}}
    return render(request, "applications/portal/resume.html", context, status=422)


# --- the parts -------------------------------------------------------------------------------------------------------


def draft_or_receipt(request: HttpRequest, code: str) -> Draft | HttpResponse:
    """The draft of a code for whoever may open it, or the way to the receipt once it was filed.

    404 for everybody else, as for a code that is none.
    """
    viewer = viewer_of(request)
    draft = queries.draft_with_code(code)
    if draft is not None and viewer.opens(draft):
        return draft
    case = queries.filed_with(code) if draft is None else None
    if case is None or not (viewer.owns(case) or code in viewer.drafts):
        raise Http404
    return _to_receipt(request, case)


def _to_receipt(request: HttpRequest, case: Case) -> HttpResponse:
    if viewer_of(request).owns(case):
        return redirect("applications:my-receipt", case.number)
    permit(request, case.number, "code")  # they filed it: the receipt they are shown holds the code
    return redirect("applications:track-receipt", case.number)


@public
@never_cache
@get_and_post
def part(request: HttpRequest, code: str, name: str = "applicant") -> HttpResponse:
    """One part of the form. Saving keeps whatever was typed; going on asks for it to be right."""
    draft = draft_or_receipt(request, code)
    if isinstance(draft, HttpResponse):
        return draft
    if name not in forms.parts_of(draft.version):
        raise Http404
    held = files_by_material(queries.draft_holder(draft)) if name == "materials" else {}
    if request.method == "POST":
        return _posted(request, draft, name, held)
    form = forms.form_of(name, draft.version, _with_prefill(draft, name), held=held)
    return _show_part(request, draft, name, form)


def _with_prefill(draft: Draft, name: str) -> dict[str, Any]:
    stored = dict(draft.form)
    if name == "applicant" and "applicant" not in stored and draft.person:
        kind = forms.kind_of(draft.version, stored)
        stored["applicant"] = {"kind": kind, **_prefill(draft.person, kind)}
    return stored


def _show_part(request: HttpRequest, draft: Draft, name: str, form: forms.Part) -> HttpResponse:
    context = {
        **_frame(draft, name), "form": form, "part": name,
        "other_kind": getattr(form, "other", ""), "kind": getattr(form, "kind", ""),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"applications/portal/{name}.html", context, status=status)


def _frame(draft: Draft, here: str) -> dict[str, Any]:
    """What every page of a draft shows around its part: the matter, the code, where one stands."""
    names = [*forms.parts_of(draft.version), "review"]
    place = names.index(here)
    trail = [
        {"title": _(TITLES[name]), "url": address(draft, name), "state": "now" if i == place else "done" if i < place else ""}
        for i, name in enumerate(names)
    ]  # fmt: skip
    return {
        "draft": draft, "matter": draft.matter, "trail": trail, "heading": _(TITLES[here]), "place": place + 1,
        "count": len(names), "back": address(draft, names[place - 1]) if place else "", "code": spelt(draft.code),
        "crumbs": [{"title": draft.matter.name, "url": draft.matter.get_absolute_url()}, {"title": _("申请")}],
    }  # fmt: skip


def address(draft: Draft, name: str) -> str:
    """The page of a part, or of the review."""
    if name == "applicant":
        return reverse("applications:draft", args=[draft.code])
    if name == "review":
        return reverse("applications:review", args=[draft.code])
    return reverse("applications:part", args=[draft.code, name])


def spelt(code: str) -> str:
    """A draft's code in two groups, as it is read aloud."""
    return f"{code[:5]} {code[5:]}"


def _posted(request: HttpRequest, draft: Draft, name: str, held: dict[str, Any]) -> HttpResponse:
    go = request.POST.get("go", "next")
    kind = request.POST.get("kind", "") if name == "applicant" else ""
    known = {"kind": kind} if kind else {}
    form = forms.form_of(
        name, draft.version, draft.form, held=held, data=request.POST, files=request.FILES, **known
    )
    refused = uploads.take_all(form, draft) if isinstance(form, forms.MaterialsForm) else {}
    if go in ("save", "switch", "upload"):
        _keep(draft, name, _switched(form, go))
        return _after_save(request, draft, name, go, refused)
    valid = form.is_valid()
    for field, message in refused.items():
        form.add_error(field, message)
    if not valid or refused:
        if refused and isinstance(form, forms.MaterialsForm):
            form.held = files_by_material(queries.draft_holder(draft))
        return _show_part(request, draft, name, form)
    _keep(draft, name, form.stored())
    return redirect(_next(draft, name))


def _switched(form: forms.Part, go: str) -> dict[str, Any]:
    typed = form.typed()
    if go == "switch" and isinstance(form, forms.ApplicantForm) and form.other:
        typed["kind"] = form.other
    return typed


def _keep(draft: Draft, name: str, values: dict[str, Any]) -> None:
    actions.renew_draft(draft)
    actions.save_draft(draft, {**draft.form, name: values})


def _after_save(
    request: HttpRequest, draft: Draft, name: str, go: str, refused: dict[str, str]
) -> HttpResponse:
    for message in refused.values():
        messages.error(request, message)
    if go == "save":
        return redirect("applications:saved", draft.code)
    return redirect(address(draft, name))


def _next(draft: Draft, name: str) -> str:
    names = [*forms.parts_of(draft.version), "review"]
    return address(draft, names[names.index(name) + 1])


# --- saved, thrown away ----------------------------------------------------------------------------------------------


@public
@never_cache
@require_safe
def saved(request: HttpRequest, code: str) -> HttpResponse:
    """The draft's code, and how to go on with it elsewhere."""
    draft = uploads.open_draft(request, code)
    link = f"{getattr(settings, 'PUBLIC_URL', '')}{reverse('applications:resume')}"
    phone = queries.draft_phone(draft)
    context = {
        "draft": draft,
        "matter": draft.matter,
        "code": spelt(draft.code),
        "link": link,
        "has_phone": bool(phone),
    }
    return render(request, "applications/portal/saved.html", context)


@public
@never_cache
@get_and_post
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """Throw a draft away, after asking once."""
    draft = uploads.open_draft(request, code)
    if request.method == "POST":
        actions.drop_draft(draft)
        messages.success(request, _("草稿已删除。"))
        return redirect(
            "applications:my" if actor_of(request).kind == "person" and actor_of(request).id else "/"
        )
    context = {"draft": draft, "matter": draft.matter, "effects": [_("填过的内容和传过的文件都会删掉。")]}
    return render(request, "applications/portal/drop.html", context)


# --- check and hand in -----------------------------------------------------------------------------------------------


@public
@never_cache
@get_and_post
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Everything once more, with a link to change each line; a post hands it in."""
    draft = draft_or_receipt(request, code)
    if isinstance(draft, HttpResponse):
        return draft
    held = files_by_material(queries.draft_holder(draft))
    if request.method == "POST" and actions.renew_draft(draft):
        messages.warning(request, _("办事指南刚刚更新。请再核对一遍，然后提交。"))
        return redirect("applications:review", code)
    parts = forms.checked(draft.version, draft.form, held)
    ready = not sum(
        len(form.errors) for form in parts
    )  # every part is looked at, so that all faults show at once
    later = forms.to_follow(draft.version, draft.form)
    declaration = forms.DeclarationForm(request.POST if request.method == "POST" else None, later=later)
    if request.method == "POST" and declaration.is_valid() and ready:
        return _hand_in(request, draft, parts, held)
    if (
        request.method == "POST"
    ):  # another post of the same form may have filed it, and taken its files, meanwhile
        now = draft_or_receipt(request, code)
        if isinstance(now, HttpResponse):
            return now
    return _show_review(request, draft, parts, declaration, held, ready=ready)


def _hand_in(
    request: HttpRequest, draft: Draft, parts: list[forms.Part], held: dict[str, Any]
) -> HttpResponse:
    files = [file.sha256 for found in held.values() for file in found]
    declared = {"true": True, "later": forms.to_follow(draft.version, draft.form)}
    filing = Filing(
        matter=draft.matter, version=draft.version, form={**forms.whole(parts), "declared": declared},
        token=draft.code, person=draft.person, files=files, holder=queries.draft_holder(draft),
    )  # fmt: skip
    if not draft.matter.in_hall:
        messages.error(request, _("这个事项已暂停办理。您的草稿还在，请打电话问清再办。"))
        return redirect("applications:review", draft.code)
    try:
        limit("file", str(draft.person_id or draft.pk), times=30, seconds=3600)
        case = actions.file_application(filing, by=person_actor(draft.person_id or 0), now=timezone.now())
    except TooMany as wait:
        return too_many(request, wait.seconds)
    except (CaseError, Refused) as refusal:
        messages.error(request, refusal.message)
        return redirect("applications:review", draft.code)
    return _to_receipt(request, case)


def _show_review(request: HttpRequest, draft: Draft, parts: list[forms.Part], declaration: forms.DeclarationForm,
                 held: dict[str, Any], *, ready: bool) -> HttpResponse:  # fmt: skip
    sections = [_section(draft, form, held) for form in parts]
    posted = declaration.is_bound
    context = {
        **_frame(draft, "review"), "sections": sections, "ready": ready, "declaration": declaration,
        "faults": sum(len(section["faults"]) for section in sections), "forms": [declaration] if posted else [],
    }  # fmt: skip
    return render(request, "applications/portal/review.html", context, status=422 if posted else 200)


def _section(draft: Draft, form: forms.Part, held: dict[str, Any]) -> dict[str, Any]:
    """One part in the review: its rows with the way back to each field, and what is still wrong in it."""
    page = address(draft, form.name)
    rows = forms.summary(form.name, draft.version, draft.form, masked=False)
    for row in rows:
        row["url"] = f"{page}#id_{form.name}-{row.pop('key')}"
    if form.name == "materials":
        for row, material in zip(rows, draft.version.materials, strict=True):
            row["note"] = "、".join(file.shown_name for file in held.get(str(material["key"]), ()))
    return {"title": _(TITLES[form.name]), "url": page, "rows": rows, "faults": _faults(draft, form, page)}


def _faults(draft: Draft, form: forms.Part, page: str) -> list[dict[str, str]]:
    """What is still wrong in a part; a part nobody has opened yet is one fault, not a dozen."""
    if form.errors and form.name not in draft.form:
        return [{"text": _("“%(title)s”还没有填。") % {"title": _(TITLES[form.name])}, "url": page}]
    return [
        {"text": str(text), "url": f"{page}#id_{form.name}-{name}"}
        for name, errors in form.errors.items()
        for text in errors
        if name in form.fields
    ]
