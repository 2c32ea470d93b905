"""Rows as documents: groups made and let go, and nothing left behind by any order of edits."""

from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from jishiban.kernel.search.rarity import Rarity
from jishiban.kernel.search.reply import Row
from jishiban.kernel.search.shelf import Shelf

LONG = "第一条为了规范登记管理。第二条申请人应当提交书面申请并对材料的真实性负责。" * 4


def shelf_of(*rows: Row) -> Shelf:
    shelf = Shelf()
    list(shelf.take(rows))
    return shelf


def side(aspect: str, item: str = "食品经营许可", group: str = "m1", aliases: tuple[str, ...] = ()) -> Row:
    return Row(f"{group}:{aspect}", f"{item}的{aspect}", item, aspect, group, aliases)


# -- groups ----------------------------------------------------------------------------------------


def test_the_sides_of_a_matter_share_its_names() -> None:
    shelf = shelf_of(*(side(aspect, aliases=("食品证",)) for aspect in ("流程", "材料", "费用")))
    assert shelf.groups["m1"].rows == {"流程": "m1:流程", "材料": "m1:材料", "费用": "m1:费用"}
    assert [shelf.texts[n] for n in shelf.groups["m1"].numbers] == ["食品经营许可", "食品证"]
    assert shelf.items.documents == 2
    assert shelf.questions.documents == 0


def test_standard_questions_without_items_join_a_group_when_three_sides_are_there() -> None:
    shelf = shelf_of(
        Row("a", "养犬登记需要什么材料?"), Row("b", "养犬登记多久能办好?"), Row("c", "养犬登记在哪里办理?"), Row("d", "狗咬人了怎么赔")
    )  # fmt: skip
    (key,) = shelf.groups
    assert shelf.groups[key].item == "养犬登记"
    assert shelf.groups[key].rows == {"材料": "a", "时限": "b", "地点": "c"}
    assert "d" not in shelf.group_of


def test_two_sides_are_too_few_for_a_group() -> None:
    shelf = shelf_of(Row("a", "养犬登记需要什么材料?"), Row("b", "养犬登记多久能办好?"))
    assert shelf.groups == {}
    assert set(shelf.rows) == {"a", "b"}


def test_a_late_side_joins_the_group_that_is_there() -> None:
    shelf = shelf_of(
        Row("a", "养犬登记需要什么材料?"), Row("b", "养犬登记多久能办好?"), Row("c", "养犬登记在哪里办理?")
    )
    list(shelf.take([Row("d", "养犬登记的收费标准是什么?")]))
    (group,) = shelf.groups.values()
    assert group.rows["费用"] == "d"


def test_a_row_with_a_group_of_its_own_is_not_taken_apart() -> None:
    shelf = shelf_of(
        *(
            Row(n, f"养犬登记{tail}", group="g")
            for n, tail in zip("abc", ("需要什么材料", "怎么办理", "要收费吗"), strict=True)
        )
    )
    assert shelf.groups == {}
    assert shelf.of_group == ["g", "g", "g"]


def test_a_second_row_of_a_side_stands_as_a_question() -> None:
    shelf = shelf_of(side("流程"), Row("own", "网上怎么弄食品证", "食品经营许可", "流程", "m1"))
    assert shelf.groups["m1"].rows["流程"] == "m1:流程"
    assert [shelf.texts[n] for n in shelf.rows["own"]] == ["网上怎么弄食品证"]


def test_new_names_take_the_place_of_the_old() -> None:
    shelf = shelf_of(side("流程", aliases=("食品证",)))
    shelf.drop("m1:流程")
    list(shelf.take([side("流程", aliases=("餐饮证",))]))
    assert sorted(filter(None, shelf.texts)) == ["食品经营许可", "餐饮证"]
    assert shelf.groups["m1"].bag >= {"餐", "饮"}


def test_the_group_goes_with_the_last_of_its_rows() -> None:
    shelf = shelf_of(side("流程"), side("材料"))
    shelf.drop("m1:流程")
    assert "m1" in shelf.groups
    shelf.drop("m1:材料")
    assert shelf.groups == {}
    assert not any(shelf.texts)
    assert shelf.items.documents == 0


def test_what_is_not_there_can_be_dropped() -> None:
    shelf = shelf_of(side("流程"))
    shelf.drop("nobody")
    assert set(shelf.rows) == {"m1:流程"}


def test_the_numbers_let_go_are_told_once() -> None:
    shelf = shelf_of(Row("a", "狗咬人了怎么赔", similar=("被狗咬了找谁",)))
    shelf.drop("a")
    assert sorted(shelf.gone()) == [0, 1]
    assert shelf.gone() == []


