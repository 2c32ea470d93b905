"""Where the pages of a case are, by its flow: rooms say so here, so that the inbox and the one page that follows a
number lead to each room's own page without knowing the room. `config/wiring.py` is the only caller of `register`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

Follow = Callable[[HttpRequest, str, str], str]
"""Takes a number and a query code; gives the address of the public page, now open, or nothing."""


@dataclass(frozen=True, slots=True)
class CasePages:
    """The desk's page of a case, with `{number}` in it, and how somebody with number and code comes to theirs, if at all."""

    desk: str
    follow: Follow | None = None


_pages: dict[str, CasePages] = {}


def register(flow: str, pages: CasePages) -> None:
    """Make the pages of a flow known; each flow once."""
    if _pages.setdefault(flow, pages) != pages:
        raise ValueError(f"the pages of flow {flow} are registered twice")


def desk_address(flow: str, number: str) -> str:
    """The desk's page of a case; empty for a flow nobody has registered."""
    found = _pages.get(flow)
    return found.desk.format(number=number) if found else ""


def follow(request: HttpRequest, number: str, code: str) -> str:
    """The public page of whatever room the number belongs to, when the code fits; else nothing."""
    followers = [pages.follow for pages in _pages.values() if pages.follow is not None]
    return next((url for one in followers if (url := one(request, number, code))), "")
