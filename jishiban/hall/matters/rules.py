"""What a guide must be before it may be published: messages by the place they belong to, in plain Chinese.

Sources: 实施清单 fields and hard rules (matters.md §2): no catch-all materials, a promise never longer than the
statutory limit, 即办件 within one working day, every required part present.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from jishiban.hall.matters import document as parts
from jishiban.hall.matters import words as phrases

Problem = tuple[str, str]
Problems = Iterator[Problem]
Doc = Mapping[str, Any]

KEY = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
PAPERS = "材料|资料|文件|证件|证明|手续"
CATCH_ALL = re.compile(
    rf"其[他它](有关|相关|必要|所需|需要|应当|证明|申请|申报|支撑|佐证|补充|法定|规定|要求|应)*的?(提[交供]的?)?({PAPERS})+$"
    rf"|(部门|机关|机构|单位|窗口|法规?)(认为|要求|规定)?(需要|必要|必须|应当)?(提[交供])?的?(其[他它]|有关|相关|一切)?的?({PAPERS})+$"
    rf"|^(有关|相关|所需|必要|需要|其[他它]|一切)+的?({PAPERS})*$"
    rf"|等(有关|相关|其[他它])?的?({PAPERS})$"
)
NAMES_A_PAPER = re.compile(
    r"(部门|机关|机构|单位)(的)?(证明|证件|文件|手续)+$"
)  # 主管部门证明文件: one known paper


def check(document: Doc) -> dict[str, str]:
    """The first message for each place that is wrong, by path ("promise.amount", "materials.2.name"); empty: publishable."""
    found: dict[str, str] = {}
    for rule in RULES:
        for path, message in rule(document):
            found.setdefault(path, message)
    return found


def is_catch_all(name: str) -> bool:
    """True for names like 其他材料 or 有关部门要求的材料, which tell nobody what to bring (国办发〔2018〕45号)."""
    plain = re.sub(r"[\s（(][^）)]*[）)]|\s", "", name)
    return bool(CATCH_ALL.search(plain)) and not NAMES_A_PAPER.search(plain)


# -- helpers ---------------------------------------------------------------------------------------


def is_count(value: object, low: int = 0, high: int = 10_000) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _text(path: str, value: object, most: int, missing: str = "") -> Problems:
    text = str(value or "").strip()
    if not text and missing:
        yield path, missing
    elif len(text) > most:
        yield (
            path,
            _("太长了，最多%(most)s个字，现在%(now)s个字。请写短些。") % {"most": most, "now": len(text)},
        )


def _listed(path: str, value: object, allowed: tuple[str, ...]) -> Problems:
    if value not in allowed:
        yield path, _("请选：%(choices)s。") % {"choices": "、".join(allowed)}


def _limit(path: str, limit: Mapping[str, Any], units: tuple[str, ...]) -> Problems:
    if not is_count(limit.get("amount")):
        yield f"{path}.amount", _("时限要填整数，比如5。当天办结填0。")
    yield from _listed(f"{path}.unit", limit.get("unit"), units)


# -- the rules -------------------------------------------------------------------------------------


def names(doc: Doc) -> Problems:
    yield from _text("name", doc["name"], 300, _("请写事项名称。"))
    yield from _text("summary", doc["summary"], 120, _("请用一句话说明：什么人、什么时候要办它。"))
    for n, alias in enumerate(doc["aliases"]):
        yield from _text("aliases", alias, 30)
        if alias in doc["aliases"][:n]:
            yield "aliases", _("“%(word)s”写了两次，请删去一个。") % {"word": alias}


def statutory(doc: Doc) -> Problems:
    limit = doc["statutory"]
    if limit is None:
        return
    yield from _limit("statutory", limit, parts.LISTED_UNITS)
    if limit.get("unit") == "当场" and limit.get("amount") != 0:
        yield "statutory.amount", _("单位是“当场”时，时限填0。")
    yield from _text("statutory.basis", limit.get("basis"), 200, _("请写法定时限出自哪部法的哪一条。"))


def promise(doc: Doc) -> Problems:
    limit = doc["promise"]
    if limit is None:
        yield "promise.amount", _("请填承诺多久办结。当天办结填0。")
        return
    yield from _limit("promise", limit, parts.PROMISE_UNITS)
    if any(_limit("promise", limit, parts.PROMISE_UNITS)):
        return
    if doc["kind"] == parts.ON_THE_SPOT and not is_on_the_spot(limit):
        yield "promise.amount", _("即办件最长1个工作日。请改短，或者改为承诺件。")
    yield from _not_longer(limit, doc["statutory"])


def is_on_the_spot(limit: Mapping[str, Any]) -> bool:
    """即办件: at once, or within one working day."""
    return bool(
        limit["amount"] == 0
        or (limit["amount"] == 1 and limit["unit"] == "工作日")
        or (limit["unit"] == "小时" and limit["amount"] <= 24)
    )


def _not_longer(limit: Mapping[str, Any], law: Mapping[str, Any] | None) -> Problems:
    if law is None or limit["amount"] == 0 or any(_limit("", law, parts.LISTED_UNITS)):
        return
    ours, theirs = limit["unit"], law["unit"]
    if theirs == "当场":
        yield "promise.amount", _("法定是当场办结，承诺时限要填0。")
    elif ours == theirs or {ours, theirs} == {"日", "自然日"}:
        if limit["amount"] > law["amount"]:
            yield "promise.amount", _("承诺不能长于法定的%(most)s。请改短。") % {"most": phrases.limit(law)}
    elif longest_days(limit) > shortest_days(law):
        words = {"unit": _(theirs)}
        yield "promise.unit", _("与法定时限单位不同，比不出长短。请改用“%(unit)s”，或者改短。") % words


def longest_days(limit: Mapping[str, Any]) -> float:
    """The most calendar days a promise may take, with a week for the longest holiday."""
    amount = float(limit["amount"])
    holiday = 8
    return {"工作日": amount * 7 / 5 + 2 + holiday, "月": amount * 31, "小时": amount / 24}.get(
        limit["unit"], amount
    )


def shortest_days(limit: Mapping[str, Any]) -> float:
    """The fewest calendar days a statutory limit may be."""
    amount = float(limit["amount"])
    return {"月": amount * 28, "小时": amount / 24}.get(limit["unit"], amount)


def ways(doc: Doc) -> Problems:
    yield from _listed("kind", doc["kind"], parts.KINDS)
    yield from _listed("online", doc["online"], parts.ONLINE)
    if not is_count(doc["visits"], 0, 9):
        yield "visits", _("请填要跑几趟，0到9。")
    elif doc["online"] == "全程网办" and doc["visits"] > 0:
        yield "visits", _("全程网办的事项，趟数要填0。")
    elif doc["online"] == "窗口办理" and doc["visits"] == 0:
        yield "visits", _("窗口办理的事项，至少跑1趟。")
    if doc["renew_before_days"] is not None and not is_count(doc["renew_before_days"], 1, 999):
        yield "renew_before_days", _("请填到期前多少天办延续，没有就留空。")


def conditions(doc: Doc) -> Problems:
    if not doc["conditions"]:
        yield "conditions", _("请至少写一条受理条件，一行一条。")
    for line in doc["conditions"]:
        yield from _text("conditions", line, 200)


def materials(doc: Doc) -> Problems:
    for n, row in enumerate(doc["materials"]):
        at = f"materials.{n}"
        yield from _text(f"{at}.name", row["name"], 100, _("请写材料名称，或者删去这一行。"))
        if is_catch_all(row["name"]):
            yield f"{at}.name", _("不能写“其他材料”这类兜底的话。请逐份写明要什么。")
        if not is_count(row["copies"], 0, 99):
            yield f"{at}.copies", _("份数要填整数，比如1。")
        yield from _listed(f"{at}.kind", row["kind"], parts.MATERIAL_KINDS)
        yield from _listed(f"{at}.source", row["source"], parts.SOURCES)
        yield from _listed(f"{at}.necessity", row["necessity"], parts.NECESSITIES)
        if row["source"] == "政府部门核发" and not str(row["issuer"]).strip():
            yield f"{at}.issuer", _("请写由哪个部门核发，申请人才知道去哪里办。")
        for part, most in (("issuer", 60), ("when", 60), ("basis", 200), ("note", 200)):
            yield from _text(f"{at}.{part}", row[part], most)
    yield from _keys("materials", doc["materials"], "name")
    yield from _same_name("materials", doc["materials"], "name")


def questions(doc: Doc) -> Problems:
    for n, row in enumerate(doc["questions"]):
        at = f"questions.{n}"
        yield from _text(f"{at}.label", row["label"], 60, _("请写要问什么，或者删去这一行。"))
        yield from _text(f"{at}.hint", row["hint"], 100)
        yield from _listed(f"{at}.kind", row["kind"], parts.QUESTION_KINDS)
        if row["kind"] == "choice" and len(set(row.get("choices") or ())) < 2:
            yield f"{at}.choices", _("单选至少要两个选项，一行一个。")
        if "max" in row and not is_count(row["max"], 1, 2000):
            yield f"{at}.max", _("字数上限填1到2000。")
    yield from _keys("questions", doc["questions"], "label")
    yield from _same_name("questions", doc["questions"], "label")


def _keys(part: str, rows: list[Any], shown: str) -> Problems:
    for n, row in enumerate(rows):
        if not KEY.match(row["key"]) or row["key"] in [other["key"] for other in rows[:n]]:
            yield f"{part}.{n}.{shown}", _("这一行的内部编号重复或不对。请删去它，再新加一行。")


def _same_name(part: str, rows: list[Any], shown: str) -> Problems:
    for n, row in enumerate(rows):
        if row[shown] and row[shown] in [other[shown] for other in rows[:n]]:
            yield f"{part}.{n}.{shown}", _("“%(name)s”写了两次，请合成一行。") % {"name": row[shown]}


def steps(doc: Doc) -> Problems:
    if not doc["steps"]:
        yield "steps", _("请至少写一个办理环节。")
    for n, row in enumerate(doc["steps"]):
        yield from _text(f"steps.{n}.name", row["name"], 20, _("请写环节名称，比如“受理”。"))
        yield from _limit(f"steps.{n}.limit", row["limit"], parts.PROMISE_UNITS)
        yield from _text(f"steps.{n}.standard", row["standard"], 100)
        yield from _text(f"steps.{n}.role", row["role"], 20)


def special(doc: Doc) -> Problems:
    for n, row in enumerate(doc["special"]):
        yield from _text(f"special.{n}.name", row["name"], 30, _("请写特别程序的名称，比如“专家评审”。"))
        yield from _text(f"special.{n}.basis", row["basis"], 200, _("请写特别程序的依据。"))
    extension = doc["extension"]
    if extension is not None:
        yield from _limit("extension", extension, parts.PROMISE_UNITS)
        yield from _text("extension.basis", extension.get("basis"), 200, _("请写延期的依据。"))


def fee(doc: Doc) -> Problems:
    charged, items = doc["fee"]["charged"], doc["fee"]["items"]
    if charged and not items:
        yield "fee", _("收费的事项，请写收费项目、标准和依据。")
    if items and not charged:
        yield "fee", _("写了收费项目，请勾选“收费”；不收费就删去项目。")
    for n, row in enumerate(items):
        yield from _text(f"fee.{n}.name", row["name"], 60, _("请写收费项目。"))
        yield from _text(f"fee.{n}.standard", row["standard"], 100, _("请写收多少钱。"))
        yield from _text(f"fee.{n}.basis", row["basis"], 200, _("请写收费依据。没有依据不能收费。"))


def results(doc: Doc) -> Problems:
    if not doc["results"]:
        yield "results", _("请写办好后给申请人什么，比如“许可证”。")
    for n, row in enumerate(doc["results"]):
        yield from _text(f"results.{n}.name", row["name"], 100, _("请写结果名称。"))


def place(doc: Doc) -> Problems:
    yield from _text("place.area", doc["place"]["area"], 60, _("请写在哪里办。"))
    yield from _text("place.window", doc["place"]["window"], 60)
    yield from _text("hours", doc["hours"], 100, _("请写办理时间。"))


def answers(doc: Doc) -> Problems:
    for n, row in enumerate(doc["faq"]):
        yield from _text(f"faq.{n}.q", row["q"], 100, _("请写问题，或者删去这一行。"))
        yield from _text(f"faq.{n}.a", row["a"], 500, _("请写答案，或者删去这一行。"))


def law(doc: Doc) -> Problems:
    if not doc["law"]:
        yield "law", _("请至少写一条设定依据。")
    for n, row in enumerate(doc["law"]):
        yield from _text(f"law.{n}.name", row["name"], 100, _("请写法律或文件的名称。"))
        yield from _text(f"law.{n}.says", row["says"], 500)


RULES: tuple[Callable[[Doc], Problems], ...] = (
    names, statutory, promise, ways, conditions, materials, questions, steps, special, fee, results, place, answers,
    law,
)  # fmt: skip
