"""The verifier as one file that needs no network: the same script, sheets and words as the page, written into it."""

import json
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from jishiban.web.record.words import verifier_words

SHEETS = ("web/tokens.css", "web/base.css", "web/components.css", "web/record/verify.css")
SCRIPT = "web/record/verify.js"
LANGUAGES = ("zh-hans", "en")


def offline_file(public_key: bytes) -> str:
    """The whole HTML document, in Chinese with an English half, with this house's public key in it."""
    parts = [_part(language, public_key.hex()) for language in LANGUAGES]
    with translation.override(LANGUAGES[0]):
        return render_to_string(
            "web/record/offline.html", {"parts": parts, "sheets": _sheets(), "script": _inline(SCRIPT)}
        )


def _part(language: str, key: str) -> dict[str, object]:
    with translation.override(language):
        context = verifier_context(key, prefix=language)
        html = render_to_string("web/record/_offline_part.html", context)
    return {"language": language, "html": html, "chosen": language == LANGUAGES[0]}


def verifier_context(key: str, prefix: str = "") -> dict[str, str]:
    """What the verifier's markup needs: its words, the keys it trusts, and a prefix for its ids."""
    return {"words": json.dumps(verifier_words(), ensure_ascii=False), "keys": key, "prefix": prefix or "v"}


def _sheets() -> SafeString:
    return mark_safe("\n".join(_inline(name) for name in SHEETS))  # noqa: S308  # our own files


@lru_cache(maxsize=16)
def _inline(name: str) -> SafeString:
    """A static file's text, as it may stand inside `<script>` or `<style>`."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(f"static file {name} is missing")
    text = Path(found).read_text(encoding="utf-8")
    if "</" in text:
        raise ValueError(f"{name} would end the element it is written into")
    return mark_safe(text)  # noqa: S308  # our own file, and it cannot end its element
