"""Brings a list of matters into the catalogue: `jishiban import matters FILE`, the desk's import page, the seed.

What can be read lands, in batches that each hold by themselves; what cannot is reported with its cell. Running it
again changes nothing that is already so.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.hall.matters import access, document, rules, sheets
from jishiban.hall.matters.actions import Publication, catalogue_moved, publish_many
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.events import MattersMoved
from jishiban.hall.matters.listing import CellError, Line, Table, read_table
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.places import Placer
from jishiban.hall.matters.sheets import Unreadable
from jishiban.kernel.cases.events import tell
from jishiban.kernel.directory.actor import SYSTEM, Actor

BATCH = 200
COPIED = ("code", "name", "parent_item", "type", "department", "body")
TITLES = {
    "code": "基本编码", "name": "事项名称", "parent_item": "主项", "type": "事项类型", "department": "主管部门",
    "body": "实施主体", "guide": "指南", "unit": "承办单位",
}  # fmt: skip
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Report:
    """What an import did, or a preview would do. `bad` counts rows, `errors` holds every wrong cell."""

    new: int = 0
    changed: int = 0
    same: int = 0
    errors: list[CellError] = field(default_factory=list)

    @property
    def bad(self) -> int:
        return len({error.row for error in self.errors})

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.same + self.bad


@dataclass(slots=True)
class Change:
    """What one line would do: the matter it is about (unsaved when new), which facts move, the next guide if any."""

    line: Line
    matter: Matter
    moved: tuple[str, ...]
    guide: Document | None

    @property
    def is_new(self) -> bool:
        return self.matter.pk is None

    @property
    def words(self) -> str:
        return "、".join(_(TITLES[name]) for name in self.moved)


@dataclass(slots=True)
class Plan:
    """Everything a table would do, worked out without writing."""

    changes: list[Change] = field(default_factory=list)
    report: Report = field(default_factory=Report)


# -- planning --------------------------------------------------------------------------------------


def plan(table: Table, guides: dict[str, Document] | None = None) -> Plan:
    """Compare the lines with the catalogue, in a constant number of queries.

    `guides` holds full guides by local code for matters that have none yet (the seed's).
    """
    made = Plan(report=Report(errors=list(table.errors)))
    known = _Known(table.lines)
    placer = Placer.load()
    for line in table.lines:
        change = _change(line, known.find(line), placer, (guides or {}).get(line.local_code))
        problems = rules.check(change.guide) if change.guide and change.guide["steps"] else {}
        if problems:
            made.report.errors.append(_guide_error(line, problems))
        elif change.is_new:
            made.report.new += 1
        elif change.moved:
            made.report.changed += 1
        else:
            made.report.same += 1
        if not problems and change.moved:
            made.changes.append(change)
    return made


class _Known:
    """The matters of the lists a table speaks of, found by place and name, or by place alone after a renaming."""

    def __init__(self, lines: Sequence[Line]) -> None:
        stored = Matter.objects.filter(source__in={line.source for line in lines}).select_related("current")
        self.by_key: dict[tuple[str, str, str], Matter] = {}
        self.by_code: dict[tuple[str, str], list[Matter]] = {}
        for matter in stored:
            self.by_key[matter.source, matter.local_code, matter.name] = matter
            self.by_code.setdefault((matter.source, matter.local_code), []).append(matter)
        self.in_file = Counter((line.source, line.local_code) for line in lines)

    def find(self, line: Line) -> Matter | None:
        exact = self.by_key.get((line.source, *line.key))
        place = line.source, line.local_code
        alone = self.by_code.get(place, [])
        if exact is None and len(alone) == 1 and self.in_file[place] == 1:
            return alone[0]
        return exact


def _change(line: Line, matter: Matter | None, placer: Placer, guide: Document | None) -> Change:
    if matter is None:
        fresh = Matter(
            source=line.source, local_code=line.local_code, **{n: getattr(line, n) for n in COPIED}
        )
        fresh.unit_id = placer.unit_for(line.department, line.body, line.name)
        return Change(line, fresh, ("name", "guide"), _listed(line, guide))
    moved = [name for name in COPIED if getattr(line, name) and getattr(line, name) != getattr(matter, name)]
    for name in moved:
        setattr(matter, name, getattr(line, name))
    if matter.unit_id is None and (unit := placer.unit_for(matter.department, matter.body, matter.name)):
        matter.unit_id = unit
        moved.append("unit")
    current = matter.current
    document_now = guide if guide and _may_replace(matter) else current.body if current else None
    after = _listed(line, document_now)
    is_other = current is None or current.digest != document.digest(after)
    return Change(line, matter, (*moved, "guide") if is_other else tuple(moved), after if is_other else None)


def _may_replace(matter: Matter) -> bool:
    """A guide that came with the house gives way to a newer one of the same origin, never one a person published."""
    return matter.current is None or matter.current.published_by_id is None


def _listed(line: Line, before: Document | None) -> Document:
    """The guide with the facts of the list put in; where the list says nothing, what stood there stays."""
    after = document.complete(before or {})
    after["name"] = line.name
    after["service_object"] = line.service_object or after["service_object"]
    if line.amount is not None:
        basis = line.limit_basis or line.basis
        after["statutory"] = {"amount": line.amount, "unit": line.unit, "basis": basis}
    if not after["steps"]:
        after["law"] = _laws(line.basis) or after["law"]
        after["confidence"] = line.confidence or after["confidence"]
        after["kind"] = document.ON_THE_SPOT if line.unit == "当场" else after["kind"]
    return after


def _laws(basis: str) -> list[Document]:
    named = [part.strip() for part in basis.replace("；", ";").split(";")]
    return [{"name": part, "article": "", "says": ""} for part in named if part]


def _guide_error(line: Line, problems: dict[str, str]) -> CellError:
    reason = _("与现有指南冲突：%(why)s") % {"why": next(iter(problems.values()))}
    return CellError(line.row, f"A{line.row}", reason, _("请先改指南，再导入这一行。"))


# -- landing ---------------------------------------------------------------------------------------


def land(made: Plan, by: Actor, now: datetime, progress: Progress | None = None) -> Report:
    """Write a plan in batches, each a transaction of its own: an interrupted import keeps what has landed.

    Raises NotAllowed for those who may not change the whole catalogue.
    """
    if not access.may_edit_all(by):
        raise access.NotAllowed(_("只有全局的指南编辑可以导入清单。"))
    total = len(made.changes)
    for start in range(0, total, BATCH):
        batch = made.changes[start : start + BATCH]
        _land_batch(batch, by, now)
        if progress:
            progress(start + len(batch), total)
    return made.report


@transaction.atomic
def _land_batch(batch: Sequence[Change], by: Actor, now: datetime) -> None:
    Matter.objects.bulk_create([change.matter for change in batch if change.is_new])
    old = [change.matter for change in batch if not change.is_new and set(change.moved) != {"guide"}]
    Matter.objects.bulk_update(old, [*COPIED, "unit"], batch_size=BATCH)
    publications = [
        Publication(change.matter, change.guide, bool(change.guide["steps"]), _change_words(change))
        for change in batch
        if change.guide is not None
    ]
    if publications:
        publish_many(publications, by, now)
    else:
        catalogue_moved()
    if told := [change.matter.pk for change in batch if change.guide is None]:
        tell(MattersMoved(tuple(told), now))


def _change_words(change: Change) -> str:
    return _("按清单更新") if change.matter.current_id else _("列入清单")


def import_rows(
    table: Table, progress: Progress | None = None, *, by: Actor = SYSTEM, now: datetime | None = None
) -> Report:
    """Land every good line of a table."""
    return land(plan(table), by, now or timezone.now(), progress)


def read(content: bytes) -> Table:
    """The table in a file's bytes. Raises Unreadable."""
    return read_table(sheets.read(content))


# -- the command line ------------------------------------------------------------------------------


def import_command(path: Path) -> int:
    """Import a file and tell what happened: 0 all landed, 1 some rows were wrong, 2 the file cannot be used,
    130 interrupted."""
    try:
        table = read(Path(path).read_bytes())
    except OSError as error:
        return _fail(_("打不开 %(path)s：%(why)s。") % {"path": path, "why": error.strerror})
    except Unreadable as error:
        return _fail(f"{path}：{error.message}")
    try:
        report = import_rows(table, _print_progress)
    except KeyboardInterrupt:
        return _stopped()
    for line in summary(report):
        print(line)
    return 1 if report.errors else 0


def summary(report: Report) -> Iterable[str]:
    """The report as lines to print: the bad cells first, the figures last, where the eye ends."""
    for error in report.errors:
        yield f"  {error}"
    words = {
        "rows": report.rows,
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "bad": report.bad,
    }
    yield _("共%(rows)s行：新增%(new)s，更新%(changed)s，没有变化%(same)s，有错%(bad)s。") % words
    if report.bad:
        yield _("有错的行没有导入。改好后再导入同一个文件即可，已导入的不会重复。")


def _print_progress(done: int, total: int) -> None:
    end = "\r" if sys.stderr.isatty() and done < total else "\n"
    print(
        _("已导入 %(done)s / %(total)s 行") % {"done": done, "total": total},
        end=end,
        file=sys.stderr,
        flush=True,
    )


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


def _stopped() -> int:
    print(_("\n已中断。已导入的行都保留着，再运行一次会接着导入。"), file=sys.stderr)
    return 130
