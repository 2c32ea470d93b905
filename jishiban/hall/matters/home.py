"""What this room puts on the home page: the six commonest matters."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.queries import commonest
from jishiban.web.formats import quantity

SHOWN = 6
FRESH_SECONDS = 60


def common_section() -> dict[str, Any]:
    """The commonest matters with their promise as hint; read at most once a minute a language."""
    key = f"matters-common-{get_language()}"
    known = cache.get(key)
    if known is None:
        known = {"common": [_card(matter) for matter in commonest(SHOWN)]}
        cache.set(key, known, FRESH_SECONDS)
    return dict(known)


def _card(matter: Matter) -> dict[str, str]:
    return {"title": matter.name, "url": matter.get_absolute_url(), "hint": _promise(matter)}


def _promise(matter: Matter) -> str:
    version = matter.current
    if version is None or version.promise_amount is None:
        return ""
    if version.promise_amount == 0:
        return _("当场办结")
    return _("承诺 %(term)s") % {"term": quantity(version.promise_amount, version.promise_unit)}
