"""`ui`: what every page may know about its reader's mode and about the place, without touching the database."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property

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
    def checkpoint(self) -> str:
        """The line about the last signed checkpoint of the public ledger; empty where there is none yet."""
        line = getattr(settings, "CHECKPOINT_LINE", None)
        return str(line() if callable(line) else line or "")


def ui(request: HttpRequest) -> dict[str, Ui]:
    """The context processor: one lazy object, no query."""
    return {"ui": Ui(request)}
