"""How often one address or one person may do a thing: fixed windows in the cache.

With several processes each keeps its own count, so a limit holds to within their number; what must hold
exactly (tries of a sign-in code) is counted in the database instead.
"""

from __future__ import annotations

import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _


class TooMany(Exception):
    """Asked too often; `seconds` until it may be asked again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("操作太频繁了，请过 %(seconds)s 秒再试。") % {"seconds": seconds})
        self.seconds = seconds


def address_of(request: HttpRequest) -> str:
    """The caller's address as the server saw it; a proxy's header is believed only where settings name one."""
    return request.META.get("REMOTE_ADDR", "") or "-"


def limit(name: str, key: str, *, times: int, seconds: int) -> None:
    """Count one more; raises TooMany above `times` in the current window of `seconds`."""
    now = int(time.time())
    slot = now // seconds
    entry = f"limit:{name}:{key}:{slot}"
    cache.add(entry, 0, seconds + 1)
    try:
        count = cache.incr(entry)
    except ValueError:  # pushed out of a full cache in this very moment: counted anew
        cache.set(entry, count := 1, seconds + 1)
    if count > times:
        raise TooMany(seconds - now % seconds)


def limit_request(request: HttpRequest, name: str, *, times: int, seconds: int) -> None:
    """The same by the caller's address."""
    limit(name, address_of(request), times=times, seconds=seconds)
