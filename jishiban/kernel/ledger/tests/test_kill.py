"""A writer killed at any moment loses nothing it had acknowledged, and leaves a log that verifies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SETUP = """
import django; django.setup()
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from jishiban.kernel.ledger import actions
from jishiban.kernel.ledger.models import LedgerRecord
from jishiban.kernel.ledger.sources import RecordSource
from jishiban.kernel.ledger.verify import verify
"""
WRITER = (
    SETUP
    + """
call_command("migrate", "ledger", verbosity=0)
while True:
    with transaction.atomic():
        record = actions.record("reveal", {"why": "核对身份"}, timezone.now())
    print(record.leaf, flush=True)
    if record.leaf % 3 == 2:
        actions.checkpoint()
"""
)
READER = (
    SETUP
    + """
report = verify(among=[RecordSource()])
print(report.count, report.leaves, LedgerRecord.objects.count())
with transaction.atomic():
    actions.record("reveal", {"why": "再开始"}, timezone.now())
actions.checkpoint()
print(verify(among=[RecordSource()]).ok)
"""
)


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 8, 23])
def test_a_killed_writer_loses_nothing_and_leaves_a_sound_log(tmp_path: Path, after: int) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "jishiban.config.settings",
    }
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER], env=environment, stdout=subprocess.PIPE, text=True
    )
    with writer:
        assert writer.stdout
        said = [int(writer.stdout.readline()) for _ in range(after)]
        writer.kill()
        said += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
    done = subprocess.run(
        [sys.executable, "-c", READER], env=environment, capture_output=True, text=True, check=True
    )
    counts, sound = done.stdout.splitlines()
    faults, leaves, records = map(int, counts.split())
    assert said == list(range(len(said)))
    assert faults == 0
    assert leaves == records >= len(said)
    assert sound == "True"
