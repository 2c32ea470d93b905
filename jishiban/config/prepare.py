"""Brings database, data, messages and static files up to the code; quick when they already are."""

import hashlib
import os
import sys
import time

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jishiban.config.children import aside
from jishiban.config.messages import compile_messages


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def prepare() -> None:
    """Everything, in the order in which it depends on what went before."""
    migrate()
    compile_messages()
    collect_static()
    if settings.DEMO and not get_user_model().objects.exists():
        load_demo()


def migrate() -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"升级数据库:{len(plan)} 步…")
        call_command("migrate", interactive=False, verbosity=0)


def load_demo() -> None:
    """Aside, because building ninety days of cases takes memory the server never needs again."""
    from jishiban.config import demo

    say("数据库是空的,装入演示数据(约半分钟)…")
    began = time.monotonic()
    if code := aside(demo.load):
        raise SystemExit(code)
    say(f"演示数据装好了,用了 {time.monotonic() - began:.0f} 秒")


def collect_static() -> None:
    """Copy static files under hashed names, unless nothing changed since the last time."""
    stamp = settings.STATIC_ROOT / ".fingerprint"
    seen = static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == seen:
        return
    say("整理静态文件…")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(seen, encoding="ascii")


def static_fingerprint() -> str:
    """A hash over path, size and time of every static source file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = os.stat(storage.path(path))
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
