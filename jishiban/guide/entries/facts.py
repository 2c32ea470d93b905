"""What the library gives to be counted: entries that were updated, and whether in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils import timezone

from jishiban.guide.entries.models import Entry
from jishiban.hall.matters.models import GuideVersion
from jishiban.kernel.clock import Term, Unit, deadline
from jishiban.kernel.directory.calendars import calendars
from jishiban.kernel.directory.roster import roster
from jishiban.kernel.indicators.actions import FactRow, emit

UPDATED: Final = "library.updated"
IN_TIME: Final = Term(3, Unit("工作日"), "知识库规范")  # after the guide changed (dashboard.md M6)


def entries_updated(entries: Iterable[Entry], now: datetime) -> None:
    """One fact for each matter: how many entries followed its guide, and whether within three working days."""
    counts = Counter((one.matter_id, one.guide_id, one.unit_id) for one in entries)
    units = roster().units
    ids = {guide for _matter, guide, _unit in counts if guide}
    published = dict(GuideVersion.objects.filter(pk__in=ids).order_by().values_list("pk", "published_at"))
    timely = {guide: is_timely(at, now) for guide, at in published.items()}
    rows = [
        FactRow(
            UPDATED, now, unit or roster().root(), subject=f"matter:{matter}" if matter else "", value=count,
            dims={"in_time": "1" if timely.get(guide or 0, True) else "0"},
        )
        for (matter, guide, unit), count in counts.items()
        if units
    ]  # fmt: skip
    emit(rows)


def is_timely(changed: datetime, now: datetime) -> bool:
    """Whether three working days after `changed` are not over yet."""
    return now < deadline(IN_TIME, timezone.localtime(changed), calendar=calendars()["statutory"]).at
