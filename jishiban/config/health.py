"""`GET /healthz`: whether this process can serve, for a proxy, a monitor or a start script."""

import os
import shutil
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from jishiban.web.doors import public

LEAST_FREE_BYTES = 20 * 1024 * 1024


@public
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 with `{"status": "ok"}`, or 503 with one reason for each thing that fails."""
    faults = {name: fault for name, check in CHECKS.items() if (fault := check())}
    body = {"status": "unavailable", "faults": faults} if faults else {"status": "ok"}
    return JsonResponse(body, status=503 if faults else 200, json_dumps_params={"ensure_ascii": False})


def database_fault() -> str:
    """Empty when the database answers and every migration of the code is applied."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return "数据库没有应答"
    missing = known_migrations() - set(applied)
    return f"数据库还差 {len(missing)} 步升级,请重新启动" if missing else ""


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """(app, name) of every migration in the code; read once, the code does not change under us."""
    return frozenset(MigrationLoader(None).graph.nodes)


def keys_fault() -> str:
    """Empty when every key file can be read."""
    try:
        files = [path for path in settings.KEY_DIR.iterdir() if path.is_file()]
    except OSError:
        return "密钥目录读不到"
    return "" if files and all(os.access(path, os.R_OK) for path in files) else "有密钥文件读不到"


def disk_fault() -> str:
    """Empty while there is room for an upload and the log."""
    try:
        free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError:
        return "数据目录读不到"
    return "" if free >= LEAST_FREE_BYTES else "数据目录所在的磁盘满了"


CHECKS: dict[str, Callable[[], str]] = {
    "database": database_fault,
    "keys": keys_fault,
    "disk": disk_fault,
}
