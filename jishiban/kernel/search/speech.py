"""How people speak, brought to one form: spelling, function words, politeness. Applied to questions and entries alike.

No subject is in here: subjects belong to the lexicon.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from opencc import OpenCC

_SIMPLE = OpenCC("t2s").convert
_HAN = re.compile(r"[\u3400-\u9fff]")
MOST: Final = 500  # characters of a question that are read; a longer one is cut, never refused here

# What means the same, the form kept first. Long forms stand before short ones they contain.
_SAME: Final = (
    ("怎么", "怎么样才能 怎样才能 如何才能 怎么才能 咋样才能 怎么样子 怎么样 咋样 怎样 如何 怎幺 咋个 咋地 咋"),
    ("什么", "神马 什幺 甚么 啥子 啥"),
    ("哪里", "哪儿 哪块 哪疙瘩"),
    ("为什么", "为什么呢 为何 为啥 因何 凭什么 凭啥"),
    ("什么时候", "什么时间 啥时候 啥时间 啥时 几时 何时 多会儿 多咱 哪天 什么时侯"),
    ("多少钱", "多钱 几块钱 几个钱 啥价 什么价格 什么价 什么价钱 多少块"),
    ("多久", "多长时间 多少时间 多少天 几天 多大会儿"),
    ("能", "能不能 可不可以 是否可以 能否 可否 可以不可以 可以 能够"),
    ("是", "是不是 是否"),
    ("有", "有没有 有无"),
    ("会", "会不会 是否会"),
    ("我", "俺 偶"), ("账", "帐"), ("你", "妳 恁 您"), ("办理", "办里 半理"), ("登录", "登陆"), ("下载", "下栽"),
)  # fmt: skip
_KEPT = {other: kept for kept, others in _SAME for other in others.split()}
# Kept longest first; words that already are the kept form must not be cut into by a shorter one.
_WORDS = sorted({*_KEPT, *(kept for kept, _ in _SAME)}, key=len, reverse=True)
_SPOKEN = re.compile("|".join(map(re.escape, _WORDS)))

_POLITE = re.compile(
    r"^(?:(?:你|您)?好[呀啊,，。!！]*|请问(?:一下)?|麻烦(?:问)?(?:一下|下)?|打扰(?:一下|了)?|咨询(?:一下|个事|下)|想?问(?:一下|下|问|个事)"
    r"|我?想(?:要)?(?:请问|咨询|问|了解|知道)(?:一下|下|问)?|我要(?:咨询|问)(?:一下|下)?|谁知道|有谁知道|有没有人知道|求助|急急?急?|大家|各位|那个|嗯+|呃+|额+|喂+"
    r"|同志|师傅|老师|大姐|大哥|美女|帅哥|亲|闺女|小伙子|姑娘|领导|工作人员|客服|在吗|在不在|有人吗)[,，。、!！ ~]*"
)
_TAIL = re.compile(r"(?:谢谢(?:了|啦|你|您)?|多谢|感谢|(?<!加)急|在线等|[吗呢啊呀吧嘛哦哈阿啦嘞哩哎诶])+$")
_MARKS = re.compile(r"[\s!-/:-@\[-`{-~\u3000-\u303f\uff00-\uff65\u2010-\u2027…—·~]+")
_FILLERS = re.compile(r"(?<![\u4e00-\u9fff])(?:嗯|呃|额|那个|就是说|就是|这个)+(?=[,，。、 ])")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """One form for all ways to write the same text: width, case, traditional characters, blanks."""
    plain = unicodedata.normalize("NFKC", text[:4000]).lower()
    # First: half a surrogate pair cannot even be handed on to be converted.
    plain = "".join(c if c.isprintable() else " " for c in plain)
    if _HAN.search(plain):
        plain = _SIMPLE(plain)
    return " ".join(plain.split())


@lru_cache(maxsize=8192)
def spoken(folded: str) -> str:
    """The same with function words in one form: 咋/如何/怎样 → 怎么, 啥 → 什么.

    >>> spoken("护照咋办啥材料")
    '护照怎么办什么材料'
    """
    return _SPOKEN.sub(lambda found: _KEPT.get(found[0], found[0]), folded)


def wish(text: str) -> str:
    """A folded question without greeting, thanks and hesitation; the text itself when nothing else is in it.

    >>> wish("你好，请问一下护照在哪办呀？谢谢")
    '护照在哪办'
    """
    plain = _FILLERS.sub("", text)
    before = ""
    while before != plain:
        before = plain
        plain = _MARKS.sub(" ", plain).strip()
        plain = _TAIL.sub("", _POLITE.sub("", plain)).strip()
    return plain or text


def question(text: str) -> str:
    """A question as it is compared with whole questions: cut, folded, spoken; what it is polite with stays."""
    return spoken(fold(text[:MOST]))
