"""The library: standard questions in, a decision with its reasons out. One way for the product and the bench.

question → form → aspect | item → lexicon → recall (twice: whole questions, names of matters) → features →
ranker → the row of the asked aspect → calibrated confidence → answer, choose, clarify or a person
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import RLock
from typing import Final

import numpy as np

from jishiban.kernel.search import aspects, cut, deeds, features, lexicon, phrases, rank, sounds
from jishiban.kernel.search.backend import SearchBackend
from jishiban.kernel.search.decide import Thresholds, decide
from jishiban.kernel.search.embedded import EmbeddedIndex
from jishiban.kernel.search.features import Asked, Matrix, Text
from jishiban.kernel.search.rarity import Rarity
from jishiban.kernel.search.reply import Found, Reading, Reply, Row
from jishiban.kernel.search.shelf import Shelf, plain_name
from jishiban.kernel.search.speech import question as in_form
from jishiban.kernel.search.speech import wish

RECALLED: Final = 30
RECALLED_OF_MANY: Final = 50
MANY: Final = 100_000  # documents: beyond, characters that are everywhere are left out of the question
_COMMON: Final = 0.02  # share of the documents from which on a character is everywhere
_EXPLAINED: Final = 0.35  # what a word of the question still weighs where the lexicon has said it officially
_PAIRS, _SOUNDS = 0.5, 0.3  # what pairs of long texts and the sound of names weigh in recall
_BY_PHRASE: Final = 0.6  # and what sentences like the question bring in


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document recalled, with the numbers the ranker sees."""

    n: int
    score: float
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Read:
    """A question read: the reading people are shown, and its two sides ready to be compared."""

    reading: Reading
    whole: Asked
    item: Asked
    official: frozenset[str]
    official_text: str
    said: tuple[str, ...]
    deeds: frozenset[str]
    named: tuple[str, ...]  # what the whole item is called, where the lexicon explains nearly all of it
    phrases: tuple[tuple[float, Mapping[str, float]], ...]  # how alike, and the weighed official tokens
    unheard: float  # share of the question's weight in words the library does not have as words


