"""Which unit of the directory handles a matter, from the words lists use for departments and bodies.

The words stand in `places.csv`: body, department, words in the matter's name, then unit names in order of
preference, separated by 、. Lines are tried from the top; an empty cell fits anything. A place changes that file or
the units of its matters, not code.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jishiban.kernel.directory.models import Unit

TABLE = Path(__file__).with_name("places.csv")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    body: str
    department: str
    word: str
    units: tuple[str, ...]

    def fits(self, department: str, body: str, name: str) -> bool:
        return self.body in body and self.department in department and self.word in name


@cache
def table() -> tuple[Rule, ...]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return tuple(Rule(r["body"], r["department"], r["word"], tuple(r["units"].split("、"))) for r in rows)


class Placer:
    """The open units by name and short name; asks the database once."""

    def __init__(self, units: list[tuple[int, str, str, int | None]]) -> None:
        self.ids = {short: pk for pk, _name, short, _up in reversed(units)}
        self.ids |= {name: pk for pk, name, _short, _up in reversed(units)}
        self.root = next((pk for pk, _name, _short, up in units if up is None), None)

    @classmethod
    def load(cls) -> Placer:
        units = Unit.objects.filter(is_open=True).order_by("path")
        return cls(list(units.values_list("pk", "name", "short", "parent_id")))

    def unit_for(self, department: str, body: str, name: str = "") -> int | None:
        """The id of the unit that handles it; the root where no name fits; None in an empty directory."""
        for candidate in self._candidates(department, body, name):
            if found := self.ids.get(candidate):
                return found
        return self._by_ending(body) or self.root

    @staticmethod
    def _candidates(department: str, body: str, name: str) -> Iterator[str]:
        yield body
        for rule in table():
            if rule.fits(department, body, name):
                yield from rule.units
        yield department

    def _by_ending(self, body: str) -> int | None:
        """A list says 民政局 where the directory says 某某区民政局."""
        return next((pk for name, pk in self.ids.items() if body and name.endswith(body)), None)


def unit_for(department: str, body: str, name: str = "") -> int | None:
    """`Placer.unit_for` for one matter: one query."""
    return Placer.load().unit_for(department, body, name)
