"""Every write of an application. Each is one transaction: the case's step, the application's own rows, the paper."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from jishiban.hall.applications.flow import APPLICATION
from jishiban.hall.applications.models import Application, Decision, Draft, NoticeItem
from jishiban.hall.applications.papers import decision_paper, issue_for
from jishiban.hall.applications.queries import case_holder, correction_holder, draft_holder
from jishiban.hall.applications.terms import plan_of
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.kernel.cases.actions import Opening, act, open_case
from jishiban.kernel.cases.errors import FactsMissing, StepRefused
from jishiban.kernel.cases.events import StepTaken
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.cases.snapshot import canonical
from jishiban.kernel.clock import filed
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.models import Enterprise, Person
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.papers.actions import hand_over, remove
from jishiban.kernel.papers.models import Kind
from jishiban.kernel.papers.queries import files_of

Form = Mapping[str, Any]
ONLINE, WINDOW = "1", "0"
DRAFTS_KEPT = timedelta(days=90)
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I, which people mix up when reading aloud


# --- drafts ----------------------------------------------------------------------------------------------------


def start_draft(
    matter: Matter, version: GuideVersion, person: Person | None, *, now: datetime | None = None
) -> Draft:
    """A new draft with a code of ten letters (50 bits) that opens it on another device."""
    moment = now or timezone.now()
    code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(10))
    return Draft.objects.create(
        code=code, matter=matter, version=version, person=person, created_at=moment, changed_at=moment
    )


def save_draft(draft: Draft, form: Form, *, now: datetime | None = None) -> Draft:
    """Keep what has been typed so far, complete or not. Refused once the draft was filed."""
    if Application.objects.filter(token=draft.code).exists():
        raise StepRefused(gettext("这份申请已经提交，不能再改。请到“我的办件”查看。"))
    draft.form = dict(form)
    draft.changed_at = now or timezone.now()
    draft.save(update_fields=["form", "changed_at"])
    return draft


def renew_draft(draft: Draft) -> bool:
    """Move a draft to the guide's present version; True when there was a newer one to read."""
    newest = draft.matter.current
    if newest is None or newest.pk == draft.version_id:
        return False
    draft.version = newest
    draft.save(update_fields=["version"])
    return True


def drop_draft(draft: Draft) -> None:
    """Throw a draft away with its files."""
    with transaction.atomic():
        for file in files_of(draft_holder(draft)):
            remove(file)
        draft.delete()


def forget_drafts(now: datetime) -> int:
    """Throw away drafts nobody touched for ninety days; returns how many. Meant to run by itself, once a day."""
    stale = list(Draft.objects.filter(changed_at__lt=now - DRAFTS_KEPT)[:500])
    for draft in stale:
        drop_draft(draft)
    return len(stale)


# --- filing ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filing:
    """What is handed in: under which guide version, for whom, with which answers; `token` is the form's own mark."""

    matter: Matter
    version: GuideVersion
    form: Form
    token: str
    person: Person | None = None
    enterprise: Enterprise | None = None
    channel: str = ONLINE
    files: Sequence[str] = ()  # SHA-256 of every file handed in
    first_contact_id: int | None = None
    owner_id: int | None = None
    holder: str = ""  # where the files lie until then; they go over to the case


def file_application(filing: Filing, *, by: Actor, now: datetime | None = None) -> Case:
    """Hand an application in. Returns its case; posting the same form again returns the same case.

    The receipt counts from the next working day when it is handed in after hours or on a rest day (READINGS 1).
    """
    moment = now or timezone.now()
    try:
        with transaction.atomic():
            return _file(filing, by, moment)
    except IntegrityError:
        if known := _filed_already(filing.token):  # the same form was posted before: its number is taken back
            return known
        raise


def _filed_already(token: str) -> Case | None:
    found = Application.objects.filter(token=token).select_related("case").first()
    return found.case if found else None


def _file(filing: Filing, by: Actor, now: datetime) -> Case:
    form = dict(filing.form) | {"salt": secrets.token_hex(16)}
    digest = form_digest(form)
    facts: dict[str, Any] = {"form": digest, "version": filing.version.pk}
    if filing.files:
        facts["files"] = list(filing.files)
    if filing.channel == WINDOW:
        facts["walk_in"] = True
    counts_from = filed(timezone.localtime(now), calendars()["statutory"])
    case = open_case(_opening(filing), by, now=now, effective=counts_from, **facts)
    Application.objects.create(
        case=case,
        matter=filing.matter,
        version=filing.version,
        form=form,
        form_digest=digest,
        token=filing.token,
    )
    if filing.files and filing.holder:
        hand_over(filing.holder, case_holder(case))
    if filing.channel == ONLINE:
        Draft.objects.filter(code=filing.token).delete()  # what was typed lives on in the application only
    return case


