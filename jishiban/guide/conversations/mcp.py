"""The Model Context Protocol, as much of it as a hall of tools needs: JSON-RPC 2.0, stateless, over HTTP or stdio.

`answer` takes one message and gives one, or None for a notification. Errors follow JSON-RPC: -32700 not JSON, -32600
no request, -32601 unknown method, -32602 wrong parameters, -32603 our own fault. What a tool could not do is a result
with `isError`, so that the assistant reads why.
"""

from __future__ import annotations

import json
import logging
from typing import IO, Any, Final

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from jishiban.guide.conversations import tools
from jishiban.web.limits import TooMany

VERSIONS: Final = ("2025-06-18", "2025-03-26", "2024-11-05")  # the newest first
LONGEST: Final = 100_000  # bytes of one message
PARSE, REQUEST, METHOD, PARAMS, OURS = -32700, -32600, -32601, -32602, -32603
log = logging.getLogger(__name__)
Message = dict[str, Any]


class RpcError(Exception):
    """An error as JSON-RPC tells it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read(data: bytes) -> Any:
    """The message in some bytes; RpcError where it is none or too long."""
    if len(data) > LONGEST:
        raise RpcError(REQUEST, "message too long")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise RpcError(PARSE, "parse error") from None


def failed(error: RpcError, given: object = None) -> Message:
    """The answer that tells of an error."""
    return {"jsonrpc": "2.0", "id": given, "error": {"code": error.code, "message": error.message}}


def answer(message: Any, who: str) -> Message | None:
    """The answer to one message; None for a notification, which gets none. `who` tells one asker from another."""
    try:
        method, params, given, wants = _request(message)
    except RpcError as error:
        return failed(error, _id(message))
    if not wants:
        return None
    try:
        return {"jsonrpc": "2.0", "id": given, "result": _run(method, params, who)}
    except RpcError as error:
        return failed(error, given)
    except Exception:  # an assistant gets an answer whatever breaks here
        log.exception("mcp: %s", method)
        return failed(RpcError(OURS, "internal error"), given)


def _id(message: Any) -> Any:
    given = message.get("id") if isinstance(message, dict) else None
    return given if isinstance(given, str | int) and not isinstance(given, bool) else None


def _request(message: Any) -> tuple[str, dict[str, Any], Any, bool]:
    """Method, parameters, id, and whether an answer is wanted."""
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise RpcError(REQUEST, "not a JSON-RPC 2.0 request")
    if "method" not in message and ("result" in message or "error" in message):
        return "", {}, None, False  # an answer to a question we never ask
    method, params = message.get("method"), message.get("params", {})
    if not isinstance(method, str):
        raise RpcError(REQUEST, "method must be a string")
    if "id" in message and _id(message) is None:
        raise RpcError(REQUEST, "id must be a string or an integer")
    if not isinstance(params, dict):
        raise RpcError(PARAMS, "params must be an object")
    return method, params, _id(message), "id" in message


def _run(method: str, params: dict[str, Any], who: str) -> dict[str, Any]:
    if method == "initialize":
        return _initialize(params)
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": [tool.listed() for tool in tools.TOOLS.values()]}
    if method == "tools/call":
        return _call(params, who)
    raise RpcError(METHOD, f"method not found: {method[:60]}")


def _initialize(params: dict[str, Any]) -> dict[str, Any]:
    """The version asked for where it is known, else our newest: the assistant then decides whether to go on."""
    wanted = params.get("protocolVersion")
    if not isinstance(wanted, str):
        raise RpcError(PARAMS, "protocolVersion is required")
    return {
        "protocolVersion": wanted if wanted in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "jishiban", "title": f"{settings.PLACE.name}{settings.PLACE.brand}", "version": "1"},
        "instructions": "办事咨询。答复都有出处和核对日期，请一并告诉用户。decision 不是 answer 时不要当作定论。",
    }  # fmt: skip


def _call(params: dict[str, Any], who: str) -> dict[str, Any]:
    name, given = params.get("name"), params.get("arguments", {})
    if not isinstance(name, str) or name not in tools.TOOLS:
        raise RpcError(PARAMS, f"unknown tool: {str(name)[:60]}")
    if not isinstance(given, dict):
        raise RpcError(PARAMS, "arguments must be an object")
    try:
        found = tools.call(name, given, who)
    except (tools.BadArguments, TooMany) as wrong:
        return {"content": [{"type": "text", "text": str(wrong)}], "isError": True}
    text = json.dumps(found, ensure_ascii=False, cls=DjangoJSONEncoder)
    return {
        "content": [{"type": "text", "text": text}],
        "structuredContent": json.loads(text),
        "isError": False,
    }


def over_stdio(incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """One message a line until the other side closes; nothing but messages is written."""
    while line := incoming.readline(LONGEST + 2):
        if not line.strip():
            continue
        if not line.endswith(b"\n") and len(line) > LONGEST:
            _skip(incoming)
        told = _line(line)
        if told is not None:
            outgoing.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
            outgoing.flush()


def _skip(incoming: IO[bytes]) -> None:
    """The rest of a line that is too long."""
    while (rest := incoming.readline(LONGEST)) and not rest.endswith(b"\n"):
        continue


def _line(line: bytes) -> Message | None:
    try:
        return answer(read(line.strip()), "stdio")
    except RpcError as error:
        return failed(error)
