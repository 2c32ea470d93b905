"""Who carries a message to a target: one callable a target, registered when the house is put together.

A message to a target nobody carries yet waits in the outbox; connecting the platform later sends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jishiban.kernel.outgoing import CALL_SECONDS, Answer, post_json


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an adapter is given: enough to send, nothing to change."""

    key: str
    target: str
    kind: str
    body: Mapping[str, Any]


Adapter = Callable[[Envelope], Answer]
_adapters: dict[str, Adapter] = {}


def register(target: str, adapter: Adapter) -> None:
    """Let `adapter` carry what goes to `target`; a later one takes the place of the earlier."""
    _adapters[target] = adapter


def unregister(target: str) -> None:
    """Stop sending to `target`: what is queued waits."""
    _adapters.pop(target, None)


def adapter_for(target: str) -> Adapter:
    """KeyError when nobody carries to `target`."""
    return _adapters[target]


def targets() -> tuple[str, ...]:
    return tuple(sorted(_adapters))


@dataclass(frozen=True, slots=True)
class HttpJson:
    """Posts {"kind", "key", "body"} as JSON to `url` with an Idempotency-Key; `headers` carry a token, say."""

    url: str
    seconds: float = CALL_SECONDS
    headers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, envelope: Envelope) -> Answer:
        said = {"kind": envelope.kind, "key": envelope.key, "body": dict(envelope.body)}
        return post_json(self.url, said, envelope.key, self.seconds, self.headers)
