"""What is to be done with a licence, a card or a relation: got anew, replaced, renewed, changed, moved, ended …

Names of matters that differ in nothing else (普通护照首次申请, 换发, 补发) are told apart by it. Who names no deed
wants the first.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_MARKS: Final = (
    ("补", "丢|遗失|补(?=领|办|发|证|卡|换|一|个|张|本|照|$)|找不着|找不到|找不见|弄没|整没|搞没|被偷|偷走|掉(?:了|哪)|毁损|烧(?:了|毁)|撕"),
    ("换", "到期|过期|期满|届满|换(?=领|发|证|照|卡|新|一|个|张|本|$)|快到(?:日子|期)|磨损|损坏|坏了|消磁|升级|有效期"),
    ("变", "变更|更改|改(?!造|建|扩|制|装)|更正|更名|换(?:法人|老板|地址|地方|名|股东|负责人|经营者)|搬(?:家|到|了|走)|迁址|增(?:加|项)|修改|调整"),
    ("销", "注销|取消|关门|不干|不做了|不开了|倒闭|黄了|销户|撤销|终止|解除|不要了|停业|歇业|关店|退出|清算|散伙"),
    ("续", "延续|(?<!手)续(?=期|办|签|上|展|审|一|费|$)|延期|接着用|签注|年审|年检|复审|展期"),
    ("转", "转移|转(?:入|出|到|回|走|过|给|接|户)|迁(?:移|入|出|到|户)|接续|过户|过给|卖给|买卖|转让|继承|赠与|落户"),
    ("查", "查询|查(?=一|下|看|询|$)|打印|调档|查档|证明打|开证明|看看"),
    ("取", "提取|取(?=钱|出|公积金|$)|提(?=公积金|出来)|拿出来|支取"),
    ("报", "报销|零星|手工|报(?=药费|医疗费|住院|一下|$)"),
    ("挂", "挂失|密码|解锁|冻结"),
    ("贷", "贷款|借钱|贴息|借款"),
    ("新", "首次|第一次|头一次|初次|新办|申领|设立|开办|新开|刚(?:买|开|生|办)|没办过|从没|成立|新(?=注册|生|车|房|建)|出生|开户|核发|签发"),
)  # fmt: skip
_COMPILED: Final = tuple((name, re.compile(marks)) for name, marks in _MARKS)
SPECIAL: Final = frozenset("补换变销续转查取报挂贷")  # all but getting it for the first time


@lru_cache(maxsize=20_000)
def of(text: str) -> frozenset[str]:
    """The deeds a text in its form names.

    >>> sorted(of("机动车驾驶证遗失补证"))
    ['补']
    """
    return frozenset(name for name, marks in _COMPILED if marks.search(text))


def compared(asked: frozenset[str], held: frozenset[str]) -> tuple[float, float, float]:
    """Whether both name one deed, whether each names another, whether the entry names one nobody asked for."""
    a, b = asked & SPECIAL, held & SPECIAL
    return (
        float(bool(a & b)),
        float(bool(a) and bool(held) and not a & held),
        float(bool(b) and not asked & b),
    )
