"""Milvus against Milvus Lite: as a file, and as a server of its own that is killed, hangs and comes back."""

import json
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jishiban.kernel.search.backend import BackendDown, Doc
from jishiban.kernel.search.embedded import EmbeddedIndex
from jishiban.kernel.search.fallback import WithFallback, open_backend
from jishiban.kernel.search.milvus import MilvusIndex, NoClient
from jishiban.kernel.search.sparse import averages_of
from jishiban.kernel.search.tests.sentences import asked, doc, docs, official, sentences

TEXTS = ["补办身份证", "换领身份证", "宠物登记", "领养老金"]


@pytest.fixture(scope="session")
def lite() -> None:
    for name in ("pymilvus", "milvus_lite"):
        pytest.importorskip(name, reason="没有 pymilvus 或 milvus-lite:pip install pymilvus milvus-lite")


class Server:
    """Milvus Lite as a process of its own on loopback."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        where = ["--data-dir", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "milvus_lite", "server", *where],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(self.answers)

    def answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def tell(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


class WorkerProcess:
    """A worker of worker.py, spoken to by lines."""

    def __init__(self, url: str, first_number: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jishiban.kernel.search.tests.worker", url, str(first_number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[4],
        )  # fmt: skip

    def __call__(self, command: str) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        print(command, file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def is_whole(self) -> bool:
        return bool(self("state")["whole"])

    def stop(self) -> None:
        try:
            self._process.communicate("stop\n", timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something to become true; fail when it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def server(lite: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("milvus") / "server")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def file(lite: None, tmp_path: Path) -> str:
    return str(tmp_path / "index.db")


# -- one order everywhere ---------------------------------------------------------------------------


def test_ten_first_are_those_of_the_embedded_index(file: str) -> None:
    held = docs(random.Random(3).sample(sentences(), 3000))
    embedded, milvus = EmbeddedIndex(), MilvusIndex(file, patience=20)
    embedded.write(held)
    milvus.write(held)
    shared: list[float] = []
    for text in random.Random(4).sample(official(), 60) + random.Random(5).sample(sentences(), 40):
        expected = [n for n, _score in embedded.recall(asked(text), 10)]
        found = {n for n, _score in milvus.recall(asked(text), 10)}
        shared.append(len(found.intersection(expected)) / max(len(expected), 1))
    assert sum(shared) / len(shared) >= 0.95
    milvus.close()
    embedded.close()


def test_a_file_opened_again_still_has_everything(file: str) -> None:
    before = MilvusIndex(file, patience=10)
    before.write(docs(TEXTS))
    expected = before.recall(asked("身份证"), 5)
    before.close()
    again = MilvusIndex(file, patience=10)
    again.write(docs(TEXTS))
    assert again.recall(asked("身份证"), 5) == expected
    again.close()


def test_averages_stay_as_they_were_at_the_first_load(file: str) -> None:
    first = MilvusIndex(file, patience=10)
    first.write(docs(TEXTS))
    later = MilvusIndex(file, patience=10)
    later.write([Doc(1, {"w": ["婚检"] * 50})])
    assert later._averages == first._averages == pytest.approx(averages_of(docs(TEXTS)))
    first.close()
    later.close()


def test_a_collection_dropped_takes_the_averages_of_the_next_load(file: str) -> None:
    index = MilvusIndex(file, patience=10)
    index.write(docs(TEXTS))
    index.drop()
    assert len(index) == 0
    index.write([Doc(1, {"w": ["婚检"] * 3})])
    assert index._averages == {"w": 3.0}
    index.close()


def test_two_workers_with_numbers_of_their_own_share_a_collection(file: str) -> None:
    a, b = MilvusIndex(file, patience=10), MilvusIndex(file, patience=10)
    a.write(docs(TEXTS))
    b.write(docs(TEXTS[::-1], first=50))
    assert a.recall(asked("宠物登记"), 1)[0][0] == 2
    assert b.recall(asked("宠物登记"), 1)[0][0] == 51
    a.write([], [2])
    b.write([], [51])
    assert a.recall(asked("宠物"), 5) == b.recall(asked("宠物"), 5) == []
    a.close()
    b.close()


def test_what_only_another_worker_has_takes_no_place(file: str) -> None:
    a, b = MilvusIndex(file, patience=10), MilvusIndex(file, patience=10)
    a.write([Doc(n, {"w": ["婚检", f"甲{n}"]}) for n in range(90)])
    b.write([Doc(1, {"w": ["婚检", *"乙丙丁戊己庚辛"]}), Doc(2, {"w": ["辛"]})])
    assert [n for n, _score in b.recall({"w": {"婚检": 1.0}}, 3)] == [1]
    a.close()
    b.close()


def test_a_collection_that_lost_its_documents_counts_as_down(
    file: str, caplog: pytest.LogCaptureFixture
) -> None:
    index, other = MilvusIndex(file, patience=10), MilvusIndex(file, patience=10)
    index.write(docs(TEXTS))
    other.drop()
    for _ in range(2):
        with pytest.raises(BackendDown):
            index.recall(asked("身份证"), 5)
    assert "丢了数据" in caplog.text
    index.close()
    other.close()


# -- nobody there -----------------------------------------------------------------------------------


def test_without_the_client_library_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(NoClient, match=r"jishiban\[milvus\]"):
        open_backend("http://127.0.0.1:19530")


def test_an_address_nobody_answers_is_down_and_tells_no_password(lite: None) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://root:geheim@127.0.0.1:{free.getsockname()[1]}"
        index = MilvusIndex(url, patience=0.3)
        began = time.monotonic()
        with pytest.raises(BackendDown) as told:
            index.write(docs(TEXTS))
    assert "geheim" not in str(told.value)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("url", ["gopher://root:geheim@127.0.0.1", "http://root:geheim@127.0.0.1:port"])
def test_an_address_that_is_none_is_down_and_tells_no_password(lite: None, url: str) -> None:
    with pytest.raises(BackendDown) as told:
        MilvusIndex(url, patience=0.3).write(docs(TEXTS))
    assert "geheim" not in str(told.value)


def test_a_site_starts_without_its_server(lite: None) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        index = open_backend(f"http://127.0.0.1:{free.getsockname()[1]}")
        assert isinstance(index, WithFallback)
        index.write(docs(TEXTS))
        assert not index.is_whole
        assert [n for n, _score in index.recall(asked("身份证"), 5)] == [0, 1]
        index.close()


# -- a server of its own ----------------------------------------------------------------------------


def test_a_server_answers_as_a_file_does(server: Server, file: str) -> None:
    a, b = MilvusIndex(server.url, "alike", patience=10), MilvusIndex(file, patience=10)
    for index in (a, b):
        index.write(docs(sentences()[:200]))
        index.write([doc(900, "龘龘")], [7])
    for text in (*sentences()[:20], "龘龘"):
        assert a.recall(asked(text), 10) == b.recall(asked(text), 10)
    a.close()
    b.close()


def test_a_server_that_hangs_costs_one_question_its_patience(server: Server) -> None:
    index = WithFallback(MilvusIndex(server.url, "hangs", patience=0.5), EmbeddedIndex(), pause=0.2)
    index.write(docs(TEXTS))
    until(lambda: index.is_whole)
    server.tell(signal.SIGSTOP)
    try:
        times = []
        for _ in range(30):
            began = time.monotonic()
            assert [n for n, _score in index.recall(asked("宠物登记"), 1)] == [2]
            times.append(time.monotonic() - began)
            time.sleep(0.02)
        assert not index.is_whole
        assert sum(one > 0.3 for one in times) <= 1
    finally:
        server.tell(signal.SIGCONT)
    until(lambda: bool(index.recall(asked("宠物登记"), 1)) and index.is_whole)
    index.close()


def test_a_server_killed_and_restarted_fails_no_question_of_two_workers(server: Server) -> None:
    workers = [WorkerProcess(server.url, 0), WorkerProcess(server.url, 7000)]
    try:
        until(lambda: all(worker.is_whole() for worker in workers))
        for again in range(2):
            server.kill()
            until(lambda: not any(worker.is_whole() for worker in workers))
            edits = [worker(f"edit 龘龘{again}甲乙丙丁") for worker in workers]
            server.start()
            until(lambda: all(worker.is_whole() for worker in workers))
            assert [worker(f"first 龘龘{again}甲乙丙丁") for worker in workers] == edits
        states = [worker("state") for worker in workers]
    finally:
        for worker in workers:
            worker.stop()
    for state in states:
        assert state["asked"] > 50
        assert state["failed"] == state["wrong"] == 0
        assert state["slowest"] < 5
