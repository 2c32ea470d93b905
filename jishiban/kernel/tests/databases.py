"""A database of its own that several threads share, on SQLite and on PostgreSQL.

The test database of pytest-django is in memory and belongs to one connection; races need files and servers.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, connections

from jishiban.config import env

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def shared_database(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """The default connection of every thread leads to a fresh, migrated database; gives its vendor."""
    with django_db_blocker.unblock(), _prepared(request.param, tmp_path) as settings, _as_default(settings):
        call_command("migrate", verbosity=0, interactive=False)
        yield request.param


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


@contextmanager
def _prepared(vendor: str, folder: Path) -> Iterator[dict[str, Any]]:
    if vendor == "sqlite":
        yield env.sqlite(folder / "shared.sqlite3")
        return
    with _postgresql_schema(os.environ["TEST_DATABASE_URL"]) as settings:
        yield settings


@contextmanager
def _postgresql_schema(url: str) -> Iterator[dict[str, Any]]:
    """A schema of its own in the database of `url`, dropped afterwards."""
    import psycopg

    settings = env.read({"DATABASE_URL": url}).database
    schema = f"shared_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'CREATE SCHEMA "{schema}"')
        try:
            yield {**settings, "OPTIONS": {**settings["OPTIONS"], "options": f"-c search_path={schema}"}}
        finally:
            admin.execute(f'DROP SCHEMA "{schema}" CASCADE')


@contextmanager
def _as_default(settings: dict[str, Any]) -> Iterator[None]:
    """Let `default` mean another database, in this thread and those started meanwhile."""
    before, kept = connections["default"], connections.settings["default"]
    connections.settings["default"] = connections.configure_settings({"default": settings})["default"]
    del connections["default"]
    try:
        yield
    finally:
        connection.close()
        connections.settings["default"] = kept
        connections["default"] = before
