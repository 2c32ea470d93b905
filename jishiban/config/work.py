"""Background work: one consumer for the whole installation, wherever it runs.

The web process carries it as a thread, `jishiban work` as a process. Whoever holds the lock works; the others
stand by (in the web process) or refuse to start (on the command line).
"""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

from django.db import close_old_connections, connections

from jishiban.config.locks import Lock, lock

logger = logging.getLogger("jishiban.work")

Job = tuple[str, float, Callable[[], object]]
LONGEST_PAUSE_SECONDS = 300.0
STAND_BY_SECONDS = 5.0
CLOSING_SECONDS = 1.5


class Chore:
    """One job with the time it is due next; a failing one is asked less and less often."""

    def __init__(self, name: str, seconds: float, call: Callable[[], object]) -> None:
        self.name, self.seconds, self.call = name, seconds, call
        self.due = 0.0
        self.failures = 0

    def run(self, clock: Callable[[], float]) -> None:
        """Runs once and sets the next time. Never raises: one broken job must not stop the others."""
        try:
            self.call()
            self.failures = 0
        except Exception:  # whatever it is, the loop goes on and the log has it
            self.failures += 1
            logger.exception("后台任务 %s 第 %d 次失败", self.name, self.failures)
        self.due = clock() + self.pause()

    def pause(self) -> float:
        """Seconds until the next run: the job's own, doubled with each failure in a row."""
        doubled = self.seconds * 2 ** min(self.failures, 16)
        return self.seconds if not self.failures else max(self.seconds, min(doubled, LONGEST_PAUSE_SECONDS))


class Consumer:
    """The loop. `stop` ends it after the job in hand."""

    def __init__(self, jobs: Sequence[Job], held: Lock, clock: Callable[[], float] = time.monotonic) -> None:
        self.chores = [Chore(*job) for job in jobs]
        self.lock = held
        self.clock = clock
        self.ending = threading.Event()
        self.thread: threading.Thread | None = None

    def run(self) -> None:
        """Work while the lock is ours; until it is, stand by."""
        while not self.ending.is_set():
            if self.take():
                self.work()
            else:
                self.ending.wait(STAND_BY_SECONDS)
        self.lock.free()
        connections.close_all()

    def take(self) -> bool:
        """Whether the lock is ours; a database that is away counts as no."""
        try:
            return self.lock.take()
        except Exception:  # the database may come back
            logger.exception("取不到后台任务的锁")
            self.lock.free()
            return False

    def work(self) -> None:
        while not self.ending.is_set() and self.lock.held():
            self.turn()
            self.ending.wait(self.rest())
        self.lock.free()

    def turn(self) -> None:
        """Run what is due now."""
        for chore in self.chores:
            if self.ending.is_set():
                return
            if chore.due <= self.clock():
                close_old_connections()
                chore.run(self.clock)
        close_old_connections()

    def rest(self) -> float:
        """Seconds until something is due; never so long that a lost lock stays unnoticed."""
        next_due = min((chore.due for chore in self.chores), default=self.clock() + STAND_BY_SECONDS)
        return min(max(next_due - self.clock(), 0.05), STAND_BY_SECONDS)

    def start(self) -> None:
        """Run beside the web server. A daemon: a hung job cannot keep the process from ending."""
        self.thread = threading.Thread(target=self.run, name="jishiban-work", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """End, waiting a moment for the job in hand; one cut short is rolled back and done again."""
        self.ending.set()
        if self.thread is not None:
            self.thread.join(CLOSING_SECONDS)


def consumer() -> Consumer:
    """The consumer of this installation, with the jobs named in wiring."""
    from jishiban.config.wiring import JOBS

    return Consumer(JOBS, lock("work"))


def work_alone() -> int:
    """`jishiban work`: work in this process. Exit code 1 when another consumer is already at it."""
    worker = consumer()
    if not worker.take():
        print(
            "已有一个后台任务进程在工作,本进程不启动。网页服务自带后台任务,一般不必单独运行。\n"
            "(another consumer already works here; this one refuses to start)",
            file=sys.stderr,
        )
        return 1

    def end(_number: int, _frame: FrameType | None) -> None:
        worker.ending.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    print(f"后台任务开始:{'、'.join(chore.name for chore in worker.chores)}。Ctrl-C 结束。")
    worker.work()
    connections.close_all()
    return 0
