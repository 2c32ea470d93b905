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


def table(rows: list[dict[str, Any]], head: str, times: str) -> str:
    return "\n".join([head, "|---|---|---|---|---|", *(line(row, times) for row in rows)])


def line(row: dict[str, Any], times: str) -> str:
    """One figure; a bound that was missed is marked."""
    sign = "≥" if row.get("at_least") else "≤"
    bound = f"{sign} {row['bound']:,g}" if row.get("bound") is not None else ""
    most = row.get("most_queries")
    asked = f"（≤ {most}）" if most is not None and most != 99 else ""
    statements = f"{row['queries']}{asked}" if row.get("queries") is not None else ""
    ratio = f"{row['beside']} {row['ratio']:.1f} {times}" if row.get("ratio") is not None else ""
    mark = "" if row.get("holds", True) else " ✗"
    return f"| {row['name']} | {row['value']:,.3g} {row['unit']}{mark} | {bound} | {statements} | {ratio} |"


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
        page.write_text(put(page.read_text(encoding="utf-8"), table(rows, head, times)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
