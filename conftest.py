"""What every test stands on: no network beyond this machine, and a loud word about what is missing."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

MEND = {
    "browser": "没有 Chromium:apt-get install -y chromium fonts-noto-cjk",
    "postgres": "没有 PostgreSQL:apt-get install -y postgresql,再设 TEST_DATABASE_URL(.ci/run 会自动做)",
}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LOCAL = ("127.0.0.1", "localhost", "::1", "")


DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
AXE = Path(__file__).parent / "build" / "vendor" / "axe.min.js"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only the tests that touch the database")


def absent() -> set[str]:
    """The markers whose tools this machine lacks."""
    missing = set() if CHROMIUM else {"browser"}
    return missing if os.environ.get("TEST_DATABASE_URL") else {*missing, "postgres"}


def touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    return marked is not None or bool(fixtures & DATABASE_FIXTURES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for mark in absent():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=MEND[mark]))
    if config.getoption("--database-only"):
        kept = [item for item in items if touches_database(item) and not item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says aloud what was not tried, and how to bring it."""
    skipped = {str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])}
    for mark in sorted(absent()):
        if any(MEND[mark] in reason for reason in skipped):
            terminalreporter.write_line(f"跳过了 {mark} 测试:{MEND[mark]}", yellow=True)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The machine's own Chromium, for Playwright's `executable_path`."""
    if not CHROMIUM:
        pytest.skip(MEND["browser"])
    return Path(CHROMIUM)


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The text of axe-core, to be injected into a page; laid out by `./jsb test`."""
    if not AXE.is_file():
        pytest.skip("没有 axe-core:联网后执行 ./jsb test")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _own_library() -> Iterator[None]:
    """What one test taught the library, the next does not know. Costs nothing where no library was read."""
    yield
    if library := sys.modules.get("jishiban.guide.entries.library"):
        library.forget()


@pytest.fixture(autouse=True, scope="session")
def _no_outside_network() -> Iterator[None]:
    """A test that reaches beyond this machine would pass here and fail on an intranet."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOCAL:
            pytest.fail(f"the test tried to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield
