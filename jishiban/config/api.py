"""The API for programs: one OpenAPI document over the routers of the rooms."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from jishiban.kernel.clock import ClockError
from jishiban.web.doors import Door, door_of
from jishiban.web.limits import TooMany

api = NinjaAPI(
    title="济时办 API", version="1", urls_namespace="api",
    description="事项与办事指南、办件进度、承诺与期限计算。时间为 ISO 8601，时区 Asia/Shanghai。",
    openapi_url="/openapi.json", docs_url=None,
)  # fmt: skip


ROUTERS = [
    ("", "jishiban.hall.matters.api", "事项"),
    ("", "jishiban.hall.applications.api", "办件"),
    ("", "jishiban.web.promises.api", "承诺"),
    ("/guide", "jishiban.guide.conversations.api", "导服"),
    ("/guide", "jishiban.guide.scenarios.api", "情景攻略"),
    ("/clock", "jishiban.web.calculator.api", "期限"),
]


def mount() -> None:
    """Put every room's router under its path."""
    for prefix, module, tag in ROUTERS:
        if find_spec(module):
            api.add_router(prefix, import_module(module).router, tags=[tag])


@api.exception_handler(ClockError)
def clock_error(request: HttpRequest, error: Exception) -> HttpResponse:
    """A wrong term or date is the caller's to mend: 422 with the field."""
    field = getattr(error, "field", "")
    return api.create_response(request, {"detail": [{"loc": [field], "msg": str(error)}]}, status=422)


@api.exception_handler(TooMany)
def too_many(request: HttpRequest, error: Exception) -> HttpResponse:
    response = api.create_response(request, {"detail": str(error)}, status=429)
    response["Retry-After"] = str(getattr(error, "seconds", 60))
    return response


def patterns() -> Any:
    """The API's URL patterns, each callback carrying the door its operations declare."""
    mount()
    found = api.urls
    doors = [door for router in api._get_bound_routers() for door in _doors(router)]  # noqa: SLF001  no public list
    pages = [
        pattern for pattern in found[0] if getattr(pattern.callback, "func", None)
    ]  # the schema, the root
    operations = [pattern for pattern in found[0] if pattern not in pages]
    for pattern, door in zip(operations, doors, strict=True):
        _hang(pattern, door)
    for pattern in pages:
        _hang(pattern, Door("public"))
    return found


def _hang(pattern: Any, door: Door | None) -> None:
    pattern.callback.door = door


def _doors(router: Any) -> list[Door | None]:
    """One door for each operation, in the order in which the router makes its patterns."""
    result: list[Door | None] = []
    for path_view in router.path_operations.values():
        declared = {door_of(operation.view_func) for operation in path_view.operations}
        door = declared.pop() if len(declared) == 1 else None  # one path serves one door, or nobody
        result.extend(door for _operation in path_view.operations)
    return result
