"""The start script, the locks and the front-end list: what a fresh machine relies on."""

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from jishiban.config.env import ROOT

SCRIPT = (ROOT / "jsb").read_text(encoding="utf-8")
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
ADDRESS = re.compile(r"https?://|file:|--(extra-)?index-url|--find-links")


@pytest.fixture(scope="module")
def frontend() -> ModuleType:
    """tools/frontend.py, which lies outside the package."""
    spec = importlib.util.spec_from_file_location("frontend_tool", ROOT / "tools" / "frontend.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pinned(lock: Path) -> dict[str, list[str]]:
    """Every requirement of a lock with its hashes."""
    blocks = re.split(r"\n(?=[a-z0-9])", lock.read_text(encoding="utf-8"))
    return {
        block.split("==")[0]: re.findall(r"--hash=sha256:([0-9a-f]{64})", block)
        for block in blocks
        if "==" in block
    }


@pytest.mark.skipif(not shutil.which("dash"), reason="没有 dash:apt-get install -y dash")
def test_the_script_is_plain_posix() -> None:
    assert SCRIPT.startswith("#!/bin/sh\n")
    assert subprocess.run(["dash", "-n", ROOT / "jsb"], check=False).returncode == 0


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="没有 shellcheck:apt-get install -y shellcheck")
@pytest.mark.parametrize("name", ["jsb", ".ci/run"])
def test_shellcheck_finds_nothing(name: str) -> None:
    command = ["shellcheck", "--severity=warning", str(ROOT / name)]
    assert subprocess.run(command, check=False).returncode == 0


@pytest.mark.parametrize("name", ["jsb", ".ci/run"])
def test_the_scripts_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111 == 0o111


def test_help_names_every_command() -> None:
    said = subprocess.run([ROOT / "jsb", "help"], capture_output=True, text=True, check=True).stdout
    assert all(f"./jsb {word}" in said for word in ("run", "test", "check", "bench", "setup"))


def test_the_pip_that_comes_with_us_is_the_one_that_was_checked() -> None:
    (wheel,) = (ROOT / "tools").glob("pip-*.whl")
    assert wheel.name in SCRIPT
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() in SCRIPT


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_carries_hashes_and_no_address(lock: Path) -> None:
    packages = pinned(lock)
    assert packages
    assert all(packages.values())
    assert not ADDRESS.search(lock.read_text(encoding="utf-8"))


def test_the_core_lock_holds_everything_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[\[<>=]", wanted)[0].lower() for wanted in project["dependencies"]}
    assert names <= set(pinned(ROOT / "requirements" / "core.txt"))


def test_heavy_things_are_extras_and_not_in_the_core() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["optional-dependencies"]) == {"pdf", "ocr", "routing", "analytics", "milvus"}
    core = pinned(ROOT / "requirements" / "core.txt")
    assert not {
        "pymilvus",
        "weasyprint",
        "duckdb",
        "ortools",
        "pandas",
        "pyarrow",
        "scipy",
        "lightgbm",
    } & set(core)


def test_tests_run_on_the_very_versions_of_the_core() -> None:
    core, dev = (pinned(ROOT / "requirements" / f"{name}.txt") for name in ("core", "dev"))
    assert {name: core[name] for name in core} == {name: dev.get(name) for name in core}


def test_the_front_end_lock_carries_checksums_and_no_address() -> None:
    text = (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
    assert not ADDRESS.search(text)


def test_a_file_with_another_checksum_is_not_laid_out(frontend: ModuleType, tmp_path: Path) -> None:
    source, target = tmp_path / "source.js", tmp_path / "vendor" / "source.js"
    source.write_text("changed on the way")
    with pytest.raises(frontend.Unfetched, match="校验和不符"):
        frontend.lay_out(source, target, {"sha256": "0" * 64})
    assert not target.exists()


def test_a_file_that_is_right_is_not_fetched_again(frontend: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a.js"
    path.write_text("a")
    assert frontend.right(path, {"sha256": hashlib.sha256(b"a").hexdigest()})
    assert not frontend.right(tmp_path / "b.js", {"sha256": "0" * 64})


def test_a_failed_download_is_told_in_one_line(frontend: ModuleType) -> None:
    said = (
        "npm warn old\nnpm error code ECONNREFUSED\n\nnpm error network away\nnpm error more\nnpm error most"
    )
    assert frontend.gist(said) == "npm error code ECONNREFUSED;npm error network away;npm error more"
