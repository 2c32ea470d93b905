"""Unanswered and badly answered questions, put together by what they are about.

A turn belongs on the list when it went to a person, found nothing, or was judged 没解决, and no editor has dealt with
it. Two questions stand together when what is left of them (the reading's item, without politeness and aspect) is the
same, or shares at least half of its pairs of characters with the first of a cluster. Simple, so that an editor can see
why two stand together; the commonest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Q

from jishiban.guide.conversations import queries
from jishiban.guide.conversations.models import Judged, Turn
from jishiban.guide.entries.models import Entry
from jishiban.kernel.search.reply import Decision

LOOKED_BACK = timedelta(days=90)
MOST_TURNS = 1000
ALIKE = 0.5
LONGEST_ALIAS = 60
BAD = Q(decision=Decision.HANDOVER) | Q(handed_over=True) | Q(judged=Judged.UNSOLVED)


@dataclass(slots=True)
class Cluster:
    """Questions about the same thing; `rest` is what the first of them is about."""

    rest: str
    turns: list[Turn] = field(default_factory=list)
    targets: list[Entry] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.turns)

    @property
    def askers(self) -> int:
        """How many different people asked."""
        return len({turn.conversation.asker or f"turn {turn.pk}" for turn in self.turns})

    @property
    def newest(self) -> Turn:
        return self.turns[0]

    @property
    def unsolved(self) -> int:
        return sum(turn.judged == Judged.UNSOLVED for turn in self.turns)

    @property
    def examples(self) -> list[str]:
        """Up to three different ways it was asked."""
        return list(dict.fromkeys(turn.asked for turn in self.turns))[:3]

    @property
    def alias(self) -> str:
        """What an alias would say; empty where it is too long to be one."""
        return self.rest if 0 < len(self.rest) <= LONGEST_ALIAS else ""

    @property
    def ids(self) -> str:
        return ",".join(str(turn.pk) for turn in self.turns)


def clusters(now: datetime) -> list[Cluster]:
    """The open clusters, the commonest first, each with the entries it might mean: two queries."""
    looked_at = Turn.objects.filter(BAD, at__gte=now - LOOKED_BACK, settled_at=None).exclude(asked="")
    turns = looked_at.select_related("conversation").order_by("-at")[:MOST_TURNS]
    found = together(turns)
    entries = queries.answers({key for cluster in found for key in _candidates(cluster)})
    for cluster in found:
        cluster.targets = _one_a_matter(entries[key] for key in _candidates(cluster) if key in entries)
    return sorted(found, key=lambda cluster: -cluster.count)


def together(turns: Iterable[Turn]) -> list[Cluster]:
    """The turns in clusters, in the order in which the first of each comes."""
    found: list[Cluster] = []
    by_rest: dict[str, Cluster] = {}
    for turn in turns:
        rest = str(turn.reading.get("item") or turn.asked)
        cluster = by_rest.get(rest) or next((one for one in found if alike(one.rest, rest)), None)
        if cluster is None:
            found.append(cluster := Cluster(rest))
        by_rest[rest] = cluster
        cluster.turns.append(turn)
    return found


def alike(one: str, other: str) -> bool:
    """Whether two rests share at least half of their pairs of characters."""
    mine, theirs = _pairs(one), _pairs(other)
    return bool(mine) and len(mine & theirs) >= ALIKE * len(mine | theirs)


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(text.replace(" ", ""))}


def _candidates(cluster: Cluster) -> Sequence[str]:
    """What askers chose first, then what was found for the newest question."""
    chosen = [turn.chosen for turn in cluster.turns if turn.chosen]
    return list(dict.fromkeys([*chosen, *(str(hit["key"]) for hit in cluster.newest.hits)]))[:10]


def _one_a_matter(entries: Iterable[Entry]) -> list[Entry]:
    """An alias is of a matter, so one entry of each stands for it."""
    return list({entry.matter_id or entry.key: entry for entry in reversed(list(entries))}.values())[::-1][:4]
