"""Locks between processes: a file beside SQLite, an advisory lock in PostgreSQL.

Both end with the process that holds them, however it ends, so there is never a stale lock to clear.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


class Lock(Protocol):
    """Held from a successful `take` until `free`."""

    def take(self, *, wait: bool = False) -> bool: ...
    def held(self) -> bool: ...
    def free(self) -> None: ...


def lock(name: str) -> Lock:
    """The lock `name` of this installation, not yet taken."""
    return AdvisoryLock(name) if connections["default"].vendor == "postgresql" else FileLock(name)


class FileLock:
    """`flock` on DATA_DIR/<name>.lock: enough where everything runs on the machine that has the file."""

    def __init__(self, name: str) -> None:
        self.path = settings.DATA_DIR / f"{name}.lock"
        self.file: IO[str] | None = None

    def take(self, *, wait: bool = False) -> bool:
        """Whether the lock is ours now; with `wait`, only returns when it is."""
        file = self.path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BaseException as error:  # also an interrupted wait closes its file
            file.close()
            if isinstance(error, BlockingIOError):
                return False
            raise
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self.file = file
        return True

    def held(self) -> bool:
        return self.file is not None

    def free(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None


class AdvisoryLock:
    """A session lock on a connection of its own, so that nothing a job does can let go of it."""

    def __init__(self, name: str) -> None:
        digest = hashlib.sha256(f"jishiban {name}".encode()).digest()
        self.number = int.from_bytes(digest[:8], signed=True)
        self.connection: BaseDatabaseWrapper | None = None

    def take(self, *, wait: bool = False) -> bool:
        """Whether the lock is ours now; with `wait`, only returns when it is."""
        self.connection = self.connection or connections["default"].copy()
        self.connection.settings_dict["CONN_MAX_AGE"] = None
        with self.connection.cursor() as cursor:
            if wait:
                cursor.execute("SELECT pg_advisory_lock(%s)", [self.number])
                return True
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [self.number])
            taken = bool(cursor.fetchone()[0])
        if not taken:
            self.free()  # who only stands by keeps no connection
        return taken

    def held(self) -> bool:
        """Asks the server: a connection that broke has let go of the lock without telling us."""
        return self.connection is not None and self.connection.is_usable()

    def free(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Runs the block while no other process of this installation runs it."""
    held = lock(name)
    held.take(wait=True)
    try:
        yield
    finally:
        held.free()
