"""Processes under the main one: they end with it, and what they fill their memory with ends with them."""

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable
from multiprocessing import get_context

from django.db import connections

PR_SET_PDEATHSIG = 1
INTERRUPTED = 130


def die_with(main: int) -> None:
    """Ask the kernel to kill this process when its parent dies, even by kill -9.

    An orphan would go on serving old code on a port nobody watches. Acknowledged writes are on disk.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != main:
        os._exit(1)


def aside(call: Callable[[], object]) -> int:
    """Run `call` in a process of its own and return its exit code: 0 done, 130 interrupted, else failed.

    For what needs much memory once: the server that is forked later does not carry it along.
    """
    connections.close_all()
    child = get_context("fork").Process(target=_run, args=(call, os.getpid()))
    child.start()
    child.join()
    return child.exitcode or 0


def _run(call: Callable[[], object], main: int) -> None:
    die_with(main)
    try:
        call()
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)
    finally:
        connections.close_all()
