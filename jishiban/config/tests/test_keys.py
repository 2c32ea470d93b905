"""Key files."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jishiban.config.keys import secret_key, write_once


def test_the_secret_key_is_made_once_and_only_we_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = secret_key(folder)
    assert len(first) == 128
    assert secret_key(folder) == first
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_places_never_share_a_secret(tmp_path: Path) -> None:
    assert secret_key(tmp_path / "a") != secret_key(tmp_path / "b")


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(tmp_path), range(32)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_key_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    write_once(tmp_path / "key", "first")
    write_once(tmp_path / "key", "second")
    assert (tmp_path / "key").read_text() == "first\n"
