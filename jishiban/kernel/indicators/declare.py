"""What is counted, declared once: the wall, the analytical query, open data and the lineage page all read this.

    declare(Indicator("cases_closed", _("办结量"), _("统计期内办结的办件数。"), ("case.closed",), unit=_("件")))

A figure is of one of three kinds. `Indicator` counts facts of a period, `Ratio` sets two of them against each
other, `Live` is a state of this very moment ("overdue now") that another room counts in its own tables.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

Text = str | Lazy

DIMENSIONS = ("day", "month", "unit", "subject", "channel")
KEPT_APART = ("unit", "subject", "channel")  # the dimensions a roll-up has a column for
NO_FIGURE = "—"
AT_ONCE = _("实时")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure over facts.

    `kinds`, `channels` and `where` say which facts are counted: every one of a kind in `kinds`, by a channel in
    `channels` (all when empty), whose dims hold for each name in `where` one of the values beside it. `measure`
    counts them or adds their values up. `dimensions` are what it can be split and filtered by; a roll-up grows
    with them, so only what a page shows. `definition` is the 口径 printed beside the figure.
    """

    name: str
    label: Text
    definition: Text
    kinds: tuple[str, ...]
    unit: Text
    measure: Literal["count", "sum"] = "count"
    dimensions: tuple[str, ...] = ("day", "month", "unit", "channel")
    refresh: Text = AT_ONCE
    channels: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __post_init__(self) -> None:
        if unknown := set(self.dimensions) - set(DIMENSIONS):
            raise ValueError(f"indicator {self.name}: no dimension {sorted(unknown)}")

    @property
    def key(self) -> str:
        """The name of its roll-up. Another definition is another roll-up, which starts from the first fact."""
        kept = sorted(set(self.dimensions) & set(KEPT_APART))
        rule = json.dumps([self.kinds, kept, self.channels, self.where])
        return f"{self.name}@{hashlib.sha256(rule.encode()).hexdigest()[:8]}"

    def admits(self, channel: str, dims: Mapping[str, Any]) -> bool:
        """Whether a fact of the right kind is counted."""
        if self.channels and channel not in self.channels:
            return False
        return all(dims.get(name) in values for name, values in self.where)


@dataclass(frozen=True, slots=True)
class Ratio:
    """The share `top` is of `bottom`, two indicators, over the same period and units."""

    name: str
    label: Text
    definition: Text
    top: str
    bottom: str
    refresh: Text = AT_ONCE
    unit: Text = "%"


@dataclass(frozen=True, slots=True)
class Live:
    """A state of this moment. `count` takes unit ids (None: all) and gives unit id → number, now."""

    name: str
    label: Text
    definition: Text
    unit: Text
    count: Callable[[Collection[int] | None], Mapping[int, int]]
    refresh: Text = AT_ONCE


Declared = Indicator | Ratio | Live
D = TypeVar("D", Indicator, Ratio, Live)
_declared: dict[str, Declared] = {}


def declare(figure: D) -> D:
    """Make a figure known. Each name once; ValueError when another figure has it or a ratio's part is missing."""
    if isinstance(figure, Ratio):
        indicator(figure.top), indicator(figure.bottom)
    if _declared.setdefault(figure.name, figure) != figure:
        raise ValueError(f"figure {figure.name} is declared twice")
    return figure


def declared() -> tuple[Declared, ...]:
    """Every figure, in the order of declaration."""
    return tuple(_declared.values())


def indicators() -> tuple[Indicator, ...]:
    return tuple(one for one in _declared.values() if isinstance(one, Indicator))


def named(name: str) -> Declared:
    """The figure of that name; ValueError when none is declared."""
    try:
        return _declared[name]
    except KeyError:
        raise ValueError(f"no figure {name} is declared") from None


def indicator(name: str) -> Indicator:
    """The indicator of that name; ValueError when there is none or it is of another kind."""
    found = named(name)
    if not isinstance(found, Indicator):
        raise TypeError(f"{name} is no indicator over facts")
    return found
