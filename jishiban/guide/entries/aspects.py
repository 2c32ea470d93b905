"""The ten aspects of a guide as answers: each rule takes the guide and gives the lines, or nothing.

A rule says only what stands in the guide. Where the guide is silent there is no answer, and so no entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jishiban.hall.matters import words
from jishiban.hall.matters.document import Document

MOST_LINES: Final = 6
ISSUED: Final = "政府部门核发"
Row = dict[str, Any]

# An authorisation, not any paper with 委托 in its name: 委托经营合同 and 代理记账申请表 are none.
PAPER_OF_AN_AGENT: Final = re.compile(r"授权委托书|受托人|代办人")
WHEN_AN_AGENT_COMES: Final = re.compile(r"委托(他人|别人|代办|代理人)|代办时|代为(申请|办理)")

# How the situations of a material speak of a variant of the matter.
NAMES_OF_VARIANTS: Final = {
    "新办": re.compile(r"新办|设立|成立|首次|初次"),
    "变更": re.compile(r"变更|变动|修改|迁址|改选"),
    "延续": re.compile(r"延续|换发|换领|换证|再注册|重新注册|复审"),
    "补办": re.compile(r"补办|补发|补领|遗失"),
    "注销": re.compile(r"注销|终止|解散"),
}


@dataclass(frozen=True, slots=True)
class Office:
    """The unit that handles the matter, as far as people are told of it."""

    name: str
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What is asked about: the matter's official name, its guide, its unit, and one variant or none."""

    name: str
    guide: Document
    office: Office | None = None
    variant: str = ""

    @property
    def subject(self) -> str:
        return f"{self.name}（{self.variant}）" if self.variant else self.name

    @property
    def is_full(self) -> bool:
        """Whether this is a whole guide, not only the line of a list."""
        return bool(self.guide["steps"])


Lines = Iterator[str]
Rule = Callable[[About], Lines]


# -- small words -----------------------------------------------------------------------------------


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends with a mark already; empty for nothing.

    >>> sentence("写到门牌号"), sentence("要。"), sentence(" ")
    ('写到门牌号。', '要。', '')
    """
    plain = text.strip()
    return plain if not plain or plain[-1] in "。！？；.!?" else f"{plain}。"


def quoted(name: str) -> str:
    """A name in quotation marks; 《…》 needs none.

    >>> quoted("营业执照"), quoted("《食品安全法》")
    ('“营业执照”', '《食品安全法》')
    """
    return name if name.startswith("《") and name.endswith("》") else f"“{name}”"


def listed(rows: Iterable[str], most: int = MOST_LINES) -> Lines:
    """One line each, as many as an answer has; what is over goes together into the last line."""
    lines = [row.strip().rstrip("。；") for row in rows if row.strip()]
    if len(lines) > most:
        lines = [*lines[: most - 1], "；".join(lines[most - 1 :])]
    for line in lines:
        yield sentence(line)


def cited(row: Row) -> str:
    """A law by its name and article, as the guide writes them."""
    return f"{row['name']}{row['article']}".strip()


def copies(row: Row) -> str:
    """原件1份, 电子版: what is handed in of a material."""
    if row["kind"] == "电子":
        return "电子版"
    return f"{row['kind']}{row['copies']}份" if row["copies"] else str(row["kind"])


# -- materials -------------------------------------------------------------------------------------


def variants_named(when: str, variants: Sequence[str]) -> set[str]:
    """The variants of the guide that a material's situation speaks of; none for 承包食堂时."""
    return {one for one in variants if one in NAMES_OF_VARIANTS and NAMES_OF_VARIANTS[one].search(when)}


def materials_of(about: About) -> list[Row]:
    """The materials of the variant asked about; all of them when no variant is."""
    rows: list[Row] = about.guide["materials"]
    if not about.variant:
        return rows
    named = [(row, variants_named(row["when"], about.guide["variants"])) for row in rows]
    return [row for row, variants in named if not variants or about.variant in variants]


def is_told_apart(about: About) -> bool:
    """Whether the guide says which materials this variant needs; the first one needs all that are always needed."""
    return about.variant == "新办" or any(
        about.variant in variants_named(row["when"], about.guide["variants"])
        for row in about.guide["materials"]
    )