class Library:
    """Rows, an index over them, and how to ask. Safe for threads: one changes at a time, everybody asks."""

    def __init__(
        self,
        rows: Iterable[Row] = (),
        *,
        words: lexicon.Lexicon | None = None,
        backend: SearchBackend | None = None,
        rankers: rank.Rankers | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self.lexicon = words or lexicon.Lexicon(lexicon.shipped())
        self.phrasebook = phrases.shipped()
        self.backend = backend or EmbeddedIndex()
        self.rankers = rankers or rank.shipped()
        self.thresholds = thresholds or Thresholds()
        self.shelf = Shelf()
        self._lock = RLock()
        self.put(rows)

    def __len__(self) -> int:
        return len(self.shelf.rows)

    def put(self, rows: Iterable[Row], gone: Iterable[str] = ()) -> None:
        """Add or renew rows, take others out: one commit, seen by the next question."""
        with self._lock:
            for row in gone:
                self.shelf.drop(row)
            docs = self.shelf.take(self._renewed(rows))
            self.backend.write(docs, _Later(self.shelf))
            self.shelf.settle()

    def _renewed(self, rows: Iterable[Row]) -> Iterable[Row]:
        for row in rows:
            if row.id in self.shelf.rows:
                self.shelf.drop(row.id)
            yield row

    # -- asking ----------------------------------------------------------------------------------

    def ask(self, question: str, k: int = 5, about: str | None = None) -> Reply:
        """What to do about a question, with up to `k` hits, best first. `about`: the group talked about before."""
        read = self.read(question)
        hits = self.search(read, max(k, 5))
        return decide(read.reading, hits[: max(k, 1)], self.thresholds, about)

    def read(self, question: str) -> Read:
        """Take the question apart: aspect and item, lexicon, what the library has never heard of."""
        folded = in_form(question)
        plain = wish(folded)
        spoken = aspects.read(plain)
        applied = self.lexicon.apply(spoken.item or plain)
        official = " ".join(dict.fromkeys(" ".join(one.line.official for one in applied).split()))
        whole = features.asked(folded, self.shelf.questions.of)
        item, terms = self._item(spoken.item or plain, in_form(official), applied)
        rules = tuple((one.line.said, one.line.official) for one in applied)
        reading = Reading(folded, spoken.item, spoken.aspects, rules, self._unknown(whole, item))
        said = tuple(t for t in whole.words if len(t) > 1)
        named = deeds.of(spoken.item or plain) | deeds.of(in_form(official) if applied else "")
        return Read(
            reading,
            whole,
            item,
            terms,
            official,
            said,
            named,
            _called(spoken.item, applied),
            self._phrases(item),
            self._unheard(spoken.item or plain, item),
        )

    def _item(
        self, text: str, official: str, applied: Sequence[lexicon.Applied]
    ) -> tuple[Asked, frozenset[str]]:
        """The item as it is compared with names: what was said, and what the lexicon says it is called."""
        rarity = self.shelf.items
        explained = "".join(text[place] for one in applied for place in sorted(one.places))
        base = features.asked(text, rarity.of)
        made: list[dict[str, float]] = []
        terms: set[str] = set()
        for tokens, of in (
            (base.words, cut.words),
            (base.characters, cut.characters),
            (base.pairs, cut.pairs),
        ):
            weights = {t: w * (_EXPLAINED if t in explained else 1.0) for t, w in tokens.items()}
            for token in of(official):
                if token in rarity.found:
                    weights[token] = rarity(token)
                    terms.add(token)
            made.append(weights)
        return features.weighted(base.text, *made), frozenset(terms)

    def _unknown(self, whole: Asked, item: Asked) -> float:
        """The share of the question's weight in words that no row has, nor a name the lexicon knows for them."""
        known = self.shelf.questions.found, self.shelf.items.found
        strange = total = 0.0
        for token, weight in (item.words if self.shelf.items.documents else whole.words).items():
            total += weight
            if not any(token in found or all(c in found for c in token) for found in known):
                strange += weight
        return strange / total if total else 1.0

    def _phrases(self, item: Asked) -> tuple[tuple[float, Mapping[str, float]], ...]:
        """What sentences like the question stand for, in tokens that names of this library have."""
        rarity = self.shelf.items
        if not rarity.documents:
            return ()
        found = []
        for one in self.phrasebook.alike(cut.words(item.text.text), cut.characters(item.text.text)):
            tokens = {
                t for t in (*cut.words(one.official), *cut.characters(one.official)) if t in rarity.found
            }
            if tokens:
                found.append((one.share, {t: rarity(t) for t in tokens}))
        return tuple(found)

    def _unheard(self, text: str, item: Asked) -> float:
        """The same, but a word of known characters is not known for that; what the lexicon explains is."""
        words = {w: self.shelf.items(w) for w in cut.words(text) if w in item.words}
        weight = sum(words.values())
        strange = (
            item.words[w]
            for w in words
            if w not in self.shelf.items.found and w not in self.shelf.questions.found
        )
        return sum(strange) / weight if weight else 1.0

    def search(self, read: Read, k: int) -> list[Found]:
        """The rows that may be meant, best first, each with its confidence."""
        with self._lock:
            questions = self.candidates_of_questions(read)
            alone = [one for one in questions if not self.shelf.of_group[one.n]]
            names = self.candidates_of_names(read, questions)
            found: list[
                Found
            ] = []  # where both are equally sure a matter stands before a question of its own
            if names:
                ranked = self._named(read, self._side(read, names, self.rankers.names, k))
                found += self._exact(ranked, questions)
            if alone:
                found += self._side(read, alone, self.rankers.questions, k)
        return _in_turn(found)[:k]

    def _named(self, read: Read, found: list[Found]) -> list[Found]:
        """Who says a matter's name or other name, whole, means it; where several are called so, one of them."""
        item = read.reading.item or read.reading.folded
        spellings = [plain_name(name) for name in (item, *read.named)]
        if item.isascii() and len(item) > 2:
            spellings.append(f"={item.replace(' ', '')}")
        called = next((groups for one in spellings if (groups := self.shelf.called.get(one))), set())
        mine = [one for one in found if one.group in called]
        if not mine:
            return self._partly_named(plain_name(item), found)
        sure = _NAMED if len(called) == 1 else _NAMED / (len(called) + 1)
        first = [
            replace(one, confidence=max(one.confidence, sure if n == 0 or len(called) > 1 else 0.0))
            for n, one in enumerate(mine)
        ]
        rest = [
            replace(one, confidence=min(one.confidence, (1 - sure) / 2))
            for one in found
            if one.group not in called
        ]
        return [*first, *rest]

    def _partly_named(self, part: str, found: list[Found]) -> list[Found]:
        """Who says only a part of several names (医保) means one of those; which, has to be asked."""
        if len(part) > _PART_OF_A_NAME:
            return found
        first: dict[str, str] = {}  # group → the row that stands for it
        for one in found:
            if self._is_in_a_name(part, one.group):
                first.setdefault(one.group, one.row)
        share = _NAMED / (len(first) + 1)
        return [
            replace(one, confidence=max(one.confidence, share)) if first.get(one.group) == one.row else one
            for one in found
        ]

    def _is_in_a_name(self, part: str, key: str) -> bool:
        group = self.shelf.groups[key]
        return any(part in plain_name(name) for name in (group.item, *group.aliases))

    def _exact(self, found: list[Found], questions: list[Candidate]) -> list[Found]:
        """Where a question of the best matter is nearly what was asked, it answers before the matter's aspect."""
        if not found:
            return found
        top = found[0]
        near = [one for one in questions if self.shelf.of_group[one.n] == top.group and _is_near(one.values)]
        if not near:
            return found
        best = max(near, key=lambda one: one.values[_EDIT])
        row = self.shelf.of_row[best.n]
        first = replace(top, row=row, aspect=self.shelf.group_of.get(row, ("", ""))[1])
        return [first, replace(top, confidence=top.confidence * _OF_SECOND_ASPECT, features={}), *found[1:]]

    def _side(self, read: Read, found: list[Candidate], ranker: rank.Ranker, k: int) -> list[Found]:
        """The best document of each group or row decides its place; what is left of confidence goes to the next."""
        matrix = np.array([one.values for one in found], dtype=np.float32)
        scores = ranker.score(matrix)
        best: dict[str, int] = {}
        for i in np.argsort(-scores, kind="stable").tolist():
            best.setdefault(self.target(found[i].n), i)
        order = list(best.values())
        sure = ranker.confidence(signs(read, matrix, scores, order))
        made: list[Found] = []
        for place, (target, i) in enumerate(list(best.items())[: k + 2]):
            confidence = min(sure, 1 - sure) * _SHARES[min(place, len(_SHARES) - 1)] if place else sure
            values = dict(zip(features.NAMES, matrix[i].tolist(), strict=True)) if place == 0 else {}
            made += self._of_target(target, found[i], read, float(scores[i]), confidence, values)
        return made

    # -- recall and features ---------------------------------------------------------------------

    def candidates_of_questions(self, read: Read) -> list[Candidate]:
        shelf, q = self.shelf, read.whole
        if not shelf.questions.documents:
            return []
        many = shelf.questions.documents > MANY
        terms: dict[str, Mapping[str, float]] = {
            "w": dict.fromkeys(q.words, 1.0),
            "u": _rare(q.characters, shelf.questions) if many else dict.fromkeys(q.characters, 1.0),
        }
        if shelf.has_long:
            terms["b"] = dict.fromkeys(q.pairs, _PAIRS)
        hits = self._recall(terms, RECALLED_OF_MANY if many else RECALLED)
        return self._compared(q, q.text.text, hits, read, is_item=False)

    def candidates_of_names(self, read: Read, questions: Sequence[Candidate] = ()) -> list[Candidate]:
        """Names of matters that may be meant; also of matters whose questions were recalled, which support them."""
        q = read.item
        if not self.shelf.items.documents:
            return []
        text = read.reading.item or read.reading.folded
        heard = dict.fromkeys(sounds.tokens(text), _SOUNDS)
        if text.isascii():
            heard[f"={text.replace(' ', '')}"] = 3.0
        explained = {
            t: 1.0 if t in read.official or w >= self.shelf.items(t) else _EXPLAINED
            for t, w in q.words.items()
        }
        letters = {
            t: 1.0 if t in read.official or w >= self.shelf.items(t) else _EXPLAINED
            for t, w in q.characters.items()
        }
        for share, tokens in read.phrases[:3]:
            for token in tokens:
                field = letters if len(token) == 1 else explained
                field.setdefault(token, share * _BY_PHRASE)
        hits = self._recall({"iw": explained, "iu": letters, "ip": heard}, RECALLED)
        support = self._support(questions)
        named = {self.shelf.of_group[n] for n, _score in hits}
        hits += [
            (self.shelf.groups[key].numbers[0], 0.0)
            for key in support
            if key not in named and key in self.shelf.groups
        ][:_SUPPORTED]
        return [self._supported(one, support) for one in self._compared(q, text, hits, read, is_item=True)]

    def _support(self, questions: Sequence[Candidate]) -> dict[str, tuple[float, float, float]]:
        """For each matter the best of its recalled questions: share of the best score, words asked, pairs alike."""
        found: dict[str, tuple[float, float, float]] = {}
        for one in questions:
            if key := self.shelf.of_group[one.n]:
                values = (one.values[1], one.values[_WORDS_ASKED], one.values[_PAIRS_ALIKE])
                before = found.get(key, (0.0, 0.0, 0.0))
                found[key] = (max(before[0], values[0]), max(before[1], values[1]), max(before[2], values[2]))
        return found

    def _supported(self, one: Candidate, support: Mapping[str, tuple[float, float, float]]) -> Candidate:
        given = support.get(self.shelf.of_group[one.n])
        return replace(one, values=(*one.values[:-3], *given)) if given else one

    def _recall(self, terms: Mapping[str, Mapping[str, float]], limit: int) -> list[tuple[int, float]]:
        return [(n, score) for n, score in self.backend.recall(terms, limit) if self.shelf.texts[n]]

    def _compared(
        self, q: Asked, text: str, hits: list[tuple[int, float]], read: Read, *, is_item: bool
    ) -> list[Candidate]:
        if not hits:
            return []
        shelf = self.shelf
        idf = (shelf.items if is_item else shelf.questions).of
        ready = [shelf.ready(n) for n, _score in hits]
        recalled = features.recalled([score for _n, score in hits])
        if sum(one.long for one in ready) > len(ready) / 2:
            return [
                Candidate(n, score, (*order, *features.alike_long(q, d), 0.0, float(d.long), *_NOTHING))
                for (n, score), d, order in zip(hits, ready, recalled, strict=True)
            ]
        edits = features.edits(text, [one.text for one in ready])
        if is_item and read.official_text:
            edits = np.maximum(
                edits, features.edits(in_form(read.official_text), [one.text for one in ready])
            )
        groups = [shelf.of_group[n] for n, _score in hits]
        heard = frozenset(sounds.tokens(text)) if is_item else frozenset()
        made: list[Candidate] = []
        for (n, score), d, order, likeness, group in zip(
            hits, ready, recalled, edits.tolist(), groups, strict=True
        ):
            place = self._place(read, q, n, group, groups, heard, is_item=is_item)
            made.append(Candidate(n, score, (*order, *features.alike(q, d, idf), *likeness, *place)))
        return made

    def _place(
        self,
        read: Read,
        q: Asked,
        n: int,
        group: str,
        groups: list[str],
        heard: frozenset[str],
        *,
        is_item: bool,
    ) -> tuple[float, ...]:
        """The numbers of OF_PLACE."""
        shelf = self.shelf
        held = shelf.ready(n)
        if not is_item:
            return (0.0, float(held.long), *_NOTHING)
        bag = shelf.groups[group].bag if group in shelf.groups else frozenset()
        official = sum(q.words.get(t, 0.0) + q.characters.get(t, 0.0) for t in read.official)
        named = sum(
            q.words.get(t, 0.0) + q.characters.get(t, 0.0)
            for t in read.official
            if t in held.words or t in held.characters
        )
        weight = q.text.words_weight + q.text.characters_weight
        bagged = sum(w for tokens in (q.words, q.characters) for t, w in tokens.items() if t in bag)
        alike = len(heard & shelf.sounds(n)) / len(heard) if heard else 0.0
        return (
            1.0, float(held.long), len(read.reading.rules) / 3, named / official if official else 0.0,
            bagged / weight if weight else 0.0, groups.count(group) / 5, alike,
            *deeds.compared(read.deeds, deeds.of(held.text)), *_by_phrases(read, held), 0.0, 0.0, 0.0,
        )  # fmt: skip

    # -- from documents to rows ------------------------------------------------------------------

    def target(self, n: int) -> str:
        """What a document stands for: "g" and a whole group, or "r" and one row."""
        row = self.shelf.of_row[n]
        return f"r{row}" if row else f"g{self.shelf.of_group[n]}"

    def _of_target(
        self,
        target: str,
        candidate: Candidate,
        read: Read,
        score: float,
        sure: float,
        values: Mapping[str, float],
    ) -> list[Found]:
        """The rows a target answers with: of a group that of the asked aspect, then one more."""
        group = self.shelf.groups.get(target[1:]) if target[0] == "g" else None
        key, matched = self.shelf.of_group[candidate.n], self._matched(read, candidate.n)
        if group is None:
            row = target[1:]
            return [Found(row, key, self.shelf.group_of.get(row, ("", ""))[1], score, sure, matched, values)]
        wanted = dict.fromkeys((*read.reading.aspects, *_FIRST_ASPECTS, *group.rows))
        rows = [(group.rows[aspect], aspect) for aspect in wanted if aspect in group.rows]
        return [
            Found(row, key, aspect, score, sure * _OF_SECOND_ASPECT**place, matched, values)
            for place, (row, aspect) in enumerate(rows[: 1 if read.reading.aspects else 2])
        ]

    def _matched(self, read: Read, n: int) -> tuple[str, ...]:
        text = self.shelf.texts[n]
        return tuple(word for word in (*read.said, *read.official) if len(word) > 1 and word in text)


_SHARES: Final = (1.0, 0.6, 0.4, 0.25, 0.15, 0.1, 0.08, 0.06)  # of what is left, for the second, third …
_OF_SECOND_ASPECT: Final = 0.3
_NEARLY_ALL: Final = 0.75  # share of the item's characters the lexicon must explain
_PART_OF_A_NAME: Final = 4  # characters: what is longer is judged as any question
_NAMED: Final = 0.93  # who says the whole name is right so often
_FIRST_ASPECTS: Final = ("流程", "材料", "条件")  # what people want who name no aspect
_NOTHING: Final = (0.0,) * (len(features.OF_PLACE) - 2)
_SUPPORTED: Final = 8  # matters that come in by their questions alone
_EDIT, _WORDS_ASKED = features.NAMES.index("edit"), features.NAMES.index("words_asked")
_WORDS_HELD, _PAIRS_ALIKE = features.NAMES.index("words_held"), features.NAMES.index("pairs_jaccard")


def _is_near(values: Sequence[float]) -> bool:
    return values[_EDIT] >= 0.6 or (values[_WORDS_ASKED] >= 0.8 and values[_WORDS_HELD] >= 0.6)


_SIGNS: Final = tuple(
    features.NAMES.index(name)
    for name in (
        "recall", "words_asked", "words_held", "words_missed", "words_spare", "characters_asked", "characters_held",
        "characters_missed", "characters_spare", "pairs_asked", "words_jaccard", "pairs_jaccard",
        "same_kind_of_question", "other_kind_of_question", "same_no", "other_figures", "length_ratio", "length_asked",
        "senses_asked", "senses_held", "senses_missed", "subsequence", "edit", "partial", "is_long", "by_lexicon",
        "official_asked", "bag_asked", "sounds", "same_deed", "other_deed", "deed_not_asked",
        "phrase_best", "phrase_sum", "support_recalled", "support_words", "support_pairs",
    )
)  # fmt: skip

_COVERED: Final = [features.NAMES.index("words_asked"), features.NAMES.index("characters_asked")]


def signs(read: Read, matrix: Matrix, scores: Matrix, order: list[int]) -> list[float]:
    """What confidence is judged by: the best score, its lead, its rivals, its features, what nobody has heard of."""
    top = [float(scores[i]) for i in order[:3]]
    top += [top[-1] - 2.0] * (3 - len(top))
    values = matrix[order[0]]
    covered = matrix[order][:, _COVERED].sum(axis=1)
    return [
        top[0], top[0] - top[1], top[0] - top[2], read.reading.unknown, read.unheard,
        float(bool(read.reading.aspects)), float((covered >= covered[0] - 0.05).sum()) / 5, min(len(order), 20) / 10,
        len(read.reading.item) / 20, *(float(values[n]) for n in _SIGNS),
    ]  # fmt: skip


def _by_phrases(read: Read, held: Text) -> tuple[float, float]:
    """How far the sentences like the question stand for this name: the best of them, and all together."""
    shares = []
    for share, tokens in read.phrases:
        common = sum(w for t, w in tokens.items() if t in held.words or t in held.characters)
        shares.append(share * common / sum(tokens.values()))
    return (max(shares), sum(shares) / 3) if shares else (0.0, 0.0)


def _called(item: str, applied: Sequence[lexicon.Applied]) -> tuple[str, ...]:
    """The official names a question stands for as a whole: all its lines together, then each of their terms."""
    explained = sum(len(one.places) for one in applied)
    if not item or explained < _NEARLY_ALL * len(item.replace(" ", "")):
        return ()
    officials = " ".join(one.line.official for one in applied)
    return tuple(dict.fromkeys((officials.replace(" ", ""), *officials.split())))


def _rare(tokens: Mapping[str, float], rarity: Rarity) -> dict[str, float]:
    """The characters worth asking for in a large library; all of them when nothing would be left."""
    bound = rarity.documents * _COMMON
    return {t: 1.0 for t in tokens if rarity.found.get(t, 0) < bound} or dict.fromkeys(tokens, 1.0)


def _in_turn(found: list[Found]) -> list[Found]:
    """Each row once, where it was surest, the surest first; equals stay in their order."""
    once: dict[str, Found] = {}
    for one in sorted(found, key=lambda one: -one.confidence):
        once.setdefault(one.row, one)
    return list(once.values())


class _Later(Iterable[int]):
    """The numbers to take out, known only when the rows have been taken in."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def __iter__(self) -> Iterator[int]:
        return iter(self._shelf.gone())
