"""The index on Milvus, for a place whose library or traffic outgrows one machine.

Rows of the collection are keyed by what a document says, not by its number: numbers belong to a process, so several
workers fill one collection with the same library and each finds its own numbers again. A document that only another
worker knows is passed over. The row 0 keeps the average lengths all document weights were made with.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from threading import RLock
from typing import Any, Final

from jishiban.kernel.search.backend import BackendDown, Doc, Terms
from jishiban.kernel.search.sparse import Held, as_row, averages_of, from_row, key, vector

_AT_ONCE: Final = 1000  # documents in one call
_SPARE: Final = 16  # asked for beyond the limit: equal scores at the edge, documents of other workers
_MOST: Final = 16_384  # rows Milvus returns at most
_AVERAGES: Final = 0  # the row of the averages
_LOST: Final = 0.9  # with less than this share of what was written, the collection has lost its data

_log = logging.getLogger(__name__)


class NoClient(RuntimeError):
    """Milvus is set up, but its client library is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "设置了 Milvus 地址，但没有安装 pymilvus。请安装：pip install 'jishiban[milvus]'；"
            "或者去掉这项设置，使用内置索引。"
        )


class MilvusIndex:
    """A `SearchBackend` on one collection. `uri`: http(s)://user:password@host:port/database, or a file *.db (Lite).

    Connects when first used. `patience`: seconds for a question or a small change; `load_patience`: for every
    thousand documents of a load. Safe for threads. A file belongs to one process; a server serves many.
    """

    def __init__(
        self, uri: str, collection: str = "jishiban", *, patience: float = 1.0, load_patience: float = 30.0
    ) -> None:
        self._uri, self._collection = uri, collection
        self._patience, self._load_patience = patience, load_patience
        self._pymilvus = _client_library()
        self._errors = (self._pymilvus.MilvusException, import_module("grpc").RpcError, OSError, ValueError)
        self._lock = RLock()
        self._client: Any = None
        self._averages: dict[str, float] | None = None
        self._held = Held()

    def __len__(self) -> int:
        return len(self._held)

    # -- writing ---------------------------------------------------------------------------------

    def write(self, docs: Iterable[Doc], gone: Iterable[int] = ()) -> None:
        """Seen by the next recall of this process. Raises BackendDown; written again, nothing is doubled.

        With nothing to write it only makes sure that the collection can be reached.
        """
        with self._lock:
            fresh = {doc.n: doc for doc in docs}
            leaving = [n for n in gone if n not in fresh]
            with self._calling() as client:
                self._change(client, fresh, leaving)

    def _change(self, client: Any, fresh: dict[int, Doc], leaving: list[int]) -> None:
        if not fresh and not leaving:
            client.has_collection(self._collection, timeout=self._patience)
            return
        if self._averages is None:
            if not fresh:
                return
            self._averages = self._found(client, fresh.values())
        keys = {n: key(doc) for n, doc in fresh.items()}
        made = {keys[n]: vector(doc, self._averages) for n, doc in fresh.items()}
        left = self._held.left_by((*leaving, *fresh), keys.values())
        for some in _in_parts(left):
            client.delete(self._collection, ids=some, timeout=self._writing(len(some)))
        for some in _in_parts(made):
            rows = [{"k": one, "v": made[one]} for one in some]
            client.upsert(self._collection, rows, timeout=self._writing(len(some)))
        for n in leaving:
            self._held.drop(n)
        for n, one in keys.items():
            self._held.put(n, one, made[one])

    def _writing(self, rows: int) -> float:
        return self._patience + self._load_patience * rows / _AT_ONCE

    def _found(self, client: Any, docs: Collection[Doc]) -> dict[str, float]:
        """Make the collection, its averages those of the first load. Whoever comes second takes what is there."""
        if not client.has_collection(self._collection, timeout=self._patience):
            try:
                self._make(client)
            except self._pymilvus.MilvusException:
                if not client.has_collection(self._collection, timeout=self._patience):
                    raise
        known = self._known_averages(client)
        if known is None:
            row = {"k": _AVERAGES, "v": as_row(averages_of(docs))}
            client.upsert(self._collection, [row], timeout=self._writing(1))
            known = self._known_averages(client)
        return known or {}

    def _make(self, client: Any) -> None:
        types = self._pymilvus.DataType
        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("k", types.INT64, is_primary=True)
        schema.add_field("v", types.SPARSE_FLOAT_VECTOR)
        index = client.prepare_index_params()
        index.add_index("v", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        client.create_collection(
            self._collection, schema=schema, index_params=index,
            consistency_level="Session", timeout=self._load_patience,
        )  # fmt: skip

    def _known_averages(self, client: Any) -> dict[str, float] | None:
        rows = client.query(
            self._collection, ids=[_AVERAGES], output_fields=["v"],
            consistency_level="Strong", timeout=self._load_patience,
        )  # fmt: skip
        return from_row(rows[0]["v"]) if rows else None

    # -- asking ----------------------------------------------------------------------------------

    def recall(self, terms: Terms, limit: int) -> list[tuple[int, float]]:
        """The same scores as the embedded index, best first; ties by number. Raises BackendDown."""
        asked = self._held.asked(terms)
        if not asked or limit < 1:
            return []
        wide = limit + _SPARE
        while True:
            wide = min(wide, _MOST)
            rows = self._search(asked, wide)
            found = [(n, score) for one, score in rows for n in self._held.numbers(one)]
            if len(found) >= limit or len(rows) < wide or wide == _MOST:
                return sorted(found, key=lambda one: (-one[1], one[0]))[:limit]
            wide *= 4

    def _search(self, asked: dict[int, float], limit: int) -> list[tuple[int, float]]:
        with self._calling() as client:
            hits = client.search(
                self._collection, data=[asked], anns_field="v", limit=limit, output_fields=["k"],
                search_params={"metric_type": "IP", "params": {}},
                consistency_level="Session", timeout=self._patience,
            )  # fmt: skip
        return [(hit["k"], score) for hit in hits[0] if (score := float(hit["distance"])) > 0]

    # -- the connection --------------------------------------------------------------------------

    @contextmanager
    def _calling(self) -> Iterator[Any]:
        """The connected client; whatever goes wrong on the way is BackendDown, and the next call connects anew."""
        try:
            yield self._connected()
        except self._errors as error:
            self._let_go()
            raise BackendDown(self._told(error)) from error

    def _told(self, error: BaseException) -> str:
        """The failure in one line, without the address: it may carry a password."""
        said = str(getattr(error, "message", "") or type(error).__name__).replace(self._uri, "…")
        return " ".join(f"Milvus: {said}".split())[:300]

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                client = self._pymilvus.MilvusClient(self._uri, timeout=self._patience, dedicated=True)
                try:
                    self._look(client)
                except BaseException:
                    client.close()
                    raise
                self._client = client
            return self._client

    def _look(self, client: Any) -> None:
        """A collection that came back without its documents would answer wrongly: it counts as down."""
        if not client.has_collection(self._collection, timeout=self._patience):
            there = 0
        else:
            client.load_collection(self._collection, timeout=self._load_patience)
            counted = client.query(
                self._collection, filter="", output_fields=["count(*)"],
                consistency_level="Strong", timeout=self._load_patience,
            )  # fmt: skip
            there = int(counted[0]["count(*)"])
        if there < self._held.keys * _LOST:
            _log.error(
                "Milvus 的集合 %s 丢了数据：写入过 %d 条，只剩 %d 条。重启服务后会重新装入。",
                self._collection, self._held.keys, there,
            )  # fmt: skip
            raise BackendDown("Milvus: the collection has lost its documents")

    def _let_go(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            try:
                client.close()
            except self._errors:
                _log.debug("closing a broken connection", exc_info=True)

    def close(self) -> None:
        """Close the connection; the collection stays."""
        self._let_go()

    def drop(self) -> None:
        """Take the whole collection out of Milvus. The next write makes it anew, with averages of that load."""
        with self._lock, self._calling() as client:
            client.drop_collection(self._collection, timeout=self._load_patience)
            self._held, self._averages = Held(), None


def _in_parts(keys: Iterable[int]) -> Iterator[list[int]]:
    left = iter(keys)
    while part := list(islice(left, _AT_ONCE)):
        yield part


def _client_library() -> Any:
    try:
        found = import_module("pymilvus")
    except ImportError as error:
        raise NoClient from error
    # It prints a page for every call that fails; whoever calls here is told once, in one line.
    for name in ("pymilvus.decorators", "pymilvus.client.connection_manager", "pymilvus.client.grpc_handler"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return found