def _is_certain(about: About, row: Row) -> bool:
    """Needed by everybody, or by everybody who comes for this variant."""
    named = variants_named(row["when"], about.guide["variants"]) if about.variant else set()
    return not row["when"] or about.variant in named


def _short(row: Row) -> str:
    return f"{row['name']}（{copies(row)}）"


def materials(about: About) -> Lines:
    """A guide with a list for everybody; for a later variant, what is asked of it alone stands first."""
    if about.variant and not is_told_apart(about):
        return
    rows = materials_of(about)
    if about.variant not in ("", "新办"):
        own = [row for row in rows if variants_named(row["when"], about.guide["variants"])]
        yield from _list(f"{about.variant}专门要交：", [_short(row) for row in own])
        rest = [row["name"] for row in rows if not row["when"] and row["necessity"] == "必要"]
        yield from _list("指南没有按业务区分的材料：", rest)
        yield "这些是不是都要交，请先问窗口。" if rest else ""
        return
    needed = [row for row in rows if _is_certain(about, row) and row["necessity"] == "必要"]
    later = [row for row in rows if row["necessity"] == "容缺后补"]
    depends = [row for row in rows if row not in needed and row not in later and row["when"]]
    optional = [row for row in rows if row["necessity"] == "非必要" and not row["when"]]
    yield from _list("要自己准备：", [_short(row) for row in needed if row["source"] != ISSUED])
    yield from _list("由部门核发：", [_short(row) for row in needed if row["source"] == ISSUED])
    yield from _list("看情况才要：", [f"{row['name']}（{row['when']}）" for row in depends])
    yield from _list("可以后补：", [row["name"] for row in later])
    yield from _list("可交可不交：", [row["name"] for row in optional])
    yield from _list("能共享查到的免交：", [row["name"] for row in rows if row["shared"]])


def _list(title: str, names: Sequence[str]) -> Lines:
    if names:
        yield f"{title}{'、'.join(names)}。"


# -- the way ---------------------------------------------------------------------------------------


def flow(about: About) -> Lines:
    """For a later variant only where nobody comes to look: the guide does not say whether they come again."""
    steps = about.guide["steps"]
    if not steps or (about.variant not in ("", "新办") and about.guide["on_site"]):
        return
    yield f"一共{len(steps)}步：{'→'.join(step['name'] for step in steps)}。"
    yield WAYS.get(about.guide["online"], "")
    limits = [f"{step['name']}{words.limit(step['limit'])}" for step in steps if step["limit"]["amount"]]
    yield from _list("各步时限：", limits)
    if about.guide["results"]:
        yield f"办好后给您：{'、'.join(row['name'] for row in about.guide['results'])}。"


WAYS: Final = {
    "全程网办": "全程网上办理，不用到现场。",
    "网上申请窗口取件": "网上申请，到窗口取结果。",
    "窗口办理": "到窗口办理。",
}


def place(about: About) -> Lines:
    where, office = about.guide["place"], about.office
    if where["area"]:
        window = f"，找{quoted(where['window'])}" if where["window"] else ""
        yield f"到{where['area']}{window}。"
    elif office and office.address:
        yield f"到{office.address}，找{office.name}。"
    else:
        return
    if about.guide["hours"]:
        yield f"办理时间：{about.guide['hours']}。"
    if office and office.phone:
        yield f"咨询电话：{office.phone}。"


def time(about: About) -> Lines:
    guide = about.guide
    promise, law = guide["promise"], guide["statutory"]
    if promise and about.is_full:
        yield _promised(guide["kind"], promise)
    if law and law.get("amount") is not None:
        yield _statutory(law)
        yield sentence(words.sooner(promise, law)) if about.is_full else ""
    if about.is_full and promise and guide["special"]:
        yield f"{'、'.join(row['name'] for row in guide['special'])}需要的时间另外计算。"
    if about.is_full and (promise or law) and guide["extension"]:
        yield f"经批准，最多可以延长{words.limit(guide['extension'])}。"


def _promised(kind: str, promise: Row) -> str:
    if promise["amount"] == 0:
        return f"{kind}，{words.limit(promise)}办好。"
    return f"承诺{words.limit(promise)}办好。"


