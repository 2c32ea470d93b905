"""The language model, against a real HTTP server of every temper: good, slow, dripping, broken, refusing, lying."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from jishiban.config.env import Model
from jishiban.guide.conversations import model, queries
from jishiban.guide.conversations.tests.conftest import Asking, Library
from jishiban.guide.entries.models import Entry

ENTRIES = [
    ("m1:材料", "需要申请书1份、平面图1份。不需要营业执照复印件。"),
    ("m1:时限", "承诺5个工作日办结，法定20个工作日。"),
]


@dataclass
class Speaker:
    """What it says and how; `heard` is every body it was sent, `keys` the Authorization headers."""

    says: str = ""
    temper: str = "good"
    heard: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    url: str = ""

    @property
    def place(self) -> Model:
        return Model(self.url, "test", "sk-1")


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        speaker = self.server.speaker
        speaker.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        speaker.keys.append(self.headers["Authorization"])
        if speaker.temper == "slow":
            time.sleep(4)
        good = json.dumps({"choices": [{"message": {"content": speaker.says}}]}).encode()
        bodies = {"broken": b'{"choices": [', "list": b"[]", "null": b"null", "deep": b"[" * 15_000}
        self._send(
            500 if speaker.temper == "500" else 200,
            bodies.get(speaker.temper, good),
            speaker.temper == "drip",
        )

    def _send(self, status: int, body: bytes, drip: bool) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for n in range(len(body)) if drip else ():
                self.wfile.write(body[n : n + 1])
                self.wfile.flush()
                time.sleep(0.1)
            if not drip:
                self.wfile.write(body)
        except OSError:
            return

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_args: Any) -> None:
        """A caller that hangs up is part of the test."""


@contextmanager
def speaking(says: str = "", temper: str = "good") -> Iterator[Speaker]:
    speaker = Speaker(says, temper)
    server = _Server(speaker)
    speaker.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield speaker
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


GOOD = "申请书1份、平面图1份。承诺5个工作日办结。"


def test_good_words_are_taken_and_cite_their_entries() -> None:
    with speaking(GOOD) as speaker:
        got = model.phrase("要带什么", ENTRIES, speaker.place)
    assert got == model.Phrased(GOOD, ("m1:材料", "m1:时限"))
    assert speaker.keys == ["Bearer sk-1"]


def test_numbers_of_persons_are_masked_before_they_leave() -> None:
    with speaking(GOOD) as speaker:
        model.phrase("我是370115199003070018，电话13800138000", ENTRIES, speaker.place)
    sent = json.dumps(speaker.heard)
    assert "370115199003070018" not in sent
    assert "13800138000" not in sent


@pytest.mark.parametrize(
    "lie",
    [
        "需要申请书2份、平面图1份。",  # a number
        "承诺五个工作日办结。",  # a number in another script is not in the entry
        "承诺5个工作日办结，法定5个工作日。",  # another's number
        "需要营业执照复印件。",  # the denial left out
        "不需要申请书、平面图。",  # a denial put in
        "需要申请书1份、平面图1份。还要交身份证和户口本原件。",  # one sentence from nowhere
        "承诺20个工作日办结。",  # a number of the same sentence, of something else
        "您可以找熟人办理。",
        "需要申请书1份、平面图1份，拨打13900139000加急。",
        "",
        "。。。",
        "办" * 700,
    ],
)
def test_lies_are_not_shown(lie: str) -> None:
    with speaking(lie) as speaker:
        assert model.phrase("要带什么", ENTRIES, speaker.place) is None


@pytest.mark.parametrize("temper", ["broken", "list", "null", "deep", "500"])
def test_what_is_no_answer_leaves_the_entry_s_own_words(temper: str) -> None:
    with speaking(GOOD, temper) as speaker:
        assert model.phrase("要带什么", ENTRIES, speaker.place) is None


@pytest.mark.parametrize("temper", ["slow", "drip"])
def test_two_seconds_are_the_most_anybody_waits(temper: str) -> None:
    with speaking(GOOD, temper) as speaker:
        began = time.monotonic()
        assert model.phrase("要带什么", ENTRIES, speaker.place) is None
        assert time.monotonic() - began < 2.5


def test_nobody_at_the_address_is_no_error() -> None:
    assert model.phrase("要带什么", ENTRIES, Model("http://127.0.0.1:9/v1", "test")) is None


def test_an_answer_is_phrased_and_falls_back_when_its_entry_moves(
    library: Library, asking: Asking, keys: list[str], settings: Any
) -> None:
    library.says("answer", keys[0], keys[1], keys[3])
    with speaking("申请书1份、平面图1份。") as speaker:
        settings.MODEL = speaker.place
        turn = asking().turn
    (sent,) = speaker.heard
    assert "大厅中午" not in sent["messages"][1]["content"]  # entries of the same matter only
    assert queries.shown([turn])[0].phrased == "申请书1份、平面图1份。"
    Entry.objects.filter(key=keys[0]).update(moved=99)
    view = queries.shown([turn])[0]
    assert (view.phrased, view.entry is not None) == ("", True)


@pytest.mark.parametrize("decision", ["choose", "clarify", "handover"])
def test_only_an_answer_is_phrased(
    library: Library, asking: Asking, keys: list[str], settings: Any, decision: str
) -> None:
    library.says(decision, *keys[:2], slot="item")
    with speaking(GOOD) as speaker:
        settings.MODEL = speaker.place
        asking()
    assert speaker.heard == []


def test_it_is_off_unless_a_place_names_one(
    library: Library, asking: Asking, keys: list[str], settings: Any
) -> None:
    assert settings.MODEL.url == ""
    library.says("answer", keys[0])
    assert asking().turn.phrased == ""
