"""Text as the index sees it: folded to one form, cut into characters and pairs of characters.

Pairs, because words of two characters (变更, 注销) are what people type most; single characters, because one
wrong character must not lose the rest.
"""

import re
from itertools import pairwise

from jishiban.kernel.search.speech import fold

__all__ = ["fold", "runs", "spoken_forms", "tokens", "wish"]

_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
# Words around a wish that say nothing about it. Left out of a query unless nothing else is left.
_POLITE = re.compile(
    r"^(?:请问|你好|您好|麻烦|想要|需要|(?:我(?:想|要)|想|要)(?:办理|办|申请|要)|我(?:想|要)"
    r"|(?:如何|怎么|怎样|咋)(?:申请|办理|办)?|去哪里|去哪|在哪里|在哪|哪里|申请办理|办理)+"
    r"|(?:(?:怎么|如何|怎样|咋)(?:申请|办理|办)|(?:在|去)哪里?办|需?要什么材料|要多久|多少钱|吗|呢|呀|啊|的)+$"
)


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
