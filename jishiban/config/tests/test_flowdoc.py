"""The page about the flows."""

from __future__ import annotations

from importlib import import_module

import pytest

from jishiban.config import flowdoc
from jishiban.config.env import ROOT
from jishiban.config.wiring import APPLICATION, FLOWS
from jishiban.kernel.cases.flow import Flow
from jishiban.kernel.cases.steps import UNIVERSAL

PAGE = ROOT / "docs" / "flows.md"


def test_the_page_in_the_docs_is_what_the_tables_say() -> None:
    # The flows the house has, by name: tests of the engine register small ones of their own.
    assert PAGE.read_text(encoding="utf-8") == flowdoc.document(FLOWS), (
        "执行 python -m jishiban.config.flowdoc > docs/flows.md"
    )


def test_no_flow_of_the_house_is_left_out() -> None:
    rooms = [path for path in (ROOT / "jishiban").glob("*/*/flow.py") if path.parent.name != "cases"]
    modules = [import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in rooms]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Flow)]
    assert sorted(flow.name for flow in found) == sorted(flow.name for flow in FLOWS)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_every_step_and_every_fact_stands_on_the_page(flow: Flow) -> None:
    text = flowdoc.document(FLOWS)
    for step in (flow.opens, *flow.steps):
        assert f"| {step.label} | `{step.name}` |" in text
        for need in step.needs:
            assert f"| {step.label} | {need.label} | `{need.name}` |" in text
    for one in UNIVERSAL.values():
        assert f"`{one.step.name}`" in text


def test_words_about_a_person_are_marked_as_encrypted() -> None:
    text = flowdoc.document([APPLICATION])
    assert "| 撤回申请 | 撤回原因 | `reason` |  | 加密 |  |" in text


def test_the_picture_has_every_state_and_ends_where_a_case_is_closed() -> None:
    drawn = flowdoc.picture(APPLICATION)
    for state in APPLICATION.states.values():
        assert f'state "{state.label}" as {state.name}' in drawn
        assert (f"\n    {state.name} --> [*]" in drawn) is not state.open


def test_a_step_that_stays_in_its_state_is_no_arrow() -> None:
    assert "现场核查" not in flowdoc.picture(APPLICATION)


def test_what_a_step_does_to_the_clocks_is_told_in_words() -> None:
    accept = APPLICATION.step("accept")
    assert flowdoc.clock(APPLICATION, accept.clock) == "结束告知或受理；开始承诺时限、法定时限"


def test_a_bar_in_a_cell_does_not_break_the_table() -> None:
    assert flowdoc.table(("一",), [("甲|乙",)]).splitlines()[-1] == r"| 甲\|乙 |"
