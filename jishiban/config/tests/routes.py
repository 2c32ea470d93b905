"""Every address of the house, walked from the resolver, with sample words in its gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from jishiban.web.doors import Door, door_of

GAP = re.compile(r"<(?:(?P<kind>[^:>]+):)?(?P<name>[^>]+)>")
SAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x"}
CASE_NUMBER = "370115-20260930-00012-2"


@dataclass(frozen=True)
class Route:
    """One address: its pattern, its view and the door the view declares."""

    pattern: str
    view: Any
    door: Door | None

    def __str__(self) -> str:
        return "/" + self.pattern

    @property
    def of_api(self) -> bool:
        """Whether programs call it: they hold no session, so no form's token either."""
        return self.pattern.startswith("api/") or self.pattern == "mcp"

    def path(self, words: Mapping[str, str] | None = None) -> str:
        """The address with its gaps filled: by `words` under the gap's name, else by a sample of its kind."""
        known = words or {}

        def fill(gap: re.Match[str]) -> str:
            if gap["name"] in known:
                return known[gap["name"]]
            if gap["kind"] == "case" or (gap["name"] == "number" and gap["kind"] == "str"):
                return CASE_NUMBER
            return SAMPLES[gap["kind"] or "str"]

        return "/" + GAP.sub(fill, self.pattern)


@cache
def routes() -> tuple[Route, ...]:
    """All of them, in the resolver's order."""
    return tuple(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: Any, before: str) -> Iterator[Route]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            yield Route(here, pattern.callback, door_of(pattern.callback))
