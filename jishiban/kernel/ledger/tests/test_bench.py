"""What `jishiban bench` measures is a real log, in a database of its own."""

from pathlib import Path

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from jishiban.kernel.ledger import bench


def test_the_measured_log_is_sound_and_its_database_is_gone_afterwards(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        measured = bench.measure(300, tmp_path)
    assert measured.report.ok
    assert measured.report.leaves == 300
    assert 0 < measured.proof_ms <= measured.proof_worst_ms
    assert bench.ALIAS not in connections.databases
    assert list(tmp_path.glob("tmp*")) == []


@pytest.mark.slow
def test_time_per_leaf_stays_flat(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        small, large = bench.measure(3_000, tmp_path), bench.measure(12_000, tmp_path)
    assert large.verify_s / large.leaves < 4 * small.verify_s / small.leaves
