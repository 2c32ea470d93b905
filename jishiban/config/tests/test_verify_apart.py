"""A long log is verified in two processes: the second one finds what the first would have found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from jishiban.kernel.cases.tests.errand import open_errand
from jishiban.kernel.directory.tests.cast import make_cast
from jishiban.kernel.ledger.verify import verify
def main():
    cast = make_cast()
    cases = [open_errand(cast) for _n in range(3)]
    assert verify(apart=True).ok
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET title = 'x' WHERE id = %s", [cases[1].pk])
    here, apart = verify(), verify(apart=True)
    assert here.first_fault.index == apart.first_fault.index == 1, (here, apart)
    assert here.count == apart.count == 1
    print("agreed")
if __name__ == "__main__":
    main()
"""


def test_the_second_process_finds_the_same_faults(tmp_path: Path) -> None:
    script = tmp_path / "verify.py"
    script.write_text(SCRIPT, encoding="utf-8")
    env = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "TEST_DATABASE_URL")
    }
    env |= {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "jishiban.config.settings"}
    done = subprocess.run(
        [sys.executable, str(script)], env=env, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("agreed")
