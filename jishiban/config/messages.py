"""Compiles the message files; Debian's gettext tools are not needed.

Usage: python -m jishiban.config.messages. Prints the files it made, nothing when all are fresh.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def stale(folder: Path) -> list[Path]:
    """Every .po under `folder` whose .mo is missing or older."""
    return [
        po
        for po in sorted(folder.rglob("*.po"))
        if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]


def compile_messages(folder: Path = ROOT / "locale") -> list[Path]:
    """Compile what is stale under `folder` and return those .po files; a reader never sees half a file."""
    sources = stale(folder)
    for po in sources:
        import polib  # only when there is something to do: it costs a third of a quick start

        draft = po.with_suffix(f".{os.getpid()}.tmp")
        polib.pofile(str(po)).save_as_mofile(str(draft))
        draft.replace(po.with_suffix(".mo"))
    return sources


if __name__ == "__main__":
    for made in compile_messages():
        print(f"译文 {made.relative_to(ROOT)}")
