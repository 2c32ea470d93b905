"""Settings of the test suite: the real ones, with a data folder of their own and nothing slow for its own sake.

TEST_DATABASE_URL (PostgreSQL) takes the place of the SQLite file. No other key of the environment reaches
the tests, so they give the same answer on every machine.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from jishiban.config.env import KEYS

for _key in KEYS:
    os.environ.pop(_key, None)
_scratch = tempfile.mkdtemp(prefix="jishiban-test-")
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
os.environ["DATA_DIR"] = _scratch
if _url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = _url

from jishiban.config.settings import *  # noqa: E402, F403  # the environment had to be set first
from jishiban.config.settings import DATABASES, RATES, STORAGES  # noqa: E402

DATABASES["default"]["CONN_MAX_AGE"] = 0
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A file, not memory: threads of the concurrency and browser tests meet the locks they would really meet.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_scratch) / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
# All tests come from one address, and more often than any hall; those about limits set their own.
RATES = dict.fromkeys(RATES, (10**6, 60))
