"""Pages through the whole stack (middleware, doors, templates), beside an empty view on the same server."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, cast

from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from jishiban.config.bench.figures import Figure, Taken, take
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory.models import Staff


def caller(path: str, cookie: str = "") -> Callable[[], int]:
    """A function that asks the application for `path` as a server would, and reads the whole answer."""
    application = WSGIHandler()
    path, _mark, query = path.partition("?")

    def ask() -> int:
        status: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.input": BytesIO(),
            "wsgi.url_scheme": "http", "HTTP_COOKIE": cookie, "wsgi.errors": BytesIO(),
        }  # fmt: skip
        answer: Any = application(environ, cast("Any", lambda line, _headers: status.append(line)))
        for _part in answer:
            pass
        answer.close()
        code = int(status[0].split()[0])
        if code != 200:
            raise RuntimeError(f"{path} answered {status[0]}")
        return code

    return ask


def signed_in(staff: Staff) -> str:
    """The cookie of a session of that member of staff."""
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def empty() -> Taken:
    """The empty view: what everything else is measured against."""
    return take(caller("/bench/empty"), times=200)


def page(
    name: str, path: str, base: Taken, *, bound: float | None = None, most: int | None = None, **more: Any
) -> Figure:
    """One page as a figure."""
    taken = take(caller(path, more.pop("cookie", "")), times=100)
    return Figure(
        name, taken.cpu_ms, "毫秒 CPU", bound=bound, queries=taken.queries, most_queries=most,
        ratio=taken.cpu_ms / base.cpu_ms, beside="空页面",
    )  # fmt: skip


def run() -> list[Figure]:
    """The guide (warm), the home page, a search and the page of promises."""
    base = empty()
    guide = Matter.objects.filter(current__is_full=True).order_by("pk")[0]
    return [
        Figure("空页面", base.cpu_ms, "毫秒 CPU", queries=base.queries, most_queries=0),
        page("办事指南页（热）", f"/matters/{guide.pk}/", base, bound=2.5, most=3),
        page("首页", "/", base),
        page("搜索“食品经营”", "/search?q=%E9%A3%9F%E5%93%81%E7%BB%8F%E8%90%A5", base),
        page("承诺页", "/promises", base),
    ]
