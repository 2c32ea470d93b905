"""An outbox with one connected platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from jishiban.kernel.exchange import adapters
from jishiban.kernel.exchange.adapters import HttpJson
from jishiban.kernel.tests.servers import Platform, platform

Connect = Callable[..., AbstractContextManager[Platform]]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """`with connect("province", "500", "ok") as other:` connects a platform of those tempers under that name."""
    known = dict(adapters._adapters)

    @contextmanager
    def connected(target: str, *tempers: str) -> Iterator[Platform]:
        with platform(*tempers) as other:
            adapters.register(target, HttpJson(other.url, seconds=0.4, headers={"X-Token": "t"}))
            yield other

    yield connected
    adapters._adapters.clear()
    adapters._adapters.update(known)
