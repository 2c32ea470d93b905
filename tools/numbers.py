"""Puts the measured figures of docs/bench.json into README.md and README.en.md, between their two marks.

    ./jsb bench --json docs/bench.json && python3 tools/numbers.py

Needs the standard library only. Names and notes stay as the bench prints them. Exit 1 when there is nothing to put in.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "docs" / "bench.json"
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
HEADS = {
    "README.md": ("| 测什么 | 测得 | 要求 | SQL（要求） | 相对值 |", "倍"),
    "README.en.md": ("| What | Measured | Bound | SQL (bound) | Ratio |", "×"),
}

ENGLISH = {
    "光插入一行并提交": "One bare insert, committed", "光插入一行": "a bare insert", "空页面": "an empty view",
    "提交申请": "Filing an application", "截止日计算": "Deadlines", "办事指南页（热）": "Guide page, warm", "首页": "Home",
    "搜索“食品经营”": "Search “食品经营”", "承诺页": "Promises page", "收件箱 50 件": "Inbox of 50",
    "（我的）": " (mine)", "（本单位）": " (unit)", "（全局）": " (whole hall)", "件的亮灯": "cases: their lights",
    "到期检查：": "Sweep: ", "件到期": "due", "校验": "Verify", "条账目": "leaves", "一条包含证明": "One inclusion proof",
    "空闲内存，全部进程": "Idle memory, all processes", "每条为一次 SHA-256": "per leaf, one SHA-256",
    "无其他在办件时": "with nothing else open", "毫秒 CPU/件": "ms CPU each", "毫秒 CPU": "ms CPU", "毫秒": "ms",
    "个/秒（CPU）": "per second (CPU)", "MB（PSS）": "MB (PSS)", "秒": "s", "（≤": " (≤", "）|": ") |", "） |": ") |",
}  # fmt: skip


def english(text: str) -> str:
    """The words of the bench in English; what is not known stays as it is."""
    for word in sorted(ENGLISH, key=len, reverse=True):
        text = text.replace(word, ENGLISH[word])
    return text


def figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(rows: list[dict[str, Any]], head: str, times: str) -> str:
    return "\n".join([head, "|---|---|---|---|---|", *(line(row, times) for row in rows)])


def line(row: dict[str, Any], times: str) -> str:
    """One figure; a bound that was missed is marked."""
    sign = "≥" if row.get("at_least") else "≤"
    bound = f"{sign} {row['bound']:,g}" if row.get("bound") is not None else ""
    most = row.get("most_queries")
    asked = f"（≤ {most}）" if most is not None and most != 99 else ""
    statements = f"{row['queries']}{asked}" if row.get("queries") is not None else ""
    ratio = f"{row['beside'].strip()} {figure(row['ratio'])} {times}" if row.get("ratio") is not None else ""
    mark = "" if row.get("holds", True) else " ✗"
    return (
        f"| {row['name']} | {figure(row['value'])} {row['unit']}{mark} | {bound} | {statements} | {ratio} |"
    )


def put(text: str, made: str) -> str:
    """`text` with `made` between the marks; ValueError when a mark is missing."""
    before, _begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{BEGIN} … {END} not found")
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


def main() -> int:
    if not FIGURES.is_file():
        print("没有 docs/bench.json,先执行:./jsb bench --json docs/bench.json", file=sys.stderr)
        return 1
    rows = json.loads(FIGURES.read_text(encoding="utf-8"))
    for name, (head, times) in HEADS.items():
        page = ROOT / name
        made = table(rows, head, times)
        made = english(made) if name == "README.en.md" else made
        page.write_text(put(page.read_text(encoding="utf-8"), made), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
