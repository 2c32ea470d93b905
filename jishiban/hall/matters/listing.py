"""One line of a list of matters: which columns there may be under which names, and what a cell may say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from jishiban.hall.matters.models import MatterType
from jishiban.hall.matters.sheets import TITLES_ABOVE, Grid, Unreadable, cell_name

LOCAL_LIST: Final = "本地清单"
BASE_LIST: Final = "济阳基础清单"

# Column → the headers it is known by, lower case, without blanks, stars and brackets.
SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "source": ("source", "来源清单", "清单名称", "清单"),
    "local_code": (
        "local_code",
        "seq",
        "清单编号",
        "序号",
        "编号",
        "事项编号",
        "地方基本编码",
        "本地编码",
        "事项编码",
        "实施编码",
    ),
    "code": ("code", "基本编码", "国家基本编码", "业务办理项编码"),
    "name": ("name", "事项名称", "业务办理项名称", "办理项名称", "许可事项名称", "子项名称", "名称"),
    "parent_item": ("parent_item", "主项", "主项名称", "上级事项"),
    "type_code": ("type_code", "类型代码", "事项类型代码"),
    "type": ("type", "事项类型", "类型", "权力类型"),
    "department": ("department", "主管部门", "行业主管部门", "部门"),
    "body": ("implementing_body", "body", "实施主体", "实施机关", "实施部门"),
    "basis": ("basis", "设定依据", "设定和实施依据", "依据", "法律依据"),
    "limit": ("statutory_limit", "法定办结时限", "法定时限", "法定期限"),
    "unit": ("limit_unit", "时限单位", "法定时限单位", "法定办结时限单位"),
    "limit_basis": ("limit_basis", "时限依据", "法定时限依据", "法定时限说明", "法定办结时限说明"),
    "service_object": ("service_object", "服务对象", "办理对象"),
    "confidence": ("confidence", "可信度"),
}
TITLES: Final = {"local_code": "清单编号", "name": "事项名称", "type": "事项类型"}
COLUMN_OF: Final = {header: column for column, headers in SYNONYMS.items() for header in headers}
BASE_LAYOUT: Final = {"seq", "implementing_body", "statutory_limit", "confidence"}
LIMITS: Final = {  # how people write units → how they are stored; a bare 日 stays 日
    "工作日": "工作日", "个工作日": "工作日", "日": "日", "天": "日", "自然日": "自然日", "个自然日": "自然日",
    "日历日": "自然日", "月": "月", "个月": "月", "小时": "小时", "个小时": "小时", "当场": "当场", "当场办结": "当场",
    "即时": "当场", "即办": "当场", "即时办结": "当场",
}  # fmt: skip
AMOUNT_AND_UNIT = re.compile(r"^(\d{1,5})\s*(\D+)$")
CODE = re.compile(r"^[0-9A-Z]+$")
LONGEST: Final = {
    "source": 40, "local_code": 50, "name": 300, "parent_item": 300, "department": 80, "body": 80, "basis": 400,
    "limit_basis": 200, "service_object": 60, "confidence": 20,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong in one cell, and how to mend it."""

    row: int
    cell: str
    reason: str
    mend: str

    def __str__(self) -> str:
        return f"{self.cell}：{self.reason}{self.mend}"


@dataclass(slots=True)
class Line:
    """A good line, ready to land. An amount of None: the list names no limit."""

    row: int
    source: str
    local_code: str
    name: str
    type: str
    code: str = ""
    parent_item: str = ""
    department: str = ""
    body: str = ""
    basis: str = ""
    amount: int | None = None
    unit: str = ""
    limit_basis: str = ""
    service_object: str = ""
    confidence: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.local_code, self.name


