"""The catalogue the house comes with: 266 matters of a county and a full guide of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from jishiban.hall.matters import document, importer, places
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.importer import Progress
from jishiban.hall.matters.listing import BASE_LIST
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory.actor import SYSTEM

DATA = Path(__file__).with_name("data")
unit_for = places.unit_for

# The commonest first, by their place in the list: what the home page offers before anybody has searched.
COMMONEST = (5, 1, 243, 117, 248, 216, 2, 33, 254, 200, 199, 247, 237, 228, 38, 263, 224, 79, 6, 266)


def load_catalogue(progress: Progress | None = None, now: datetime | None = None) -> dict[str, int]:
    """Load list and guides; returns how many rows were new, changed, same and bad. A second run changes nothing.

    A guide somebody has edited is left alone. What cannot be loaded is in the report and nowhere else, so the
    tests of the data keep `bad` at 0.
    """
    table = importer.read((DATA / "matters.csv").read_bytes())
    made = importer.plan(table, dict(full_guides()))
    report = importer.land(made, SYSTEM, now or timezone.now(), progress)
    _rank()
    return {"new": report.new, "changed": report.changed, "same": report.same, "bad": report.bad}


def full_guides() -> Iterator[tuple[str, Document]]:
    """(local code, document) of every full guide in the data folder."""
    for path in sorted((DATA / "guides").glob("*.json")):
        guide = json.loads(path.read_text(encoding="utf-8"))
        yield str(guide["seq"]), document.from_file(guide)


def _rank() -> None:
    """Give the commonest their order, and full guides a place before short ones; never over a place's own order."""
    matters = list(
        Matter.objects.filter(source=BASE_LIST, popularity=0, current__is_full=True).only("local_code")
    )
    for matter in matters:
        code = int(matter.local_code)
        matter.popularity = 1000 - COMMONEST.index(code) * 10 if code in COMMONEST else 1
    Matter.objects.bulk_update(matters, ["popularity"], batch_size=200)