def _statutory(law: Row) -> str:
    basis = f"（{law['basis']}）" if law.get("basis") else ""
    if law["amount"] == 0:
        return f"按规定{words.limit(law)}办好{basis}。"
    return f"法定时限是{words.limit(law)}{basis}。"


def fee(about: About) -> Lines:
    """A charge is not split by variant in the guide; only what is free is free for all of them."""
    charge = about.guide["fee"]
    if not about.is_full:
        return
    if not charge["charged"]:
        yield "不收费。"
    elif not about.variant:
        yield from listed([f"{row['name']}：{row['standard']}（{row['basis']}）" for row in charge["items"]])


def condition(about: About) -> Lines:
    yield from listed(about.guide["conditions"])


def online(about: About) -> Lines:
    way, visits = about.guide["online"], about.guide["visits"]
    yield {
        "全程网办": "可以，全程在网上办。",
        "网上申请窗口取件": "可以在网上申请，再到窗口取结果。",
        "窗口办理": "现在不能在网上办，要到窗口办理。",
    }.get(way, "")
    if way and visits is not None:
        yield trips(visits, way)


def trips(visits: int, way: str = "") -> str:
    """How often somebody has to come, as a sentence.

    >>> trips(0), trips(1)
    ('一趟也不用跑。', '要跑1趟。')
    """
    if visits:
        return f"要跑{visits}趟。"
    return "申请不用跑，只来取结果。" if way == "网上申请窗口取件" else "一趟也不用跑。"


def agent(about: About) -> Lines:
    """Only where the guide lists the paper of an agent."""
    papers = agent_papers(about.guide)
    if not papers:
        return
    yield "可以。"
    yield from listed([_of_agent(row) for row in papers], MOST_LINES - 1)


def agent_papers(guide: Document) -> list[Row]:
    """The materials that somebody who comes for another has to show."""
    return [
        row
        for row in guide["materials"]
        if PAPER_OF_AN_AGENT.search(row["name"]) or WHEN_AN_AGENT_COMES.search(row["when"])
    ]


def _of_agent(row: Row) -> str:
    note = f"：{row['note']}" if row["note"] else ""
    when = row["when"] or "有人代办时"
    return f"{when}要交{quoted(row['name'])}{note}"


def progress(_about: About) -> Lines:
    """The same for every matter of this house: a case is found by its number and query code."""
    yield "用办件编号和查询码查，收件凭证上都有。"
    yield "在本站“查进度”里填，也可以到窗口问。"


def basis(about: About) -> Lines:
    yield from listed([cited(row) for row in about.guide["law"] if row["name"]])


@dataclass(frozen=True, slots=True)
class Aspect:
    """One aspect: how it is asked formally and otherwise, its rule, the guide's part, and whether variants have it."""

    name: str
    question: str
    similar: tuple[str, ...]
    rule: Rule
    field: str
    by_variant: bool = False


ASPECTS: Final = (
    Aspect("流程", "{}怎么办理？", ("{}办理流程", "{}要走哪些步骤"), flow, "steps", by_variant=True),
    Aspect(
        "材料", "{}需要提交哪些材料？", ("办{}要带什么", "{}要准备哪些东西"), materials, "materials",
        by_variant=True,
    ),
    Aspect("地点", "{}在哪里办理？", ("{}去哪儿办", "{}在哪个窗口"), place, "place", by_variant=True),
    Aspect("时限", "{}多长时间能办好？", ("{}要几天", "{}什么时候能下来"), time, "promise", by_variant=True),
    Aspect("费用", "{}收费吗？", ("办{}要花多少钱", "{}收费标准"), fee, "fee", by_variant=True),
    Aspect("条件", "办理{}要符合什么条件？", ("什么人能办{}", "{}有什么要求"), condition, "conditions"),
    Aspect("网办", "{}可以在网上办理吗？", ("{}网上怎么申请", "{}要不要跑现场"), online, "online", by_variant=True),
    Aspect("代办", "{}可以请别人代办吗？", ("{}本人不去行不行", "{}委托别人要带什么"), agent, "materials"),
    Aspect("进度", "怎么查询{}的办理进度？", ("{}办到哪一步了", "{}办好了没有"), progress, ""),
    Aspect("依据", "{}的设定依据是什么？", ("{}依据哪部法律", "{}凭什么规定"), basis, "law"),
)  # fmt: skip
