"""Believable past talks for the demonstration: asked the way people ask, answered from the demonstration's own library.

They are written as rows, not asked again: the past was answered then. A handful of questions to people are opened
through the same actions people use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.db import transaction
from django.utils import timezone

from jishiban.guide.conversations import actions, facts, inquiries
from jishiban.guide.conversations.flow import terms
from jishiban.guide.conversations.inquiries import Wish
from jishiban.guide.conversations.models import Channel, Conversation, Judged, Turn
from jishiban.guide.conversations.queries import GROUP
from jishiban.guide.entries.models import Entry, Item
from jishiban.guide.entries.queries import served
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Post, Role, Staff
from jishiban.kernel.directory.roster import staff_actor
from jishiban.kernel.indicators.actions import FactRow, emit
from jishiban.kernel.search.reply import Decision

SEED: Final = 20_260_702
CHUNK: Final = 500
ASKED: Final = {
    "材料": ("{it}要带什么", "{it}需要哪些材料", "办{it}都要准备啥", "{it}要交什么东西"),
    "时限": ("{it}几天能办好", "{it}要多久", "办{it}得等多长时间"),
    "地点": ("{it}去哪办", "{it}在哪个窗口", "办{it}到哪里"),
    "费用": ("{it}要钱吗", "{it}收费多少", "办{it}多少钱"),
    "条件": ("{it}要什么条件", "什么人能办{it}", "我这种情况能办{it}吗"),
    "流程": ("{it}怎么办", "{it}咋弄", "{it}的流程"),
    "网办": ("{it}网上能办吗", "{it}能在手机上办吗"),
    "代办": ("{it}能让家里人代办吗", "{it}可以找人代办不"),
    "进度": ("{it}办到哪了怎么查",),
    "依据": ("{it}有什么规定",),
}
ASTRAY: Final = (
    "明天下不下雨", "附近哪里能停车", "邻居家装修太吵了找谁", "我想投诉一个司机", "帮我写个作文", "楼下的路灯坏了",
    "快递丢了怎么办", "彩票在哪里买",
)  # fmt: skip
VAGUE: Final = ("我要办证", "变更", "要带什么", "怎么补办", "年检", "证丢了")
# What was asked, of which matter, and what was answered from where; the matter's own office answers.
TO_PEOPLE: Final = (
    ("我的店租在小区一楼，房产证写的是住宅，能不能开小饭店？", "食品经营许可", "", ""),
    ("老家房子是我爷爷的名字，他去世了，我想过到我名下，从哪一步开始？", "不动产统一登记", "", ""),
    ("我在外地，老人腿脚不便，想请工作人员上门，找谁？", "", "", ""),
    (
        "公司搬到隔壁街道，营业执照和食品证要一起改吗？先改哪一个？",
        "食品经营许可",
        "先改营业执照的住所，再改食品经营许可。两件可以在同一个窗口一次提出。",
        "两个事项的办事指南",
    ),
)
HOURS: Final = (8, 9, 9, 10, 10, 11, 12, 13, 14, 14, 15, 15, 16, 17, 19, 20, 21)


@dataclass(frozen=True, slots=True)
class _Known:
    """What can be asked about: whole aspects of matters, and how people call them."""

    entries: Sequence[Entry]
    called: dict[int, list[str]]


def past_talks(now: datetime, *, days: int = 60, a_day: int = 30, seed: int = SEED) -> int:
    """Write the talks of the days before `now`, with their facts; returns how many questions. 0 without a library."""
    known = _known()
    if not known.entries:
        return 0
    random, written = Random(seed), 0
    for day in range(days, -1, -1):
        talks = [
            talk
            for _n in range(random.randint(a_day // 2, a_day))
            if (talk := _talk(random, known, now, day))
        ]
        written += _write(talks)
    return written


def questions_to_people(now: datetime) -> int:
    """A few questions handed to people, one of them answered; returns how many."""
    _desk()
    for words, name, answer, source in TO_PEOPLE:
        talk = actions.begin(Channel.PORTAL, now=now)
        matter = Matter.objects.filter(name=name, item__isnull=False).first()
        talk.about = f"{GROUP}{matter.pk}" if matter else ""
        case = inquiries.hand_over(Wish(talk, None, words), Actor("person"), now=now)
        owner = Staff.objects.get(pk=case.owner_id)
        if answer:
            inquiries.take_step(case, "reply", by=staff_actor(owner), now=now, words=answer, source=source)
    return len(TO_PEOPLE)


def _desk() -> None:
    """Two clerks of the bureau sit at the desk that answers; the other windows of the bureau only take papers."""
    posts = Post.objects.filter(unit__parent=None, role=Role.CLERK, staff__isnull=False).order_by("pk")
    Post.objects.filter(pk__in=list(posts.values_list("pk", flat=True)[:2])).update(title=terms()["desk"])


def _known() -> _Known:
    whole = served().filter(matter__isnull=False, matter__current__is_full=True, aspect__in=list(ASKED))
    entries = [
        entry for entry in whole.order_by("-matter__popularity", "pk")[:3000] if entry.key.count(":") == 1
    ]
    items = Item.objects.filter(pk__in={entry.matter_id for entry in entries})
    return _Known(entries, {item.pk: [*item.aliases, item.name] for item in items})


Told = tuple[Conversation, list[Turn]]


def _talk(random: Random, known: _Known, now: datetime, day: int) -> Told | None:
    """One talk of one to three questions; none for an hour that has not come yet."""
    local = timezone.localtime(now) - timedelta(days=day)
    at = local.replace(hour=random.choice(HOURS), minute=random.randrange(60), second=random.randrange(60))
    if at > now:
        return None
    channel = random.choices([Channel.PORTAL, Channel.KIOSK, Channel.API, Channel.MCP], (70, 18, 8, 4))[0]
    talk = actions.begin(channel, who=f"demo:{random.randrange(4000)}", now=at)
    turns = list(_turns(random, known, at))
    return talk, turns


def _turns(random: Random, known: _Known, at: datetime) -> Iterator[Turn]:
    first = _entry(random, known)
    for n in range(random.choices((1, 2, 3), (60, 30, 10))[0]):
        chance, moment = random.random(), at + timedelta(seconds=40 * n)
        if chance < 0.05:
            yield _turn(random, random.choice(ASTRAY), Decision.HANDOVER, [], moment)
        elif chance < 0.12:
            found = [_entry(random, known) for _n in range(4)]
            yield _chosen(random, _turn(random, random.choice(VAGUE), Decision.CHOOSE, found, moment), found)
        else:
            entry = first if n == 0 else _sibling(random, known, first)
            yield _judged(
                random, _turn(random, _said(random, known, entry, n), Decision.ANSWER, [entry], moment)
            )


def _entry(random: Random, known: _Known) -> Entry:
    """Commoner matters are asked about more often."""
    return known.entries[int(len(known.entries) * random.random() ** 2)]


def _sibling(random: Random, known: _Known, first: Entry) -> Entry:
    return random.choice([entry for entry in known.entries if entry.matter_id == first.matter_id])


def _said(random: Random, known: _Known, entry: Entry, n: int) -> str:
    """The question as somebody says it; after the first one people leave the matter out."""
    called = known.called.get(entry.matter_id or 0) or [entry.question]
    words = random.choice(ASKED[entry.aspect])
    return words.format(it="" if n else random.choice(called))


def _turn(random: Random, asked: str, decision: Decision, found: Sequence[Entry], at: datetime) -> Turn:
    sure = random.uniform(0.86, 0.99) if decision is Decision.ANSWER else random.uniform(0.3, 0.6)
    hits = [
        {"key": entry.key, "confidence": round(sure - n / 20, 3), "score": round(9 - n, 1), "matched": [], "features": {}}
        for n, entry in enumerate(dict.fromkeys(found))
    ]  # fmt: skip
    aspects = [found[0].aspect] if decision is Decision.ANSWER else []
    return Turn(
        asked=asked, decision=decision, why="another_field" if decision is Decision.HANDOVER else "", hits=hits, at=at,
        reading={"item": asked, "aspects": aspects, "rules": [], "unknown": 0.0}, took_ms=round(random.uniform(2, 12), 1),
    )  # fmt: skip


def _judged(random: Random, turn: Turn) -> Turn:
    turn.judged = random.choices([Judged.SILENT, Judged.SOLVED, Judged.UNSOLVED], (72, 25, 3))[0]
    return turn


def _chosen(random: Random, turn: Turn, found: Sequence[Entry]) -> Turn:
    turn.chosen = random.choice(found).key if random.random() < 0.8 else ""
    return turn


def _write(talks: Sequence[Told]) -> int:
    with transaction.atomic():
        Conversation.objects.bulk_create([talk for talk, _turns in talks], CHUNK)
        turns = [turn for talk, own in talks for turn in _of(talk, own)]
        Turn.objects.bulk_create(turns, CHUNK)
        emit([row for turn in turns for row in _facts(turn)])
    return len(turns)


def _of(talk: Conversation, turns: list[Turn]) -> list[Turn]:
    for turn in turns:
        turn.conversation = talk
    return turns


def _facts(turn: Turn) -> list[FactRow]:
    judged = {Judged.SOLVED: facts.HELPFUL, Judged.UNSOLVED: facts.USELESS}.get(Judged(turn.judged))
    rows = facts.rows_of(turn.conversation, turn)
    return [*rows, facts.row(turn.conversation, judged, turn.at)] if judged else rows
