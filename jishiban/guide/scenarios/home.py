"""What this room puts on the home page: the first scenarios, as cards."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from jishiban.guide.scenarios import queries

SHOWN = 6
FRESH_SECONDS = 60


def scenario_section() -> dict[str, Any]:
    """`scenarios`, for `scenarios/cards.html`; read at most once a minute."""
    known = cache.get("scenarios-home")
    if known is None:
        known = queries.cards(SHOWN)
        cache.set("scenarios-home", known, FRESH_SECONDS)
    return {"scenarios": known}
