"""Idle memory of everything together: the server, its worker and the background work."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from jishiban.config.bench.figures import Figure

READY_SECONDS = 120
SETTLE_SECONDS = 8


def run() -> list[Figure]:
    """Start the whole product as `jishiban serve` does, let it settle, add up the memory of its processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {"PORT": str(port)}
    server = subprocess.Popen(
        [sys.executable, "-m", "jishiban.config.cli", "serve"], env=env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        _wait(port)
        for path in ("/", "/matters/", "/promises"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30).read()
        time.sleep(SETTLE_SECONDS)
        total = sum(_pss(pid) for pid in _family(server.pid))
        return [Figure("空闲内存，全部进程", total / 1024, "MB（PSS）", bound=300)]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def _wait(port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise TimeoutError("the server did not answer")


def _family(root: int) -> list[int]:
    """The process and everything it started."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [root]
    for pid in found:
        found.extend(child for child, parent in parents.items() if parent == pid)
    return found


def _pss(pid: int) -> int:
    """Proportional set size in KiB; 0 for a process that has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
