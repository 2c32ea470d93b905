"""What an entry or a line written by hand has to be: asked by the forms and by the import alike.

Each check returns a message for each field that is wrong; nothing when all is well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from jishiban.guide.entries.models import Aspect

MOST: Final = {"question": 200, "answer": 1500, "source": 300, "why": 200}
MOST_SIMILAR, LONGEST_SIMILAR = 20, 100
NEEDED: Final = ("question", "answer", "source")


def entry_problems(given: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with an entry: question, answer, source, aspect, similar (a list), valid_from, valid_to (ISO)."""
    messages = {
        "question": _("请写标准问题，一句完整的问话。"),
        "answer": _("请写答复。"),
        "source": _("请写出处：哪部法、哪份文件、哪份指南。没有出处不能发布。"),
    }
    problems = {name: messages[name] for name in NEEDED if not str(given[name]).strip()}
    for name in NEEDED:
        if len(str(given[name])) > MOST[name]:
            problems[name] = _("最多%(most)s字，请写短些。") % {"most": MOST[name]}
    if given["aspect"] not in Aspect.values:
        problems["aspect"] = _("请填：%(names)s。") % {"names": "、".join(Aspect.values)}
    return problems | _similar(given["similar"]) | _days(str(given["valid_from"]), str(given["valid_to"]))


def _similar(similar: Sequence[str]) -> dict[str, str]:
    if len(similar) > MOST_SIMILAR:
        return {"similar": _("相似问法最多%(most)s句。") % {"most": MOST_SIMILAR}}
    if any(len(one) > LONGEST_SIMILAR for one in similar):
        return {"similar": _("每句相似问法最多%(most)s字。") % {"most": LONGEST_SIMILAR}}
    return {}


def _days(begins: str, ends: str) -> dict[str, str]:
    problems = {
        name: _("看不懂这个日期，请写成2026-03-02这样。")
        for name, text in (("valid_from", begins), ("valid_to", ends))
        if text and not is_day(text)
    }
    if not problems and begins and ends and ends < begins:
        problems["valid_to"] = _("失效日期早于生效日期，请检查。")
    return problems


def is_day(text: str) -> bool:
    """Whether the text is a day as 2026-03-02."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def line_problems(given: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a line of the lexicon: said, official, owner, test."""
    labels = {"said": _("口语"), "official": _("规范用语"), "owner": _("负责单位"), "test": _("测试句")}
    most = {"said": 40, "official": 120, "owner": 40, "test": 120}
    problems = {
        name: _("请填“%(what)s”。") % {"what": label}
        for name, label in labels.items()
        if not given[name].strip()
    }
    for name, limit in most.items():
        if len(given[name]) > limit:
            problems[name] = _("最多%(most)s字，请写短些。") % {"most": limit}
    if not problems and given["said"] not in given["test"]:
        problems["test"] = _("测试句里要有“%(said)s”，一句群众会说的话。") % {"said": given["said"]}
    if not problems and given["said"] == given["official"]:
        problems["official"] = _("口语和规范用语一样，不用加。")
    return problems
