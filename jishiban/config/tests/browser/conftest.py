"""A hall in a process of its own, Chromium, and visits that fail on any complaint the browser makes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from jishiban.config.env import ROOT
from jishiban.config.tests.browser.people import Person
from jishiban.config.tests.browser.visits import Stage, Visits
from jishiban.config.tests.running import Hall
from jishiban.kernel.directory.invented import Inventor

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--password-store=basic",
]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """`jishiban serve` over a small demonstration district; each worker of the tests has one of its own."""
    hall = Hall(tmp_path_factory.mktemp("stage"), JSB_MODE="demo")
    command = [sys.executable, "-m", "jishiban.config.tests.browser.stage"]
    made = subprocess.run(command, cwd=ROOT, env=hall.environ, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    try:
        hall.start()
        yield Stage(hall, json.loads(made.stdout))
        assert "Traceback" not in hall.said(), hall.said()[-4000:]
    finally:
        hall.stop(signal.SIGKILL)


@pytest.fixture(scope="package")
def chrome(chromium: Path) -> Iterator[Browser]:
    """Chromium. For this package only: while it runs, Django takes this thread for an asynchronous one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def inventor() -> Inventor:
    """People nobody has met yet; apart from those of the demonstration."""
    return Inventor(Random(20260930))


@pytest.fixture
def somebody(inventor: Inventor) -> Person:
    """A citizen who was never here before."""
    return Person.invented(inventor)


@pytest.fixture(scope="session")
def _states() -> dict[str, Any]:
    return {}


@pytest.fixture
def visit(chrome: Browser, stage: Stage, _states: dict[str, Any]) -> Iterator[Visits]:
    """`visit("/path", staff="chuangkou", javascript=False)` gives a page; complaints fail the test."""
    visits = Visits(chrome, stage.base, _states)
    yield visits
    visits.end()
    assert not visits.faults, "\n".join(visits.faults)


@pytest.fixture(scope="session")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small real PDF."""
    return written(tmp_path_factory, "申请书.pdf", one_page_pdf())


@pytest.fixture(scope="session")
def png(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small real picture."""
    return written(tmp_path_factory, "平面图.png", one_dot_png())


def written(factory: pytest.TempPathFactory, name: str, content: bytes) -> Path:
    path = factory.mktemp("papers") / name
    path.write_bytes(content)
    return path


def one_page_pdf() -> bytes:
    """One empty A4 page with a right table of its objects."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def one_dot_png() -> bytes:
    """A grey picture of 8 by 8."""
    import struct
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress((b"\0" + b"\x7f" * 8) * 8))
        + chunk(b"IEND", b"")
    )
