"""Many at once: numbers stay unique and without gaps, a step is taken once, a killed writer loses nothing it answered for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.errors import CaseError
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.cases.owners import close_account
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.identifiers import parse_case_number
from jishiban.kernel.directory.tests.cast import make_cast
from jishiban.kernel.ledger.verify import verify
from jishiban.kernel.tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 32


def serials() -> list[int]:
    return sorted(
        parse_case_number(number).serial for number in Case.objects.values_list("number", flat=True)
    )


def test_thirty_two_writers_get_unique_numbers_without_gaps() -> None:
    cast = make_cast()
    together(lambda: open_errand(cast), copies=WRITERS)
    assert serials() == list(range(1, WRITERS + 1))
    report = verify()
    assert report.first_fault is None
    assert report.leaves == WRITERS


def test_the_same_step_taken_by_many_at_once_is_taken_once() -> None:
    cast = make_cast()
    case = open_errand(cast)
    actor = cast.actor("reviewer")

    def decide() -> bool:
        try:
            act(case, "decide", by=actor, seen=1, why="好")
        except CaseError:
            return False
        return True

    assert sum(together(decide, copies=8)) == 1
    assert CaseEvent.objects.filter(case=case, step="decide").count() == 1
    assert verify().first_fault is None


CHILD = """
import os, sys, django
django.setup()
from django.db import connection
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.cases.tests.survivor import cast_of
cast = cast_of()
while True:
    case = open_errand(cast)
    os.write(1, (case.number + "\\n").encode())
"""


@pytest.mark.parametrize("after", [0.0, 0.013, 0.05, 0.11])
def test_a_writer_killed_at_any_point_loses_nothing_it_had_answered_for(after: float, tmp_path: Path) -> None:
    make_cast()
    env = os.environ | {
        "KILLED_DATABASE": str(connection.settings_dict["NAME"]), "KILLED_KEYS": str(settings.KEY_DIR),
        "DJANGO_SETTINGS_MODULE": "jishiban.kernel.cases.tests.survivor_settings",
    }  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", CHILD], env=env, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        answered = [child.stdout.readline().strip()]
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
        answered += [line.strip() for line in child.stdout if line.endswith("\n")]
    assert answered[0]
    stored = set(Case.objects.values_list("number", flat=True))
    assert set(answered) <= stored
    assert serials() == list(range(1, len(stored) + 1))
    assert verify().first_fault is None


def test_a_large_hand_over_and_a_single_step_never_wait_for_each_other_for_ever() -> None:
    cast = make_cast()
    cases = [open_errand(cast) for _n in range(6)]
    clerk = cast.actor("clerk")

    def close() -> bool:
        close_account(cast["reviewer"], by=cast.actor("admin"), successor=cast["second"])
        return True

    def note() -> bool:
        for case in reversed(cases):
            act(case, "note", by=clerk, text="来电询问")
        return True

    assert all(together(close, note, note))
    assert not Case.objects.filter(owner=cast["reviewer"]).exists()
    assert verify().first_fault is None
