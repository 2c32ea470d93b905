"""What to do with what was found: answer, offer buttons, ask one question, or hand over to a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jishiban.kernel.search.reply import Decision, Found, Reading, Reply

# Words that name no matter: who says only these has not yet said what he wants.
_EMPTY: Final = re.compile(
    r"(?:证件|证照|证明|手续|证|本子|业务|事情|事儿|事|东西|材料|补贴|补助|钱|卡|牌|登记|备案|许可|审批|变更|注销|申请|办理|办|弄|搞|咨询|问题|问|情况"
    r"|什么|怎么|哪里|多少|丢失|丢了|丢|过期|到期|换|补|查询|查|改|想|要|我|你|们|的|了|个|下|一|有|能|在|去|来|给|请|帮|说|知道|这|那|就|是|都|还|不|会|吗|呢|啊"
    r"|单位|公司|企业|个人|政府|大厅|窗口|群众|老百姓|家|人|开|做|需要|资料|文件|报名|信息|更改|修改|服务|政策|优惠|享受|领|拿|用|名字|地址|你好|您好|谢谢|在吗|[^\u4e00-\u9fff])++"
)
SHORT: Final = 8
ONE_WORD: Final = 4
_OF_THE_FIELD: Final = re.compile(
    r"证|照|许可|补贴|补助|津贴|登记|备案|审批|手续|批文|年检|注销|变更|过户|户口|落户|社保|医保|公积金|养老|失业|工伤|低保|救助|残疾|婚|生育|出生|档案"
    r"|报名|入学|学校|开店|店|公司|执照|企业|工厂|车|驾|房|地|规划|施工|消防|环评|取水|砍|树|养殖|农|渔|矿|危化|运输|出租|客运|货运|药|诊所|医疗|护士|医师|食品|餐饮|卫生|宗教|社团|演出|网吧|文物|体育"
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure the library must be; set per place from the risk–coverage curve."""

    answer: float = 0.80
    choose: float = 0.32
    least: float = 0.03  # a short question of the hall's own field is asked back from here on
    unknown: float = 0.55  # above this share of unheard-of words it is another field's question


def is_empty(item: str) -> bool:
    """True when a question names nothing that could be looked up.

    >>> is_empty("证丢了"), is_empty("身份证丢了")
    (True, False)
    """
    return not item or _EMPTY.fullmatch(item) is not None


def decide(reading: Reading, hits: Sequence[Found], bounds: Thresholds, about: str | None = None) -> Reply:
    """The decision, its reason, and the hits as given."""
    kept = tuple(hits)
    if not reading.folded.strip():
        return Reply(Decision.CLARIFY, kept, reading, "item", "nothing_said")
    top = kept[0].confidence if kept else 0.0
    if is_empty(reading.item) and top < bounds.answer:
        return _without_subject(reading, kept, about)
    if not kept:
        return Reply(Decision.HANDOVER, kept, reading, "", "nothing_found")
    if reading.unknown > bounds.unknown and top < bounds.answer:
        return Reply(Decision.HANDOVER, kept, reading, "", "another_field")
    if top >= bounds.answer:
        return Reply(Decision.ANSWER, kept, reading, "", "sure")
    if top >= bounds.choose:
        return Reply(Decision.CHOOSE, kept, reading, "", "several")
    known = len(reading.item) <= ONE_WORD and bool(
        reading.rules or any(reading.item in one.matched for one in kept)
    )
    if (known or top >= bounds.least) and _is_unfinished(reading, bounds):
        return Reply(Decision.CHOOSE, kept, reading, "item", "too_short")
    return Reply(Decision.HANDOVER, kept, reading, "", "unsure")


def _is_unfinished(reading: Reading, bounds: Thresholds) -> bool:
    """A few words of the hall's own field that may mean several things: worth a question back, not yet a person."""
    short = len(reading.item) <= SHORT and reading.unknown < bounds.unknown / 2
    return short and (bool(reading.rules) or _OF_THE_FIELD.search(reading.item) is not None)


def _without_subject(reading: Reading, hits: tuple[Found, ...], about: str | None) -> Reply:
    """Only an aspect, or nothing that names a matter: about what was talked of before, or asked back."""
    if about and reading.aspects:
        return Reply(Decision.ANSWER, hits, reading, "", "about_the_same")
    if reading.item and hits and hits[0].confidence > 0.3:
        return Reply(Decision.CHOOSE, hits, reading, "item", "too_short")
    return Reply(Decision.CLARIFY, hits, reading, "item", "no_subject")
