"""How alike a question and an entry are, in numbers: what the ranker decides by.

Every number is a share or a small count, so that weights learnt on one library hold on another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq, Levenshtein
from rapidfuzz.process import cdist

from jishiban.kernel.search import cut

Idf = Callable[[str], float]
_SYNONYMS: Final = Path(__file__).with_name("data") / "synonyms.txt"

OF_RECALL: Final = ("recall", "recall_of_best", "gap_to_next", "place", "near_ties")
OF_TEXTS: Final = (
    "words_asked", "words_held", "words_missed", "words_spare",
    "characters_asked", "characters_held", "characters_missed", "characters_spare",
    "pairs_asked", "pairs_held", "words_jaccard", "pairs_jaccard",
    "same_kind_of_question", "other_kind_of_question", "same_no", "same_figures", "other_figures",
    "length_asked", "length_held", "length_ratio", "same_beginning", "same_end",
    "senses_asked", "senses_held", "senses_missed",
)  # fmt: skip
OF_EDITS: Final = ("subsequence", "edit", "partial")
OF_PLACE: Final = (
    "is_item", "is_long", "by_lexicon", "official_asked", "bag_asked", "siblings", "sounds",
    "same_deed", "other_deed", "deed_not_asked",
    "phrase_best", "phrase_sum",
    "support_recalled", "support_words", "support_pairs",
)  # fmt: skip
NAMES: Final = (*OF_RECALL, *OF_TEXTS, *OF_EDITS, *OF_PLACE)

_KINDS: Final = (
    ("怎么",), ("什么时候", "几点", "哪天"), ("哪里", "哪", "地址", "位置", "什么地方"), ("为什么", "原因", "怎么回事"),
    ("多少钱", "价格", "费用", "收费", "贵"), ("多久", "时间", "几天", "期限"), ("多少", "几", "多大", "多高"),
    ("谁",), ("吗", "能", "是不是", "会不会", "有没有", "能不能", "可以", "是否"), ("什么", "哪些", "哪个"),
    ("好", "推荐", "哪个好"), ("意思", "含义"), ("区别", "不同", "差别"),
)  # fmt: skip
_NO = re.compile(r"不(?!动产)|没|无|别|未|非|拒")
_FIGURES = re.compile(
    r"[0-9]+(?:\.[0-9]+)?|[a-z]+|[一二三四五六七八九十百千两]+(?=[个年月岁天元万米号级次种集季])"
)


def kinds_of(text: str) -> int:
    """What kinds of question a text asks, a bit each."""
    return sum(1 << n for n, marks in enumerate(_KINDS) if any(mark in text for mark in marks))


@dataclass(frozen=True, slots=True)
class Text:
    """A text made ready to be compared: its tokens, and what they weigh together."""

    text: str
    words: frozenset[str]
    characters: frozenset[str]
    pairs: frozenset[str]
    words_weight: float
    characters_weight: float
    pairs_weight: float
    kinds: int
    no: bool
    figures: frozenset[str]
    senses: frozenset[str] = frozenset()  # its words, those that mean the same as one
    senses_weight: float = 0.0
    long: bool = False


def ready(text: str, idf: Idf) -> Text:
    """`text` (already in its form) made ready."""
    words, characters, pairs = (frozenset(of(text)) for of in (cut.words, cut.characters, cut.pairs))
    senses = frozenset(map(sense, words))
    return Text(
        text, words, characters, pairs,
        sum(map(idf, words)), sum(map(idf, characters)), sum(map(idf, pairs)),
        kinds_of(text), bool(_NO.search(text)), frozenset(_FIGURES.findall(text)),
        senses, sum(map(idf, senses)),
        len(text) > cut.LONG,
    )  # fmt: skip


@lru_cache(maxsize=1)
def synonyms() -> dict[str, str]:
    """Each word of data/synonyms.txt and the first of its group."""
    groups = [line.split() for line in _SYNONYMS.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    return {word: group[0] for group in groups for word in group[1:]}


def sense(word: str) -> str:
    """The commonest word that means the same."""
    return synonyms().get(word, word)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready, with the weight of each of its tokens."""

    text: Text
    words: dict[str, float]
    characters: dict[str, float]
    pairs: dict[str, float]
    senses: dict[str, float]
    senses_weight: float


def asked(text: str, idf: Idf) -> Asked:
    """A question (already in its form) made ready."""
    made = ready(text, idf)
    weighed = ({t: idf(t) for t in tokens} for tokens in (made.words, made.characters, made.pairs))
    return weighted(made, *weighed)


