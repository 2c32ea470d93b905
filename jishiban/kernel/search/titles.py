"""Titles of a list, found by the words of its names: a few thousand in memory, one or two milliseconds a query.

Questions in plain words are the library's (library.py); this is for who knows what the thing is called.

A hit's score is its kind first, then how well it fits inside the kind:

    1000  the query is the title (or an alias, a little less, or a code)
     800  the title or an alias begins with it
     600  it stands inside the title or an alias
     400  every word of it stands somewhere in title, aliases or summary
   < 300  shared characters and pairs, weighed by how rare they are (also finds a query with a wrong character)
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from jishiban.kernel.search.tokens import fold, runs, spoken_forms, tokens, wish

_PAIR_WEIGHT = 2.0  # a pair in the right order says more than its two characters
_SUMMARY_SHARE = 0.4  # what a match in the summary is worth beside one in the title
_ENOUGH = 0.34  # share of the query's weight a hit without the query's words must reach


@dataclass(frozen=True, slots=True)
class Document:
    """A thing to be found: a short title, other names people use for it, a sentence about it, codes.

    `weight` above 1 lifts what is asked for most among equals; it never lifts a worse match over a better kind.
    """

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    codes: tuple[str, ...] = ()
    weight: float = 1.0


Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found. `title` and `summary` come in pieces, True where the query matched.

    `score` falls within a result list; 1000 and above means the query is the title or an alias.
    """

    key: str
    score: float
    title: Pieces
    summary: Pieces


@dataclass(frozen=True, slots=True)
class _Entry:
    """A document made ready: folded texts and the tokens of its names and of its summary."""

    document: Document
    names: tuple[str, ...]
    codes: frozenset[str]
    summary: str
    name_tokens: frozenset[str]
    summary_tokens: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Index:
    """Everything a query needs; never changed after it was built, so readers need no lock."""

    entries: dict[str, _Entry]
    in_names: dict[str, frozenset[str]]
    in_summaries: dict[str, frozenset[str]]
    rarity: dict[str, float]


