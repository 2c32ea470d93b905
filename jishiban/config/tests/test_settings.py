"""Settings nobody should loosen by accident."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from jishiban.config import env
from jishiban.config.tests.test_env import LIVE

NAMES = [
    "DEBUG",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "SECURE_PROXY_SSL_HEADER",
]
PRINT = (
    "import json, sys; from jishiban.config import settings as s; "
    "print(json.dumps({n: getattr(s, n) for n in sys.argv[1:]}))"
)


def settings_under(environ: dict[str, str], folder: Path) -> dict[str, Any]:
    """The settings a fresh process sees under `environ`."""
    done = subprocess.run(
        [sys.executable, "-c", PRINT, *NAMES],
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **environ},
        cwd=env.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def test_a_live_hall_speaks_https_only(tmp_path: Path) -> None:
    got = settings_under(LIVE, tmp_path)
    assert got["DEBUG"] is False
    assert got["SESSION_COOKIE_SECURE"]
    assert got["CSRF_COOKIE_SECURE"]
    assert got["SECURE_SSL_REDIRECT"]
    assert got["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert got["CSRF_TRUSTED_ORIGINS"] == ["https://zwfw.example.gov.cn"]
    assert "zwfw.example.gov.cn" in got["ALLOWED_HOSTS"]
    assert "*" not in got["ALLOWED_HOSTS"]


def test_a_demonstration_works_over_plain_http_and_trusts_no_proxy(tmp_path: Path) -> None:
    got = settings_under({}, tmp_path)
    assert got["DEBUG"] is False
    assert not got["SESSION_COOKIE_SECURE"]
    assert not got["SECURE_SSL_REDIRECT"]
    assert got["SECURE_HSTS_SECONDS"] == 0
    assert got["SECURE_PROXY_SSL_HEADER"] is None
    assert set(got["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}


def test_there_is_no_secret_in_the_code(tmp_path: Path) -> None:
    settings_under({}, tmp_path)
    secret = (tmp_path / "keys" / "secret_key").read_text().strip()
    assert len(secret) == 128
    assert secret != settings.SECRET_KEY


@pytest.mark.parametrize("name", settings.MIDDLEWARE)
def test_every_middleware_is_there(name: str) -> None:
    assert callable(import_string(name))


def test_doors_are_shut_after_it_is_known_who_knocks() -> None:
    order = settings.MIDDLEWARE
    known = order.index("django.contrib.auth.middleware.AuthenticationMiddleware")
    assert order.index("jishiban.web.middleware.DoorMiddleware") > known


def test_a_missing_enhancement_keeps_its_plain_name(tmp_path: Path) -> None:
    from jishiban.config.storage import HashedStatic

    storage = HashedStatic(location=tmp_path, base_url="/static/")
    assert storage.stored_name("vendor/not-there.js") == "vendor/not-there.js"
