"""Text as the index sees it: folded to one form, cut into characters and pairs of characters.

Pairs, because words of two characters (变更, 注销) are what people type most; single characters, because one
wrong character must not lose the rest.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

# The traditional and variant characters met in names of matters and in what people paste from older papers.
# A whole conversion table belongs to a later backend; these fold without changing a text's length.
_FOLDED = str.maketrans(
    "證証許經營業務變銷註冊開辦養護醫療衛產動車駕駛執領遷戶籍結離學校園師資質員監獎補貼優撫險稅費環評設計劃區縣鎮鄉號樓層單與個體戰糧飲藥飼種電氣運輸貨廣場館網絡書報",
    "证证许经营业务变销注册开办养护医疗卫产动车驾驶执领迁户籍结离学校园师资质员监奖补贴优抚险税费环评设计划区县镇乡号楼层单与个体战粮饮药饲种电气运输货广场馆网络书报",
)
_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
# Words around a wish that say nothing about it. Left out of a query unless nothing else is left.
_POLITE = re.compile(
    r"^(?:请问|你好|您好|麻烦|想要|需要|(?:我(?:想|要)|想|要)(?:办理|办|申请|要)|我(?:想|要)"
    r"|(?:如何|怎么|怎样|咋)(?:申请|办理|办)?|去哪里|去哪|在哪里|在哪|哪里|申请办理|办理)+"
    r"|(?:(?:怎么|如何|怎样|咋)(?:申请|办理|办)|(?:在|去)哪里?办|需?要什么材料|要多久|多少钱|吗|呢|呀|啊|的)+$"
)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """One form for all ways to write the same: NFKC, lower case, simplified characters, single spaces."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(_FOLDED)
    return " ".join(plain.split())


def wish(query: str) -> str:
    """The folded query without politeness and question words: 我想办理食品经营许可怎么办 -> 食品经营许可."""
    plain = re.sub(r"[\s?!,。、.]+$", "", fold(query))
    before = ""
    while before != plain:
        before, plain = plain, _POLITE.sub("", plain).strip() or plain
    return plain


def spoken_forms(folded: str) -> tuple[str, ...]:
    """The query, and how the list would write it: people ask for the 许可证, the matter is called 许可."""
    return (folded, folded[:-1]) if folded.endswith("许可证") else (folded,)


def runs(folded: str) -> list[str]:
    """Unbroken stretches of Chinese, or of letters and digits."""
    return _RUN.findall(folded)


def tokens(folded: str) -> set[str]:
    """Characters and pairs of Chinese, whole words of letters and digits."""
    found: set[str] = set()
    for run in runs(folded):
        if run[0] < "\u3400":
            found.add(run)
            continue
        found.update(run)
        found.update(map("".join, pairwise(run)))
    return found
