"""`/healthz`."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from jishiban.config import health

pytestmark = pytest.mark.django_db


class Usage(NamedTuple):
    free: int


@pytest.fixture(autouse=True)
def _a_key(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("key")
    settings.KEY_DIR = tmp_path


def faults(client: Client) -> dict[str, str]:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    return dict(answer.json()["faults"])


def test_a_hall_that_can_serve_says_so(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_a_database_that_is_away_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_self: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", away)
    assert faults(client) == {"database": "数据库没有应答"}


def test_a_missing_migration_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    known = health.known_migrations()
    monkeypatch.setattr(health, "known_migrations", lambda: known | {("cases", "9999_next")})
    assert "还差 1 步升级" in faults(client)["database"]


def test_missing_keys_are_told(client: Client, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "key").unlink()
    assert faults(client) == {"keys": "有密钥文件读不到"}
    settings.KEY_DIR = tmp_path / "gone"
    assert faults(client) == {"keys": "密钥目录读不到"}


def test_a_full_disk_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    usage: Callable[[object], Usage] = lambda _path: Usage(free=0)
    monkeypatch.setattr(shutil, "disk_usage", usage)
    assert faults(client) == {"disk": "数据目录所在的磁盘满了"}


def test_a_data_folder_that_is_gone_is_told(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "gone"
    assert faults(client) == {"disk": "数据目录读不到"}
