"""Every write of the room: giving out numbers, issuing papers, taking files in."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.kernel.directory.identifiers import LAST_SERIAL, make_case_number, make_document_number
from jishiban.kernel.papers import content
from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.forms import FORMS, Value, compose
from jishiban.kernel.papers.models import Attachment, Kind, Paper, State
from jishiban.kernel.papers.rendering import plain_text
from jishiban.kernel.papers.sniff import sniff

MAX_SIZE = 20 * 1024 * 1024
MAX_FILES = 40
UNFINISHED_FOR = timedelta(days=1)


# ---- numbers ----

# One statement, so that no two transactions can read the same last number; the row stays locked until the
# caller's transaction ends, and a roll-back gives the number back: no gaps.
_ALLOCATE = """
INSERT INTO papers_numberseries (kind, word, period, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (kind, word, period) DO UPDATE SET last = papers_numberseries.last + 1
RETURNING last
"""


def allocate(kind: str, word: str, period: str) -> int:
    """The next number of a series, from 1, without gaps. Must run inside the caller's transaction.

    Ask for it as late as possible: other writers of the same series wait until this transaction ends.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("allocate() needs the caller's transaction")
    with connection.cursor() as cursor:
        cursor.execute(_ALLOCATE, [kind, word, period])
        ((number,),) = cursor.fetchall()
    return int(number)


def next_case_number(area: str, day: date) -> str:
    """The next case number of `day` in `area`. Refused when the day's 99,999 are used up."""
    serial = allocate("case", area, f"{day:%Y%m%d}")
    if serial > LAST_SERIAL:
        raise Refused("serials", _("今天的办件编号已经用完。请明天再登记，并告知管理员。"))
    return make_case_number(area, day, serial)


# ---- papers ----


def issue(
    kind: Kind,
    *,
    case_number: str,
    prefix: str,
    seal_unit: str,
    applicant: str,
    matter: str,
    at: datetime,
    facts: Mapping[str, Value] | None = None,
    rows: Sequence[Mapping[str, Value]] = (),
) -> Paper:
    """Compose, number and keep one paper; two SQL statements, inside the caller's transaction.

    `prefix` is the unit's short word before the sign of the kind: 济阳审批 gives 济阳审批准字〔2026〕12号.
    Which facts a kind needs stands in `forms.FORMS`; Refused names what is missing.
    """
    paper = draw_up(
        kind,
        serial=partial(allocate, "paper"),
        case_number=case_number,
        prefix=prefix,
        seal_unit=seal_unit,
        applicant=applicant,
        matter=matter,
        at=at,
        facts=facts,
        rows=rows,
    )
    paper.save(force_insert=True)
    return paper


def draw_up(
    kind: Kind,
    *,
    serial: Callable[[str, str], int],
    case_number: str,
    prefix: str,
    seal_unit: str,
    applicant: str,
    matter: str,
    at: datetime,
    facts: Mapping[str, Value] | None = None,
    rows: Sequence[Mapping[str, Value]] = (),
) -> Paper:
    """The unsaved paper of `issue`; `serial` gives the next number of a word and year, once the words stand."""
    form = FORMS[kind]
    wording = compose(
        kind,
        applicant=applicant,
        matter=matter,
        facts={"case_number": case_number, **(facts or {})},
        rows=rows,
    )
    word = f"{prefix}{form.sign}字"
    year = timezone.localtime(at).year
    paper = Paper(
        number=make_document_number(word, year, serial(word, str(year))),
        title=form.title,
        kind=kind,
        case_number=case_number,
        issued_at=at,
        seal_unit=seal_unit,
        body=wording.body(),
        version=form.version,
    )
    paper.sha256 = hashlib.sha256(plain_text(paper).encode()).hexdigest()
    return paper


# ---- files ----


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a file belongs: its holder (draft or case), the material it answers, and who hands it in."""

    holder: str
    material: str = ""
    owner_kind: str = ""
    owner_id: str = ""


class WrongOffset(Refused):
    """A chunk that does not continue what was received; the sender goes on from `expected`."""

    def __init__(self, expected: int) -> None:
        super().__init__("offset", _("上传中断过，请从断点继续。"))
        self.expected = expected


def receive(file: BinaryIO, name: str, slot: Slot, *, at: datetime) -> Attachment:
    """Take a whole file in. Refused, with nothing kept, when type, size, count or scanner forbid it."""
    data = file.read(MAX_SIZE + 1)
    _check_size(len(data))
    attachment = _new(name, len(data), slot, at)
    with transaction.atomic():
        _check_count(slot.holder)
        _fill(attachment, data)
        attachment.save(force_insert=True)
    return attachment


def start_upload(name: str, size: int, slot: Slot, *, at: datetime) -> Attachment:
    """Open an upload that comes in chunks; its `key` is what the sender names it by."""
    _check_size(size)
    attachment = _new(name, size, slot, at)
    with transaction.atomic():
        _check_count(slot.holder)
        attachment.save(force_insert=True)
    return attachment


def append_chunk(key: UUID, offset: int, data: bytes) -> int:
    """Add a chunk that starts at byte `offset`; returns how many bytes are received. WrongOffset tells where to go on."""
    with transaction.atomic():
        attachment = _unfinished(key)
        if offset != attachment.received:
            raise WrongOffset(attachment.received)
        if offset + len(data) > attachment.size:
            raise Refused("size", _("收到的内容比文件大小还多，请重新上传。"))
        content.append(key, offset, data)
        attachment.received = offset + len(data)
        attachment.save(update_fields=["received"])
    return attachment.received


def finish_upload(key: UUID) -> Attachment:
    """Check and keep an upload whose chunks are all here. Doing it twice gives the same attachment.

    WrongOffset when bytes are missing. Refused like `receive`; the upload is then gone and starts anew.
    """
    try:
        with transaction.atomic():
            return _finish(key)
    except WrongOffset:
        raise
    except Refused:
        discard_upload(key)
        raise


def _finish(key: UUID) -> Attachment:
    stored = Attachment.objects.select_for_update().filter(key=key, state=State.STORED).first()
    if stored is not None:
        return stored
    attachment = _unfinished(key)
    if attachment.received != attachment.size:
        raise WrongOffset(attachment.received)
    _fill(attachment, content.read_partial(key))
    attachment.save()
    transaction.on_commit(partial(content.drop_partial, key))
    return attachment


def discard_upload(key: UUID) -> None:
    """Forget an unfinished upload."""
    Attachment.objects.filter(key=key, state=State.UPLOADING).delete()
    content.drop_partial(key)


def sweep_unfinished(now: datetime) -> int:
    """Forget uploads nobody went on with for a day; returns how many."""
    stale = Attachment.objects.filter(state=State.UPLOADING, uploaded_at__lt=now - UNFINISHED_FOR)
    keys = list(stale.values_list("key", flat=True))
    for key in keys:
        discard_upload(key)
    return len(keys)


def remove(attachment: Attachment) -> None:
    """Take a file away: its content and name are gone, its hash and size stay as the trace of it."""
    with transaction.atomic():
        row = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if row.state == State.REMOVED:
            return
        if row.state == State.UPLOADING:
            discard_upload(row.key)
            return
        row.state, row.name = State.REMOVED, ""
        row.save(update_fields=["state", "name"])
        transaction.on_commit(partial(content.drop, row.sha256, row.key))


def hand_over(old: str, new: str) -> int:
    """Give all files of one holder to another, as when a draft becomes a case; returns how many."""
    return Attachment.objects.filter(holder=old).update(holder=new)


def _new(name: str, size: int, slot: Slot, at: datetime) -> Attachment:
    return Attachment(
        key=uuid4(),
        name=name[:500],
        size=size,
        uploaded_at=at,
        state=State.UPLOADING,
        holder=slot.holder,
        material=slot.material,
        owner_kind=slot.owner_kind,
        owner_id=slot.owner_id,
    )


def _fill(attachment: Attachment, data: bytes) -> None:
    form = sniff(data)
    content.scan(data, form.media_type)
    attachment.name = content.clean_name(attachment.name, form)
    attachment.media_type = form.media_type
    attachment.received = len(data)
    attachment.sha256 = content.store(data, attachment.key)
    attachment.state = State.STORED


def _unfinished(key: UUID) -> Attachment:
    attachment = Attachment.objects.select_for_update().filter(key=key, state=State.UPLOADING).first()
    if attachment is None:
        raise Refused("unknown", _("找不到这次上传，请重新选择文件。"))
    return attachment


def _check_size(size: int) -> None:
    if size <= 0:
        raise Refused("empty", _("文件是空的，请重新选择。"))
    if size > MAX_SIZE:
        message = _("文件超过%(limit)dMB。请压缩或拆成几份再上传。")
        raise Refused("size", message % {"limit": MAX_SIZE // (1024 * 1024)})


def _check_count(holder: str) -> None:
    if Attachment.objects.filter(holder=holder).exclude(state=State.REMOVED).count() >= MAX_FILES:
        message = _("一件事最多上传%(limit)d个文件。请先移除不需要的，或合并成一个。")
        raise Refused("count", message % {"limit": MAX_FILES})
