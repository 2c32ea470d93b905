"""Calls made at the same moment. The tests that use them need `transactional_db`, so that threads share the data."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def together(*calls: Callable[[], Any], copies: int = 1) -> list[Any]:
    """Run calls at once, each in a thread of its own; their results in order. The first failure is raised."""
    results: list[Any] = [None] * (len(calls) * copies)
    gate = threading.Barrier(len(results))

    def run(place: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[place] = call()
        except BaseException as error:  # noqa: BLE001  # raised again in the thread of the test
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls * copies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results
