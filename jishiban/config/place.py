"""`jishiban place template|load FILE`: the one workbook a county fills in."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from jishiban.kernel.cases.errors import FactsMissing
from jishiban.kernel.cases.years import STATUTORY, load_year
from jishiban.kernel.directory import place, workbook
from jishiban.kernel.directory.actor import SYSTEM
from jishiban.kernel.directory.models import CalendarYear
from jishiban.kernel.directory.workbook import CALENDAR, OFF, Fault, Row


def template_command(path: Path) -> int:
    """Write the empty workbook; 1 when the file is already there, so that nobody's work is lost."""
    if path.exists():
        print(f"{path} 已经有了,没有覆盖。请换一个文件名。", file=sys.stderr)
        return 1
    workbook.write_template(path)
    print(f"空白工作簿写好了:{path}。填好后执行:jishiban place load {path}")
    return 0


def load_command(path: Path) -> int:
    """Read the workbook: the right rows land, each wrong one is listed with its cell. 1 when there was a wrong one."""
    try:
        sheets, faults = workbook.read(path)
    except workbook.Unreadable as why:
        print(why, file=sys.stderr)
        return 1
    sheets, faults = place.sift(sheets, faults)
    outcome = place.bring_in(sheets)
    faults += bring_years(sheets[CALENDAR], outcome)
    tell(outcome)
    if faults:
        print(f"有 {len(faults)} 处要改,这些行还没有读入:", file=sys.stderr)
        print("\n".join(f"  {fault}" for fault in faults), file=sys.stderr)
    return 1 if faults else 0


def tell(outcome: place.Outcome) -> None:
    """What was done; first passwords are shown here and never again."""
    for words, counts in (("新增", outcome.new), ("更新", outcome.changed)):
        if counts:
            print(f"{words}:" + "、".join(f"{name} {count}" for name, count in counts.items()))
    if not outcome.new and not outcome.changed:
        print("与现有数据一致,没有改动。")
    if outcome.passwords:
        print("新账号的初始密码只显示这一次,请转交本人并提醒修改:")
        for account, password in outcome.passwords.items():
            print(f"  {account}  {password}")


# -- the days off of a year ------------------------------------------------------------------------
def bring_years(rows: list[Row], outcome: place.Outcome) -> list[Fault]:
    """Load each year of the sheet that differs from what is known; a year is taken whole or not at all."""
    return [
        fault for year, days in sorted(_by_year(rows).items()) for fault in _bring_year(year, days, outcome)
    ]


def _by_year(rows: list[Row]) -> dict[int, dict[date, Row]]:
    years: dict[int, dict[date, Row]] = defaultdict(dict)
    for row in rows:
        if day := place.day_of(row):
            years[day.year][day] = row
    return years


def _bring_year(year: int, days: dict[date, Row], outcome: place.Outcome) -> Iterator[Fault]:
    rest = sorted(day for day, row in days.items() if row["安排"] == OFF)
    work = sorted(day for day, row in days.items() if row["安排"] != OFF)
    first = next(iter(days.values()))
    known = CalendarYear.objects.filter(calendar=STATUTORY, year=year).first()
    wanted = ([day.isoformat() for day in rest], [day.isoformat() for day in work], first["依据"])
    if known and (known.rest, known.work, known.source) == wanted:
        return
    try:
        load_year(year, rest, work, first["依据"], by=SYSTEM)
    except FactsMissing as wrong:
        for reason in wrong.fields.values():
            yield first.fault(
                "日期", _("%(year)d年的安排没有读入。%(reason)s") % {"year": year, "reason": reason}
            )
        return
    (outcome.changed if known else outcome.new)[_("放假安排")] += 1
