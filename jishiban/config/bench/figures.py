"""One measured figure, and how it is taken: CPU of this process, SQL statements, never the wall clock alone."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db import connection

FRAMING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass(slots=True)
class Figure:
    """What was measured, what was asked of it, and what it stands beside. `ratio` is to the `beside` of the same run."""

    name: str
    value: float
    unit: str
    bound: float | None = None
    at_least: bool = False
    queries: int | None = None
    most_queries: int | None = None
    ratio: float | None = None
    beside: str = ""
    note: str = ""

    @property
    def holds(self) -> bool:
        """True when every bound asked of it is kept."""
        if self.queries is not None and self.most_queries is not None and self.queries > self.most_queries:
            return False
        if self.bound is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def line(self) -> str:
        sign = "≥" if self.at_least else "≤"
        asked = f"（要求 {sign} {self.bound:,g}）" if self.bound is not None else ""
        allowed = f"（要求 ≤ {self.most_queries}）" if self.most_queries is not None else ""
        statements = f" · {self.queries} 条 SQL{allowed}" if self.queries is not None else ""
        ratio = f" · {self.beside}的 {self.ratio:.1f} 倍" if self.ratio is not None else ""
        mark = "  " if self.holds else "✗ "
        return f"{mark}{self.name}：{self.value:,.3g} {self.unit}{asked}{statements}{ratio}{self.note}"


@dataclass(slots=True)
class Taken:
    """CPU milliseconds and SQL statements of one call, the middle one of many."""

    cpu_ms: float
    queries: int
    samples: list[float] = field(default_factory=list)


def take(call: Callable[[], Any], times: int = 50, warm: int = 5) -> Taken:
    """Call it `warm` times for nothing, then `times` times; the middle CPU time, and the statements of one call."""
    for _n in range(warm):
        call()
    with counted() as statements:
        call()
    gc.collect()
    spent = []
    for _n in range(times):
        began = time.process_time_ns()
        call()
        spent.append((time.process_time_ns() - began) / 1e6)
    return Taken(median(spent), len(statements), spent)


@contextmanager
def counted() -> Any:
    """Collect the SQL statements run inside, without the framing of transactions."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(FRAMING):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen
