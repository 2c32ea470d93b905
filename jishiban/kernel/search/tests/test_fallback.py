"""Two indexes as one: who is asked when, and that nothing written is lost on the way."""

import random
import threading
import time
from collections.abc import Iterable, Iterator

import pytest

from jishiban.kernel.search.backend import BackendDown, Doc, Terms
from jishiban.kernel.search.embedded import EmbeddedIndex
from jishiban.kernel.search.fallback import WithFallback
from jishiban.kernel.search.tests.sentences import asked, doc, docs


class Frail(EmbeddedIndex):
    """An index that can be switched off, and counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.asked = self.written = 0
        self.gate: threading.Event | None = None

    def write(self, docs: Iterable[Doc], gone: Iterable[int] = ()) -> None:
        self.written += 1
        if self.gate:
            self.gate.wait(10)
        self._check()
        super().write(docs, gone)

    def recall(self, terms: Terms, limit: int) -> list[tuple[int, float]]:
        self.asked += 1
        self._check()
        return super().recall(terms, limit)

    def _check(self) -> None:
        if self.down:
            raise BackendDown("switched off")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def frail() -> Frail:
    return Frail()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def index(frail: Frail, clock: Clock) -> Iterator[WithFallback]:
    made = WithFallback(frail, EmbeddedIndex(), pause=5, clock=clock)
    made.write(docs(["补办身份证", "宠物登记"]))
    yield made
    made.close()


def found(index: WithFallback, text: str) -> list[int]:
    return [n for n, _score in index.recall(asked(text), 5)]


def returned(index: WithFallback) -> bool:
    """Whether the first index is back, once the thread that tries it has ended."""
    while index._trying:
        time.sleep(0.001)
    return index.is_whole


def test_the_first_is_asked_while_it_answers(index: WithFallback, frail: Frail) -> None:
    assert found(index, "宠物登记") == [1]
    assert frail.asked == 1
    assert index.is_whole


def test_both_are_written_to(index: WithFallback, frail: Frail) -> None:
    assert len(frail) == len(index) == 2


def test_the_question_that_meets_the_failure_is_answered_by_the_second(
    index: WithFallback, frail: Frail
) -> None:
    frail.down = True
    assert found(index, "宠物登记") == [1]
    assert not index.is_whole


def test_the_first_is_left_alone_for_the_pause(index: WithFallback, frail: Frail, clock: Clock) -> None:
    frail.down = True
    for _ in range(10):
        assert found(index, "宠物登记") == [1]
    clock.now = 4.9
    found(index, "宠物登记")
    assert (frail.asked, frail.written) == (1, 1)


def test_after_the_pause_it_is_tried_and_asked_again(index: WithFallback, frail: Frail, clock: Clock) -> None:
    frail.down = True
    found(index, "宠物登记")
    frail.down = False
    clock.now = 5
    assert found(index, "宠物登记") == [1]
    assert returned(index)
    found(index, "宠物登记")
    assert frail.asked == 2


def test_tried_in_vain_it_is_left_alone_again(index: WithFallback, frail: Frail, clock: Clock) -> None:
    frail.down = True
    found(index, "宠物登记")
    for clock.now in (5, 6, 9.9):
        found(index, "宠物登记")
        assert not returned(index)
    assert frail.written == 2
    clock.now = 10
    found(index, "宠物登记")
    assert not returned(index)
    assert frail.written == 3


def test_what_was_written_meanwhile_is_written_on_return(
    index: WithFallback, frail: Frail, clock: Clock
) -> None:
    frail.down = True
    index.write([doc(2, "领养老金"), doc(1, "宠物注销")])
    index.write([doc(3, "婚检")], [0])
    assert found(index, "养老金") == [2]
    assert found(index, "身份证") == []
    frail.down = False
    clock.now = 5
    found(index, "婚检")
    assert returned(index)
    assert len(frail) == len(index) == 3
    assert frail.recall(asked("身份证"), 5) == []
    assert [n for n, _score in frail.recall(asked("宠物注销"), 5)] == [1]


def test_out_and_in_again_while_it_was_down_is_in(index: WithFallback, frail: Frail, clock: Clock) -> None:
    frail.down = True
    index.write([], [1])
    index.write([doc(1, "宠物登记")])
    index.write([doc(0, "婚检")])
    index.write([], [0])
    frail.down = False
    clock.now = 5
    found(index, "婚检")
    assert returned(index)
    assert [n for n, _score in frail.recall(asked("宠物登记婚检"), 5)] == [1]


def test_a_load_that_failed_is_made_good(frail: Frail, clock: Clock) -> None:
    frail.down = True
    index = WithFallback(frail, EmbeddedIndex(), pause=5, clock=clock)
    index.write(doc(n, "补办身份证") for n in range(40))
    assert len(index) == 40
    frail.down = False
    clock.now = 5
    found(index, "身份证")
    assert returned(index)
    assert len(frail) == 40
    index.close()


def test_no_question_waits_for_the_return(index: WithFallback, frail: Frail, clock: Clock) -> None:
    frail.down = True
    found(index, "宠物登记")
    frail.down, frail.gate, clock.now = False, threading.Event(), 5
    began = time.monotonic()
    for _ in range(5):
        assert found(index, "宠物登记") == [1]
    index.write([doc(7, "婚检")])
    assert found(index, "婚检") == [7]
    assert time.monotonic() - began < 2
    assert frail.asked == 1
    frail.gate.set()
    assert returned(index)
    assert len(frail) == 3


def test_a_failure_during_the_return_loses_nothing(index: WithFallback, frail: Frail, clock: Clock) -> None:
    frail.down = True
    index.write([doc(2, "领养老金")])
    clock.now = 5
    found(index, "宠物登记")
    assert not returned(index)
    index.write([doc(3, "婚检")])
    frail.down = False
    clock.now = 10
    found(index, "宠物登记")
    assert returned(index)
    assert len(frail) == 4


def test_a_write_alone_brings_it_back(index: WithFallback, frail: Frail, clock: Clock) -> None:
    frail.down = True
    found(index, "宠物登记")
    frail.down = False
    clock.now = 5
    index.write([doc(2, "领养老金")])
    assert returned(index)
    assert len(frail) == 3


def test_closed_it_is_not_tried_again(frail: Frail, clock: Clock) -> None:
    index = WithFallback(frail, EmbeddedIndex(), pause=5, clock=clock)
    frail.down = True
    index.write(docs(["补办身份证"]))
    index.close()
    clock.now = 100
    assert found(index, "身份证") == [0]
    assert frail.written == 1


def test_falling_and_returning_are_told_once(
    index: WithFallback, frail: Frail, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    frail.down = True
    for _ in range(4):
        found(index, "宠物登记")
    frail.down = False
    clock.now = 5
    found(index, "宠物登记")
    assert returned(index)
    assert [one.getMessage()[:5] for one in caplog.records] == ["分布式索引"] * 2


def test_other_errors_are_not_hidden(index: WithFallback) -> None:
    with pytest.raises(ValueError, match="nosuchfield"):
        index.recall({"nosuchfield": {"甲": 1.0}}, 5)
    assert index.is_whole


@pytest.mark.parametrize("seed", range(3))
def test_both_say_the_same_after_any_weather(seed: int) -> None:
    chance, frail = random.Random(seed), Frail()
    index = WithFallback(frail, EmbeddedIndex(), pause=0)
    held: dict[int, str] = {}
    for _ in range(40):
        frail.down = chance.random() < 0.4
        n = chance.randrange(8)
        if chance.random() < 0.3:
            index.write([], [n])
            held.pop(n, None)
        else:
            held[n] = chance.choice("甲乙丙")
            index.write([Doc(n, {"w": [held[n]]})])
        for text in "甲乙丙":
            said = [one for one, _score in index.recall({"w": {text: 1.0}}, 20)]
            assert said == sorted(one for one, word in held.items() if word == text)
    frail.down = False
    while not returned(index):
        index.recall({"w": {"甲": 1.0}}, 1)
    assert len(frail) == len(index) == len(held)
    index.close()
