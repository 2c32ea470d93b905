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
from jishiban.hall.matters.models import GuideVersion, Matter

FOR = 24 * 3600
PAGE_FOR = 60
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


class Kept(NamedTuple):
    """The page of a guide but for its shell, as it is kept for a minute."""

    name: str
    address: str
    crumbs: SafeString
    main: SafeString
    bar: SafeString
    data: SafeString


def kept_page(pk: int, stamp: int, base: str) -> Kept | None:
    """The page of the matter as made under this catalogue; None when it has to be made (`keep_page`)."""
    found = cache.get(_page_key(pk, stamp, base))
    return None if found is None else Kept(*found[:2], *map(SafeString, found[2:]))


def keep_page(matter: Matter, version: GuideVersion, stamp: int, base: str, context: dict[str, Any]) -> Kept:
    """Make the page and keep it. A change of guides shows at once (the stamp moves), one of phones within a minute."""
    address = matter.get_absolute_url()
    provider = matter.unit.name if matter.unit else matter.body
    made = Kept(
        matter.name,
        address,
        render_to_string("web/components/breadcrumb.html", context),
        render_to_string("matters/guide_main.html", context | {"parts": guide_parts(version)}),
        render_to_string("matters/guide_bar.html", context),
        schema_org(version, f"{base}{address}", provider, context["phone"]),
    )
    cache.set(_page_key(matter.pk, stamp, base), tuple(map(str, made)), PAGE_FOR)
    return made


def _page_key(pk: int, stamp: int, base: str) -> str:
    return f"guide-page:{pk}:{stamp}:{get_language()}:{base}"


def schema_org(version: GuideVersion, url: str, provider: str, phone: str) -> SafeString:
    """The guide as schema.org GovernmentService, ready to stand in a script element of data."""
    data = service(version.body, url, provider, phone)
    return SafeString(
        json.dumps(data, ensure_ascii=False).translate(UNSAFE)
    )  # JSON, with every character HTML might read escaped


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
