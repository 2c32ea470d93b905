"""How a share is written: two decimals, half-up, "—" over nothing, and never 100 when something failed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

from jishiban.kernel.indicators.declare import NO_FIGURE

WHOLE = 10_000  # in hundredths of a percent


def percent(part: float, whole: float) -> Decimal | None:
    """`part` of `whole` in percent with two decimals, half-up; None over nothing.

    99.99 at most while anything is missing from the whole (READINGS 13).

    >>> percent(29_999, 30_000)
    Decimal('99.99')
    """
    if not whole:
        return None
    rounded = floor(Fraction(part) * WHOLE / Fraction(whole) + Fraction(1, 2))
    if part < whole:
        rounded = min(rounded, WHOLE - 1)
    return Decimal(rounded).scaleb(-2)


def rate(part: float, whole: float) -> str:
    """The same as people read it: "99.99%", or "—".

    >>> rate(0, 0)
    '—'
    """
    share = percent(part, whole)
    return NO_FIGURE if share is None else f"{share}%"
