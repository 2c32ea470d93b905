"""Bringing the place's workbook into the directory: every row that is right, and a second time changes nothing."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from jishiban.kernel.directory import identifiers
from jishiban.kernel.directory.models import Post, Region, Staff, Unit, Window
from jishiban.kernel.directory.roster import moved
from jishiban.kernel.directory.workbook import (
    CALENDAR,
    NO,
    REGION,
    ROLES,
    STAFF,
    UNIT,
    WINDOW,
    YES,
    Fault,
    Row,
)

Sheets = dict[str, list[Row]]
M = TypeVar("M", bound=models.Model)


@dataclass(slots=True)
class Outcome:
    """What a reading did: rows new and changed by kind, and the first password of each new account.

    Passwords are nowhere else in plain text: whoever reads the workbook hands them out once.
    """

    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    passwords: dict[str, str] = field(default_factory=dict)


# -- what may not be ---------------------------------------------------------------------------------


def sift(sheets: Sheets, faults: list[Fault]) -> tuple[Sheets, list[Fault]]:
    """The rows that can be brought in, and every fault of the others.

    A row that stands on one left out is left out too, and told so; a second reading brings both.
    """
    found: list[Fault] = []
    dropped: frozenset[str] = frozenset()
    fresh = faults or check(sheets)
    while fresh:
        found += fresh
        bad = {fault.row for fault in fresh}
        dropped |= {row["名称"] for row in sheets[UNIT] if (row.sheet, row.number) in bad}
        sheets = {name: [r for r in rows if (r.sheet, r.number) not in bad] for name, rows in sheets.items()}
        fresh = check(sheets, dropped)
    return sheets, found


def check(sheets: Sheets, dropped: frozenset[str] = frozenset()) -> list[Fault]:
    """Every fault that can be seen without writing, in the order of the sheets. `dropped`: units left out already."""
    return [
        *_regions(sheets),
        *_units(sheets, dropped),
        *_windows(sheets, dropped),
        *_staff(sheets, dropped),
        *_days(sheets),
    ]


def _regions(sheets: Sheets) -> Iterator[Fault]:
    yield from _repeated(sheets[REGION], "区划代码")
    for row in sheets[REGION]:
        if row["区划代码"] and not re.fullmatch(r"[1-9]\d{8}(\d{3})?", row["区划代码"]):
            yield row.fault("区划代码", _("区划代码应为9位或12位数字。"))


def _units(sheets: Sheets, dropped: frozenset[str]) -> Iterator[Fault]:
    rows = sheets[UNIT]
    yield from _repeated(rows, "名称")
    tops = [row for row in rows if not row["上级单位"]]
    for row in tops[1:]:
        yield row.fault("上级单位", _("最上一级只能有一个,请写上级单位的全称。"))
    yield from _unknown_units(sheets, rows, "上级单位", dropped)
    yield from _loops(rows)
    for row in rows:
        if row["统一社会信用代码"]:
            yield from _problems(row, "统一社会信用代码", identifiers.check_uscc(row["统一社会信用代码"]))
        if row["电话"]:
            yield from _problems(row, "电话", identifiers.check_phone(row["电话"]))


def _loops(rows: list[Row]) -> Iterator[Fault]:
    parents = {row["名称"]: row["上级单位"] for row in rows}
    for row in rows:
        seen = {row["名称"]}
        above = row["上级单位"]
        while above and above not in seen:
            seen.add(above)
            above = parents.get(above, "")
        if above:
            yield row.fault("上级单位", _("上下级绕成了圈,请核对上级单位。"))


def _windows(sheets: Sheets, dropped: frozenset[str]) -> Iterator[Fault]:
    yield from _repeated(sheets[WINDOW], "窗口号")
    yield from _unknown_units(sheets, sheets[WINDOW], "单位", dropped)
    for row in sheets[WINDOW]:
        if row["楼层"] and not re.fullmatch(r"[1-9]\d?", row["楼层"]):
            yield row.fault("楼层", _("楼层写数字,一楼写1。"))


def _staff(sheets: Sheets, dropped: frozenset[str]) -> Iterator[Fault]:
    rows = sheets[STAFF]
    yield from _unknown_units(sheets, rows, "单位", dropped)
    names: dict[str, str] = {}
    for row in rows:
        account, name = row["账号"], row["姓名"]
        if account and not re.fullmatch(r"[A-Za-z0-9._-]{2,40}", account):
            yield row.fault("账号", _("账号用2到40个字母、数字、点或横线。"))
        if bool(account) != bool(name):
            yield row.fault("姓名" if account else "账号", _("账号和姓名要么都写,要么都留空。"))
        if account and names.setdefault(account, name) != name:
            yield row.fault("姓名", _("同一个账号有两个姓名,请核对。"))
        if row["手机号"]:
            yield from _problems(row, "手机号", identifiers.check_mobile(row["手机号"]))


def _repeated(rows: list[Row], title: str) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for row in rows:
        first = seen.setdefault(row[title], row.number)
        if row[title] and first != row.number:
            yield row.fault(title, _("与第%(row)d行重复,请删去一行。") % {"row": first})


def _unknown_units(sheets: Sheets, rows: list[Row], title: str, dropped: frozenset[str]) -> Iterator[Fault]:
    known = {row["名称"] for row in sheets[UNIT]} | set(Unit.objects.values_list("name", flat=True))
    for row in rows:
        if row[title] in dropped - known:
            yield row.fault(title, _("“%(unit)s”那一行有错,先改好它,再读一次。") % {"unit": row[title]})
        elif row[title] and row[title] not in known:
            yield row.fault(title, _("没有这个单位,请写“单位”表里的全称。"))


def _days(sheets: Sheets) -> Iterator[Fault]:
    seen: dict[date, int] = {}
    for row in sheets[CALENDAR]:
        day = day_of(row)
        if day is None:
            yield row.fault("日期", _("日期写成 2027-01-01 这样。"))
        elif (first := seen.setdefault(day, row.number)) != row.number:
            yield row.fault("日期", _("与第%(row)d行重复,请删去一行。") % {"row": first})


def day_of(row: Row) -> date | None:
    """The day of a row of the calendar: 2027-01-01, 2027/1/1, 2027年1月1日; None for anything else."""
    parts = re.fullmatch(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?", row["日期"])
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def _problems(row: Row, title: str, problems: Iterable[identifiers.Problem]) -> Iterator[Fault]:
    for problem in identifiers.errors(problems):
        yield row.fault(title, problem.message)


# -- bringing it in ----------------------------------------------------------------------------------


@transaction.atomic
def bring_in(sheets: Sheets) -> Outcome:
    """Write what `sift` let through. Adds and changes, never removes: what is not in the workbook stays."""
    outcome = Outcome()
    for row in sheets[REGION]:
        _save(
            outcome,
            Region,
            {"code": row["区划代码"]},
            name=row["名称"],
            managed_elsewhere=row["由其他机构代管"] == YES,
        )
    units = _bring_units(sheets[UNIT], outcome)
    for row in sheets[WINDOW]:
        values = {
            "name": row["名称"],
            "unit": units[row["单位"]],
            "zone": row["区域"],
            "floor": int(row["楼层"] or 1),
        }
        _save(outcome, Window, {"number": row["窗口号"]}, **values)
    for row in sheets[STAFF]:
        _bring_post(row, units[row["单位"]], outcome)
    if outcome.new or outcome.changed:
        moved()
    return outcome


def _bring_units(rows: list[Row], outcome: Outcome) -> dict[str, Unit]:
    """Parents first, because a path is built on the parent's."""
    units = {unit.name: unit for unit in Unit.objects.all()}
    waiting = list(rows)
    named = {row["名称"] for row in rows}
    while waiting:
        done = {row["名称"] for row in waiting}
        ready = [row for row in waiting if row["上级单位"] not in done & named]
        for row in ready:
            units[row["名称"]] = _bring_unit(row, units.get(row["上级单位"]), outcome)
        waiting = [row for row in waiting if row not in ready]
    return units


