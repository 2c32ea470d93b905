"""What can be asked about one row or one fact of a guide: a material, a step, a result, a rule of law …"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from jishiban.guide.entries.aspects import About, Row, cited, copies, listed, quoted, sentence, trips
from jishiban.hall.matters import words


@dataclass(frozen=True, slots=True)
class Part:
    """One question about a part of the guide; `key` is its place in it, `field` the part as document.py names it."""

    key: str
    aspect: str
    field: str
    question: str
    lines: tuple[str, ...]
    similar: tuple[str, ...] = ()


LONGEST_KEY: Final = 50
Parts = Iterator[Part]
Rule = Callable[[About], Parts]


# -- materials and the form ------------------------------------------------------------------------


def materials(about: About) -> Parts:
    for row in about.guide["materials"]:
        yield Part(
            f"materials:{row['key']}", "材料", "materials",
            f"办理{about.name}，{quoted(row['name'])}怎么准备？",
            tuple(material(row)),
            (f"{row['name']}要几份", f"{row['name']}要原件还是复印件", f"{row['name']}怎么写"),
        )  # fmt: skip
        if row["issuer"]:
            yield _issued(about, row)


def material(row: Row) -> Iterator[str]:
    """How a material is prepared: what and how many, when, from whom, later or not at all, how to fill it in."""
    yield f"要{copies(row)}。"
    if row["when"]:
        yield f"只在这种情形要交：{row['when']}。"
    yield {"必要": "", "容缺后补": "可以先受理，这份后补。", "非必要": "不是必须交的。"}.get(
        row["necessity"], ""
    )
    if row["issuer"]:
        yield f"由{row['issuer']}核发。"
    yield "能共享查到的，不用交。" if row["shared"] else ""
    yield _how(row)


def _how(row: Row) -> str:
    blank = "有空白表可以照着填" if row["blank_form"] else ""
    return sentence("；".join(one.rstrip("。") for one in (blank, row["note"]) if one))


def _issued(about: About, row: Row) -> Part:
    lines = (f"{row['name']}由{row['issuer']}核发。", "能共享查到的，不用交。" if row["shared"] else "")
    question = f"办理{about.name}要的{quoted(row['name'])}由谁核发？"
    return Part(
        f"materials:{row['key']}:issuer", "材料", "materials", question, lines, (f"{row['name']}去哪里开",)
    )


def kinds_of_materials(about: About) -> Parts:
    """The materials that may come later, need not be brought, or have a blank to fill in."""
    rows = about.guide["materials"]
    asked: tuple[tuple[str, str, str, list[Row]], ...] = (
        (
            "later",
            "{}哪些材料可以后补？",
            "可以先受理后补：",
            [r for r in rows if r["necessity"] == "容缺后补"],
        ),
        ("shared", "{}哪些材料可以免交？", "能共享查到的免交：", [r for r in rows if r["shared"]]),
        ("blank", "{}哪些材料有空白表？", "有空白表：", [r for r in rows if r["blank_form"]]),
    )
    for key, question, title, found in asked:
        if found:
            lines = (f"{title}{'、'.join(row['name'] for row in found)}。",)
            yield Part(f"materials:{key}:all", "材料", "materials", question.format(about.name), lines)


def form(about: About) -> Parts:
    """The application form as a whole, and each of its questions that has a hint or a choice."""
    rows = about.guide["questions"]
    if rows:
        lines = (f"要填{len(rows)}项：{'、'.join(row['label'] for row in rows)}。",)
        question = f"{about.name}的申请表要填什么？"
        yield Part("questions", "材料", "questions", question, lines, (f"{about.name}申请表怎么填",))
    for row in rows:
        if filled := tuple(_filled(row)):
            question = f"{about.name}的申请表里，{quoted(row['label'])}怎么填？"
            yield Part(
                f"questions:{row['key']}", "材料", "questions", question, filled, (f"{row['label']}怎么填",)
            )


def _filled(row: Row) -> Iterator[str]:
    if row["hint"]:
        yield sentence(row["hint"])
    if row["kind"] == "choice" and row.get("choices"):
        yield f"从这几项里选：{'、'.join(row['choices'])}。"
    if not row["hint"] and not row.get("choices"):
        return
    yield "必填。" if row["required"] else "可以不填。"


# -- steps and their time --------------------------------------------------------------------------


def steps(about: About) -> Parts:
    for key, row in _by_name(about.guide["steps"]):
        who = f"由{row['role']}办。" if row["role"] else ""
        standard = f"要求：{row['standard'].rstrip('。')}。" if row["standard"] else ""
        lines = (f"{quoted(row['name'])}{_within(row['limit'])}。", who, standard)
        question = f"{about.name}的{quoted(row['name'])}环节要多久、由谁办？"
        yield Part(f"steps:{key}", "流程", "steps", question, lines, (f"{about.name}{row['name']}要几天",))


def _within(limit: Row) -> str:
    """当天, 3个工作日内."""
    said = words.limit(limit)
    return said if limit["amount"] == 0 else f"{said}内"


def _by_name(rows: list[Row]) -> Iterator[tuple[str, Row]]:
    """Rows with a key made of their name, so that another order moves nothing; a name met again gets a number."""
    seen: dict[str, int] = {}
    for row in rows:
        name = key_of(row["name"])
        seen[name] = nth = seen.get(name, 0) + 1
        yield (name if nth == 1 else f"{name}.{nth}"), row


def key_of(name: str) -> str:
    """A name as part of a key; a long one is cut, with a digest that tells it from others that begin alike.

    >>> key_of("受理"), len(key_of("很长的名称" * 20))
    ('受理', 50)
    """
    if len(name) <= LONGEST_KEY:
        return name
    return f"{name[:41]}~{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def on_site(about: About) -> Parts:
    if not about.is_full:
        return
    lines: tuple[str, ...] = ("不用。",)
    if about.guide["on_site"]:
        checks = [row for row in about.guide["steps"] if "核查" in row["name"] or "勘" in row["name"]]
        told = [
            f"{row['name']}在{words.limit(row['limit'])}内完成。" for row in checks if row["limit"]["amount"]
        ]
        lines = (
            "要，由两名以上工作人员到现场看。",
            *told[:2],
            *(sentence(row["standard"]) for row in checks[:2]),
        )
    question = f"{about.name}要现场核查吗？"
    yield Part("on_site", "流程", "on_site", question, lines, (f"办{about.name}有人上门看吗",))


def special(about: About) -> Parts:
    for key, row in _by_name(about.guide["special"]):
        most = f"最长{words.limit({'amount': row['days'], 'unit': row['unit']})}，" if row["days"] else ""
        lines = (f"可能要{row['name']}。", f"{most}不计入办理时限。", f"依据：{row['basis'].rstrip('。')}。")
        yield Part(f"special:{key}", "时限", "special", f"{about.name}要做{quoted(row['name'])}吗？", lines)


def extension(about: About) -> Parts:
    given = about.guide["extension"]
    if given:
        basis = f"依据：{given['basis'].rstrip('。')}。" if given.get("basis") else ""
        lines = (f"经批准，最多延长{words.limit(given)}。", basis)
        yield Part("extension", "时限", "extension", f"{about.name}的办理时限可以延长吗？", lines)


def statutory(about: About) -> Parts:
    law = about.guide["statutory"]
    if law and law.get("amount") is not None:
        basis = f"依据：{law['basis'].rstrip('。')}。" if law.get("basis") else ""
        limit = words.limit(law)
        said = f"按规定{limit}办好。" if law["amount"] == 0 else f"法定时限是{limit}。"
        lines = (said, basis)
        yield Part("statutory", "时限", "statutory", f"{about.name}的法定时限是多少？", lines)


def kind(about: About) -> Parts:
    """A line of a list says it only through its limit: without one it holds no kind."""
    law = about.guide["statutory"]
    if not about.is_full and not (law and law.get("amount") is not None):
        return
    said = f"是{about.guide['kind']}。"
    promise = about.guide["promise"] if about.is_full else None
    limit = f"{'' if promise['amount'] == 0 else '承诺'}{words.limit(promise)}办好。" if promise else ""
    yield Part("kind", "时限", "kind", f"{about.name}是即办件还是承诺件？", (said, limit))


def visits(about: About) -> Parts:
    if about.guide["visits"] is not None:
        lines = (trips(about.guide["visits"], about.guide["online"]),)
        yield Part(
            "visits", "网办", "visits", f"办理{about.name}要跑几趟？", lines, (f"{about.name}最多跑几次",)
        )


# -- what comes of it ------------------------------------------------------------------------------


def results(about: About) -> Parts:
    rows = about.guide["results"]
    if rows:
        lines = tuple(listed([f"{row['name']}{_validity(row)}" for row in rows]))
        question = f"{about.name}办好后能拿到什么？"
        yield Part("results", "其他", "results", question, lines, (f"{about.name}发什么证",))
    for key, row in _by_name(rows):
        if row["validity"]:
            question = f"{about.name}办好后，{quoted(row['name'])}有效期多久？"
            lines = (sentence(f"有效期：{row['validity']}"),)
            yield Part(f"results:{key}", "其他", "results", question, lines, (f"{row['name']}几年有效",))


def _validity(row: Row) -> str:
    return f"（有效期：{row['validity']}）" if row["validity"] else ""


def renewal(about: About) -> Parts:
    days = about.guide["renew_before_days"]
    if days:
        lines = (f"请在到期前至少{days}天申请延续。",)
        question = f"{about.name}到期前多久申请延续？"
        yield Part(
            "renew_before_days",
            "时限",
            "renew_before_days",
            question,
            lines,
            (f"{about.name}快到期了怎么办",),
        )


# -- money, law, questions of others ---------------------------------------------------------------


def fees(about: About) -> Parts:
    for key, row in _by_name(about.guide["fee"]["items"]):
        lines = (sentence(f"标准：{row['standard']}"), sentence(f"依据：{row['basis']}"))
        yield Part(f"fee:{key}", "费用", "fee", f"{about.name}的{quoted(row['name'])}收多少？", lines)


def laws(about: About) -> Parts:
    """A rule with its name and article; one that is only named stands in the list of the aspect."""
    cites = [row | {"name": cited(row)} for row in about.guide["law"] if row["article"] and row["says"]]
    for key, row in _by_name(cites):
        lines = (f"{row['name']}：", sentence(row["says"]))
        yield Part(f"law:{key}", "依据", "law", f"{row['name']}对{about.name}怎么规定？", lines)


def faq(about: About) -> Parts:
    for n, row in enumerate(about.guide["faq"], 1):
        lines = tuple(line for line in row["a"].split("\n") if line.strip())
        yield Part(f"faq:{n}", "其他", "faq", f"{about.name}：{row['q']}", lines, (row["q"],))


# -- the matter as a whole -------------------------------------------------------------------------


def facts(about: About) -> Parts:
    """Its purpose, whom it is for, its variants, its hours, its unit."""
    guide: dict[str, Any] = about.guide
    name = about.name
    if guide["summary"]:
        yield Part(
            "summary",
            "其他",
            "summary",
            f"什么情况要办{name}？",
            (sentence(guide["summary"]),),
            (f"{name}是什么",),
        )
    if guide["service_object"]:
        lines = (f"办理对象：{guide['service_object']}。",)
        yield Part("service_object", "条件", "service_object", f"{name}的服务对象是谁？", lines)
    if len(guide["variants"]) > 1:
        lines = (f"可以办：{'、'.join(guide['variants'])}。",)
        yield Part("variants", "其他", "variants", f"{name}可以办哪些业务？", lines)
    if guide["hours"]:
        lines = (sentence(guide["hours"]),)
        yield Part(
            "hours",
            "地点",
            "hours",
            f"什么时间可以办理{name}？",
            lines,
            (f"办{name}周末上班吗", f"办{name}几点下班"),
        )
    yield from _unit(about)


def _unit(about: About) -> Parts:
    office = about.office
    if office is None:
        return
    phone = f"电话：{office.phone}。" if office.phone else ""
    address = f"地址：{office.address}。" if office.address else ""
    lines = (f"由{office.name}办理。", address, phone)
    yield Part(
        "unit",
        "地点",
        "unit",
        f"{about.name}由哪个单位办理？",
        lines,
        (f"{about.name}归谁管", f"{about.name}的电话"),
    )


RULES: Final[tuple[Rule, ...]] = (
    materials, kinds_of_materials, form, steps, on_site, special, extension, statutory, kind, visits, results, renewal,
    fees, laws, faq, facts,
)  # fmt: skip
