"""Asking, choosing, judging: what is kept, what is shown, and what is never shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jishiban.guide.conversations import actions, queries
from jishiban.guide.conversations.models import LONGEST, Conversation, Turn
from jishiban.guide.conversations.question import NotAQuestion, checked
from jishiban.guide.conversations.tests.conftest import Asking, Library
from jishiban.guide.entries.models import Entry
from jishiban.kernel.cases.erasure import erase_person
from jishiban.kernel.directory.actor import person_actor
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.indicators.models import Fact

# --- what may be asked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\x00\x01",
        "？？！！",
        "😀😀",
        "\u200b\u200b",
        "x" * (LONGEST + 1),
        "办" * 10_000_000,
        None,
        5,
    ],
)
def test_what_is_no_question_is_told_so_in_plain_words(text: object) -> None:
    with pytest.raises(NotAQuestion) as told:
        checked(text)
    assert 5 < len(str(told.value)) < 60


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("  开饭店\n要啥 ", "开饭店 要啥"),
        ("身份证\u202e丢了\x00", "身份证 丢了"),
        ("办😀证", "办😀证"),
        ('"AND OR NOT (*:*)', '"AND OR NOT (*:*)'),
        ("𠮷野家开店", "𠮷野家开店"),
    ],
)
def test_what_can_be_read_is_asked(text: str, asked: str) -> None:
    assert checked(text) == asked


def test_numbers_of_persons_are_masked_before_anything_else_sees_them() -> None:
    assert "13800138000" not in checked("我电话13800138000怎么查进度")
    assert "370115199003070018" not in checked("身份证370115199003070018丢了")


@given(st.text(max_size=LONGEST))
def test_any_text_is_asked_or_refused(text: str) -> None:
    try:
        found = checked(text)
    except NotAQuestion:
        return
    assert 0 < len(found) <= LONGEST


# --- asking --------------------------------------------------------------------------------------------------------


def test_an_answer_is_shown_with_its_entry_as_it_is_now(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    library.says("answer", keys[0], keys[1])
    turn = asking().turn
    assert turn.shown == keys[0]
    Entry.objects.filter(key=keys[0]).update(answer="现在要三份。")
    (view,) = queries.shown([turn])
    assert view.entry is not None
    assert view.entry.answer == "现在要三份。"
    assert queries.version_of(view.entry) == 3


@pytest.mark.parametrize(
    "change", [{"in_use": False}, {"valid_to": "2020-01-01"}, {"valid_from": "2999-01-01"}]
)
def test_a_withdrawn_entry_is_never_shown(
    library: Library, asking: Asking, keys: list[str], change: dict[str, object]
) -> None:
    Entry.objects.filter(key=keys[0]).update(**change)
    library.says("answer", keys[0])
    alone = asking()
    assert (alone.decision, alone.turn.why, alone.turn.hits) == ("handover", "no_source", [])
    library.says("answer", keys[0], keys[1])
    beside = asking()
    assert beside.decision == "choose"
    assert [hit["key"] for hit in beside.turn.hits] == [keys[1]]


def test_an_entry_withdrawn_after_it_was_shown_is_gone_from_the_talk(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    library.says("answer", keys[0])
    turn = asking().turn
    Entry.objects.filter(key=keys[0]).update(in_use=False)
    assert queries.shown([turn])[0].entry is None


def test_the_next_question_is_about_the_same_matter(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    library.says("answer", keys[0])
    first = asking()
    group = first.turn.conversation.about
    assert group == f"m{first.entries[keys[0]].matter_id}"
    asking("要多久")
    assert library.asked[-1][2] == group
    library.says("handover")
    asking("今天天气怎样")
    assert first.turn.conversation.about == group  # a question astray does not lose the thread


def test_a_question_about_the_aspect_keeps_the_matter_in_mind(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    library.says("clarify", keys[1], keys[0], slot="aspect")
    turn = asking("食品经营许可").turn
    assert turn.conversation.about
    (view,) = queries.shown([turn])
    assert view.clarification is not None
    assert [label for _key, label in view.clarification.options] == ["材料", "时限", "费用"]


def test_a_question_about_the_item_offers_each_matter_once(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    library.says("clarify", keys[0], keys[1], keys[3], slot="item")
    (view,) = queries.shown([asking("材料").turn])
    assert view.clarification is not None
    assert [label for _key, label in view.clarification.options] == ["食品经营许可", "大厅中午开门吗"]


def test_a_talk_of_many_turns_is_read_in_two_queries(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    for decision in ("answer", "choose", "clarify", "handover") * 3:
        library.says(decision, *keys[:3], slot="aspect" if decision == "clarify" else "")
        turn = asking().turn
    talk = turn.conversation
    turns = queries.turns_of(talk)
    with CaptureQueriesContext(connection) as asked:
        views = queries.shown(turns)
        assert all(view.entry is None or view.entry.matter for view in views)
    assert len(asked) == 2


def test_what_was_understood_is_kept_beside_the_question(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    library.says("answer", keys[0], item="食品经营许可")
    turn = Turn.objects.get(pk=asking().turn.pk)
    assert turn.reading["rules"] == [["开饭店", "食品经营许可"]]
    assert turn.hits[0]["features"] == {"bm25": 1.5}
    assert turn.took_ms > 0


def test_nothing_is_kept_of_what_cannot_be_asked(library: Library, asking: Asking, cast: Cast) -> None:
    with pytest.raises(NotAQuestion):
        asking("！！")
    assert not Turn.objects.exists()
    assert not Conversation.objects.exists()


# --- choosing, judging ---------------------------------------------------------------------------------------------


def test_a_button_gives_the_answer_and_proposes_an_alias_once(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    library.says("choose", keys[0], keys[1], item="卖吃的")
    turn = asking("卖吃的").turn
    assert queries.shown([turn])[0].choices
    assert actions.choose(turn, keys[1]) is not None
    actions.choose(turn, keys[1])
    assert [(text, key) for text, key, _asker in library.proposed] == [("卖吃的", keys[1])]
    chosen = queries.shown([turn])[0].entry
    assert chosen is not None
    assert chosen.key == keys[1]


@pytest.mark.parametrize("key", ["", "m9:材料", "x" * 500, "' OR 1=1"])
def test_a_button_nobody_offered_gives_nothing(
    library: Library, asking: Asking, keys: list[str], key: str
) -> None:
    library.says("choose", keys[0])
    assert actions.choose(asking().turn, key) is None
    assert library.proposed == []


def test_an_answer_is_judged_once(library: Library, asking: Asking, keys: list[str]) -> None:
    library.says("answer", keys[0])
    turn = asking().turn
    for word in ("no", "yes", "no"):
        actions.judge(turn, word)
    assert Turn.objects.get(pk=turn.pk).judged == "no"
    assert Fact.objects.filter(kind="guide.useless").count() == 1
    with pytest.raises(ValueError, match="maybe"):
        actions.judge(turn, "maybe")


def test_distinct_askers_are_told_apart_and_not_named(cast: Cast) -> None:
    one, two = actions.begin("portal", who="a"), actions.begin("portal", who="b")
    assert one.asker != two.asker
    assert one.asker == actions.begin("kiosk", who="a").asker
    mine = actions.begin("portal", who="a", actor=person_actor(cast.citizen.pk))
    assert mine.asker not in (one.asker, "")
    assert actions.begin("api").asker == ""


def test_what_a_person_asked_is_wiped_with_them(library: Library, cast: Cast, keys: list[str]) -> None:
    library.says("answer", keys[0])
    talk = actions.begin("portal", actor=person_actor(cast.citizen.pk))
    actions.ask("我姓张，开饭店", talk)
    done = erase_person(cast.citizen, by=cast.actor("admin"), reason="本人申请", now=timezone.now())
    assert done["conversations"] == 1
    turn = Turn.objects.get()
    assert (turn.asked, turn.reading, turn.conversation.person_id, turn.conversation.asker) == (
        "",
        {},
        None,
        "",
    )


def test_an_old_entry_key_in_a_turn_breaks_no_page(library: Library, asking: Asking, keys: list[str]) -> None:
    library.says("choose", keys[0])
    turn = asking(now=timezone.now() - timedelta(days=400)).turn
    Entry.objects.all().delete()
    (view,) = queries.shown([turn])
    assert (view.entry, list(view.choices)) == (None, [])


def test_a_choice_names_each_matter_once_and_leaves_out_what_is_hardly_meant(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    library.says("choose", *keys, aspects=())
    turn = asking("吃的").turn
    assert [entry.key for entry in queries.shown([turn])[0].choices] == [keys[0], keys[3]]
    turn.hits[3]["confidence"] = 0.01
    assert len(queries.shown([turn])[0].choices) == 3  # one matter only: its aspects are the choice


@pytest.mark.parametrize("decision", ["clarify", "choose"])
def test_who_is_asked_for_the_matter_is_offered_no_guesses(
    library: Library, asking: Asking, keys: list[str], decision: str
) -> None:
    library.says(decision, *keys, slot="item")
    turn = asking("要带什么").turn
    for hit in turn.hits:
        hit["confidence"] = 0.05
    clarification = queries.shown([turn])[0].clarification
    assert clarification is not None
    assert not clarification.options


def test_a_likely_choice_is_what_is_talked_about_next(
    library: Library, asking: Asking, keys: list[str]
) -> None:
    library.says("choose", *keys[:3])
    assert asking("护照 多少钱").turn.conversation.about == keys[0].partition(":")[0]