@dataclass(slots=True)
class Table:
    """A whole file read: good lines, bad cells, and which columns it had."""

    lines: list[Line] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    columns: tuple[str, ...] = ()

    @property
    def bad_rows(self) -> int:
        return len({error.row for error in self.errors})

    @property
    def stored(self) -> dict[str, Any]:
        """As JSON, for an upload that waits to be confirmed."""
        return {
            "lines": [asdict(line) for line in self.lines],
            "errors": [asdict(error) for error in self.errors],
            "columns": list(self.columns),
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Table:
        """What `stored` wrote."""
        return cls(
            [Line(**line) for line in stored["lines"]],
            [CellError(**error) for error in stored["errors"]],
            tuple(stored["columns"]),
        )


# -- the header ------------------------------------------------------------------------------------


def header_key(text: str) -> str:
    """A header as it is compared: `事项名称（必填）*` is 事项名称."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\(.*?\)|[\s*:]", "", plain)


def read_table(readings: Iterable[Grid]) -> Table:
    """The lines of the first reading that has a header we know.

    Raises Unreadable when there is none, or when a column is missing or stands there twice.
    """
    listed = list(readings)
    for grid in listed:
        for at, (row, cells) in enumerate(grid.rows[:TITLES_ABOVE]):
            found = [COLUMN_OF.get(header_key(cell), "") for cell in cells]
            if "name" in found and len(set(found) - {""}) >= 2:
                return _lines(_layout(found, cells, row), grid.rows[at + 1 :], cells)
    raise Unreadable(_no_header(listed))


def _no_header(readings: list[Grid]) -> str:
    seen = next((cells for grid in readings for _row, cells in grid.rows[:1]), [])
    words = "、".join(cell for cell in seen[:6] if cell)[:80]
    return _("找不到表头。第一行要有“清单编号、事项名称、事项类型”三列，现在是“%(seen)s”。") % {"seen": words}


def _layout(found: list[str], cells: list[str], row: int) -> dict[str, int]:
    """Column → its place. Raises Unreadable naming what is missing or doubled."""
    places: dict[str, int] = {}
    for place, column in enumerate(found):
        if column and column in places:
            both = {"one": cell_name(places[column], row), "two": cell_name(place, row), "name": cells[place]}
            raise Unreadable(_("%(one)s和%(two)s都是“%(name)s”列。请只留一列，再导入。") % both)
        if column:
            places[column] = place
    missing = [title for column, title in TITLES.items() if column not in places]
    if "type_code" in places:
        missing = [title for title in missing if title != TITLES["type"]]
    if missing:
        raise Unreadable(_("缺少“%(names)s”列。请补上表头和内容，再导入。") % {"names": "、".join(missing)})
    return places


# -- the lines -------------------------------------------------------------------------------------


def _lines(places: dict[str, int], rows: Iterable[tuple[int, list[str]]], header: list[str]) -> Table:
    table = Table(columns=tuple(places))
    base = set(header) >= BASE_LAYOUT
    default = BASE_LIST if base else LOCAL_LIST
    seen: dict[tuple[str, str, str], int] = {}
    for row, cells in rows:
        reader = _Reader(places, row, cells)
        line = reader.line(default, len(header))
        if line is not None:
            first = seen.setdefault((line.source, *line.key), row)
            if first != row:
                reader.wrong("name", _("和第%(row)s行重复。") % {"row": first}, _("请删去一行。"))
        table.errors.extend(sorted(reader.errors, key=lambda error: (len(error.cell), error.cell)))
        if line is not None and not reader.errors:
            table.lines.append(line)
    return table


class _Reader:
    """Reads one row and notes what is wrong in which cell."""

    def __init__(self, places: dict[str, int], row: int, cells: list[str]) -> None:
        self.places, self.row, self.cells = places, row, cells
        self.errors: list[CellError] = []

    def wrong(self, column: str, reason: str, mend: str) -> None:
        cell = cell_name(self.places.get(column, 0), self.row)
        self.errors.append(CellError(self.row, cell, reason, mend))

    def text(self, column: str) -> str:
        place = self.places.get(column)
        return self.cells[place] if place is not None and place < len(self.cells) else ""

    def short(self, column: str) -> str:
        """The text of a column, noted when it is longer than fits or holds characters nobody can see."""
        value = self.text(column)
        most = LONGEST[column]
        if len(value) > most:
            words = {"most": most, "now": len(value)}
            self.wrong(column, _("超过%(most)s个字，现在%(now)s个字。") % words, _("请写短些。"))
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Co") for letter in value):
            self.wrong(column, _("有换行或看不见的字符。"), _("请删去后重填。"))
        return value

    def needed(self, column: str) -> str:
        value = self.short(column)
        if not value:
            self.wrong(
                column, _("没有填%(name)s。") % {"name": TITLES[column]}, _("请补填，或者删去这一行。")
            )
        return value

    def line(self, default: str, width: int) -> Line | None:
        """The line of this row; None when anything in it is wrong."""
        if any(self.cells[width:]):
            extra = cell_name(width, self.row)
            mend = _("请检查这一行是不是多了逗号。")
            self.errors.append(CellError(self.row, extra, _("这一行比表头长。"), mend))
            return None
        amount, unit = self.limit()
        line = Line(
            row=self.row, source=self.short("source") or default, local_code=self.needed("local_code"),
            name=self.needed("name"), type=self.type(), code=self.code(), parent_item=self.short("parent_item"),
            department=self.short("department"), body=self.short("body"), basis=self.short("basis"),
            amount=amount, unit=unit, limit_basis=self.short("limit_basis"),
            service_object=self.short("service_object"), confidence=self.short("confidence"),
        )  # fmt: skip
        return None if self.errors else line

    def type(self) -> str:
        """The type's code, from its name, its code, or both when they agree."""
        code, name = self.text("type_code"), self.text("type")
        by_name = {str(label): value for value, label in MatterType.choices}
        if name.isdigit() and not code:
            code, name = name, ""
        code = code.zfill(2) if code.isdigit() else code
        if not code and not name:
            self.wrong("type" if "type" in self.places else "type_code", _("没有填事项类型。"), _types())
        elif code and code not in MatterType.values:
            self.wrong("type_code", _("没有“%(code)s”这个类型代码。") % {"code": code[:20]}, _types())
        elif name and name not in by_name:
            self.wrong("type", _("没有“%(name)s”这种事项类型。") % {"name": name[:20]}, _types())
        elif code and name and by_name[name] != code:
            words = {"code": code, "name": MatterType(code).label}
            self.wrong("type", _("类型代码%(code)s是%(name)s，两列对不上。") % words, _("请改正其中一列。"))
        return code or by_name.get(name, "")

    def code(self) -> str:
        """The national code, where there is one: 12, 31 or 33 digits and capital letters."""
        code = self.text("code").upper()
        if code and (len(code) not in (12, 31, 33) or not CODE.match(code)):
            mend = _("请照国家目录填，并把单元格设为文本，免得丢零。")
            self.wrong("code", _("基本编码应是12位，现在%(n)s位。") % {"n": len(code)}, mend)
        return code

    def limit(self) -> tuple[int | None, str]:
        """Amount and unit, also when both stand in one cell ("20个工作日"); (None, "") where no limit is given."""
        amount, unit = self.text("limit"), self.text("unit")
        together = AMOUNT_AND_UNIT.match(amount)
        if together and not unit:
            amount, unit = together[1], together[2].strip()
        if amount in LIMITS and not unit:
            amount, unit = "", amount
        stored = LIMITS.get(unit, "")
        if unit and not stored:
            self.wrong("unit" if self.text("unit") else "limit", _("没有“%(unit)s”这个时限单位。") % {"unit": unit[:20]},
                       _("请填：工作日、日、自然日、月、小时或当场。"))  # fmt: skip
        elif amount and not (amount.isascii() and amount.isdigit() and int(amount) <= 10_000):
            self.wrong(
                "limit", _("时限“%(text)s”不是整数。") % {"text": amount[:20]}, _("请填0到10000的整数。")
            )
        elif amount and not stored:
            self.wrong(
                "unit" if "unit" in self.places else "limit",
                _("有时限，没有单位。"),
                _("请填单位，比如工作日。"),
            )
        elif stored and not amount and stored != "当场":
            self.wrong("limit", _("有单位，没有时限。"), _("请填整数，不知道就把单位也留空。"))
        elif stored == "当场" and amount not in ("", "0"):
            self.wrong("limit", _("当场办结的，时限应是0。"), _("请改为0，或者改单位。"))
        else:
            return (int(amount or 0), stored) if stored else (None, "")
        return None, ""


def _types() -> str:
    return _("请填：%(names)s。") % {"names": "、".join(str(label) for label in MatterType.labels)}
