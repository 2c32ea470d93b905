"""The copy of every checkpoint outside the database: DATA_DIR/checkpoints.jsonl, one line each.

A line also holds the SHA-256 of the line before it, so a line taken out of the middle leaves a gap that shows.
The file guards against a change of the database alone; a copy kept by somebody else guards against more.
"""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from jishiban.kernel.ledger.statements import Statement

FILE = "checkpoints.jsonl"
FIRST = ""
BLOCK = 4096


def path() -> Path:
    return Path(settings.DATA_DIR) / FILE


def write(statement: Statement) -> None:
    """Add one line and wait until the disk has it. The caller holds the head row, so writers come one by one."""
    path().parent.mkdir(parents=True, exist_ok=True)
    with path().open("ab+") as file:
        kept = _whole_lines(file)
        os.ftruncate(file.fileno(), kept)  # an end without its line break is a write that was cut short
        last = last_line()
        previous = FIRST if last is None else digest(last)
        file.write(json.dumps({**statement.as_dict(), "previous": previous}).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def lines() -> list[bytes]:
    """Every complete line, oldest first; an end without its line break is left out."""
    if not path().exists():
        return []
    return path().read_bytes().split(b"\n")[:-1]


def digest(line: bytes) -> str:
    return sha256(line).hexdigest()


def last_line() -> bytes | None:
    """The newest complete line, read from the end of the file whatever its length; None without one."""
    if not path().exists():
        return None
    with path().open("rb") as file:
        end = _whole_lines(file) - 1
        start = _after_break(file, end)
        file.seek(start)
        return file.read(end - start) if end > 0 else None


def _whole_lines(file: BinaryIO) -> int:
    """Where the last complete line ends, its line break included."""
    return _after_break(file, file.seek(0, os.SEEK_END))


def _after_break(file: BinaryIO, end: int) -> int:
    """The place behind the last line break before `end`; 0 when there is none."""
    while end > 0:
        start = max(0, end - BLOCK)
        file.seek(start)
        if (found := file.read(end - start).rfind(b"\n")) >= 0:
            return start + found + 1
        end = start
    return 0