def test_of_long_texts_the_pairs_are_indexed_too() -> None:
    shelf = Shelf()
    short, long = shelf.take([Row("law", "登记条例", text=LONG)])
    assert shelf.has_long
    assert long.tokens["b"]
    assert not short.tokens["b"]


def test_a_row_that_says_nothing_makes_no_document() -> None:
    shelf = shelf_of(Row("empty", "", similar=("  ",)))
    assert shelf.rows == {"empty": ()}
    assert shelf.texts == []


# -- rarity ----------------------------------------------------------------------------------------


def test_the_rarer_weighs_more_and_the_unknown_as_if_found_once() -> None:
    rarity = Rarity()
    rarity.add({"办", "证"})
    rarity.add({"办", "照"})
    rarity.add({"办"})
    assert rarity("证") > rarity("办") > 0
    assert rarity("狗") >= rarity("证")


def test_what_is_counted_out_weighs_as_before() -> None:
    rarity = Rarity()
    rarity.add({"办", "证"})
    before = rarity("证"), rarity("办")
    rarity.add({"证", "照"})
    assert (rarity("证"), rarity("办")) != before
    rarity.add({"证", "照"}, -1)
    assert (rarity("证"), rarity("办")) == before


# -- any order of edits ----------------------------------------------------------------------------

ITEMS = ("食品经营许可", "养犬登记", "护照换发", "公司注销")
SIDES = ("流程", "材料", "费用")
ALIASES = st.sampled_from(((), ("食品证",), ("狗证", "狗牌"), ("食品证", "狗牌")))
QUESTIONS = ("狗咬人了怎么赔", "大厅中午上不上班", "停车场收不收费", "哪里有母婴室", "哪里能打印")


def held(shelf: Shelf) -> dict[str, object]:
    """Everything a shelf knows, numbers left out."""
    return {
        "texts": Counter((text, shelf.of_row[n], shelf.of_group[n]) for n, text in enumerate(shelf.texts) if text),
        "rows": {row: sorted(shelf.texts[n] for n in numbers) for row, numbers in shelf.rows.items()},
        "groups": {
            key: (one.item, one.rows, one.aliases, one.bag, one.members, sorted(shelf.texts[n] for n in one.numbers))
            for key, one in shelf.groups.items()
        },
        "group_of": shelf.group_of,
        "questions": (shelf.questions.documents, +shelf.questions.found),
        "items": (shelf.items.documents, +shelf.items.found),
    }  # fmt: skip


class Edits(RuleBasedStateMachine):
    """A shelf edited in any order beside the list of what should be on it."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = Shelf()
        self.wanted: dict[str, Row] = {}

    def put(self, rows: list[Row]) -> None:
        for row in rows:
            self.shelf.drop(row.id)
            self.wanted.pop(row.id, None)
        list(self.shelf.take(rows))
        self.wanted |= {row.id: row for row in rows}

    @rule(item=st.sampled_from(ITEMS), aliases=ALIASES, sides=st.sets(st.sampled_from(SIDES), min_size=1))
    def a_guide_is_published(self, item: str, aliases: tuple[str, ...], sides: set[str]) -> None:
        for old in [row for row in self.wanted.values() if row.item == item]:
            self.shelf.drop(old.id)
            del self.wanted[old.id]
        self.put([side(one, item, f"g{item}", aliases) for one in sorted(sides)])

    @rule(question=st.sampled_from(QUESTIONS), key=st.sampled_from("abc"), long=st.booleans())
    def an_editor_writes(self, question: str, key: str, *, long: bool) -> None:
        self.put([Row(key, question, similar=(question + "呢",), text=LONG if long else "")])

    @rule(data=st.data())
    def one_is_taken_out(self, data: st.DataObject) -> None:
        if self.wanted:
            row = data.draw(st.sampled_from(sorted(self.wanted)))
            self.shelf.drop(row)
            del self.wanted[row]

    @invariant()
    def it_holds_what_a_new_one_would(self) -> None:
        assert held(self.shelf) == held(shelf_of(*self.wanted.values()))

    @invariant()
    def it_keeps_nothing_ready_of_what_is_gone(self) -> None:
        for n, text in enumerate(self.shelf.texts):
            if text:
                assert self.shelf.ready(n).text == text


Edits.TestCase.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
TestAnyOrderOfEdits = pytest.mark.filterwarnings("ignore")(Edits.TestCase)
