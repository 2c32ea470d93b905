"""The pictures: nothing outside the sheet, every word there, no line that begins with a bracket."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jishiban.guide.scenarios import drawings, flowchart, hallmap
from jishiban.guide.scenarios.flowchart import Band, Box
from jishiban.guide.scenarios.hallmap import Zone
from jishiban.web.flowdraw import fitted

ZONES = [Zone(1, f"{name}区", n) for n, name in enumerate("甲乙丙丁戊", 1)]


@given(st.text(alphabet="办证（）、A1", min_size=1, max_size=40))
def test_a_title_takes_two_lines_at_most_and_fits(title: str) -> None:
    lines = flowchart.broken(title, 120, 15)
    assert 1 <= len(lines) <= 2
    assert all(fitted(line, 135, 15) == line for line in lines)


def test_no_line_begins_with_a_closing_bracket() -> None:
    assert flowchart.broken("环评审批（报告书）", 8 * 15, 15) == ["环评审批（报告", "书）"]


def test_bands_follow_each_other_down_the_sheet() -> None:
    bands = [
        Band("现在", tuple(Box(n, f"第{n}件", "当天") for n in (1, 2, 3))),
        Band("最后", (Box(4, "第四件", ""),)),
    ]
    drawn = str(flowchart.draw(bands))
    assert all(f">{words}<" in drawn for words in ("现在", "第1件", "第四件", "最后"))
    assert drawn.count("order__tip") == 1
    assert "style" not in drawn


def test_what_is_typed_cannot_break_out_of_a_picture() -> None:
    drawn = str(flowchart.draw([Band("<b>", (Box(1, '"><script>', "&"),))]))
    assert "<script" not in drawn
    assert "<b>" not in drawn


def test_zones_do_not_lie_on_each_other() -> None:
    placed = hallmap.spots(ZONES)
    for column in {spot.x for spot in placed}:
        listed = sorted((spot.y, spot.height) for spot in placed if spot.x == column)
        assert all(y + tall < after for (y, tall), (after, _tall) in pairwise(listed))


def test_the_map_marks_where_to_go_and_only_floors_one_goes_to() -> None:
    zones = [*ZONES, Zone(2, "楼上区", 3)]
    ((floor, drawn),) = hallmap.floors(zones, {(1, "乙区"): [1, 4]})
    assert floor == 1
    assert str(drawn).count("is-here") == str(drawn).count("hall__tip") == 1
    assert "办第1、4步" in drawn
    assert [level for level, _drawn in hallmap.floors(zones, {(2, "楼上区"): [1]})] == [2]


def test_every_drawing_is_a_list_of_known_strokes() -> None:
    listed = [*drawings.PAPERS.values(), *(sign["strokes"] for sign in drawings.SIGNS.values())]
    for strokes in listed:
        assert all(
            kind in "lasdw" and re.fullmatch(r"[MmLlHhVvAaCcQqSsTtZz0-9 .,-]+", path)
            for kind, path in strokes
        )
    assert drawings.sign("nothing") == drawings.sign("file")
    assert drawings.paper("nothing") == drawings.paper("sheet")
