"""Filing an application with history, promises, ledger leaf, facts and notice, beside a bare insert with commit."""

from __future__ import annotations

from itertools import count

from django.db import transaction
from django.utils import timezone

from jishiban.config.bench.figures import Figure, take
from jishiban.hall.applications.actions import Filing, file_application
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory.actor import person_actor
from jishiban.kernel.directory.models import Person
from jishiban.kernel.indicators.actions import FactRow, emit

FORM = {
    "applicant": {"name": "测速者", "id_number": "370115199003070018", "phone": "13800138000"},
    "answers": {"premises": "济阳区某街一号"}, "materials": {},
}  # fmt: skip


def run() -> list[Figure]:
    """Two hundred filings and as many bare inserts, interleaved in one process."""
    matter = Matter.objects.filter(current__is_full=True).select_related("current", "unit").order_by("pk")[0]
    person = Person.objects.create(name="测速者", phone="13800138000", created_at=timezone.now())
    actor, number = person_actor(person.pk), count()

    def file() -> None:
        assert matter.current
        filing = Filing(matter, matter.current, FORM, f"bench-{next(number)}", person)
        file_application(filing, by=actor)

    def bare() -> None:
        with transaction.atomic():
            emit([FactRow("bench", timezone.now(), 1)])

    base = take(bare, times=200)
    filed = take(file, times=200)
    return [
        Figure("光插入一行并提交", base.cpu_ms, "毫秒 CPU", queries=base.queries, most_queries=1),
        Figure(
            "提交申请", filed.cpu_ms, "毫秒 CPU", bound=8, queries=filed.queries, most_queries=12,
            ratio=filed.cpu_ms / base.cpu_ms, beside="光插入一行",
        ),
    ]  # fmt: skip
