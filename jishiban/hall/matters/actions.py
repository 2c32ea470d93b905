"""Every write to matters and guides. Each checks permission, changes, records in the ledger: all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.hall.matters import access, document, rules
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.events import MattersMoved
from jishiban.hall.matters.models import Catalogue, GuideDraft, GuideVersion, ListUpload, Matter, MatterStatus
from jishiban.kernel.cases.events import tell
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.ledger import sealing
from jishiban.kernel.ledger.actions import append_many, record
from jishiban.kernel.ledger.models import LedgerRecord

PUBLISHED, STATUS = "guide", "matter"  # the kinds of our records in the ledger


class Unpublishable(Exception):
    """The guide may not be published as it is: `problems` holds a message for each place, "" for the whole."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("；".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class Publication:
    """A checked document on its way to become the next version of a matter's guide."""

    matter: Matter
    document: Document
    is_full: bool
    change: str


# -- guides ----------------------------------------------------------------------------------------


@transaction.atomic
def publish(matter: Matter, body: Mapping[str, Any], by: Actor, change: str, now: datetime) -> GuideVersion:
    """Publish `body` as the matter's next version, in force from `now`; its draft, if there is one, is done with.

    Cases under way keep the version they were filed under. Raises NotAllowed, or Unpublishable and writes nothing.
    """
    _must_edit(by, matter)
    locked = Matter.objects.select_for_update().select_related(None).get(pk=matter.pk)
    whole = document.with_keys(document.complete(body) | {"name": locked.name})
    problems = rules.check(whole) | _change_problems(locked, whole, change)
    if problems:
        raise Unpublishable(problems)
    (version,) = publish_many([Publication(locked, whole, True, change.strip())], by, now)
    GuideDraft.objects.filter(matter=locked).delete()
    matter.current = version
    return version


def _change_problems(matter: Matter, whole: Document, change: str) -> dict[str, str]:
    """What is wrong with the act rather than with the guide: no note, nothing changed, somebody was faster."""
    words = change.strip()
    if not words:
        return {"change": _("请写这次改了什么，群众会看到。")}
    if len(words) > 200:
        return {"change": _("修改说明最多200字，请写短些。")}
    current = matter.current
    if current is not None and current.is_full and current.digest == document.digest(whole):
        return {"": _("内容和现在的版本一样，不用发布。")}
    draft = GuideDraft.objects.filter(matter=matter).first()
    if draft is not None and draft.base_id != matter.current_id:
        return {"": _("您编辑期间，别人发布了新版本。请看版本记录，再核对一遍后重新保存草稿。")}
    return {}


def publish_many(publications: Sequence[Publication], by: Actor, now: datetime) -> list[GuideVersion]:
    """Publish checked documents, in a constant number of statements; inside the caller's transaction.

    The one way a version comes to be. Each gets its own record and leaf in the ledger.
    """
    numbers = _last_numbers([one.matter.pk for one in publications])
    versions = [_version(one, numbers.get(one.matter.pk, 0) + 1, by, now) for one in publications]
    for version, record_ in zip(versions, _record_all(versions, now), strict=True):
        version.leaf = record_.leaf
    GuideVersion.objects.bulk_create(versions, batch_size=500)
    for publication, version in zip(publications, versions, strict=True):
        publication.matter.current = version
    Matter.objects.bulk_update([one.matter for one in publications], ["current"], batch_size=500)
    catalogue_moved()
    tell(MattersMoved(tuple(one.matter.pk for one in publications), now))
    return versions


def _last_numbers(matters: Sequence[int]) -> dict[int, int]:
    versions = GuideVersion.objects.filter(matter__in=matters).order_by().values_list("matter")
    return dict(versions.annotate(last=Max("number")))


def _version(publication: Publication, number: int, by: Actor, now: datetime) -> GuideVersion:
    whole = publication.document
    return GuideVersion(
        matter=publication.matter,
        number=number,
        published_at=now,
        published_by_id=by.id if by.kind == "staff" else None,
        change=publication.change,
        body=whole,
        is_full=publication.is_full,
        digest=document.digest(whole),
        **document.columns(whole),
    )


def record_body(version: GuideVersion) -> dict[str, Any]:
    """What the ledger says of a publication."""
    return {
        "matter": version.matter_id,
        "name": version.body["name"],
        "number": version.number,
        "change": version.change,
        "digest": version.digest,
    }


def _record_all(versions: Sequence[GuideVersion], now: datetime) -> list[LedgerRecord]:
    """The same as `ledger.record` for each version, in three statements and one insert for all of them."""
    bodies = [sealing.canonical(record_body(version)).decode() for version in versions]
    stamp = sealing.stamp(now)
    sealed = append_many([(PUBLISHED, LedgerRecord.payload(PUBLISHED, stamp, body), now) for body in bodies])
    records = [
        LedgerRecord(kind=PUBLISHED, body=body, at=now, leaf=seal.index)
        for body, seal in zip(bodies, sealed, strict=True)
    ]
    return LedgerRecord.objects.bulk_create(records, batch_size=500)