def _bring_unit(row: Row, parent: Unit | None, outcome: Outcome) -> Unit:
    unit = _save(
        outcome,
        Unit,
        {"name": row["名称"]},
        short=row["简称"],
        parent=parent,
        uscc=identifiers.normalise(row["统一社会信用代码"]),
        phone=identifiers.normalise_phone(row["电话"]),
        address=row["地址"],
        is_open=row["在用"] != NO,
    )
    path = f"{parent.path if parent else '/'}{unit.pk}/"
    if unit.path != path:
        unit.path = path
        unit.save(update_fields=["path"])
    return unit


def _bring_post(row: Row, unit: Unit, outcome: Outcome) -> None:
    """One post and who holds it. A post is known by its unit, role and title; several alike are told by holder."""
    holder = _bring_staff(row, unit, outcome) if row["账号"] else None
    alike = Post.objects.filter(unit=unit, role=ROLES[row["角色"]], title=row["岗位"])
    if alike.filter(staff=holder).exists():
        return
    vacant = alike.filter(staff=None).first() if holder else None
    if vacant:
        vacant.staff = holder
        vacant.save(update_fields=["staff"])
        outcome.changed["岗位"] += 1
    else:
        Post.objects.create(unit=unit, role=ROLES[row["角色"]], title=row["岗位"], staff=holder)
        outcome.new["岗位"] += 1


def _bring_staff(row: Row, unit: Unit, outcome: Outcome) -> Staff:
    known = Staff.objects.filter(account=row["账号"]).first()
    values = {
        "name": row["姓名"],
        "unit": known.unit if known else unit,
        "number": row["工号"] or (known.number if known else ""),
        "phone": identifiers.normalise_phone(row["手机号"]) or (known.phone if known else ""),
        "is_active": row["账号可用"] != NO,
    }
    staff = _save(outcome, Staff, {"account": row["账号"]}, **values)
    if known is None:
        password = secrets.token_urlsafe(9)
        staff.set_password(password)
        staff.save(update_fields=["password"])
        outcome.passwords[staff.account] = password
    return staff


def _save(outcome: Outcome, model: type[M], key: dict[str, Any], **values: Any) -> M:
    """The row found by `key`, with `values`; counted as new, changed or neither."""
    name = str(model._meta.verbose_name)
    row = model._default_manager.filter(**key).first()
    if row is None:
        outcome.new[name] += 1
        return model._default_manager.create(**key, **values)
    different = [title for title, value in values.items() if getattr(row, title) != value]
    for title in different:
        setattr(row, title, values[title])
    if different:
        outcome.changed[name] += 1
        row.save(update_fields=different)
    return row
