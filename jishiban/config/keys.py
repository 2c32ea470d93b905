"""Key files made at first start, readable by this account only."""

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """The signing key of sessions and forms, 64 random bytes in hex; made once, file mode 0600."""
    path = folder / "secret_key"
    if not path.exists():
        write_once(path, secrets.token_hex(64))
    return path.read_text(encoding="ascii").strip()


def write_once(path: Path, text: str) -> None:
    """Write `text` unless the file is there; of several processes starting together exactly one wins.

    The link appears only when the content is complete, so nobody reads half a key.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
