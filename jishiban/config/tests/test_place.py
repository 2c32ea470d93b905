"""The workbook's sheet of days off: a year is taken whole, once, and promises are counted by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from jishiban.config.place import load_command
from jishiban.kernel.directory.calendars import calendars, forget
from jishiban.kernel.directory.models import CalendarYear
from jishiban.kernel.directory.workbook import CALENDAR, SHEETS
from jishiban.kernel.ledger.models import LedgerRecord

pytestmark = pytest.mark.django_db
Days = list[tuple[object, str]]
Fill = Callable[[Days], Path]
SOURCE = "国办发明电〔2026〕5号"
NEW_YEAR: Days = [
    (date(2027, 1, 1), "放假"),
    ("2027/1/2", "放假"),
    ("2027年1月3日", "放假"),
    ("2027-01-09", "上班"),
]


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    def write(days: Days) -> Path:
        path = tmp_path / "place.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            as_day = book.add_format({"num_format": "yyyy-mm-dd"})
            for sheet, columns in SHEETS.items():
                page = book.add_worksheet(sheet)
                page.write_row(0, 0, [column.title for column in columns])
                for n, (day, what) in enumerate(days if sheet == CALENDAR else [], start=1):
                    page.write_datetime(n, 0, day, as_day) if isinstance(day, date) else page.write(n, 0, day)
                    page.write_row(n, 1, [what, SOURCE])
        forget()
        return path

    return write


def test_a_year_is_loaded_and_counted_by(fill: Fill, capsys: pytest.CaptureFixture[str]) -> None:
    assert not calendars()["statutory"].knows(2027)
    assert load_command(fill(NEW_YEAR)) == 0
    assert "放假安排 1" in capsys.readouterr().out
    calendar = calendars()["statutory"]
    assert calendar.knows(2027)
    assert not calendar.is_workday(date(2027, 1, 1))
    assert calendar.is_workday(date(2027, 1, 9))


def test_a_second_reading_of_the_same_year_changes_nothing(
    fill: Fill, capsys: pytest.CaptureFixture[str]
) -> None:
    load_command(fill(NEW_YEAR))
    before = CalendarYear.objects.get().loaded_at
    capsys.readouterr()
    assert load_command(fill(NEW_YEAR)) == 0
    assert "没有改动" in capsys.readouterr().out
    assert CalendarYear.objects.get().loaded_at == before
    assert LedgerRecord.objects.filter(kind="calendar").count() == 1


def test_a_changed_year_replaces_the_one_before(fill: Fill, capsys: pytest.CaptureFixture[str]) -> None:
    load_command(fill(NEW_YEAR))
    capsys.readouterr()
    assert load_command(fill(NEW_YEAR[:3])) == 0
    assert "更新:放假安排 1" in capsys.readouterr().out
    assert CalendarYear.objects.get().work == []


@pytest.mark.parametrize(
    ("days", "cell", "said"),
    [
        ([*NEW_YEAR, ("元旦", "放假")], "放假安排!A6", "2027-01-01"),
        ([*NEW_YEAR, ("2027-02-30", "放假")], "放假安排!A6", "2027-01-01"),
        ([*NEW_YEAR, ("2027-01-02", "上班")], "放假安排!A6", "第3行重复"),
        ([*NEW_YEAR, ("2027-02-06", "也许")], "放假安排!B6", "只能填"),
    ],
)
def test_a_wrong_day_is_named_by_its_cell(
    fill: Fill, capsys: pytest.CaptureFixture[str], days: Days, cell: str, said: str
) -> None:
    assert load_command(fill(days)) == 1
    lines = capsys.readouterr().err.splitlines()
    assert any(line.strip().startswith(f"{cell}:") and said in line for line in lines), lines


def test_a_year_that_cannot_be_is_not_loaded_by_half(fill: Fill, capsys: pytest.CaptureFixture[str]) -> None:
    """The fourth of January 2027 is a Monday: nobody has to be told to work on it."""
    assert load_command(fill([*NEW_YEAR, ("2027-01-04", "上班")])) == 1
    assert "2027年的安排没有读入" in capsys.readouterr().err
    assert not CalendarYear.objects.exists()
