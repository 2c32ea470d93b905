"""The search over matters in the hall: an index in each process, made anew when the catalogue has moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock

from django.db import connection

from jishiban.hall.matters import queries
from jishiban.kernel.search.titles import Document, Hit, TitleIndex
from jishiban.kernel.search.tokens import fold, tokens, wish

VERBS = re.compile(r"^(?:开办|办理|申请|申领|开|办|领|补|换|考)(?=..)")
MOST = 240  # twenty pages; whoever has not found it by then asks differently


@dataclass(slots=True)
class _Remembered:
    """The index and which catalogue it was made from."""

    stamp: tuple[object, int]
    index: TitleIndex
    aliases: dict[str, tuple[str, ...]]


_lock = Lock()
_remembered: _Remembered | None = None


def current() -> _Remembered:
    """The index of the catalogue as it is now: one query while it has not moved, two to make it anew."""
    global _remembered  # noqa: PLW0603  one index a process
    stamp = (connection.settings_dict["NAME"], queries.catalogue_version())
    held = _remembered
    if held is not None and held.stamp == stamp:
        return held
    with _lock:
        if _remembered is None or _remembered.stamp != stamp:
            found = list(documents())
            _remembered = _Remembered(stamp, TitleIndex(found), {one.key: one.aliases for one in found})
        return _remembered


def forget() -> None:
    """Make the next search read the catalogue again, whatever its stamp says."""
    global _remembered  # noqa: PLW0603
    _remembered = None


def documents() -> Iterator[Document]:
    """What can be found: names, other names, one sentence, codes, of every matter in the hall. One query."""
    columns = ("pk", "name", "code", "local_code", "popularity")
    texts = ("current__body__aliases", "current__body__summary")
    for pk, name, code, local, popularity, aliases, summary in queries.in_hall().values_list(
        *columns, *texts
    ):
        yield Document(
            str(pk),
            name,
            as_said(aliases or ()),
            summary or "",
            tuple(filter(None, (code, local))),
            1 + popularity / 1000,
        )


def as_said(aliases: Iterable[str]) -> tuple[str, ...]:
    """The aliases, then those that begin with a verb without it: who wants to 开饭店 often types only 饭店.

    >>> as_said(["开饭店", "护照"])
    ('开饭店', '护照', '饭店')
    """
    given = list(aliases)
    return (*given, *(bare for alias in given if (bare := VERBS.sub("", alias)) not in given))


@dataclass(frozen=True, slots=True)
class Found:
    """One matter found, and the other names by which it was."""

    hit: Hit
    aliases: tuple[str, ...]

    @property
    def matter(self) -> int:
        return int(self.hit.key)


def search(query: str) -> list[Found]:
    """The matters a query may mean, best first."""
    now = current()
    wanted = wish(query)
    return [Found(hit, _matched(now.aliases[hit.key], wanted)) for hit in now.index.search(query, MOST)]


def _matched(aliases: tuple[str, ...], wanted: str) -> tuple[str, ...]:
    """The aliases that say what was asked, or share a word of two characters with it."""
    pairs = {token for token in tokens(wanted) if len(token) > 1}
    said = [alias for alias in aliases if wanted in fold(alias) or pairs & tokens(fold(alias))]
    return tuple(
        alias for alias in said if not any(alias != other and other.endswith(alias) for other in said)
    )[:3]


def is_case_number(query: str) -> bool:
    """True for what can only be meant as a case number: whoever types one wants the progress page.

    A wrong digit in it is the progress page's to explain.
    """
    return re.fullmatch(r"[0-9]{20}", re.sub(r"[\s\-‐‑–—_]", "", fold(query))) is not None
