"""Whose address the limits count when a proxy stands in front."""

from collections.abc import Iterable
from typing import Any

import pytest

from jishiban.config.wsgi import behind_proxy


def seen(peer: str, told: str, *, https: bool) -> str:
    got: list[str] = []

    def inner(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        got.append(environ["REMOTE_ADDR"])
        return []

    behind_proxy(inner, https=https)({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": told}, lambda *_: None)
    return got[0]


@pytest.mark.parametrize(
    ("peer", "told", "https", "counted"),
    [
        ("127.0.0.1", "203.0.113.9", False, "203.0.113.9"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.9", True, "203.0.113.9"),  # the citizen may write the first entry
        ("10.0.0.2", "203.0.113.9", True, "203.0.113.9"),
        ("10.0.0.2", "203.0.113.9", False, "10.0.0.2"),
        ("8.8.8.8", "203.0.113.9", True, "8.8.8.8"),
        ("127.0.0.1", "not an address", True, "127.0.0.1"),
        ("127.0.0.1", "", True, "127.0.0.1"),
    ],
)
def test_only_our_own_proxy_is_believed(peer: str, told: str, https: bool, counted: str) -> None:
    assert seen(peer, told, https=https) == counted
