"""How a name sounds: for questions typed by ear, dictated, or written in initials (yyzz for 营业执照)."""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import pairwise

# Single characters are read one by one here: the dictionary of phrases would cost fifty megabytes a process.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=8192)
def _of(character: str) -> str:
    """The commonest reading of one character, n and l, zh and z … folded as many people speak."""
    sound = lazy_pinyin(character, style=Style.NORMAL)[0]
    for said, kept in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        sound = kept + sound[2:] if sound.startswith(said) else sound
    return sound.removesuffix("g") if sound.endswith(("ang", "eng", "ing")) else sound


def syllables(text: str) -> list[str]:
    """One syllable for each Chinese character, nothing for the rest."""
    return [_of(character) for character in text if "\u3400" <= character <= "\u9fff"]


def tokens(text: str) -> list[str]:
    """Neighbouring syllables two by two."""
    return ["".join(two) for two in pairwise(syllables(text))]


def initials(text: str) -> str:
    """The first letters of a name, as people type them.

    >>> initials("营业执照")
    'yyzz'
    """
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore"))
