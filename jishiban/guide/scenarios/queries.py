"""Every read of scenarios that more than one place needs; each says how many queries it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from jishiban.guide.scenarios import access, hallmap
from jishiban.guide.scenarios.body import Body
from jishiban.guide.scenarios.indicators import PLANS
from jishiban.guide.scenarios.models import Scenario, ScenarioVersion
from jishiban.guide.scenarios.plan import Guide, Place, reference
from jishiban.hall.matters.listing import BASE_LIST
from jishiban.hall.matters.models import Matter, MatterStatus
from jishiban.hall.matters.page import counters
from jishiban.kernel.directory.models import Window
from jishiban.kernel.indicators.queries import figure
from jishiban.web.formats import cndate

VIEWS_OF_DAYS = 30


def published() -> QuerySet[Scenario]:
    """The scenarios the public may follow, with what a card shows; no bodies are read."""
    return access.open_to_all(Scenario.objects.all()).select_related("current").defer("current__body")


def cards(n: int | None = None, group: str = "") -> list[dict[str, Any]]:
    """The first n scenarios (all without n) for `scenarios/cards.html`: one query."""
    found = published().filter(current__group=group) if group else published()
    return [card(one) for one in (found[:n] if n else found)]


def card(scenario: Scenario) -> dict[str, Any]:
    version = scenario.current
    assert version is not None  # as `published` gives it
    return {
        "key": scenario.key,
        "title": version.title,
        "hint": version.summary,
        "icon": version.icon,
        "group": version.group,
        "url": scenario.get_absolute_url(),
    }


def one(key: str) -> Scenario | None:
    """The published scenario of this key with its body: one query."""
    return access.open_to_all(Scenario.objects.all()).select_related("current").filter(key=key).first()


def versions(scenario: Scenario) -> QuerySet[ScenarioVersion]:
    """All versions, the newest first."""
    return ScenarioVersion.objects.filter(scenario=scenario).order_by("-number")


def views(today: date | None = None) -> Mapping[str, int]:
    """Subject → how often its plan was opened in the last thirty days: one query."""
    end = today or timezone.localdate()
    counted = figure(PLANS, end - timedelta(days=VIEWS_OF_DAYS - 1), end, group_by=("subject",))
    return {str(place[0]): int(count) for place, count in counted.cells.items()}


# -- the catalogue ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The matters some scenarios name, found again in the catalogue as it is now."""

    by_reference: Mapping[str, Matter]

    @classmethod
    def of(cls, bodies: Iterable[Body], *, whole: bool = False) -> Catalogue:
        """The matters named by these documents: one query. `whole` reads the guides too."""
        named = {reference(step): step["matter"] for one in bodies for step in one["steps"] if step["matter"]}
        names = {str(matter.get("name", "")) for matter in named.values()}
        codes = {str(matter.get("code", "")) for matter in named.values()} - {""}
        rule = Q(name__in=names) | Q(source=BASE_LIST, local_code__in=codes)
        found = (
            Matter.objects.filter(rule)
            .exclude(status=MatterStatus.CANCELLED)
            .select_related("current", "unit")
        )
        listed = list(found if whole else found.defer("current__body"))
        return cls({key: best for key, matter in named.items() if (best := _best(matter, listed))})

    def knows(self, matter: Mapping[str, Any]) -> bool:
        return reference({"matter": matter}) in self.by_reference


def _best(wanted: Mapping[str, Any], listed: Iterable[Matter]) -> Matter | None:
    """The matter meant: by its name, in use before suspended; by its code in the base list where no name fits."""
    ranked = [
        (matter.name != wanted.get("name"), not matter.in_hall, matter.pk, matter)
        for matter in listed
        if matter.name == wanted.get("name")
        or (matter.source == BASE_LIST and matter.local_code == str(wanted.get("code", "-")))
    ]
    return min(ranked)[-1] if ranked else None


def guides(whole: Body) -> dict[str, Guide]:
    """The guides in force of a scenario's matters, by `plan.reference`: two queries."""
    found = Catalogue.of([whole], whole=True).by_reference
    units = {matter.unit_id for matter in found.values() if matter.unit_id}
    places = _places(Window.objects.filter(unit_id__in=units)) if units else {}
    return {key: _guide(matter, places.get(matter.unit_id or 0, ())) for key, matter in found.items()}


def _guide(matter: Matter, places: tuple[Place, ...]) -> Guide:
    version = matter.current
    return Guide(
        matter=matter.pk,
        name=matter.name,
        document=version.body if version else {},
        version=version.number if version else 0,
        published=cndate(version.published_at) if version else "",
        full=bool(version and version.is_full),
        open=matter.in_hall,
        unit=matter.unit.name if matter.unit else matter.body,
        phone=matter.unit.phone if matter.unit else "",
        places=places,
    )


def _places(windows: Iterable[Window]) -> dict[int, tuple[Place, ...]]:
    """Unit → its zones with their windows in words."""
    groups: dict[int, dict[tuple[int, str], list[Window]]] = defaultdict(lambda: defaultdict(list))
    for window in windows:
        groups[window.unit_id][window.floor, window.zone].append(window)
    return {
        unit: tuple(Place(floor, zone, _counters(found)) for (floor, zone), found in zones.items())
        for unit, zones in groups.items()
    }


def _counters(windows: list[Window]) -> str:
    return "、".join(counters(windows))


def hall() -> list[hallmap.Zone]:
    """The zones of the hall by floor, each with how many windows it has: one query."""
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for floor, zone in Window.objects.exclude(zone="").values_list("floor", "zone"):
        counts[floor, zone] += 1
    return [hallmap.Zone(floor, zone, count) for (floor, zone), count in sorted(counts.items())]
