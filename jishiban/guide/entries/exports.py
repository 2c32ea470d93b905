"""The library as a file: everything in use, nothing withdrawn, one line an entry."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

import xlsxwriter

from jishiban.guide.entries.models import Origin
from jishiban.guide.entries.queries import served

HEADER: Final = (
    "编号", "事项", "方面", "业务种类", "标准问题", "答复", "相似问法", "出处", "指南版本", "最近核对日期", "来历", "生效", "失效",
)  # fmt: skip
COLUMNS: Final = (
    "key", "matter__name", "aspect", "variant", "question", "answer", "similar", "source", "guide__number",
    "checked_on", "origin", "valid_from", "valid_to",
)  # fmt: skip
CHUNK = 2_000
IN_MEMORY = 4 * 1024 * 1024


def rows() -> Iterator[list[str]]:
    """The lines, matters first: one query, read in chunks."""
    found = served().order_by("matter_id", "pk").values_list(*COLUMNS)
    for row in found.iterator(CHUNK):
        yield [_cell(name, value) for name, value in zip(COLUMNS, row, strict=True)]


def _cell(name: str, value: Any) -> str:
    if name == "similar":
        return "|".join(value)
    if name == "origin":
        return str(Origin(value).label)
    return "" if value is None else str(value)


def guarded(text: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def as_csv() -> Iterator[str]:
    """The file in pieces, with the mark by which spreadsheets know UTF-8."""
    yield "\ufeff"
    piece = io.StringIO()
    writer = csv.writer(piece)
    writer.writerow(HEADER)
    for n, row in enumerate(rows(), 1):
        writer.writerow([guarded(cell) for cell in row])
        if n % CHUNK == 0:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()


def as_xlsx() -> IO[bytes]:
    """The workbook, at its beginning; cells are text, never formulas."""
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed by the response that sends it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("知识库")
        bold = book.add_format({"bold": True})
        for column, title in enumerate(HEADER):
            sheet.write_string(0, column, title, bold)
        for n, row in enumerate(rows(), 1):
            for column, text in enumerate(row):
                sheet.write_string(n, column, text[:32_000])
    file.seek(0)
    return file
