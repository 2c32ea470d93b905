"""The sources' own audits: one after another here, or in a second process while this one walks the leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import django
from django.db import connections, transaction

from jishiban.kernel.ledger import sources
from jishiban.kernel.ledger.sources import Fault, Source

Found = Callable[[], Iterable[Fault]]


def begin(beside: Sequence[Source], using: str, *, apart: bool) -> Found:
    """Start the audits; the function that is returned waits for them and gives their faults."""
    if not apart:
        return lambda: audit(beside, using)
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    promised = pool.submit(_alone, using)

    def wait() -> list[Fault]:
        with pool:
            return promised.result()

    return wait


def audit(beside: Iterable[Source], using: str) -> Iterator[Fault]:
    """Every fault the sources find by themselves, all seen in one state of the database."""
    if connections[using].vendor != "postgresql" or connections[using].in_atomic_block:
        for source in beside:  # SQLite keeps one state as long as a statement is open
            yield from source.audit()
        return
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for source in beside:
            yield from source.audit()


def _alone(using: str) -> list[Fault]:
    """In the second process: put the house together, then audit every registered source."""
    django.setup()
    return list(audit(sources.registered(), using))
