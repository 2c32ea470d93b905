"""The library as this process holds it: an index in memory, brought up to date before every question.

One query tells whether anything has moved. What has is read and put in before the question is answered, so no worker
ever answers from an older library than the database held when it was asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

from django.conf import settings
from django.db import connection

from jishiban.guide.entries import queries
from jishiban.guide.entries.models import Library as State
from jishiban.guide.entries.queries import Indexed
from jishiban.kernel.search import lexicon
from jishiban.kernel.search.backend import SearchBackend
from jishiban.kernel.search.decide import Thresholds
from jishiban.kernel.search.library import Library
from jishiban.kernel.search.reply import Row


@dataclass(slots=True)
class _Held:
    """A library, and what it was made from: which database, which number of it, which lexicon."""

    database: str
    version: int
    lexicon: int
    library: Library
    entries: set[str] = field(default_factory=set)


_lock = Lock()
_held: _Held | None = None


def current() -> Library:
    """The library as the database has it now: one query while nothing has moved."""
    database, version, words = _now()
    held = _held
    if held is not None and (held.database, held.version, held.lexicon) == (database, version, words):
        return held.library
    with _lock:
        return _brought_up(database, version, words).library


def warm() -> None:
    """Build the library before anybody asks; called by the server when it starts."""
    current()


def forget() -> None:
    """Let the held library go; the next question builds it again."""
    global _held  # noqa: PLW0603  one library a process
    with _lock:
        if _held is not None:
            _held.library.backend.close()
        _held = None


def _now() -> tuple[str, int, int]:
    found = State.objects.filter(pk=State.ROW).values_list("version", "lexicon").first()
    return (str(connection.settings_dict["NAME"]), *(found or (0, 0)))


def _brought_up(database: str, version: int, words: int) -> _Held:
    global _held  # noqa: PLW0603
    held = _held
    if held is None or held.database != database or held.lexicon != words or held.version > version:
        held = _Held(
            database, 0, words, Library(words=_words(), backend=_backend(), thresholds=_thresholds())
        )
    if held.version < version:
        changed = list(queries.rows_changed_since(held.version))
        gone = [one.key for one in changed if not one.in_use]
        held.library.put(_rows(changed), gone)
        held.version = version
    _held = held
    return held


def _words() -> lexicon.Lexicon:
    """The shipped lines and those of the place; a place's line replaces a shipped one."""
    own = (lexicon.Line(line.said, line.official, line.owner, line.test) for line in queries.place_lines())
    return lexicon.Lexicon((*lexicon.shipped(), *own))


def _backend() -> SearchBackend | None:
    """The index a place has set: Milvus with the embedded one behind it, or (None) the embedded one alone."""
    if not settings.MILVUS_URL:
        return None
    from jishiban.kernel.search.fallback import open_backend  # an extra: loaded only where it is set

    return open_backend(settings.MILVUS_URL)


def _thresholds() -> Thresholds:
    return Thresholds(**settings.GUIDE_THRESHOLDS)


def _rows(changed: list[Indexed]) -> Iterator[Row]:
    """The ten aspects of a matter share its names; everything else stands for itself."""
    for one in changed:
        if one.in_use and one.main:
            yield Row(one.key, one.question, one.item, one.aspect, one.group, one.aliases, one.similar)
        elif one.in_use:
            yield Row(one.key, one.question, group=one.group, similar=one.similar)
