"""`GET /api/v1/promises`: the public figures of promises, by unit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from jishiban.web.doors import public
from jishiban.web.limits import limit_request
from jishiban.web.promises import queries

router = Router()


class RowOut(Schema):
    """One unit, or the whole hall."""

    unit: str
    made: int = Field(description="统计期内作出的承诺")
    kept: int = Field(description="统计期内按时兑现的承诺")
    broken: int = Field(description="统计期内超期结束的承诺")
    overdue_now: int = Field(description="此刻正在超期的承诺")
    kept_rate: str = Field(description="按时兑现 ÷ 已有结果，百分数；没有结果时为 —")


class PromisesOut(Schema):
    start: str
    end: str
    as_of: str
    whole: RowOut
    units: list[RowOut]


@router.get("/promises", response=PromisesOut, summary="承诺兑现情况", operation_id="promises")
@public
def promises(request: HttpRequest, period: str = "month") -> Any:
    """period：today 今日，month 本月，quarter 近 90 天，year 今年。"""
    limit_request(request, "promises", times=120, seconds=60)
    offered = queries.periods(timezone.localdate())
    chosen = next((one for one in offered if one.name == period), offered[1])
    found = queries.table(chosen)
    return {
        "start": chosen.start.isoformat(), "end": chosen.end.isoformat(),
        "as_of": timezone.localtime(found.as_of).isoformat(),
        "whole": _out(found.whole), "units": [_out(row) for row in found.rows],
    }  # fmt: skip


def _out(row: queries.Row) -> dict[str, Any]:
    return {
        "unit": row.unit, "made": row.made, "kept": row.kept, "broken": row.broken, "overdue_now": row.overdue,
        "kept_rate": row.kept_rate,
    }  # fmt: skip
