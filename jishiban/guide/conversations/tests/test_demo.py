"""The demonstration's past talks: as many as told, of the library there is, the same for the same seed."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jishiban.guide.conversations import queries
from jishiban.guide.conversations.demo import TO_PEOPLE, past_talks, questions_to_people
from jishiban.guide.conversations.flow import terms
from jishiban.guide.conversations.models import Conversation, Turn
from jishiban.guide.entries.models import Entry
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.models import Post
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.indicators.models import Fact


def test_without_a_library_nobody_has_asked(cast: Cast) -> None:
    assert past_talks(timezone.now()) == 0
    assert not Conversation.objects.exists()


def test_the_past_is_made_of_the_library_and_can_be_read(cast: Cast, entries: dict[str, Entry]) -> None:
    now = timezone.now()
    written = past_talks(now, days=10, a_day=20)
    turns = list(Turn.objects.all())
    assert written == len(turns) > 80
    assert Fact.objects.filter(kind="guide.asked").count() == written
    assert max(turn.at for turn in turns) <= now + timedelta(minutes=3)
    assert {hit["key"] for turn in turns for hit in turn.hits} <= set(entries)
    views = queries.shown(turns)
    assert sum(view.entry is not None for view in views) > written / 2
    assert {turn.decision for turn in turns} >= {"answer", "choose", "handover"}


def test_a_few_questions_wait_for_people_and_one_is_answered(cast: Cast) -> None:
    assert questions_to_people(timezone.now()) == len(TO_PEOPLE)
    assert sorted(Case.objects.values_list("state", flat=True)) == [
        "answered", "waiting", "waiting", "waiting",
    ]  # fmt: skip
    desk = Post.objects.filter(title=terms()["desk"])
    assert {post.unit.parent for post in desk} <= {None}
