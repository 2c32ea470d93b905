"""`POST /mcp`: a citizen's own assistant asks the hall. Streamable HTTP without a stream: one message, one answer."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from jishiban.guide.conversations import mcp
from jishiban.guide.conversations.mcp import RpcError
from jishiban.web.doors import public
from jishiban.web.limits import TooMany, address_of, limit_request


@csrf_exempt  # it reads nothing of a session and acts for nobody
@public
def endpoint(request: HttpRequest) -> HttpResponse:
    """JSON in, JSON out; 202 for a notification, 405 for GET, since nothing is ever sent unasked.

    A page of another origin is shut out, so that no stranger's page can ask through somebody's browser.
    """
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    if not _same_origin(request):
        return _json(mcp.failed(RpcError(mcp.REQUEST, "origin not allowed")), 403)
    version = request.headers.get("MCP-Protocol-Version", "")
    if version and version not in mcp.VERSIONS:
        return _json(mcp.failed(RpcError(mcp.REQUEST, "unsupported protocol version")), 400)
    try:
        times, seconds = settings.RATES["api"]
        limit_request(request, "api", times=times, seconds=seconds)
        message = mcp.read(request.body)
    except RequestDataTooBig:
        return _json(mcp.failed(RpcError(mcp.REQUEST, "message too long")), 413)
    except TooMany as wait:
        return _json(mcp.failed(RpcError(mcp.OURS, str(wait))), 429, wait.seconds)
    except RpcError as error:
        return _json(mcp.failed(error), 400)
    told = mcp.answer(message, f"address:{address_of(request)}")
    return HttpResponse(status=202) if told is None else _json(told, 400 if _no_request(told) else 200)


def _no_request(told: mcp.Message) -> bool:
    return bool(told.get("error", {}).get("code") == mcp.REQUEST)


def _same_origin(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin", "")
    return not origin or urlsplit(origin).netloc == request.get_host()


def _json(told: mcp.Message, status: int = 200, wait: int = 0) -> HttpResponse:
    response = HttpResponse(
        json.dumps(told, ensure_ascii=False), content_type="application/json", status=status
    )
    if wait:
        response["Retry-After"] = str(wait)
    return response
