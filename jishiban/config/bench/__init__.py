"""`jishiban bench [NAME …] [--cases N] [--json FILE]`: how fast, measured on a scratch installation of its own.
`jishiban bench search --set DIR` measures how well the guide finds (search.py).

Each figure stands beside an empty view or a bare insert measured in the same run, with its queries and CPU time:
ratios travel between machines, milliseconds do not. The real data are never touched.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence

NAMES = ("clock", "filing", "pages", "inbox", "ledger", "memory")


def main(args: Sequence[str]) -> int:
    """Measure what is named (everything when nothing is) in a process of its own; exit code 1 when a bound is missed."""
    if args and args[0] == "search":
        from jishiban.config.bench import search  # measures sets of questions, not an installation

        return search.main(args[1:])
    words = argparse.ArgumentParser(prog="jishiban bench", description="测速度；不写名称就全测")
    words.add_argument("names", nargs="*", metavar="名称", help="、".join(NAMES))
    words.add_argument("--cases", type=int, default=1_000_000, help="收件箱和亮灯所在的办件数")
    words.add_argument("--leaves", type=int, default=1_000_000, help="账本的条数")
    words.add_argument("--json", default="", metavar="FILE", help="另存为 JSON")
    options = words.parse_args(list(args))
    for name in options.names:
        if name not in NAMES:
            words.error(f"没有“{name}”这一项。可选：{'、'.join(NAMES)}")
    with tempfile.TemporaryDirectory(prefix="jishiban-bench-") as scratch:
        env = {key: value for key, value in os.environ.items() if not key.startswith("JSB_")}
        env |= {"DATA_DIR": scratch, "DJANGO_SETTINGS_MODULE": "jishiban.config.settings", "JSB_MODE": "demo"}
        env.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "jishiban.config.bench.inside", *(options.names or NAMES)]
        command += [f"--cases={options.cases}", f"--leaves={options.leaves}", f"--json={options.json}"]
        return subprocess.run(command, env=env, check=False).returncode
