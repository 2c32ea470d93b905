"""Calls to the outside: bounded, never raising, and told apart by what they mean for the next try."""

import socket
import time
from datetime import timedelta

import pytest

from jishiban.kernel.outgoing import CALL_SECONDS, LEASE, PASS_SECONDS, Outcome, pause_after, post_json
from jishiban.kernel.tests.servers import platform


def test_a_platform_that_takes_it_has_heard_body_and_key() -> None:
    with platform() as other:
        answer = post_json(other.url, {"text": "您好"}, "k1")
    assert (answer.outcome, answer.text, answer.cause) == (Outcome.TAKEN, '{"id": "42"}', "HTTP 200")
    assert other.heard == [("k1", {"text": "您好"})]


@pytest.mark.parametrize(
    ("temper", "outcome", "reached"),
    [
        ("500", Outcome.LATER, True),
        ("503", Outcome.LATER, True),
        ("429", Outcome.LATER, True),
        ("409", Outcome.LATER, True),
        ("400", Outcome.REFUSED, True),
        ("401", Outcome.REFUSED, True),
        ("302", Outcome.REFUSED, True),
        ("cut", Outcome.LATER, False),
        ("nonsense", Outcome.LATER, False),
    ],
)
def test_every_answer_means_taken_later_or_refused(temper: str, outcome: Outcome, reached: bool) -> None:
    with platform(temper) as other:
        answer = post_json(other.url, {}, "k1")
    assert (answer.outcome, answer.reached) == (outcome, reached)
    assert len(other.heard) == 1, "a redirect is not followed"


@pytest.mark.parametrize("temper", ["slow", "drip"])
def test_a_slow_platform_is_cut_off_in_time(temper: str) -> None:
    with platform(temper) as other:
        began = time.monotonic()
        answer = post_json(other.url, {}, "k1", seconds=0.5)
        took = time.monotonic() - began
    assert (answer.outcome, answer.reached) == (Outcome.LATER, False)
    assert took < 1.2


def test_nobody_listening_means_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = post_json(f"http://127.0.0.1:{port}/", {}, "k1")
    assert (answer.outcome, answer.reached) == (Outcome.LATER, False)


def test_a_tls_address_that_speaks_plain_means_later() -> None:
    with platform() as other:
        answer = post_json(other.url.replace("http:", "https:"), {}, "k1", seconds=1)
    assert (answer.outcome, answer.reached) == (Outcome.LATER, False)


def test_the_pauses_grow_and_are_bounded() -> None:
    pauses = [pause_after(tries) for tries in range(1, 200)]
    assert pauses[:4] == [timedelta(minutes=n) for n in (1, 4, 16, 64)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=12)


def test_a_lease_outlasts_the_pass_that_took_it() -> None:
    assert timedelta(seconds=PASS_SECONDS + CALL_SECONDS) < LEASE
