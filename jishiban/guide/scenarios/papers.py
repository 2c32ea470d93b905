"""Papers of several steps put together: the same thing once, how many copies in all, and the picture it gets.

Guides name one thing in many ways: 申请人身份证, 经营者身份证 and 参保人身份证 are all the reader's own. `SAME` says what
counts as one thing; a name it does not know stands for itself. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

SAME: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"^(申请人|经营者|本人|参保人|报装人|查询人|残疾人|受伤职工|当事人)?(居民)?身份证(明|件|原件|复印件)?$", "身份证"),
        (r"^(居民|本人|家庭)?(户口簿|户口本)$", "户口簿"),
        (r"^(双方居民|夫妻|夫妻双方|双方)身份证$", "夫妻双方身份证"),
        (r"^(企业|个体工商户)?营业执照(正副本|副本)?(（.*）)?$", "营业执照"),
        (  # what says whose place it is
            (
                r"^((营业|经营)?场所|住所|房屋|房屋权属或者|场所权属|经营场所权属|营业场所产权)"
                r"(使用|产权|权属)?(或者)?(租赁)?(意向)?(证明|合同|协议)$"
            ),
            "房屋产权证或者租赁合同",
        ),
        (r"^(房屋|场所)产权(证)?或者租赁(合同|证明)$", "房屋产权证或者租赁合同"),
        (r"^从业人员健康(合格)?证明$", "从业人员健康证明"),
        (r"^授权委托书及受托人身份证$", "授权委托书及受托人身份证"),
        (r"^结婚证$", "结婚证"),
        (r"^(公众聚集场所)?消防安全检查合格(意见|文件)(书)?$|^公众聚集场所投入使用、营业前消防安全检查意见书$", "消防安全检查意见书"),
    )
)  # fmt: skip
PICTURES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (picture, re.compile(pattern))
    for picture, pattern in (
        ("form", r"申请表|申请书|申报表|登记表|备案表|信息表|审查表|报名表|申领表|登记（备案）|花名册$|注册书|申报书"),
        ("household", r"户口"),
        ("idcard", r"身份证|居住证|身份材料"),
        ("certificate", r"出生医学证明|死亡证明|火化证明|退役证|登记通知书"),
        ("photo", r"照片|合影|证件照|免冠"),
        ("marriage", r"结婚证|离婚证"),
        ("house", r"产权|不动产|房屋|住所|校舍|场所证明|场地证明|租赁|租房"),
        ("licence", r"营业执照|许可证|登记证书|执业证|资格证|合格证|批准书|意见书|注册证|批件"),
        ("plan", r"平面图|布局|示意图|设计图|总平面|效果图|方位图|区域图|施工图|结构"),
        ("card", r"银行|社保卡|社会保障卡|账户|旧卡|扣款|代扣"),
        ("health", r"健康|体检|诊断|病历|检测|检查报告|妊娠|接种|手术|评定表|出生医学"),
        ("contract", r"合同|协议|购房|网签"),
        ("pledge", r"承诺|声明|授权|委托|决议|意见$|同意"),
        ("list", r"名册|名单|清单|目录|人员信息|人员资质|流水|一览"),
        ("book", r"制度|章程|方案|报告|预案|规范|规划|说明|设计"),
        ("passport", r"护照|通行证|签注"),
        ("certificate", r"证|证明|批复|凭证|票|回执|许可"),
    )
)  # fmt: skip
SHOWN_BACK: Final = ("idcard", "household", "licence", "marriage", "house", "certificate", "passport", "card")
# What a guide's `when` says of the kind of business, beside the variants of `matters`.
VARIANT_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "新办": ("新办", "设立", "成立", "新建", "首次"),
    "变更": ("变更", "变动", "迁址", "改选", "修改"),
    "延续": ("延续", "换证", "换发"),
    "补办": ("补办", "补领", "遗失", "补发"),
    "注销": ("注销", "终止", "停业"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of one step. `shared`: the hall reads it itself; `made_by`: the step that yields it, if any."""

    name: str
    kind: str
    copies: int
    step: str
    note: str = ""
    shared: bool = False
    blank_form: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """One thing to bring, for all steps that ask for it.

    `originals` and `copies` are how many in all: an original that is shown and handed back counts once.
    """

    name: str
    picture: str
    originals: int
    copies: int
    electronic: bool
    steps: tuple[str, ...]
    notes: tuple[str, ...]
    shared: bool
    blank_form: bool
    made_by: str = ""


def thing(name: str) -> str:
    """What counts as one thing for a paper's name.

    >>> thing("经营者身份证"), thing("居民户口簿"), thing("食品安全承诺书")
    ('身份证', '户口簿', '食品安全承诺书')
    """
    plain = name.strip()
    return next((same for pattern, same in SAME if pattern.search(plain)), plain)


def picture(name: str) -> str:
    """The drawing for a paper: one of `drawings.PAPERS`."""
    return next((found for found, pattern in PICTURES if pattern.search(name)), "sheet")


def chosen(
    materials: Iterable[Mapping[str, Any]], variant: str, take: set[str], leave: set[str]
) -> tuple[list[Any], int]:
    """Of a guide's materials those this person brings for sure, and how many more depend on things nobody asked.

    An editor's word (`take`, `leave`) goes first. Else what everybody brings is brought; a condition that names the
    variant (设立时) is met, one that names only other variants (注销时) is not, any other is left to the guide.
    """
    sure, open_ = [], 0
    for row in materials:
        verdict = _verdict(row, variant, take, leave)
        if verdict:
            sure.append(row)
        open_ += verdict is None
    return sure, open_


def _verdict(row: Mapping[str, Any], variant: str, take: set[str], leave: set[str]) -> bool | None:
    if row["key"] in take:
        return True
    if row["key"] in leave:
        return False
    if row["when"]:
        named = {name for name, words in VARIANT_WORDS.items() if any(word in row["when"] for word in words)}
        return variant in named if named else None
    return True if row["necessity"] != "非必要" else None


def merge(papers: Iterable[Paper], made: Mapping[str, str]) -> tuple[Merged, ...]:
    """The papers of all steps, the same thing once, in the order they first come; what a step yields says so."""
    groups: dict[str, list[Paper]] = {}
    for paper in papers:
        groups.setdefault(thing(paper.name), []).append(paper)
    return tuple(_merged(name, group, made) for name, group in groups.items())


def _merged(name: str, group: list[Paper], made: Mapping[str, str]) -> Merged:
    drawn = picture(name)
    brought = [paper for paper in group if not paper.shared]
    originals = [paper.copies for paper in brought if paper.kind == "原件"]
    return Merged(
        name=name,
        picture=drawn,
        originals=max(originals, default=0) if drawn in SHOWN_BACK else sum(originals),
        copies=sum(paper.copies for paper in brought if paper.kind == "复印件"),
        electronic=any(paper.kind == "电子" for paper in brought),
        steps=tuple(dict.fromkeys(paper.step for paper in group)),
        notes=tuple(dict.fromkeys(paper.note for paper in brought or group if paper.note)),
        shared=not brought,
        blank_form=any(paper.blank_form for paper in group),
        made_by=made.get(name, ""),
    )
