"""The place's workbook: which sheets and columns it has, writing it empty, reading it filled in.

One XLSX says what twelve settings cannot: towns, units, windows, staff and their posts, and the days off of a year. What the cells mean is
decided in `place`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import xlsxwriter
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from jishiban.kernel.directory.models import Role

YES: Final = "是"
NO: Final = "否"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, a hint, whether it must be filled in, and the words it allows (none: any)."""

    title: str
    hint: str
    needed: bool = False
    words: tuple[str, ...] = ()


ROLES: Final = {str(label): value for value, label in Role.choices}
REGION, UNIT, WINDOW, STAFF, CALENDAR = "镇街", "单位", "窗口", "人员岗位", "放假安排"
OFF: Final = "放假"
ON: Final = "上班"
SHEETS: Final[dict[str, tuple[Column, ...]]] = {
    REGION: (
        Column("区划代码", "9 位或 12 位统计用区划代码", needed=True),
        Column("名称", "例如 济北街道", needed=True),
        Column("由其他机构代管", "由其他机构代管的写“是”", words=(YES, NO)),
    ),
    UNIT: (
        Column("名称", "全称,不能重复", needed=True),
        Column("简称", "页面上用的短名", needed=True),
        Column("上级单位", "上级单位的全称;最上一级留空,只能有一个"),
        Column("统一社会信用代码", "内设科室没有的留空"),
        Column("电话", "带区号的座机或手机号"),
        Column("地址", "办公地址"),
        Column("在用", "撤销的单位写“否”", words=(YES, NO)),
    ),
    WINDOW: (
        Column("窗口号", "例如 A01,不能重复", needed=True),
        Column("名称", "例如 企业开办", needed=True),
        Column("单位", "单位的全称", needed=True),
        Column("区域", "例如 一楼东区"),
        Column("楼层", "数字,一楼写 1"),
    ),
    STAFF: (
        Column("账号", "登录用,不能重复;空岗留空"),
        Column("姓名", "有账号就要写"),
        Column("单位", "岗位所在单位的全称", needed=True),
        Column("角色", "从下拉中选", needed=True, words=tuple(ROLES)),
        Column("岗位", "例如 企业开办窗口", needed=True),
        Column("工号", "没有的留空"),
        Column("手机号", "只加密保存,用于接收提醒"),
        Column("账号可用", "离职、调走的写“否”", words=(YES, NO)),
    ),
    CALENDAR: (
        Column("日期", "例如 2027-01-01;一天一行,一年写全", needed=True),
        Column("安排", "放假的日子,或者调休上班的周末", needed=True, words=(OFF, ON)),
        Column("依据", "国务院办公厅通知的文号", needed=True),
    ),
}
GUIDE: Final = (
    "填写说明",
    "1. 按顺序填:镇街、单位、窗口、人员岗位。第一行标题不要改。没有内容的表留空。",
    "2. 一人有几个岗位就写几行,账号相同,姓名相同。第一行的单位是本人所在单位。",
    "3. 空岗也写一行,账号、姓名留空;该岗位的事由单位负责人负责。",
    "4. 改了再读一次即可:新增的补上,变动的更新,没写的不动。",
    "5. 填错的行不读入,并告诉您是哪一格、怎样改;其余的行照常读入。改好后再读一次。",
    "6. 放假安排每年年底按国务院办公厅的通知填,只填通知里写明的日期。已有的年份不用再填。",
)
NEEDED_COLOUR: Final = "#DCE9F7"


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell to put right: where it is (`单位!C4`), what is wrong and what to write."""

    cell: str
    reason: str
    row: tuple[str, int] = ("", 0)  # the sheet and row that is left out because of it

    def __str__(self) -> str:
        return f"{self.cell}:{self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """One filled-in row; `number` is the row as the spreadsheet program shows it."""

    sheet: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, title: str) -> str:
        return self.cells.get(title, "")

    def fault(self, title: str, reason: str) -> Fault:
        """A fault in this row's cell under `title`."""
        titles = [column.title for column in SHEETS[self.sheet]]
        return Fault(
            f"{self.sheet}!{chr(ord('A') + titles.index(title))}{self.number}",
            reason,
            (self.sheet, self.number),
        )


class Unreadable(Exception):
    """The file is no workbook of ours; the message says what to do."""


def write_template(path: Path) -> None:
    """Write the empty workbook: headings with hints, needed columns shaded, fixed words as drop-down lists."""
    with xlsxwriter.Workbook(str(path)) as book:
        guide = book.add_worksheet(GUIDE[0])
        guide.set_column(0, 0, 80)
        for number, line in enumerate(GUIDE):
            guide.write_string(number, 0, line)
        needed = book.add_format({"bold": True, "bg_color": NEEDED_COLOUR})
        free = book.add_format({"bold": True})
        for name, columns in SHEETS.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(columns) - 1, 20)
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column.title, needed if column.needed else free)
                sheet.write_comment(0, at, column.hint)
                if column.words:
                    sheet.data_validation(1, at, 2000, at, {"validate": "list", "source": list(column.words)})


def read(path: Path) -> tuple[dict[str, list[Row]], list[Fault]]:
    """The filled-in rows of each sheet and the faults seen already here: needed cells empty, unknown words.

    Raises Unreadable when the file is no workbook, or a sheet or a heading is missing.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        message = _("打不开 %(file)s。请用“jishiban place template 文件”写出的工作簿填写。")
        raise Unreadable(message % {"file": path.name}) from error
    missing = [name for name in SHEETS if name not in book.sheet_names]
    if missing:
        message = _("工作簿里没有这些表:%(sheets)s。请重新写出空白工作簿再填。")
        raise Unreadable(message % {"sheets": "、".join(missing)})
    rows = {name: list(_rows(book, name)) for name in SHEETS}
    return rows, [fault for sheet in rows.values() for row in sheet for fault in _shape_faults(row)]


def _rows(book: CalamineWorkbook, name: str) -> Iterator[Row]:
    grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    titles = [_text(cell) for cell in grid[0]] if grid else []
    absent = [column.title for column in SHEETS[name] if column.title not in titles]
    if absent:
        message = _("“%(sheet)s”表缺少标题:%(titles)s。请不要改第一行。")
        raise Unreadable(message % {"sheet": name, "titles": "、".join(absent)})
    for number, line in enumerate(grid[1:], start=2):
        cells = {title: _text(cell) for title, cell in zip(titles, line, strict=False)}
        if any(cells.values()):
            yield Row(name, number, cells)


def _text(cell: object) -> str:
    """A cell as it reads on the screen: whole numbers without a decimal point, no stray spaces."""
    if isinstance(cell, date):  # a moment is a date too: of a cell formatted as a day only the day counts
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _shape_faults(row: Row) -> Iterator[Fault]:
    for column in SHEETS[row.sheet]:
        text = row[column.title]
        if column.needed and not text:
            yield row.fault(column.title, _("这一格必须填写:%(hint)s。") % {"hint": column.hint})
        elif text and column.words and text not in column.words:
            yield row.fault(column.title, _("只能填:%(words)s。") % {"words": "、".join(column.words)})
