"""How shares are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.indicators.rates import percent, rate

COUNTS = st.integers(min_value=0, max_value=10**9)


def test_a_share_of_nothing_is_a_dash() -> None:
    assert rate(0, 0) == "—"
    assert percent(0, 0) is None


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 5, "0.00%"),
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
        (1, 800, "0.13%"),  # 0.125 goes up
        (3, 800, "0.38%"),  # 0.375 goes up, where half-even would also go up
        (5, 800, "0.63%"),  # 0.625 goes up, where half-even would go down
        (5, 5, "100.00%"),
        (999_999, 1_000_000, "99.99%"),
        (3, 2, "150.00%"),  # 办结受理比 may exceed the whole
    ],
)
def test_a_share_has_two_decimals_half_up(part: int, whole: int, text: str) -> None:
    assert rate(part, whole) == text


@given(COUNTS, COUNTS)
def test_a_hundred_is_shown_only_when_nothing_failed(part: int, whole: int) -> None:
    share = percent(part, whole)
    if share is not None and part < whole:
        assert share <= Decimal("99.99")


@given(COUNTS, st.integers(min_value=1, max_value=10**9))
def test_a_share_is_within_half_a_hundredth_of_the_truth(part: int, whole: int) -> None:
    share = percent(part, whole)
    assert share is not None
    error = abs(share - Decimal(part) * 100 / Decimal(whole))
    assert error <= (Decimal("0.01") if share == Decimal("99.99") else Decimal("0.005001"))
