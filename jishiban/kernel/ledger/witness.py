"""The copy of every checkpoint outside the database: DATA_DIR/checkpoints.jsonl, one line each.

A line also holds the SHA-256 of the line before it, so a line taken out of the middle leaves a gap that shows.
The file guards against a change of the database alone; a copy kept by somebody else guards against more.
"""

import json
import os
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from jishiban.kernel.ledger.statements import Statement

FILE = "checkpoints.jsonl"
FIRST = ""


def path() -> Path:
    return Path(settings.DATA_DIR) / FILE


def write(statement: Statement) -> None:
    """Add one line and wait until the disk has it. The caller holds the head row, so writers come one by one."""
    path().parent.mkdir(parents=True, exist_ok=True)
    with path().open("ab+") as file:
        _drop_torn_end(file.fileno())
        kept = lines()
        previous = digest(kept[-1]) if kept else FIRST
        file.write(json.dumps({**statement.as_dict(), "previous": previous}).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def lines() -> list[bytes]:
    """Every complete line, oldest first. An end without its line break is a write that was cut short."""
    if not path().exists():
        return []
    return path().read_bytes().split(b"\n")[:-1]


def digest(line: bytes) -> str:
    return sha256(line).hexdigest()


def _drop_torn_end(descriptor: int) -> None:
    content = path().read_bytes()
    if content and not content.endswith(b"\n"):
        os.ftruncate(descriptor, content.rfind(b"\n") + 1)
