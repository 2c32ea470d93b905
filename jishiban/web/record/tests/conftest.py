"""A ledger of its own for every test: keys, checkpoint file, thirteen records."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django import Settings

from jishiban.kernel.ledger import actions
from jishiban.kernel.ledger.models import LedgerRecord

DAY_ONE = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, settings: Settings) -> Path:
    cache.clear()
    settings.DATA_DIR = tmp_path
    settings.KEY_DIR = tmp_path / "keys"
    return tmp_path


def write(count: int) -> list[LedgerRecord]:
    start = LedgerRecord.objects.count()
    with transaction.atomic():
        return [
            actions.record("reveal", {"case": f"济〔2026〕{n}号"}, DAY_ONE + timedelta(minutes=n))
            for n in range(start, start + count)
        ]


@pytest.fixture
def log(db: None) -> list[LedgerRecord]:
    return write(13)
