"""Every test here has a key directory and a checkpoint file of its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from jishiban.kernel.ledger import actions
from jishiban.kernel.ledger.models import LedgerRecord

DAY_ONE = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA_DIR = tmp_path
    settings.KEY_DIR = tmp_path / "keys"
    return tmp_path


@pytest.fixture
def write(db: None) -> Callable[[int], list[LedgerRecord]]:
    """Write so many records, ten minutes apart, going on after those already there."""

    def _write(count: int) -> list[LedgerRecord]:
        start = LedgerRecord.objects.count()
        with transaction.atomic():
            return [
                actions.record(
                    "reveal", {"case": f"济〔2026〕{n}号", "no": n}, DAY_ONE + timedelta(minutes=10 * n)
                )
                for n in range(start, start + count)
            ]

    return _write
