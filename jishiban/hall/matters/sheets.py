"""A table out of a file somebody made with whatever they had: CSV in any usual encoding, or a workbook.

Cells come as text, stripped, with the place a person would call them by (C17).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
TITLES_ABOVE = 10  # official workbooks begin with a title, a date and a unit before the header
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


class Unreadable(Exception):
    """The file as a whole cannot be used; `message` says why and what to do. Nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


Row = tuple[int, list[str]]  # the row's number as a spreadsheet shows it, and its cells


@dataclass(frozen=True, slots=True)
class Grid:
    """All rows of the first sheet, blank ones left out."""

    rows: tuple[Row, ...]


def cell_name(column: int, row: int) -> str:
    """Where a cell stands, as a spreadsheet writes it.

    >>> cell_name(2, 17), cell_name(27, 1)
    ('C17', 'AB1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def read(content: bytes) -> list[Grid]:
    """The file's possible readings, the likeliest first. What it is, its content says, not its name.

    Raises Unreadable for an empty, too large or foreign file.
    """
    if not content.strip():
        raise Unreadable(_("文件是空的。请选有内容的CSV或XLSX文件。"))
    if len(content) > MOST_BYTES:
        raise Unreadable(_("文件超过10 MB。请拆成几个文件，分次导入。"))
    if content.startswith(WORKBOOKS):
        return [_grid(_workbook(content))]
    return [_grid(_records(text)) for text in _texts(content)]


def _grid(records: Iterator[Sequence[object]]) -> Grid:
    rows = []
    for number, record in enumerate(records, start=1):
        cells = [plain(value) for value in record]
        if any(cells):
            rows.append((number, cells))
        if len(rows) > MOST_ROWS + TITLES_ABOVE:
            raise Unreadable(_("表格超过20000行。请拆成几个文件，分次导入。"))
    return Grid(tuple(rows))


def plain(value: object) -> str:
    """A cell as text: whole numbers without a decimal point, dates in ISO form, no stray blanks.

    >>> plain(20.0), plain("　食品 "), plain(None)
    ('20', '食品', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip().strip("\ufeff").strip()


def _workbook(content: bytes) -> Iterator[Sequence[object]]:
    from python_calamine import CalamineError, load_workbook

    try:
        book = load_workbook(io.BytesIO(content))
        if not book.sheet_names:
            raise Unreadable(_("工作簿里没有表。请检查文件。"))
        return iter(book.get_sheet_by_index(0).to_python(skip_empty_area=False))
    except CalamineError as error:
        raise Unreadable(_("打不开这个工作簿，文件可能坏了或者加了密码。请另存为XLSX后再试。")) from error


def _texts(content: bytes) -> Iterator[str]:
    """The readings of the bytes as text. UTF-8 first: it hardly ever fits by accident; then GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif content.startswith(b"\xef\xbb\xbf"):
        encodings = ("utf-8-sig",)
    else:
        encodings = ("utf-8", "gb18030")
    found = False
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _is_binary(text):
            found = True
            yield text
    if not found:
        raise Unreadable(_("这不是CSV或XLSX文件。请在表格软件里另存为CSV或XLSX。"))


def _is_binary(text: str) -> bool:
    head = text[:4096]
    return any(unicodedata.category(letter) == "Cc" and letter not in "\r\n\t\f" for letter in head)


def _records(text: str) -> Iterator[Sequence[object]]:
    head = "".join(text.splitlines(keepends=True)[:TITLES_ABOVE])
    delimiter = max(",\t;，", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise Unreadable(_("CSV格式不对：%(why)s。请在表格软件里重新另存为CSV。") % {"why": error}) from error
