"""Processes under the main one."""

import os
import sys

import pytest

from jishiban.config.children import INTERRUPTED, aside

pytestmark = pytest.mark.django_db(transaction=True)


def interrupted() -> None:
    raise KeyboardInterrupt


def test_what_is_done_aside_leaves_no_memory_behind() -> None:
    before = os.getpid()
    kept: list[bytes] = []
    assert aside(lambda: kept.append(bytes(10_000_000))) == 0
    assert kept == []
    assert os.getpid() == before


def test_a_failure_aside_is_told_by_its_code() -> None:
    assert aside(lambda: sys.exit(7)) == 7


def test_an_interruption_aside_is_told_without_a_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    assert aside(interrupted) == INTERRUPTED
    assert "Traceback" not in capfd.readouterr().err
