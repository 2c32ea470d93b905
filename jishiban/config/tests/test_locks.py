"""One holder at a time."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jishiban.config.locks import FileLock, Lock, alone, lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["file", "installation"])
def make(request: pytest.FixtureRequest) -> Callable[[], Lock]:
    return (lambda: FileLock("test")) if request.param == "file" else (lambda: lock("test"))


def test_a_second_taker_is_refused_until_the_first_lets_go(make: Callable[[], Lock]) -> None:
    first, second = make(), make()
    assert first.take()
    assert first.held()
    assert not second.take()
    first.free()
    assert not first.held()
    assert second.take()
    second.free()


def test_alone_lets_go_even_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), alone("test"):
        1 / 0
    again = lock("test")
    assert again.take()
    again.free()


def test_a_process_that_dies_leaves_no_lock(tmp_path: Path) -> None:
    held = FileLock("test")
    held.path = tmp_path / "test.lock"
    grab = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", grab, str(held.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        assert not held.take()
        other.kill()
        other.wait()
    assert held.take()
    held.free()
