"""Prints how much room the installed environment takes, in megabytes (10^6 bytes)."""

import sys
from pathlib import Path


def size_of(folder: Path) -> int:
    """Bytes of every file under `folder`; links are not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    print(f"依赖共 {size_of(Path(sys.prefix)) / 1e6:.0f} MB(上限 400 MB)", file=sys.stderr)
