"""Outside platforms of every temper, as real HTTP servers on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Platform:
    """What it was told (`heard`: key, body), and how it answers: ok, 4xx and 5xx by number, slow, drip or cut.

    Tempers are used up one call each; the last one stays. A key it has taken before is a repeat.
    """

    tempers: list[str] = field(default_factory=lambda: ["ok"])
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeats: int = 0
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, key: str, body: dict[str, Any]) -> str:
        with self.lock:
            self.heard.append((key, body))
            temper = self.tempers.pop(0) if len(self.tempers) > 1 else self.tempers[0]
            if temper in {"ok", "lost"}:
                self.repeats += key in self.taken
                self.taken[key] = body
            return temper


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:  # the name http.server asks for
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        temper = self.server.platform.hear(self.headers["Idempotency-Key"], body)
        if temper.isdigit():
            self._answer(int(temper), '{"error": "no"}')
        elif temper == "ok":
            self._answer(200, '{"id": "42"}')
        elif temper == "slow":
            time.sleep(1.5)
        elif temper == "drip":
            self._drip()
        elif temper == "nonsense":
            self.wfile.write(b"this is no HTTP\r\n\r\n")
        # "cut" and "lost" close the line without a word; "lost" had done the work.

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def _drip(self) -> None:
        try:
            for byte in b"HTTP/1.0 200 OK\r\nX-Wait: " + b"." * 100:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_args: Any) -> None:
        """A caller that hangs up is part of the test."""


@contextmanager
def platform(*tempers: str) -> Iterator[Platform]:
    """A platform at `.url` that answers as told."""
    told = Platform(tempers=list(tempers) or ["ok"])
    server = _Server(told)
    told.url = f"http://127.0.0.1:{server.server_port}/send?token=t"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