def catalogue_moved() -> None:
    """Tell every process that what it remembers of matters and guides is stale.

    The stamp is a time, and never stands still or goes back: a catalogue restored from a backup gets no stamp twice.
    """
    now = int(timezone.now().timestamp() * 1_000_000)
    later = Greatest(F("version") + 1, Value(now))
    if not Catalogue.objects.filter(pk=Catalogue.ROW).update(version=later):
        Catalogue.objects.get_or_create(pk=Catalogue.ROW, defaults={"version": now})


# -- drafts ----------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(matter: Matter, body: Mapping[str, Any], by: Actor, now: datetime) -> GuideDraft:
    """Keep an unfinished guide as typed, right or wrong. The first save remembers which version it began from."""
    _must_edit(by, matter)
    if by.id is None:
        raise access.NotAllowed(_("草稿要有编辑的人，请先登录。"))
    whole = document.with_keys(document.complete(body))
    draft = GuideDraft.objects.select_for_update().filter(matter=matter).first()
    if draft is None:
        draft = GuideDraft(matter=matter, base_id=matter.current_id)
    draft.body, draft.editor_id, draft.changed_at = whole, by.id, now
    draft.save()
    return draft


@transaction.atomic
def take_over(matter: Matter, by: Actor, now: datetime) -> GuideDraft | None:
    """The editor has seen the version published meanwhile and goes on from it; None when there is no draft."""
    _must_edit(by, matter)
    draft = GuideDraft.objects.select_for_update().filter(matter=matter).first()
    if draft is not None:
        draft.base_id, draft.changed_at = Matter.objects.get(pk=matter.pk).current_id, now
        draft.save(update_fields=["base", "changed_at"])
    return draft


@transaction.atomic
def discard_draft(matter: Matter, by: Actor) -> None:
    """Throw the unfinished guide away; the published versions stay."""
    _must_edit(by, matter)
    GuideDraft.objects.filter(matter=matter).delete()


# -- lists waiting to be confirmed -----------------------------------------------------------------


@transaction.atomic
def keep_upload(rows: Mapping[str, Any], filename: str, by: Actor, now: datetime) -> ListUpload:
    """Keep a list that was read, until its sender confirms it; an earlier one of the same sender goes."""
    if not access.may_edit_all(by) or by.id is None:
        raise access.NotAllowed(_("只有全局的指南编辑可以导入清单。"))
    ListUpload.objects.filter(editor_id=by.id).delete()
    return ListUpload.objects.create(editor_id=by.id, filename=filename[-120:], rows=dict(rows), sent_at=now)


def drop_upload(upload: ListUpload, by: Actor) -> None:
    """The list has landed, or its sender does not want it; nobody else may drop it."""
    if upload.editor_id != by.id:
        raise access.NotAllowed(_("这份清单是别人上传的。"))
    upload.delete()


# -- matters ---------------------------------------------------------------------------------------


@transaction.atomic
def create_matter(matter: Matter, by: Actor, now: datetime) -> Matter:
    """Add one matter, unsaved, to its list, with its first short guide. Raises NotAllowed."""
    if not access.may_edit_all(by):
        raise access.NotAllowed(_("只有全局的指南编辑可以增加事项。"))
    matter.save(force_insert=True)
    line = document.complete({"name": matter.name})
    publish_many([Publication(matter, line, False, _("列入清单"))], by, now)
    return matter


def suspend_matter(matter: Matter, by: Actor, reason: str, now: datetime) -> Matter:
    """Take the matter off lists, search and API for a time; cases under way go on."""
    return _set_status(matter, MatterStatus.SUSPENDED, by, reason, now)


def resume_matter(matter: Matter, by: Actor, reason: str, now: datetime) -> Matter:
    """Put a suspended matter back in use."""
    return _set_status(matter, MatterStatus.IN_USE, by, reason, now)


def cancel_matter(matter: Matter, by: Actor, reason: str, now: datetime) -> Matter:
    """Take the matter out of the catalogue for good; its versions and cases stay on record."""
    return _set_status(matter, MatterStatus.CANCELLED, by, reason, now)


@transaction.atomic
def _set_status(matter: Matter, status: MatterStatus, by: Actor, reason: str, now: datetime) -> Matter:
    """Raises NotAllowed, or Unpublishable for a step that makes no sense; the same status again changes nothing."""
    _must_edit(by, matter)
    locked = Matter.objects.select_for_update().get(pk=matter.pk)
    if locked.status == MatterStatus.CANCELLED and status != MatterStatus.CANCELLED:
        raise Unpublishable({"": _("已取消的事项不能恢复，请重新导入清单。")})
    if not reason.strip():
        raise Unpublishable({"reason": _("请写明原因和依据。")})
    if locked.status != status:
        locked.status = status
        locked.save(update_fields=["status"])
        catalogue_moved()
        body = {
            "matter": locked.pk,
            "name": locked.name,
            "status": str(status.value),
            "reason": reason.strip(),
        }
        record(STATUS, body, now)
        tell(MattersMoved((locked.pk,), now))
    matter.status = locked.status
    return matter


def _must_edit(by: Actor, matter: Matter) -> None:
    if not access.may_edit(by, matter):
        raise access.NotAllowed(_("这个事项不归您的单位编辑，请联系它的承办单位。"))
