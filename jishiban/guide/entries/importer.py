"""Hand-written entries from a file: what can be read goes to review as one batch, what cannot is reported by its cell.

The columns are those of the export, so that a file may be exported, mended and sent back: entries that came from
guides and are as they were are passed over, changed ones are refused, because they are changed in their guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from jishiban.guide.entries import access
from jishiban.guide.entries.checks import entry_problems
from jishiban.guide.entries.forms import payload_of
from jishiban.guide.entries.models import Aspect, Entry, Kind, Origin, Revision, Upload
from jishiban.guide.entries.revisions import Proposal, propose
from jishiban.hall.matters import sheets
from jishiban.hall.matters.listing import CellError, header_key
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.sheets import TITLES_ABOVE, Grid, Unreadable, cell_name
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.roster import roster

MOST: Final = 5_000  # entries of one batch: what three people can be asked to read
SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("编号", "key", "id", "条目编号"),
    "matter": ("事项", "matter", "事项名称", "所属事项"),
    "aspect": ("方面", "aspect", "分类"),
    "question": ("标准问题", "question", "问题", "标准问"),
    "answer": ("答复", "answer", "答案", "回答"),
    "similar": ("相似问法", "similar", "相似问", "相似问题"),
    "source": ("出处", "source", "来源", "依据"),
    "valid_from": ("生效", "valid_from", "生效日期"),
    "valid_to": ("失效", "valid_to", "失效日期"),
}
TITLES: Final = {"question": "标准问题", "answer": "答复", "source": "出处"}
COLUMN_OF: Final = {header: column for column, headers in SYNONYMS.items() for header in headers}
COMPARED: Final = ("aspect", "question", "answer", "similar", "source", "valid_from", "valid_to")


@dataclass(slots=True)
class Line:
    """A readable row; its matter by name, its entry by key, as they were written."""

    row: int
    key: str
    matter: str
    aspect: str
    question: str
    answer: str
    similar: list[str]
    source: str
    valid_from: str
    valid_to: str


@dataclass(slots=True)
class Table:
    """A whole file read."""

    lines: list[Line] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    @property
    def stored(self) -> dict[str, Any]:
        """As JSON, for an upload that waits to be confirmed."""
        return {
            "lines": [asdict(line) for line in self.lines],
            "errors": [asdict(error) for error in self.errors],
            "places": self.places,
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Table:
        """What `stored` wrote."""
        lines = [Line(**line) for line in stored["lines"]]
        return cls(lines, [CellError(**error) for error in stored["errors"]], dict(stored["places"]))


@dataclass(slots=True)
class Plan:
    """What a file would do: the content of a batch, what stands there now, and the counts."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    before: list[dict[str, Any]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    same: int = 0

    @property
    def bad(self) -> int:
        return len({error.row for error in self.errors})


# -- reading ---------------------------------------------------------------------------------------


def read(content: bytes) -> Table:
    """The table in a file's bytes. Raises Unreadable."""
    return read_table(sheets.read(content))


def read_table(readings: Iterable[Grid]) -> Table:
    """The lines of the first reading that has a header we know. Raises Unreadable when there is none."""
    for grid in readings:
        for at, (_row, cells) in enumerate(grid.rows[:TITLES_ABOVE]):
            found = [COLUMN_OF.get(header_key(cell), "") for cell in cells]
            if "question" in found and "answer" in found:
                return _lines(_places(found, cells), grid.rows[at + 1 :])
    raise Unreadable(_("找不到表头。第一行要有“标准问题、答复、出处”三列，可以先导出一份照着填。"))


