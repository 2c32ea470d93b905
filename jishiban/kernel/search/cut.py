"""Text cut into what is indexed: words, characters, pairs of characters. Letters and digits stay whole.

Tokens are interned: a library holds the same few thousand a hundred thousand times.
"""

from __future__ import annotations

import re
from itertools import pairwise
from sys import intern

import rjieba

LONG = 60  # characters: from here on an entry is a text, not a question, and its pairs are indexed too
_RUN = re.compile(r"[a-z0-9.]+|[\u3400-\u9fff]+")
_TOKEN = re.compile(r"[a-z0-9\u3400-\u9fff]")


def words(text: str) -> list[str]:
    """Words of a text already brought to its form, repeated ones too."""
    return [intern(word) for word in rjieba.cut(text) if _TOKEN.match(word)]


def characters(text: str) -> list[str]:
    """Every Chinese character; letters and digits as whole runs."""
    found: list[str] = []
    for run in _RUN.findall(text):
        if run[0] < "\u3400":
            found.append(run)
        else:
            found.extend(map(intern, run))
    return found


def pairs(text: str) -> list[str]:
    """Neighbouring characters inside Chinese runs."""
    return [intern("".join(two)) for run in _RUN.findall(text) if run[0] >= "\u3400" for two in pairwise(run)]
