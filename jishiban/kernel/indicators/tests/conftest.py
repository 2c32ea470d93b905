"""Figures to test with, beside those the kernel declares."""

from collections.abc import Iterator

import pytest

from jishiban.kernel.indicators import declare
from jishiban.kernel.indicators.declare import Indicator

FEES = Indicator(
    "test_fees",
    "收费",
    "统计期内收取的费用。",
    ("fee.paid", "fee.returned"),
    unit="元",
    measure="sum",
    dimensions=("day", "month", "unit", "subject", "channel"),
    channels=("0", "1"),
    where=(("method", ("card", "cash")),),
)


@pytest.fixture
def fees() -> Iterator[Indicator]:
    """A sum over two kinds, two of three channels and two of three methods, declared for one test."""
    declare.declare(FEES)
    yield FEES
    del declare._declared[FEES.name]
