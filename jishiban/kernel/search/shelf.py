"""What a library holds in memory besides its index: texts by number, rows, groups, how rare each token is.

Kept in columns, so that a million rows fit; what comparing needs is made when a text is first compared, and kept
for the texts compared most.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from jishiban.kernel.search import cut, sounds, standard
from jishiban.kernel.search.backend import Doc
from jishiban.kernel.search.features import Text, ready
from jishiban.kernel.search.rarity import Rarity
from jishiban.kernel.search.reply import Row
from jishiban.kernel.search.speech import fold
from jishiban.kernel.search.speech import question as in_form

_KEPT: Final = 20_000  # texts ready to be compared
_SIDES: Final = 3  # so many aspects make rows with one item a group
_VERBS: Final = ("办理", "申请", "申领")  # 健康证办理在哪里办理: the first belongs to the name


@dataclass(slots=True)
class Group:
    """What rows of one matter share: its name, other names, and which row answers which aspect."""

    item: str
    rows: dict[str, str] = field(default_factory=dict)  # aspect → row
    aliases: tuple[str, ...] = ()
    numbers: list[int] = field(default_factory=list)
    bag: frozenset[str] = frozenset()
    members: int = 0


class Shelf:
    """Rows as documents. Item documents are names of matters, question documents are whole questions or texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.of_row: list[str] = []  # the row a question document answers with; "" for an item document
        self.of_group: list[str] = []
        self.groups: dict[str, Group] = {}
        self.rows: dict[str, tuple[int, ...]] = {}  # row → its documents
        self.group_of: dict[str, tuple[str, str]] = {}  # row in a group → group, aspect
        self.questions, self.items = Rarity(), Rarity()
        self.called: defaultdict[str, set[str]] = defaultdict(
            set
        )  # a name in its form → the groups called so
        self.has_long = False
        self._gone: list[int] = []
        self._ready: dict[int, Text] = {}
        self._sounds: dict[int, frozenset[str]] = {}

    # -- taking in -------------------------------------------------------------------------------

    def take(self, rows: Iterable[Row]) -> Iterator[Doc]:
        """The documents of new rows. Rows without an item join one when enough of them are its sides."""
        loose: list[tuple[Row, str, str]] = []
        sides: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row.item:
                yield from self._into_group(row, row.group or row.item, row.item, row.aspect, row.aliases)
                continue
            item, aspect = standard.read(in_form(row.question)) if not row.group else ("", "")
            if item:
                sides[item].add(aspect)
                loose.append((row, item, aspect))
            else:
                yield from self._alone(row)
        for row, short, aspect in loose:
            item = next((longer for verb in _VERBS if (longer := short + verb) in sides), short)
            group = f"={item}"
            if len(sides[item]) >= _SIDES or group in self.groups:
                yield from self._into_group(row, group, item, aspect, row.aliases)
            else:
                yield from self._alone(row)

    def _into_group(
        self, row: Row, key: str, item: str, aspect: str, aliases: tuple[str, ...]
    ) -> Iterator[Doc]:
        group = self.groups.get(key)
        if group is None or (item, aliases) != (group.item, group.aliases):
            yield from self._names(key, item, aliases)
            group = self.groups[key]
        numbers: tuple[int, ...] = ()
        if not aspect or aspect in group.rows:
            doc = self._question(row.question, row.id, key)
            yield doc
            numbers = (doc.n,)
        else:
            group.rows[aspect] = row.id
        self.group_of[row.id] = key, aspect
        group.members += 1
        more = [self._question(text, row.id, key) for text in row.similar]
        yield from more
        self.rows[row.id] = (*numbers, *(doc.n for doc in more))

    def _names(self, key: str, item: str, aliases: tuple[str, ...]) -> Iterator[Doc]:
        """The item documents of a group, made anew when its names have changed."""
        group = self.groups.setdefault(key, Group(item))
        self._let_go(group.numbers)
        docs = [self._item(text, key) for text in dict.fromkeys((item, *aliases)) if text.strip()]
        self._unname(key, group)
        group.item, group.aliases = item, aliases
        for name in (item, *aliases):
            for spelling in (plain_name(name), *initials(name)):
                self.called[spelling].add(key)
        group.numbers = [doc.n for doc in docs]
        group.bag = frozenset(
            t for doc in docs for tokens in (doc.tokens["iw"], doc.tokens["iu"]) for t in tokens
        )
        yield from docs

    def _alone(self, row: Row) -> Iterator[Doc]:
        texts = (row.question, *row.similar, *((row.text,) if row.text else ()))
        docs = [self._question(text, row.id, row.group) for text in texts if text.strip()]
        self.rows[row.id] = tuple(doc.n for doc in docs)
        yield from docs

    def _question(self, text: str, row: str, group: str) -> Doc:
        plain = in_form(text) if len(text) <= cut.LONG else long_form(text)
        long = len(plain) > cut.LONG
        tokens = {"w": cut.words(plain), "u": cut.characters(plain), "b": cut.pairs(plain) if long else []}
        self.has_long = self.has_long or long
        self.questions.add({*tokens["w"], *tokens["u"], *(tokens["b"] if long else cut.pairs(plain))})
        return Doc(self._number(plain, row, group), tokens)

    def _item(self, text: str, group: str) -> Doc:
        plain = in_form(text)
        tokens = {"iw": cut.words(plain), "iu": cut.characters(plain), "ip": sounds.tokens(plain)}
        tokens["ip"] += initials(text)
        self.items.add({*tokens["iw"], *tokens["iu"], *cut.pairs(plain)})
        return Doc(self._number(plain, "", group), tokens)

    def _number(self, text: str, row: str, group: str) -> int:
        self.texts.append(text)
        self.of_row.append(row)
        self.of_group.append(group)
        return len(self.texts) - 1

    # -- letting go ------------------------------------------------------------------------------

    def drop(self, row: str) -> None:
        """Forget a row, and its group with the last of its rows; nothing happens when it is not there."""
        self._let_go(self.rows.pop(row, ()))
        key, aspect = self.group_of.pop(row, ("", ""))
        group = self.groups.get(key)
        if group is None:
            return
        group.members -= 1
        if group.rows.get(aspect) == row:
            del group.rows[aspect]
        if not group.members:
            self._unname(key, group)
            self._let_go(group.numbers)
            del self.groups[key]

    def _unname(self, key: str, group: Group) -> None:
        for name in (group.item, *group.aliases):
            for spelling in (plain_name(name), *initials(name)):
                self.called.get(spelling, set()).discard(key)

    def gone(self) -> list[int]:
        """The documents let go since this was last asked."""
        gone, self._gone = self._gone, []
        return gone

    def _let_go(self, numbers: Iterable[int]) -> None:
        for n in numbers:
            self._leave(n)
            self._gone.append(n)

    def _leave(self, n: int) -> None:
        text = self.texts[n]
        if not text:
            return
        rarity = self.questions if self.of_row[n] else self.items
        rarity.add({*cut.words(text), *cut.characters(text), *cut.pairs(text)}, -1)
        self.texts[n] = ""
        self._ready.pop(n, None)
        self._sounds.pop(n, None)

    # -- comparing -------------------------------------------------------------------------------

    def ready(self, n: int) -> Text:
        """The text of a document, ready to be compared."""
        found = self._ready.get(n)
        if found is None:
            found = ready(self.texts[n], (self.questions if self.of_row[n] else self.items).of)
            if len(self._ready) >= _KEPT:
                self._ready.clear()
            self._ready[n] = found
        return found

    def settle(self) -> None:
        """After a change every token weighs otherwise: texts made ready before are made ready again."""
        self._ready.clear()

    def sounds(self, n: int) -> frozenset[str]:
        """How the name of an item document sounds."""
        found = self._sounds.get(n)
        if found is None:
            found = self._sounds[n] = frozenset(sounds.tokens(self.texts[n]))
        return found


_AROUND = re.compile(
    r"^(?:办理|申请|办个|办|我要|申领)(?=..)|(?:办理|申请|申领|许可证|审批|核发|登记)$|[ 、,，（）()]"
)


@lru_cache(maxsize=50_000)
def plain_name(text: str) -> str:
    """A name as it is compared whole: without the words that stand around any name.

    >>> plain_name("办理残疾人证"), plain_name("开饭店")
    ('残疾人证', '开饭店')
    """
    form = in_form(text)
    return _AROUND.sub("", form) or form


@lru_cache(maxsize=50_000)
def initials(text: str) -> tuple[str, ...]:
    """How a name is typed by its first letters, marked so that no word looks like it: =yyzz."""
    return tuple(dict.fromkeys(f"={sounds.initials(form)}" for form in (in_form(text), plain_name(text))))


def long_form(text: str) -> str:
    """A long text in its form; only as much of it as is worth reading."""
    return fold(text[:1500])
