"""The scenarios the house comes with: one file each in `data/`, in the order of `ORDER`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from jishiban.guide.scenarios import body
from jishiban.guide.scenarios.actions import publish
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.models import Scenario
from jishiban.kernel.directory.actor import SYSTEM

DATA: Final = Path(__file__).with_name("data")
# The commonest first; what is not named here comes after, by key.
ORDER: Final = (
    "newborn", "school", "restaurant", "shop", "company", "retirement", "marriage", "house-transfer", "bereavement",
    "medical-away", "jobless", "self-employed", "flexible-insurance",
)  # fmt: skip


def shipped() -> list[Body]:
    """The documents of the data folder, those of `ORDER` first."""
    found = [body.complete(json.loads(path.read_text("utf-8"))) for path in sorted(DATA.glob("*.json"))]
    return sorted(found, key=lambda whole: _place(whole["key"]))


def _place(key: str) -> int:
    return ORDER.index(key) if key in ORDER else len(ORDER)


@transaction.atomic
def load(now: datetime) -> int:
    """Publish every shipped scenario that is not there yet; returns how many. One somebody has is left alone.

    The catalogue must be there first. Raises Unpublishable where a scenario names a matter it does not have.
    """
    known = set(Scenario.objects.values_list("key", flat=True))
    fresh = [whole for whole in shipped() if whole["key"] not in known]
    for n, whole in enumerate(fresh):
        publish(whole, SYSTEM, now)
        Scenario.objects.filter(key=whole["key"]).update(place=10 * (n + 1 + len(known)))
    return len(fresh)
