"""Writes the flow tables down as one Markdown page. Usage: python -m jishiban.config.flowdoc > docs/flows.md

The page is made from the tables the engine reads, so it cannot say something the engine does not do; a test keeps
docs/flows.md equal to what is printed here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from jishiban.kernel.cases.flow import PARTY, SYSTEM, ClockMove, Flow, Move, Need, Op, Step, Waiting

INTRO: Final = """\
# 办件流程

本页由流程表生成，不手工修改。改了流程表以后执行：

    python -m jishiban.config.flowdoc > docs/flows.md

引擎只读同一张表：表里没有的步骤，系统不会做。测试保证本页与流程表一致。"""

WHOSE_TURN: Final = {Waiting.HALL: "大厅", Waiting.PARTY: "申请人", Waiting.NOBODY: "—"}
DOES: Final = {
    Op.START: "开始", Op.STOP: "结束", Op.PAUSE: "暂停", Op.RESUME: "恢复", Op.EXTEND: "延长", Op.VOID: "作废",
}  # fmt: skip


def document(flows: Iterable[Flow]) -> str:
    """The whole page: every flow, then the steps all of them have. Ends with one line break."""
    parts = [INTRO, *(part for flow in flows for part in chapter(flow)), *_universal()]
    return "\n\n".join(parts) + "\n"


def chapter(flow: Flow) -> Iterator[str]:
    """One flow: its picture, its states, its clocks, its steps."""
    yield f"## {flow.label}（`{flow.name}`）"
    yield picture(flow)
    yield "### 状态"
    yield table(("状态", "代码", "在办", "轮到谁"), (
        (state.label, f"`{state.name}`", "是" if state.open else "否", WHOSE_TURN[state.waiting])
        for state in flow.states.values()
    ))  # fmt: skip
    yield "### 时限"
    yield table(("时限", "代码", "谁的时间"), (
        (label, f"`{kind}`", "申请人" if kind in flow.of_party else "大厅") for kind, label in flow.kinds.items()
    ))  # fmt: skip
    yield "### 步骤"
    yield _steps(flow, (flow.opens, *flow.steps))
    yield from _details(flow)


def picture(flow: Flow) -> str:
    """The moves between states as a Mermaid diagram; a step that stays in its state is left to the table."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {state.name}' for state in flow.states.values()]
    lines.append(f"    [*] --> {flow.initial.name}: {flow.opens.label}")
    lines += [f"    {one} --> {two}: {label}" for one, two, label in _moves(flow)]
    lines += [f"    {state.name} --> [*]" for state in flow.states.values() if not state.open]
    return "\n".join([*lines, "```"])


def _moves(flow: Flow) -> Iterator[tuple[str, str, str]]:
    for step in flow.steps:
        for source in step.move.sources if step.move.target else ():
            if step.move.target and source.name != step.move.target.name:
                yield source.name, step.move.target.name, step.label


def _steps(flow: Flow, steps: Sequence[Step]) -> str:
    heads = ("步骤", "代码", "从 → 到", "谁来办", "对时限", "文书", "通知", "流程表以外的限制")
    return table(heads, (
        (
            step.label, f"`{step.name}`", _way(step.move), who(step), clock(flow, step.clock), _code(step.paper),
            _code(step.tell), _code(getattr(step.guard, "__name__", "")),
        )
        for step in steps
    ))  # fmt: skip


def _details(flow: Flow) -> Iterator[str]:
    yield "### 各步骤要填的事实"
    yield "“加密”的是涉及个人的文字：加密保存，可以依法删除，账本只留加盐摘要。"
    rows = [(step, need) for step in (flow.opens, *flow.steps) for need in step.needs]
    yield table(("步骤", "事实", "代码", "必填", "保存", "可选值"), (
        (step.label, need.label, f"`{need.name}`", "" if need.optional else "是", _kept(need), "、".join(need.choices))
        for step, need in rows
    ))  # fmt: skip


def _universal() -> Iterator[str]:
    from jishiban.kernel.cases.steps import UNIVERSAL

    yield "## 所有流程都有的步骤"
    yield "在任何在办状态都可以进行，状态不变，不动任何时限。"
    rows = (
        (one.step.label, f"`{one.step.name}`", who(one.step), _code(one.step.tell))
        for one in UNIVERSAL.values()
    )
    yield table(("步骤", "代码", "谁来办", "通知"), rows)


def who(step: Step) -> str:
    """The people a step may be taken by, in words."""
    from jishiban.kernel.directory.models import Role

    names = {
        PARTY: "申请人",
        SYSTEM: "系统",
        **{str(value): str(label) for value, label in Role.choices},
    }
    return "、".join(names[str(one)] for one in step.by)


def clock(flow: Flow, moves: Iterable[ClockMove]) -> str:
    """What a step does to the clocks, in words; empty when it does nothing."""
    return "；".join(
        f"{DOES[move.op]}{'、'.join(flow.kinds.get(kind, kind) for kind in move.kinds)}" for move in moves
    )


def _way(move: Move) -> str:
    sources = "、".join(state.label for state in move.sources)
    return f"{sources} → {move.target.label}" if move.target else f"{sources}（不变）"


def _kept(need: Need) -> str:
    return "加密" if need.private else "公开"


def _code(name: str) -> str:
    return f"`{name}`" if name else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [_line(heads), "|" + "---|" * len(heads), *(_line(row) for row in rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def main() -> None:
    """Print the page for the flows the house registers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiban.config.settings")
    import django

    django.setup()
    from jishiban.config.wiring import FLOWS

    print(document(FLOWS), end="")


if __name__ == "__main__":
    main()