def enterprise_of(form: Form) -> Enterprise | None:
    """The organisation that applies, entered into the register when it is new; None without a code.

    A name that differs from the register's does not change the register: the clerk sees both.
    """
    applicant = form.get("applicant") or {}
    if not applicant.get("uscc"):
        return None
    found, _made = Enterprise.objects.get_or_create(
        uscc=applicant["uscc"], defaults={"name": str(applicant.get("org_name") or "")[:120]}
    )
    return found


def _opening(filing: Filing) -> Opening:
    matter = filing.matter
    enterprise = filing.enterprise or enterprise_of(filing.form)
    return Opening(
        flow=APPLICATION, unit_id=matter.unit_id or roster().root(), title=matter.name[:200], subject=matter.subject,
        plan=plan_of(filing.version, matter_type=matter.type), channel=filing.channel,
        person_id=filing.person.pk if filing.person else None,
        enterprise_id=enterprise.pk if enterprise else None,
        first_contact_id=filing.first_contact_id, owner_id=filing.owner_id,
    )  # fmt: skip


def form_digest(form: Form) -> str:
    """What the ledger keeps of a form: SHA-256 over its salt and its canonical text, so it can be erased later."""
    return hashlib.sha256(canonical(form).encode()).hexdigest()


# --- receiving and accepting -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a one-time notice: which material, what is wrong, how to mend it; `existed` when it could have
    been asked for the first time."""

    material: str
    name: str
    problem: str
    mend: str = ""
    existed: bool = True


def correct_on_spot(
    case: Case, what: str, form: Form | None, *, by: Actor, seen: int | None = None
) -> CaseEvent:
    """Let the applicant put something right at the counter (art. 32-3); the clock runs on."""
    with transaction.atomic():
        facts: dict[str, Any] = {"what": what}
        if form is not None:
            facts["form"] = _replace_form(case, form)
        return act(case, "correct_on_spot", by=by, seen=seen, **facts)


def _replace_form(case: Case, form: Form) -> str:
    application = Application.objects.select_for_update().get(pk=case.pk)
    application.form = dict(form) | {"salt": secrets.token_hex(16)}
    application.form_digest = form_digest(application.form)
    application.save(update_fields=["form", "form_digest"])
    return application.form_digest


def give_notice(case: Case, asked: Sequence[Asked], *, by: Actor, seen: int | None = None,
                now: datetime | None = None) -> CaseEvent:  # fmt: skip
    """The one-time notice (art. 32-4): everything at once. The list is frozen from here on."""
    with transaction.atomic():
        event = act(case, "one_time_notice", by=by, seen=seen, now=now, **_asked_facts(asked))
        _keep_items(event, asked, notice=1)
        issue_for(event, Kind.CORRECTION, rows=_lines(asked))
        return event


def demand_again(case: Case, asked: Sequence[Asked], *, by: Actor, seen: int | None = None,
                 now: datetime | None = None) -> CaseEvent:  # fmt: skip
    """A later demand after the first list was answered. It stops nothing: the case is accepted from the day that
    list was complete, and whatever already existed then is recorded as a breach (READINGS 5)."""
    with transaction.atomic():
        event = act(case, "demand_again", by=by, seen=seen, now=now, **_asked_facts(asked))
        _keep_items(event, asked, notice=_next_notice(event.case_id))
        issue_for(event, Kind.ACCEPTANCE)
        if earlier := [line.material for line in asked if line.existed]:
            act(event.case_id, "breach", by=SYSTEM, now=now, items=earlier, asked_by=by.id)
        return event


def ask_more(case: Case, asked: Sequence[Asked], *, by: Actor, seen: int | None = None,
             now: datetime | None = None) -> CaseEvent:  # fmt: skip
    """Ask about something after acceptance. New facts may be asked about and stop nothing; old ones are a breach."""
    with transaction.atomic():
        event = act(case, "ask_more", by=by, seen=seen, now=now, **_asked_facts(asked))
        _keep_items(event, asked, notice=_next_notice(event.case_id))
        if earlier := [line.material for line in asked if line.existed]:
            act(event.case_id, "breach", by=SYSTEM, now=now, items=earlier, asked_by=by.id)
        return event


def _asked_facts(asked: Sequence[Asked]) -> dict[str, Any]:
    problems = [line.name or line.material for line in asked if not line.problem.strip()]
    if problems:
        message = gettext("请写明“%(what)s”的问题和怎样补正。")
        raise FactsMissing({"items": message % {"what": problems[0]}})
    new = [line.material for line in asked if not line.existed]
    claimed = (
        {"claimed_new": new} if new else {}
    )  # sealed and open: a claim that spares a breach can be checked
    return {"items": [line.material for line in asked], "details": _lines(asked), **claimed}


def _lines(asked: Sequence[Asked]) -> list[dict[str, str]]:
    return [{"name": line.name, "problem": line.problem, "mend": line.mend} for line in asked]


def _keep_items(event: CaseEvent, asked: Sequence[Asked], *, notice: int) -> None:
    NoticeItem.objects.bulk_create(
        NoticeItem(
            case_id=event.case_id, notice=notice, material=line.material, name=line.name, problem=line.problem,
            mend=line.mend, existed=line.existed,
        )
        for line in asked
    )  # fmt: skip


def _next_notice(case_id: int) -> int:
    last = NoticeItem.objects.filter(case_id=case_id).order_by("-notice").first()
    return (last.notice if last else 0) + 1


def correct(case: Case, form: Form | None, files: Sequence[str], *, by: Actor, now: datetime | None = None,
            seen: int | None = None) -> CaseEvent:  # fmt: skip
    """Hand in what the notice asked for. The notice clock starts again from this hand-in."""
    moment = now or timezone.now()
    with transaction.atomic():
        open_items = list(NoticeItem.objects.filter(case_id=case.pk, answered_at=None))
        facts: dict[str, Any] = {"answered": [item.material for item in open_items]}
        if form is not None:
            facts["form"] = _replace_form(case, form)
        if files:
            facts["files"] = list(files)
        counts_from = filed(timezone.localtime(moment), calendars()["statutory"])
        event = act(case, "correct", by=by, now=moment, seen=seen, effective=counts_from, **facts)
        if files:
            hand_over(correction_holder(case), case_holder(case))
        NoticeItem.objects.filter(pk__in=[item.pk for item in open_items]).update(answered_at=moment)
        return event


# --- steps that only need their facts and their paper ---------------------------------------------------------


def take_step(case: Case | int, step: str, *, by: Actor, seen: int | None = None, now: datetime | None = None,
              **facts: Any) -> CaseEvent:  # fmt: skip
    """Any step of the table that has no rows of its own: the step, then its paper, in one transaction."""
    with transaction.atomic():
        event = act(case, step, by=by, seen=seen, now=now, **facts)
        if kind := PAPER_OF.get(step):
            issue_for(event, kind)
        return event


def paper_of_time(taken: StepTaken) -> None:
    """The paper of what the law made happen by itself: a deemed acceptance is notified like any other (art. 32-4)."""
    by_itself = taken.case.flow == APPLICATION.name and taken.event.actor_kind == SYSTEM.kind
    if by_itself and (kind := PAPER_OF.get(taken.step)):
        issue_for(taken.event, kind)


PAPER_OF = {step.name: Kind(step.paper) for step in APPLICATION.steps if step.paper}


def decide(case: Case, granted: bool, *, by: Actor, grounds: str, remedies: str = "", valid_until: date | None = None,
           seen: int | None = None, now: datetime | None = None) -> Decision:  # fmt: skip
    """Decide, number the paper and issue it, in one transaction (art. 38). Returns the decision."""
    moment = now or timezone.now()
    if not grounds.strip():
        raise FactsMissing({"grounds": gettext("请填写“%(what)s”。") % {"what": gettext("理由和依据")}})
    with transaction.atomic():
        kind = Kind.GRANT if granted else Kind.REFUSAL
        fresh = Case.objects.select_for_update().get(pk=case.pk)
        number = decision_paper(fresh, kind, grounds, moment, valid_until).number
        facts: dict[str, Any] = {"paper_number": number, "grounds": grounds}
        if granted and valid_until:
            facts["valid_until"] = valid_until.isoformat()
        if not granted and remedies:
            facts["remedies"] = remedies
        event = act(case, "grant" if granted else "refuse", by=by, seen=seen, now=moment, **facts)
        return Decision.objects.create(
            case_id=event.case_id, granted=granted, paper_number=number, decided_at=moment, decided_by=by.id or 0,
            valid_until=valid_until,
        )  # fmt: skip


def deliver(case: Case, how: str, to: str = "", *, by: Actor, seen: int | None = None,
            now: datetime | None = None) -> CaseEvent:  # fmt: skip
    """Deliver the decision and close the case (art. 44)."""
    moment = now or timezone.now()
    with transaction.atomic():
        facts = {"how": how, **({"to": to} if to else {})}
        event = take_step(case, "deliver", by=by, seen=seen, now=moment, **facts)
        Decision.objects.filter(case_id=event.case_id).update(delivered_at=moment)
        return event


# --- erasing -----------------------------------------------------------------------------------------------------


def erase_person(person_id: int) -> int:
    """Wipe what a person told this room: forms, words of notices, drafts, files. Returns how many cases it touched.

    Cases, events and digests stay, so the ledger stays verifiable; the salt goes with the form, so that no digest
    can be tried out against guesses.
    """
    with transaction.atomic():
        for draft in Draft.objects.filter(person_id=person_id):
            drop_draft(draft)
        applications = list(Application.objects.filter(case__person_id=person_id).select_related("case"))
        for application in applications:
            _erase(application)
        return len(applications)


def _erase(application: Application) -> None:
    application.form = {"erased": True}
    application.save(update_fields=["form"])
    NoticeItem.objects.filter(case_id=application.pk).update(problem="", mend="")
    for holder in (case_holder(application.case), correction_holder(application.case)):
        for file in files_of(holder):
            remove(file)
