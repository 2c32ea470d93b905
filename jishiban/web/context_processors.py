"""`ui`: what every page may know about its reader's mode and about the place, without touching the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from jishiban.kernel.ledger import witness
from jishiban.kernel.ledger.sealing import moment
from jishiban.web.doors import actor_of
from jishiban.web.formats import cndatetime, spaced
from jishiban.web.rail import Room, rooms_of

MODE_COOKIE: Final = "mode"
MODES: Final = ("elder", "kiosk", "wall")
PLACE_FIELDS: Final = {
    "name": "",
    "brand": "济时办",
    "phone": "12345",
    "address": "",
    "bureau": "",
    "hours": "",
}


def mode_of(request: HttpRequest) -> str:
    """The display mode the reader chose: elder, kiosk or wall; empty for the ordinary one."""
    chosen = request.COOKIES.get(MODE_COOKIE, "")
    return chosen if chosen in MODES else ""


@lru_cache(maxsize=1)
def _read_last(path: str, stamp: tuple[int, int]) -> dict[str, Any]:  # noqa: ARG001  the stamp is the cache's key
    lines = witness.lines()
    try:
        return dict(json.loads(lines[-1]))
    except (
        IndexError,
        ValueError,
    ):  # nothing yet, or a damaged line: `ledger verify` speaks of that, not a footer
        return {}


def last_checkpoint() -> dict[str, Any]:
    """The newest line of the ledger's witness file, read again only when the file has changed; {} without one."""
    path = witness.path()
    try:
        seen = path.stat()
    except OSError:
        return {}
    return _read_last(str(path), (seen.st_mtime_ns, seen.st_size))


class Ui:
    """Read in templates as `ui.mode`, `ui.demo`, `ui.place`, `ui.checkpoint`; each is worked out when first asked."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def mode(self) -> str:
        """See `mode_of`."""
        return mode_of(self.request)

    @cached_property
    def elder(self) -> bool:
        """True in 长者模式."""
        return self.mode == "elder"

    @cached_property
    def demo(self) -> bool:
        """True where the data are made up: the banner says so on every page."""
        return bool(getattr(settings, "DEMO", False))

    @cached_property
    def place(self) -> SimpleNamespace:
        """The place this runs for, from `settings.PLACE` (mapping or object); what is not set stays empty."""
        given = getattr(settings, "PLACE", {})
        items = (
            given if isinstance(given, Mapping) else {name: getattr(given, name, "") for name in PLACE_FIELDS}
        )
        return SimpleNamespace(**{**PLACE_FIELDS, **{k: v for k, v in items.items() if v}})

    @cached_property
    def rail(self) -> list[Room]:
        """The rooms of the desk this member of staff can enter."""
        return rooms_of(actor_of(self.request))

    @cached_property
    def checkpoint(self) -> str:
        """The line about the last signed checkpoint of the public ledger; empty where there is none yet."""
        last = last_checkpoint()
        if not last.keys() >= {"size", "at", "root"}:
            return ""
        shown = {"size": spaced(last["size"]), "at": cndatetime(moment(last["at"])), "root": last["root"][:8]}
        return _("检查点 共 %(size)s 条 · %(at)s · %(root)s") % shown


def ui(request: HttpRequest) -> dict[str, Ui]:
    """The context processor: one lazy object, no query."""
    return {"ui": Ui(request)}
