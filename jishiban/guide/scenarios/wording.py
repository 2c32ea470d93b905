"""How an editor writes conditions, options and papers: one line each, read back to the very same thing.

    owner 是 rent、lend 且 size 不是 big 或 stage 是 new

A question may be named by its key or its words, an option by its key or its label. What cannot be read is kept as it
was typed, under "text", and `check` says so. A condition nobody can write in a line is shown as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jishiban.guide.scenarios import body
from jishiban.guide.scenarios.body import Body

OR = re.compile(r"\s+(?:或者|或)\s+")
AND = re.compile(r"\s+(?:并且|而且|且)\s+")
CLAUSE = re.compile(r"^(?P<q>.+?)(?:\s+(?P<word>不是|是)\s+|\s*(?P<sign>!=|=)\s*)(?P<options>.+)$")
BETWEEN = re.compile(r"[、,，|/]|\s+或\s*")
BAR = re.compile(r"\s*[|｜]\s*")
IN_CASE: Final = re.compile(r"\s*[（(]\s*(?:当|若|如果)\s*(?P<when>.+?)\s*[)）]\s*$")


# -- conditions ------------------------------------------------------------------------------------


def condition(typed: str, questions: Sequence[Mapping[str, Any]]) -> Body:
    """The condition a line says; {} for an empty one, {"text": …} for what cannot be read.

    >>> condition("owner 是 rent 且 size 不是 big", [])
    {'all': [{'q': 'owner', 'is': ['rent']}, {'not': {'q': 'size', 'is': ['big']}}]}
    """
    line = typed.strip()
    if not line:
        return {}
    if line.startswith("{"):
        return _from_json(line)
    groups = [_all(group, questions) for group in OR.split(line)]
    if not all(groups):
        return {"text": line}
    return groups[0] if len(groups) == 1 else {"any": groups}


def _from_json(line: str) -> Body:
    try:
        read = json.loads(line)
    except ValueError:
        return {"text": line}
    return read if isinstance(read, dict) else {"text": line}


def _all(group: str, questions: Sequence[Mapping[str, Any]]) -> Body:
    clauses = [_clause(one, questions) for one in AND.split(group.strip())]
    if not all(clauses):
        return {}
    return clauses[0] if len(clauses) == 1 else {"all": clauses}


def _clause(typed: str, questions: Sequence[Mapping[str, Any]]) -> Body:
    found = CLAUSE.match(typed.strip())
    if not found:
        return {}
    key, options = _question(found["q"], questions)
    picked = [_option(one, options) for one in BETWEEN.split(found["options"]) if one.strip()]
    leaf = {"q": key, "is": picked}
    return {"not": leaf} if (found["word"] or found["sign"]) in ("不是", "!=") else leaf


def _question(named: str, questions: Sequence[Mapping[str, Any]]) -> tuple[str, Sequence[Mapping[str, Any]]]:
    wanted = named.strip().rstrip("？?")
    for row in questions:
        if wanted in (row["key"], row["text"].rstrip("？?")):
            return str(row["key"]), row["options"]
    return wanted, ()


def _option(named: str, options: Sequence[Mapping[str, Any]]) -> str:
    wanted = named.strip()
    return next((str(one["key"]) for one in options if wanted in (one["key"], one["label"])), wanted)


def line(given: Mapping[str, Any] | None) -> str:
    """The line of a condition, as it is edited.

    >>> line({"any": [{"q": "a", "is": ["x", "y"]}, {"not": {"q": "b", "is": ["z"]}}]})
    'a 是 x、y 或 b 不是 z'
    """
    if not given:
        return ""
    if "text" in given:
        return str(given["text"])
    groups = given.get("any", [given])
    said = [_said_all(group) for group in groups]
    return " 或 ".join(said) if all(said) else json.dumps(given, ensure_ascii=False)


def _said_all(group: Mapping[str, Any]) -> str:
    clauses = group.get("all", [group])
    said = [_said(one) for one in clauses]
    return " 且 ".join(said) if all(said) else ""


def _said(clause: Mapping[str, Any]) -> str:
    if "not" in clause and "q" in clause["not"]:
        return f"{clause['not']['q']} 不是 {'、'.join(clause['not']['is'])}"
    return f"{clause['q']} 是 {'、'.join(clause['is'])}" if "q" in clause else ""


def reading(given: Mapping[str, Any] | None, questions: Sequence[Mapping[str, Any]]) -> str:
    """The condition in the words of the questions, to be read under its field: 房子是租的还是自己的：租的."""
    words = line(given)
    for row in sorted(questions, key=lambda one: -len(one["key"])):
        for option in sorted(row["options"], key=lambda one: -len(one["key"])):
            words = (
                re.sub(rf"(?<![\w-]){re.escape(option['key'])}(?![\w-])", f"“{option['label']}”", words)
                if (re.search(rf"(?<![\w-]){re.escape(row['key'])} (是|不是) ", words))
                else words
            )
        words = re.sub(
            rf"(?<![\w-]){re.escape(row['key'])} (?=是|不是)", f"{row['text'].rstrip('？?')} ", words
        )
    return words


# -- lines of rows ---------------------------------------------------------------------------------


def options(typed: str) -> list[Body]:
    """One option a line: 代号 | 文字 | 说明."""
    rows = [BAR.split(one.strip(), maxsplit=2) for one in typed.split("\n") if one.strip()]
    return [
        {"key": row[0], "label": row[1] if len(row) > 1 else "", "hint": row[2] if len(row) > 2 else ""}
        for row in rows
    ]


def option_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(
        " | ".join(filter(None, (row["key"], row["label"], row.get("hint", "")))) for row in rows
    )


def notes(typed: str, questions: Sequence[Mapping[str, Any]]) -> list[Body]:
    """One sentence a line, at its end（当 …）where it is only said to some."""
    rows = []
    for one in typed.split("\n"):
        if text := one.strip():
            text, when = _parted(text)
            rows.append({"text": text, "when": condition(when, questions)})
    return rows


def note_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(row["text"] + _in_case(row["when"]) for row in rows)


def papers(typed: str, questions: Sequence[Mapping[str, Any]]) -> Body:
    """One change to the papers a line: 加 名称 | 原件 | 份数 | 说明, 要 编号, 不要 编号; each may end with（当 …）."""
    found: Body = {"take": [], "leave": [], "add": []}
    for one in typed.split("\n"):
        if not (text := one.strip()):
            continue
        text, when = _parted(text)
        verb, _space, rest = text.partition(" ")
        case = condition(when, questions)
        if verb == "要":
            found["take"].append({"key": rest.strip(), "when": case})
        elif verb == "不要":
            found["leave"].append({"key": rest.strip(), "when": case})
        else:
            found["add"].append(_added(rest if verb == "加" else text, case))
    return found


def _added(text: str, case: Body) -> Body:
    cells = [*BAR.split(text.strip(), maxsplit=3), "", "", ""]
    count = cells[2].strip()
    copies: int | str = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else count or 1
    return {**body.PAPER, "name": cells[0].strip(), "kind": cells[1].strip() or "原件", "copies": copies,
            "note": cells[3].strip(), "when": case}  # fmt: skip


def paper_lines(given: Mapping[str, Any]) -> str:
    lines = [f"要 {one['key']}{_in_case(one['when'])}" for one in given["take"]]
    lines += [f"不要 {one['key']}{_in_case(one['when'])}" for one in given["leave"]]
    for one in given["add"]:
        cells = [one["name"], one["kind"], str(one["copies"]), one["note"]]
        lines.append("加 " + " | ".join(cells).rstrip(" |") + _in_case(one["when"]))
    return "\n".join(lines)


def _parted(text: str) -> tuple[str, str]:
    found = IN_CASE.search(text)
    return (text[: found.start()], found["when"]) if found else (text, "")


def _in_case(when: Mapping[str, Any] | None) -> str:
    return f"（当 {line(when)}）" if when else ""
