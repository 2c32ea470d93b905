"""What every test stands on: no network beyond this machine, and a loud word about what is missing."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

MEND = {
    "browser": "没有 Chromium:apt-get install -y chromium fonts-noto-cjk",
    "postgres": "没有 PostgreSQL:apt-get install -y postgresql,再设 TEST_DATABASE_URL(.ci/run 会自动做)",
}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LOCAL = ("127.0.0.1", "localhost", "::1", "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = {
        "browser": not CHROMIUM,
        "postgres": not os.environ.get("TEST_DATABASE_URL"),
    }
    for item in items:
        for mark, missing in absent.items():
            if missing and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=MEND[mark]))


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The machine's own Chromium, for Playwright's `executable_path`."""
    if not CHROMIUM:
        pytest.skip(MEND["browser"])
    return Path(CHROMIUM)


@pytest.fixture(autouse=True, scope="session")
def _no_outside_network() -> Iterator[None]:
    """A test that reaches beyond this machine would pass here and fail on an intranet."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOCAL:
            pytest.fail(f"the test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]  # the very argument we were given

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]
