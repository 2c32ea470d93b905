"""The room itself: pure, documented by examples that run, and quick."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

import jishiban.kernel.clock as room
from jishiban.kernel.clock import STATUTORY, Extension, Pause, Term, Unit, deadline

ROOT = Path(room.__file__).parents[3]
MODULES = ["", *(f".{info.name}" for info in pkgutil.iter_modules(room.__path__) if info.name != "tests")]
PROBE = """
import sys
import jishiban.kernel.clock
loud = {"django", "chinese_calendar", "ninja", "numpy", "hypothesis"}
print(sorted(loud & {name.split(".")[0] for name in sys.modules}))
"""


def test_the_clock_imports_no_django_and_nothing_from_outside() -> None:
    probe = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert probe.stdout.strip() == "[]"


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_run(name: str) -> None:
    module = importlib.import_module(f"{room.__name__}{name}")
    outcome = doctest.testmod(module, report=True)
    assert outcome.failed == 0


def test_the_docstrings_do_have_examples() -> None:
    modules = [importlib.import_module(f"{room.__name__}{name}") for name in MODULES]
    assert sum(doctest.testmod(module).attempted for module in modules) >= 40


def test_everything_public_says_what_it_is() -> None:
    assert room.__all__ == sorted(room.__all__, key=lambda name: (name != name.upper(), name.islower(), name))
    assert [name for name in room.__all__ if name != "CHINA" and not getattr(room, name).__doc__] == []


@pytest.mark.parametrize("extras", [False, True])
def test_deadlines_do_not_grow_slow(extras: bool) -> None:
    """A bound against creep, far above the real cost; the speed itself is measured by the bench."""
    term, start, calendar = Term(20, Unit.WORKDAY), date(2026, 2, 10), STATUTORY()
    pauses = (Pause(date(2026, 2, 12), date(2026, 2, 27)),) if extras else ()
    extensions = (Extension(10),) if extras else ()
    begin = time.process_time()
    for _ in range(20_000):
        deadline(term, start, calendar=calendar, pauses=pauses, extensions=extensions)
    assert time.process_time() - begin < 1.0


def test_a_far_deadline_costs_no_more_than_a_near_one() -> None:
    calendar, start = STATUTORY(), date(2026, 2, 10)
    costs = []
    for amount in (5, 10_000):
        term = Term(amount, Unit.WORKDAY)
        begin = time.process_time()
        for _ in range(5_000):
            deadline(term, start, calendar=calendar)
        costs.append(time.process_time() - begin)
    assert costs[1] < costs[0] * 10