def weighted(
    text: Text, words: dict[str, float], characters: dict[str, float], pairs: dict[str, float]
) -> Asked:
    """A question whose tokens weigh what the caller says; the text's own weights are set to their sums."""
    senses: dict[str, float] = {}
    for word, weight in words.items():
        meant = sense(word)
        senses[meant] = max(senses.get(meant, 0.0), weight)
    summed = replace(
        text, words_weight=sum(words.values()), characters_weight=sum(characters.values()),
        pairs_weight=sum(pairs.values()),
    )  # fmt: skip
    return Asked(summed, words, characters, pairs, senses, sum(senses.values()))


Matrix = NDArray[np.float32]


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def _overlap(
    wanted: dict[str, float], total: float, held: frozenset[str], held_weight: float, idf: Idf
) -> tuple[float, float, float, float, float]:
    """Share of the question found, share of the entry asked for, heaviest missed, heaviest spare, Jaccard."""
    common = wanted.keys() & held
    weight = missed = spare = 0.0
    for token, heavy in wanted.items():
        if token in common:
            weight += heavy
        elif heavy > missed:
            missed = heavy
    if len(held) < 60 and len(held) > len(common):
        spare = max(map(idf, held - common))
    union = total + held_weight - weight
    return (
        weight / total if total > 0 else 0.0, weight / held_weight if held_weight > 0 else 0.0,
        missed / 10, spare / 10, weight / union if union > 0 else 0.0,
    )  # fmt: skip


def alike(q: Asked, d: Text, idf: Idf) -> list[float]:
    """The numbers that need only the two texts, in the order of OF_TEXTS."""
    wa, wh, wm, ws, wj = _overlap(q.words, q.text.words_weight, d.words, d.words_weight, idf)
    ca, ch, cm, cs, _ = _overlap(
        q.characters, q.text.characters_weight, d.characters, d.characters_weight, idf
    )
    pa, ph, _, _, pj = _overlap(q.pairs, q.text.pairs_weight, d.pairs, d.pairs_weight, idf)
    a, b = q.text, d
    figures = a.figures, b.figures
    return [
        wa, wh, wm, ws, ca, ch, cm, cs, pa, ph, wj, pj,
        float((a.kinds & b.kinds).bit_count()), float((a.kinds ^ b.kinds).bit_count()), float(a.no == b.no),
        float(bool(figures[0]) and figures[0] == figures[1]), float(figures[0] != figures[1]),
        len(a.text) / 20, min(len(b.text), 400) / 20, _share(min(len(a.text), len(b.text)), max(len(a.text), len(b.text))),
        float(a.text[:2] == b.text[:2]), float(a.text[-2:] == b.text[-2:]), *_senses(q, d),
    ]  # fmt: skip


def _senses(q: Asked, d: Text) -> tuple[float, float, float]:
    """The words compared by what they mean: share asked for found, share held asked for, heaviest missed."""
    found = missed = 0.0
    for sense_, heavy in q.senses.items():
        if sense_ in d.senses:
            found += heavy
        elif heavy > missed:
            missed = heavy
    return _share(found, q.senses_weight), _share(found, d.senses_weight), missed / 10


def alike_long(q: Asked, d: Text) -> list[float]:
    """Of a long text only what its ranking needs, at the places of `alike`: all of it would cost ten times as much."""
    values = [0.0] * (len(OF_TEXTS) + len(OF_EDITS))
    for name, wanted, total, held in (
        ("words_asked", q.words, q.text.words_weight, d.words),
        ("characters_asked", q.characters, q.text.characters_weight, d.characters),
        ("pairs_asked", q.pairs, q.text.pairs_weight, d.pairs),
    ):
        values[OF_TEXTS.index(name)] = _share(sum([wanted[token] for token in wanted.keys() & held]), total)
    return values


def edits(q: str, texts: Sequence[str]) -> Matrix:
    """Subsequence, edit, partial and token likeness of the question to each text, 0 to 1."""
    rows = [
        cdist([q], texts, scorer=LCSseq.normalized_similarity),
        cdist([q], texts, scorer=Levenshtein.normalized_similarity),
        cdist([q], texts, scorer=fuzz.partial_ratio) / 100,
    ]
    return np.concatenate(rows).T.astype(np.float32)


def recalled(scores: Sequence[float]) -> Iterable[tuple[float, float, float, float, float]]:
    """What the order of recall says of each place: score, share of the best, gap to the next, place, near ties."""
    best = scores[0] if scores and scores[0] > 0 else 1.0
    ties = sum(1 for score in scores if score > best * 0.9)
    for place, score in enumerate(scores):
        after = scores[place + 1] if place + 1 < len(scores) else 0.0
        yield score / 20, score / best, (score - after) / best, 1 / (place + 1), ties / 10
