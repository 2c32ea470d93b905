"""A real hall in processes of its own, for tests that kill it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from jishiban.config.env import ROOT

LIVE = {"JSB_MODE": "live", "JSB_AREA_CODE": "370115", "JSB_PLACE": "济阳区", "JSB_PHONE": "12345"}


def free_port() -> int:
    """A port of this machine nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(happened: Callable[[], bool], seconds: float) -> bool:
    """Whether it happened within `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.02)
    return happened()


class Hall:
    """`jishiban serve` on a free port. Live mode: an empty hall starts faster than a demonstration."""

    def __init__(self, data_dir: Path, port: int | None = None, **environ: str) -> None:
        self.port = port or free_port()
        self.environ = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("JSB_", "DATABASE_", "DJANGO_"))
            },
            **LIVE,
            "JSB_HOSTS": f"http://127.0.0.1:{self.port}",
            "PORT": str(self.port),
            "DATA_DIR": str(data_dir),
            "PYTHONIOENCODING": "utf-8",
            **environ,
        }
        self.log = data_dir / f"log-{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `jishiban words…` in a process group of its own, so that a test ends no other process."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "jishiban.config.cli", *words],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start(self, seconds: float = 60) -> float:
        """Start and wait for the first answer; returns the seconds it took."""
        began = time.monotonic()
        self.process = self.command("serve")
        if not wait_for(lambda: self.answers() or self.ended(), seconds) or self.ended():
            raise AssertionError(self.said())
        return time.monotonic() - began

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def answers(self) -> bool:
        return self.status("/healthz") == 200

    def status(self, path: str) -> int:
        """The status of one GET; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def workers(self) -> list[int]:
        """Processes under the main one."""
        children = Path(f"/proc/{self.pid()}/task/{self.pid()}/children").read_text(encoding="ascii")
        return [int(pid) for pid in children.split()]

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Send a signal to the whole group, as a terminal does with Ctrl-C, and wait for the end."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)
            self.process.wait(10)


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def memory_mb(pids: list[int]) -> float:
    """Memory of the processes together in MB, what they share counted once (PSS)."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total * 1024 / 1e6
