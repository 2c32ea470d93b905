"""Settings of the process that gets killed: the very database and keys of the test that kills it."""

import os
from pathlib import Path

_database = os.environ["KILLED_DATABASE"]
_keys = os.environ["KILLED_KEYS"]

from jishiban.config.testing import *  # noqa: E402, F403  # the names above had to be read first
from jishiban.config.testing import DATABASES  # noqa: E402

DATABASES["default"]["NAME"] = _database
KEY_DIR = Path(_keys)