def _places(found: list[str], cells: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, column in enumerate(found):
        if column and column in places:
            raise Unreadable(_("有两列都是“%(name)s”。请只留一列，再导入。") % {"name": cells[place]})
        if column:
            places[column] = place
    if missing := [title for column, title in TITLES.items() if column not in places]:
        raise Unreadable(_("缺少“%(names)s”列。请补上表头和内容，再导入。") % {"names": "、".join(missing)})
    return places


def _lines(places: dict[str, int], rows: Iterable[tuple[int, list[str]]]) -> Table:
    table = Table(places=places)
    seen: dict[str, int] = {}
    for row, cells in rows:
        line = _line(row, {column: _cell(cells, place) for column, place in places.items()})
        problems = entry_problems(asdict(line))
        first = seen.setdefault(line.question, row)
        if first != row and "question" not in problems:
            problems["question"] = _("和第%(row)s行的问题重复。") % {"row": first}
        if problems:
            table.errors += [_error(places, row, column, why) for column, why in problems.items()]
        else:
            table.lines.append(line)
    if len(table.lines) > MOST:
        raise Unreadable(_("一次最多导入%(most)s条。请拆成几个文件。") % {"most": MOST})
    return table


def _cell(cells: list[str], place: int) -> str:
    """A cell's text; the sign a spreadsheet was kept from calculating it by is taken off again."""
    text = cells[place] if place < len(cells) else ""
    return text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text


def _line(row: int, given: Mapping[str, str]) -> Line:
    similar = [one.strip() for one in given.get("similar", "").replace("|", "\n").splitlines() if one.strip()]
    answer = given["answer"].replace("\r\n", "\n").strip()
    return Line(
        row, given.get("key", ""), given.get("matter", ""), given.get("aspect", "") or Aspect.OTHER, given["question"],
        answer, similar, given["source"], given.get("valid_from", ""), given.get("valid_to", ""),
    )  # fmt: skip


def _error(places: Mapping[str, int], row: int, column: str, why: str) -> CellError:
    return CellError(row, cell_name(places.get(column, 0), row), why, _("改好这一格再导入。"))


# -- planning --------------------------------------------------------------------------------------


def plan(table: Table, by: Actor) -> Plan:
    """Compare the lines with the library, in two queries, without writing."""
    made = Plan(errors=list(table.errors))
    keys = {line.key for line in table.lines if line.key}
    known = {one.key: one for one in Entry.objects.filter(key__in=keys)}
    names = {line.matter for line in table.lines if line.matter}
    matters = {one.name: one for one in Matter.objects.filter(name__in=names).order_by("status", "-pk")}
    for line in table.lines:
        entry, matter = known.get(line.key), matters.get(line.matter)
        if problem := _problem(line, entry, matter, by):
            made.errors.append(_error(table.places, line.row, *problem))
        else:
            _plan_line(made, line, entry, matter, by)
    return made


def _problem(line: Line, entry: Entry | None, matter: Matter | None, by: Actor) -> tuple[str, str] | None:
    if line.key and entry is None:
        return "key", _("没有编号是“%(key)s”的条目。新条目请把编号留空。") % {"key": line.key[:40]}
    if line.matter and matter is None:
        return "matter", _("没有叫“%(name)s”的事项。") % {"name": line.matter[:40]}
    if entry and entry.origin == Origin.COMPILED:
        return None if _is_same(line, entry) else ("key", _("这一条由办事指南生成，请去改指南。"))
    units = {entry.unit_id if entry else None, matter.unit_id if matter else None}
    if not all(access.may_write_of(by, unit) for unit in units):
        return "matter", _("不归您的单位编辑，请联系它的承办单位。")
    return None


def _is_same(line: Line, entry: Entry) -> bool:
    stands, given = payload_of(entry), asdict(line)
    return all(given[name] == stands[name] for name in COMPARED)


def _plan_line(made: Plan, line: Line, entry: Entry | None, matter: Matter | None, by: Actor) -> None:
    matter_id = matter.pk if matter else None
    if entry and _is_same(line, entry) and (entry.origin == Origin.COMPILED or entry.matter_id == matter_id):
        made.same += 1
        return
    given = {name: value for name, value in asdict(line).items() if name in COMPARED}
    unit = matter.unit_id if matter else entry.unit_id if entry else by.unit_id
    made.rows.append(
        given | {"entry": entry.pk if entry else None, "matter": matter_id, "unit": unit, "in_use": True}
    )
    if entry:
        made.changed += 1
        made.before.append(payload_of(entry))
    else:
        made.new += 1


# -- landing ---------------------------------------------------------------------------------------


@transaction.atomic
def keep_upload(table: Table, filename: str, by: Actor, now: datetime) -> Upload:
    """Keep a file that was read, until its sender confirms it; an earlier one of the same sender goes."""
    if by.id is None or not access.may_keep(by):
        raise access.NotAllowed(_("只有指南编辑可以导入知识条目。"))
    Upload.objects.filter(editor_id=by.id).delete()
    return Upload.objects.create(editor_id=by.id, filename=filename[-120:], rows=table.stored, sent_at=now)


@transaction.atomic
def hand_in(upload: Upload, why: str, by: Actor, now: datetime) -> Revision | None:
    """Send the good rows to review as one batch; None when there is nothing to change. The upload is done with.

    A batch of several units belongs to the unit above them, the bureau: its people review it.
    """
    if upload.editor_id != by.id:
        raise access.NotAllowed(_("这份文件是别人上传的。"))
    made = plan(Table.restored(upload.rows), by)
    upload.delete()
    if not made.rows:
        return None
    title = _("%(file)s：%(n)s条") % {"file": upload.filename, "n": len(made.rows)}
    payload, before = {"rows": made.rows}, {"rows": made.before}
    return propose(Proposal(Kind.ENTRIES, title, payload, why, _unit(made, by), "", before), by, now)


def _unit(made: Plan, by: Actor) -> int:
    units = {row["unit"] for row in made.rows if row["unit"]}
    if len(units) == 1:
        return int(units.pop())
    return roster().root() if access.may_edit_all(by) else by.unit_id or roster().root()
