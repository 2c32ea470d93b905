"""Two indexes as one: asked of the first, and of the second while the first is down. No question waits for repair."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from threading import Lock, Thread
from time import monotonic
from typing import Final

from jishiban.kernel.search.backend import BackendDown, Doc, SearchBackend, Terms
from jishiban.kernel.search.embedded import EmbeddedIndex
from jishiban.kernel.search.milvus import MilvusIndex

PAUSE: Final = 5.0  # seconds before the first is tried again

_log = logging.getLogger(__name__)


def open_backend(url: str | None, collection: str = "jishiban") -> SearchBackend:
    """The index a site uses: embedded without an address, else Milvus with the embedded one behind it.

    Raises NoClient when an address is given and pymilvus is not installed. Connects at the first write.
    """
    if not url:
        return EmbeddedIndex()
    return WithFallback(MilvusIndex(url, collection), EmbeddedIndex())


class WithFallback:
    """A `SearchBackend` out of two. Both are written to; `second` must be one that does not go down.

    After a failure the first is left alone for `pause` seconds, then tried by a thread of its own, which first
    writes what was missed. Safe for threads.
    """

    def __init__(
        self,
        first: SearchBackend,
        second: SearchBackend,
        *,
        pause: float = PAUSE,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._first, self._second = first, second
        self._pause, self._clock = pause, clock
        self._writing = Lock()  # one change after the other
        self._lock = Lock()  # what follows; never held during a call to an index
        self._up = True
        self._trying: Thread | None = None
        self._again_at = 0.0
        self._missed: dict[int, Doc | None] = {}  # number → what it became; None: gone
        self._closed = False

    def __len__(self) -> int:
        return len(self._second)

    @property
    def is_whole(self) -> bool:
        """Whether the first index answers and has everything."""
        return self._up

    def write(self, docs: Iterable[Doc], gone: Iterable[int] = ()) -> None:
        """Both have it when this returns; while the first is down it gets it on its return."""
        with self._writing:
            fresh = list(docs)
            leaving = list(gone)
            self._second.write(fresh, leaving)
            if not self._put_off(fresh, leaving):
                try:
                    self._first.write(fresh, leaving)
                except BackendDown as error:
                    self._fall(error)
                    self._put_off(fresh, leaving)
        self._try_again()

    def _put_off(self, fresh: list[Doc], leaving: list[int]) -> bool:
        """Keep a change for later, if the first is down."""
        with self._lock:
            if not self._up:
                self._missed.update(dict.fromkeys(leaving))
                self._missed.update((doc.n, doc) for doc in fresh)
            return not self._up

    def recall(self, terms: Terms, limit: int) -> list[tuple[int, float]]:
        """From the first, or from the second when the first is down."""
        if self._up:
            try:
                return self._first.recall(terms, limit)
            except BackendDown as error:
                self._fall(error)
        self._try_again()
        return self._second.recall(terms, limit)

    def _fall(self, error: BackendDown) -> None:
        with self._lock:
            if self._up:
                _log.warning("分布式索引暂时不可用，改用内置索引：%s", error)
            self._up = False
            self._again_at = self._clock() + self._pause

    def _try_again(self) -> None:
        with self._lock:
            if self._up or self._closed or self._trying or self._clock() < self._again_at:
                return
            self._trying = Thread(target=self._return, name="search-return", daemon=True)
            self._trying.start()

    def _return(self) -> None:
        """Write what was missed until nothing is missing; only then is the first asked again."""
        try:
            while not self._caught_up():
                pass
        except BackendDown as error:
            self._fall(error)
        finally:
            with self._lock:
                self._trying = None

    def _caught_up(self) -> bool:
        with self._lock:
            missed, self._missed = self._missed, {}
        try:
            self._first.write(
                [doc for doc in missed.values() if doc], [n for n, doc in missed.items() if doc is None]
            )
        except BackendDown:
            with self._lock:
                self._missed = {**missed, **self._missed}
            raise
        with self._lock:
            self._up = not self._missed
            if self._up:
                _log.warning("分布式索引恢复，补写了 %d 条。", len(missed))
            return self._up

    def close(self) -> None:
        """Wait for a return under way, then close both."""
        with self._lock:
            self._closed = True
            trying = self._trying
        if trying:
            trying.join()
        self._first.close()
        self._second.close()
