"""Deadlines a second, on one core."""

from __future__ import annotations

import time
from datetime import date, timedelta

from jishiban.config.bench.figures import Figure
from jishiban.kernel.clock import STATUTORY, Term, Unit, deadline

MANY = 200_000


def run() -> list[Figure]:
    """The pure function over a year of starts and forty limits."""
    calendar = STATUTORY()
    starts = [date(2026, 1, 1) + timedelta(days=n % 300) for n in range(MANY)]
    terms = [Term(1 + n % 40, Unit.WORKDAY) for n in range(MANY)]
    began = time.process_time()
    for term, start in zip(terms, starts, strict=True):
        deadline(term, start, calendar=calendar)
    rate = MANY / (time.process_time() - began)
    return [Figure("截止日计算", rate, "个/秒（CPU）", bound=100_000, at_least=True)]
