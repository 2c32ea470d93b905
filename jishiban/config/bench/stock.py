"""The inbox, the lights and the sweep among a million open cases."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jishiban.config.bench import pages
from jishiban.config.bench.figures import Figure, counted, take
from jishiban.config.bench.filing import FORM
from jishiban.hall.applications.actions import Filing, file_application
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.queries import lights
from jishiban.kernel.cases.sweep import sweep
from jishiban.kernel.directory.actor import person_actor
from jishiban.kernel.directory.models import Person, Role, Staff

BATCH = 20_000
DUE = 20


def run(cases: int) -> list[Figure]:
    """First the sweep with nothing else open, then the same among the stock, the inbox and the lights."""
    alone = _sweep_of_due()
    _stock(cases)
    among = _sweep_of_due()
    found = [
        Figure(
            f"到期检查：{DUE} 件到期",
            among,
            "毫秒 CPU/件",
            ratio=among / alone,
            beside="无其他在办件时",
            note=f"（库中 {cases:,} 件在办）",
        ),
        *_lights(cases),
    ]
    base = pages.empty()
    clerk, chief = _somebody(Role.REVIEWER), _somebody(Role.HEAD, root=True)
    for name, staff, query in (
        ("收件箱 50 件（我的）", clerk, ""),
        ("收件箱 50 件（本单位）", clerk, "?scope=unit"),
        ("收件箱 50 件（全局）", chief, "?scope=unit"),
    ):
        found.append(
            pages.page(name, f"/desk/{query}", base, bound=12, most=6, cookie=pages.signed_in(staff))
        )
    return found


def _somebody(role: str, *, root: bool = False) -> Staff:
    """The member of staff of that role with the most open cases; of the bureau itself when `root`."""
    people = Staff.objects.filter(posts__role=role, is_active=True, posts__unit__parent__isnull=root)
    return people.order_by("pk")[0]


def _sweep_of_due() -> float:
    """CPU milliseconds a due case takes when the sweep finds `DUE` of them."""
    matter = Matter.objects.filter(current__is_full=True).select_related("current", "unit").order_by("pk")[0]
    person = Person.objects.create(name="测速者", created_at=timezone.now())
    past = timezone.now() - timedelta(days=20)
    assert matter.current
    for n in range(DUE):
        filing = Filing(matter, matter.current, FORM, f"sweep-{person.pk}-{n}", person)
        file_application(filing, by=person_actor(person.pk), now=past)
    began = time.process_time()
    looked = sweep()
    spent = (time.process_time() - began) * 1e3
    while sweep():
        pass
    return spent / looked


def _lights(cases: int) -> list[Figure]:
    with counted() as statements:
        lights()
    taken = take(lights, times=5, warm=1)
    return [Figure(f"{cases:,} 件的亮灯", taken.cpu_ms, "毫秒 CPU", queries=len(statements), most_queries=1)]


def _stock(cases: int) -> None:
    """Open cases straight into the table: only what lists and lights read."""
    owners = list(
        Staff.objects.filter(posts__role__in=(Role.CLERK, Role.REVIEWER))
        .values_list("pk", "unit_id")
        .order_by("pk")
        .distinct()
    )
    fields = [field for field in Case._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(str(field.column) for field in fields)
    sql = f"INSERT INTO {Case._meta.db_table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"
    names = [field.attname for field in fields]
    now = timezone.now()
    with connection.cursor() as cursor:
        for first in range(0, cases, BATCH):
            rows = [_row(names, n, now, owners) for n in range(first, min(first + BATCH, cases))]
            with transaction.atomic():
                cursor.executemany(sql, rows)
        cursor.execute("ANALYZE")


def _row(names: list[str], n: int, now: datetime, owners: list[tuple[int, int]]) -> list[Any]:
    owner, unit = owners[n % len(owners)]
    due = now + timedelta(minutes=(n * 7919) % 60_000 - 3_000)
    values: dict[str, Any] = {
        "number": f"bench-{n}", "flow": "application", "state": "accepted", "is_open": True, "unit_id": unit,
        "owner_id": owner, "level": 0, "title": "食品经营许可", "subject": "matter:5", "channel": "1", "plan": "{}",
        "query_code": "", "opened_at": now, "seq": 1, "due_at": due, "yellow_at": due - timedelta(days=1), "red_at": due,
        "is_paused": n % 10 == 0, "next_check": now + timedelta(days=400),
    }  # fmt: skip
    return [_plain(values.get(name)) for name in names]


def _plain(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