class TitleIndex:
    """The titles of this process's lists, searched in memory. Safe for threads: a change puts a new index in place."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._index = _build({})
        self.replace(documents)

    def __len__(self) -> int:
        return len(self._index.entries)

    def replace(self, documents: Iterable[Document]) -> None:
        """Make these the whole index."""
        self._index = _build({document.key: _entry(document) for document in documents})

    def put(self, document: Document) -> None:
        """Add or renew one document; costs a rebuild, some tens of milliseconds for 1,500."""
        self._index = _build(self._index.entries | {document.key: _entry(document)})

    def remove(self, key: str) -> None:
        """Take one document out."""
        self._index = _build({k: entry for k, entry in self._index.entries.items() if k != key})

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """The best hits, best first; ties by weight, then shorter title, then key."""
        index, folded = self._index, wish(query)
        if not folded:
            return []
        found = _overlap(index, tokens(folded))
        for key in _by_code(index, folded):
            found.setdefault(key, 0.0)
        forms = spoken_forms(folded)
        scored = [(_score(index.entries[key], forms, share), key) for key, share in found.items()]
        ranked = sorted((-score, *_tie(index.entries[key].document)) for score, key in scored if score > 0)
        marks = _marks(folded)
        return [_hit(index.entries[row[-1]].document, -row[0], marks) for row in ranked[:limit]]


def _tie(document: Document) -> tuple[float, int, str]:
    return (-document.weight, len(document.title), document.key)


# ---- building ----


def _entry(document: Document) -> _Entry:
    names = tuple(fold(name) for name in (document.title, *document.aliases) if name.strip())
    summary = fold(document.summary)
    return _Entry(
        document,
        names,
        frozenset(fold(code) for code in document.codes),
        summary,
        frozenset().union(*map(tokens, names)),
        frozenset(tokens(summary)),
    )


def _build(entries: dict[str, _Entry]) -> _Index:
    in_names: defaultdict[str, set[str]] = defaultdict(set)
    in_summaries: defaultdict[str, set[str]] = defaultdict(set)
    for key, entry in entries.items():
        for token in entry.name_tokens:
            in_names[token].add(key)
        for token in entry.summary_tokens - entry.name_tokens:
            in_summaries[token].add(key)
    return _Index(
        entries,
        {token: frozenset(keys) for token, keys in in_names.items()},
        {token: frozenset(keys) for token, keys in in_summaries.items()},
        {
            token: _weight(
                token, len(in_names.get(token, ())) + len(in_summaries.get(token, ())), len(entries)
            )
            for token in in_names.keys() | in_summaries.keys()
        },
    )


def _weight(token: str, found_in: int, of: int) -> float:
    """Inverse document frequency, doubled for pairs and words."""
    return math.log(1 + of / (found_in + 0.5)) * (_PAIR_WEIGHT if len(token) > 1 else 1.0)


# ---- ranking ----


def _overlap(index: _Index, wanted: set[str]) -> dict[str, float]:
    """Share of the query's weight that each document holds, 0 to 1, for those that hold enough of it.

    Tokens no document has count as if one had them: a rare word that is missing must weigh.
    """
    unknown = len(index.entries) or 1
    weights = {token: index.rarity.get(token) or _weight(token, 1, unknown) for token in sorted(wanted)}
    total = sum(weights.values())
    shares: defaultdict[str, float] = defaultdict(float)
    for token, weight in weights.items():
        for key in index.in_names.get(token, ()):
            shares[key] += weight
        for key in index.in_summaries.get(token, ()):
            shares[key] += weight * _SUMMARY_SHARE
    # A name that holds the query holds all of its tokens, so nothing better is lost below the mark.
    return {key: share / total for key, share in shares.items() if share >= total * _ENOUGH}


def _by_code(index: _Index, folded: str) -> list[str]:
    if not folded.isascii():
        return []
    return [key for key, entry in index.entries.items() if folded in entry.codes]


def _score(entry: _Entry, forms: tuple[str, ...], share: float) -> float:
    """The hit's kind and fit; a later form of the query, and an alias behind the title, count a little less."""
    folded = forms[0]
    if folded in entry.codes:
        return 1000.0
    best = max(
        _name_score(name, form) - place - 5 * turn
        for turn, form in enumerate(forms)
        for place, name in enumerate(entry.names)
    )
    if best > 0:
        return best
    if all(_holds(entry, word) for word in runs(folded)):
        return 400.0 + share * 100
    return share * 300


def _name_score(name: str, folded: str) -> float:
    """How the query stands in one name; what is left over in the name counts a little against it."""
    place = name.find(folded)
    if place < 0:
        return -100.0
    fit = len(folded) / len(name)
    if fit == 1:
        return 1000.0
    return (800.0 if place == 0 else 600.0) + fit * 100


def _holds(entry: _Entry, word: str) -> bool:
    return any(word in name for name in entry.names) or word in entry.summary


# ---- highlights ----


def _marks(folded: str) -> tuple[str, ...]:
    """What to mark, longest first: the words of the query, then its pairs."""
    words = runs(folded)
    pairs = {word[i : i + 2] for word in words for i in range(len(word) - 1) if word[0] >= "\u3400"}
    return tuple(sorted({*words, *pairs}, key=lambda mark: (-len(mark), mark)))


def _hit(document: Document, score: float, marks: tuple[str, ...]) -> Hit:
    return Hit(
        document.key, round(score, 3), _pieces(document.title, marks), _pieces(document.summary, marks)
    )


def _pieces(text: str, marks: tuple[str, ...]) -> Pieces:
    """`text` cut where the query matches; joined, the pieces are the text again."""
    folded = [fold(c) or " " for c in text]
    if any(len(c) != 1 for c in folded):  # a character that folds to several: places would not agree
        return ((text, False),) if text else ()
    plain, lit = "".join(folded), [False] * len(text)
    for mark in marks:
        place = plain.find(mark)
        while place >= 0:
            lit[place : place + len(mark)] = [True] * len(mark)
            place = plain.find(mark, place + 1)
    return _joined(text, lit)


def _joined(text: str, lit: list[bool]) -> Pieces:
    pieces: list[tuple[str, bool]] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or lit[place] != lit[start]:
            pieces.append((text[start:place], lit[start]))
            start = place
    return tuple(pieces)
