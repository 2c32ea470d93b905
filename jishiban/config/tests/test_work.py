"""Background work."""

import signal
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest

from jishiban.config import wiring, work
from jishiban.config.locks import Lock, lock
from jishiban.config.work import LONGEST_PAUSE_SECONDS, Consumer

pytestmark = pytest.mark.django_db(transaction=True)


class FreeLock:
    """A lock nobody else wants."""

    mine = True

    def take(self, *, wait: bool = False) -> bool:
        return self.mine

    def held(self) -> bool:
        return self.mine

    def free(self) -> None:
        pass


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def broken() -> None:
    raise RuntimeError("坏了")


@pytest.fixture
def signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_each_job_runs_at_its_own_pace() -> None:
    clock, ran = Clock(), []
    consumer = Consumer(
        [("快", 1, lambda: ran.append("快")), ("慢", 10, lambda: ran.append("慢"))], FreeLock(), clock
    )
    for second in range(11):
        clock.now = float(second)
        consumer.turn()
    assert (ran.count("快"), ran.count("慢")) == (11, 2)


def test_a_broken_job_stops_neither_the_loop_nor_the_others(caplog: pytest.LogCaptureFixture) -> None:
    clock, ran = Clock(), []
    consumer = Consumer([("坏", 1, broken), ("好", 1, lambda: ran.append(1))], FreeLock(), clock)
    consumer.turn()
    assert ran == [1]
    assert "后台任务 坏 第 1 次失败" in caplog.text


def test_a_broken_job_is_asked_less_and_less_often_up_to_a_limit() -> None:
    clock = Clock()
    consumer = Consumer([("坏", 2, broken)], FreeLock(), clock)
    pauses = []
    for _ in range(12):
        consumer.turn()
        pauses.append(consumer.chores[0].due - clock.now)
        clock.now = consumer.chores[0].due
    assert pauses[:3] == [4, 8, 16]
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


def test_a_job_that_recovers_is_asked_at_its_own_pace_again() -> None:
    clock, answers = Clock(), iter([0, 1])
    consumer = Consumer([("试", 3, lambda: 1 / next(answers))], FreeLock(), clock)
    consumer.turn()
    clock.now = consumer.chores[0].due
    consumer.turn()
    assert consumer.chores[0].due - clock.now == 3


def test_a_rare_job_keeps_its_pace_when_it_fails() -> None:
    consumer = Consumer([("每天", 86400, broken)], FreeLock(), Clock())
    consumer.turn()
    assert consumer.chores[0].due == 86400


def test_of_two_consumers_exactly_one_works() -> None:
    ran: list[int] = []
    consumers = [Consumer([("谁", 0.01, partial(ran.append, n))], lock("work-test")) for n in range(2)]
    for consumer in consumers:
        consumer.start()
    time.sleep(0.3)
    for consumer in consumers:
        consumer.stop()
    assert len(set(ran)) == 1


def test_the_one_standing_by_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "STAND_BY_SECONDS", 0.02)
    first = Consumer([], lock("work-test"))
    took_over = threading.Event()
    second = Consumer([("接", 0.01, took_over.set)], lock("work-test"))
    first.start()
    time.sleep(0.2)
    second.start()
    time.sleep(0.2)
    assert not took_over.is_set()
    first.stop()
    assert took_over.wait(3)
    second.stop()


def test_a_consumer_that_lost_its_lock_stops_working() -> None:
    held = FreeLock()
    ran: list[int] = []

    def once() -> None:
        ran.append(1)
        held.mine = False

    Consumer([("一次", 0, once)], held).work()
    assert ran == [1]


def test_a_database_that_is_away_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    class Away(FreeLock):
        def take(self, *, wait: bool = False) -> bool:
            raise OSError("away")

    assert not Consumer([], Away()).take()
    assert "取不到后台任务的锁" in caplog.text


def test_stopping_is_quick() -> None:
    consumer = Consumer([("歇", 60, lambda: None)], FreeLock())
    consumer.start()
    time.sleep(0.1)
    began = time.monotonic()
    consumer.stop()
    assert time.monotonic() - began < 1
    assert consumer.thread
    assert not consumer.thread.is_alive()


def test_a_second_work_command_refuses(capsys: pytest.CaptureFixture[str], signals: None) -> None:
    other: Lock = lock("work")
    assert other.take()
    try:
        assert work.work_alone() == 1
    finally:
        other.free()
    assert "已有一个后台任务进程在工作" in capsys.readouterr().err


def test_the_work_command_ends_on_a_signal(monkeypatch: pytest.MonkeyPatch, signals: None) -> None:
    monkeypatch.setattr(wiring, "JOBS", [("自停", 1, lambda: signal.raise_signal(signal.SIGTERM))])
    assert work.work_alone() == 0


def test_every_job_of_the_house_has_a_name_and_a_pace() -> None:
    assert wiring.JOBS
    assert len({name for name, _, _ in wiring.JOBS}) == len(wiring.JOBS)
    assert all(seconds >= 1 and callable(call) for _, seconds, call in wiring.JOBS)
