"""The picture of a flow says what the table says."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

from jishiban.kernel.cases.flow import Flow, State, Step
from jishiban.web.flowdraw import draw, fitted, stations
from jishiban.web.gallery import FLOW


def test_the_ordinary_way_runs_down_the_spine() -> None:
    assert [one.name for one in stations(FLOW)] == ["received", "accepted", "granted", "closed"]
    assert [one.onward for one in stations(FLOW)] == ["受理", "准予", "送达", ""]


def test_other_ways_branch_off_where_they_leave() -> None:
    received, accepted, *_rest = stations(FLOW)
    assert [b.target for b in received.branches] == ["待您补正", "不予受理", "已撤回"]
    assert [b.target for b in accepted.branches] == ["特别程序中", "已撤回"]


def test_a_way_that_comes_back_says_by_which_step() -> None:
    branch = stations(FLOW)[0].branches[0]
    assert (branch.label, branch.back, branch.is_open) == ("一次性告知", "补正", True)


def test_steps_people_do_not_see_are_not_drawn() -> None:
    hidden = replace(FLOW, steps=tuple(replace(s, internal=s.name == "withdraw") for s in FLOW.steps))
    assert "已撤回" not in draw(hidden)
    assert "已撤回" in draw(FLOW)


def test_a_caller_may_name_the_spine() -> None:
    assert [one.name for one in stations(FLOW, ("received", "not_accepted"))] == ["received", "not_accepted"]


def test_the_picture_is_well_formed_names_every_station_and_marks_where_a_case_is() -> None:
    picture = draw(FLOW, current="accepted")
    tree = ET.fromstring(picture)
    words = [node.text for node in tree.iter() if node.tag.endswith("text")]
    assert {"已收件，待受理", "已受理，审查中", "准予，待送达", "已办结"} <= set(words)
    assert picture.count('class="flow__now"') == 1
    assert "style" not in picture


def test_everything_drawn_lies_inside_the_picture() -> None:
    tree = ET.fromstring(draw(FLOW))
    _x, _y, width, height = map(float, tree.attrib["viewBox"].split())
    for node in tree.iter():
        for name, most in (("x", width), ("cx", width), ("y", height), ("cy", height)):
            assert 0 <= float(node.attrib.get(name, 0)) <= most


def test_hostile_and_long_labels_are_escaped_and_cut() -> None:
    start, end = State("a", "<script>alert(1)</script>" * 9), State("b", "末" * 90, open=False)
    flow = Flow("x", "x", initial=start, opens=Step("o", "收", start >> start, by=()), steps=(
        Step("go", '"><b onclick=x>' * 9, start >> end, by=()),
    ))  # fmt: skip
    picture = draw(flow)
    ET.fromstring(picture)
    assert "<script" not in picture
    assert re.search("末+…", picture)


def test_a_flow_with_one_state_is_one_station() -> None:
    only = State("a", "收到")
    assert (
        len(stations(Flow("x", "x", initial=only, opens=Step("o", "收", only >> only, by=()), steps=()))) == 1
    )


def test_words_are_cut_by_how_wide_their_letters_are() -> None:
    assert fitted("专家评审", 80, 12) == "专家评审"
    assert fitted("组织专家评审会议", 80, 12) == "组织专家评…"
    assert fitted("3 working days", 84, 12) == "3 working days"
    assert fitted("Submit application", 84, 12) == "Submit appli…"
