"""The body of a guide as HTML, made once for each version and language in each process.

A version never changes, so what was made is never stale; the key is the digest of what was published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from jishiban.hall.matters import page
from jishiban.hall.matters.models import GuideVersion

FOR = 24 * 3600
UNSAFE = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class Parts(NamedTuple):
    """The pieces of a guide's page that come from its document: three of HTML, the others plain text."""

    facts: SafeString
    text: SafeString
    more: SafeString
    summary: str
    area: str
    window: str
    hours: str


def guide_parts(version: GuideVersion) -> Parts:
    """The pieces of a version. Reads its body only when this process has not made them yet."""
    key = f"guide:{version.digest}:{get_language()}"
    made = cache.get(key)
    if made is None:
        made = tuple(_make(version))
        cache.set(key, made, FOR)
    return Parts(*map(SafeString, made[:3]), *made[3:])  # our own templates, escaped there


def _make(version: GuideVersion) -> Iterator[str]:
    doc, context = version.body, page.context(version.body)
    for piece in ("facts", "text", "more"):
        yield str(render_to_string(f"matters/guide_{piece}.html", context))
    yield from (doc["summary"], doc["place"]["area"], doc["place"]["window"], doc["hours"])


def schema_org(version: GuideVersion, url: str, provider: str, phone: str) -> SafeString:
    """The guide as schema.org GovernmentService, ready to stand in a script element of data."""
    key = f"guide-data:{version.digest}:{url}:{provider}:{phone}"
    made = cache.get(key)
    if made is None:
        made = json.dumps(service(version.body, url, provider, phone), ensure_ascii=False).translate(UNSAFE)
        cache.set(key, made, FOR)
    return SafeString(made)  # JSON, with every character HTML might read escaped


def service(doc: dict[str, Any], url: str, provider: str, phone: str) -> dict[str, Any]:
    """The GovernmentService of a guide. Working days have no ISO duration, so limits stand as words."""
    body: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": url,
        "url": url,
        "name": doc["name"],
        "description": doc["summary"],
        "alternateName": doc["aliases"],
        "inLanguage": "zh-Hans",
        "provider": {"@type": "GovernmentOrganization", "name": provider, "telephone": phone},
        "audience": {"@type": "Audience", "audienceType": doc["service_object"]},
        "areaServed": {"@type": "AdministrativeArea", "name": settings.PLACE.name},
        "availableChannel": _channel(doc, url, phone),
        "serviceOutput": [{"@type": "GovernmentPermit", "name": row["name"]} for row in doc["results"]],
        "termsOfService": page.facts(doc)[0]["value"] + page.facts(doc)[0]["unit"],
    }
    if doc["steps"] and not doc["fee"]["charged"]:
        body["offers"] = {"@type": "Offer", "price": "0", "priceCurrency": "CNY"}
    return {name: value for name, value in body.items() if value}


def _channel(doc: dict[str, Any], url: str, phone: str) -> dict[str, Any]:
    place = " ".join(filter(None, (doc["place"]["area"], doc["place"]["window"])))
    channel: dict[str, Any] = {"@type": "ServiceChannel", "serviceUrl": url}
    if place:
        channel["serviceLocation"] = {"@type": "Place", "name": place}
    if phone:
        channel["servicePhone"] = {"@type": "ContactPoint", "telephone": phone}
    if doc["hours"]:
        channel["description"] = doc["hours"]
    return channel
