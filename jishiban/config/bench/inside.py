"""Runs inside the scratch installation: makes it, measures, prints, and says whether every bound holds."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from jishiban.config.bench.figures import Figure


def say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """Exit code 1 when a bound is missed."""
    words = argparse.ArgumentParser()
    words.add_argument("names", nargs="+")
    words.add_argument("--cases", type=int)
    words.add_argument("--leaves", type=int)
    words.add_argument("--json", default="")
    options = words.parse_args()
    prepare()
    found: list[Figure] = []
    for name in options.names:
        say(f"— {name}")
        began = time.monotonic()
        for figure in measures(options.cases, options.leaves)[name]():
            say(figure.line())
            found.append(figure)
        say(f"  （{time.monotonic() - began:.0f} 秒）")
    if options.json:
        rows = [asdict(figure) | {"holds": figure.holds} for figure in found]
        Path(options.json).write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    missed = [figure.name for figure in found if not figure.holds]
    say(f"未达到：{'、'.join(missed)}" if missed else "全部达到。")
    return 1 if missed else 0


def prepare() -> None:
    """Django, the database, the demo's directory and catalogue, and the addresses with an empty view among them."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiban.config.settings")
    django.setup()
    settings.ROOT_URLCONF = "jishiban.config.bench.urls"
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)
    from django.utils import timezone

    from jishiban.hall.matters.seed import load_catalogue
    from jishiban.kernel.directory.demo import build

    build(timezone.localdate())
    load_catalogue()


def measures(cases: int, leaves: int) -> dict[str, Callable[[], list[Figure]]]:
    """Every measurement by name."""
    from jishiban.config.bench import clock, filing, ledger, memory, pages, stock

    return {
        "clock": clock.run, "filing": filing.run, "pages": pages.run, "inbox": lambda: stock.run(cases),
        "ledger": lambda: ledger.run(leaves), "memory": memory.run,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
