"""The door the server knocks at."""

import ipaddress
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiban.config.settings")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def behind_proxy(inner: Application, *, https: bool) -> Application:
    """`inner`, seeing the citizen's address instead of the proxy's, so that limits count people.

    Only the last entry of X-Forwarded-For is read: the one our own proxy wrote. It is believed from this very
    machine, and from a private network only where https is demanded, since then a proxy must stand in front.
    """

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if told and _is_proxy(str(environ.get("REMOTE_ADDR", "")), https=https) and _address(told):
            environ["REMOTE_ADDR"] = told
        return inner(environ, start_response)

    return outer


def _is_proxy(peer: str, *, https: bool) -> bool:
    address = _address(peer)
    return address is not None and (address.is_loopback or (https and address.is_private))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def make() -> Application:
    """The whole application, with the proxy in front taken into account where the settings name one."""
    from django.conf import settings

    inner: Application = get_wsgi_application()
    return behind_proxy(inner, https=settings.ENV.https) if settings.ENV.addresses else inner


application = make()
