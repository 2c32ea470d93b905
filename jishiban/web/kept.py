"""Pieces of the shells that are the same for everybody: made once a process, language and place, then kept.

The head and foot of a page are most of a small page's cost. What is kept here may depend only on the language, the
place and the keys given; nothing of a reader (no token, no name, no search words) may be in such a piece.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST: Final = 512  # keys come from the addresses of pages, so somebody could ask for many
_pieces: dict[tuple[object, ...], SafeString] = {}


def piece(name: str, keys: tuple[object, ...], make: Callable[[], SafeString]) -> SafeString:
    """The kept markup for these keys, made now if it is not there; always made anew while developing."""
    if settings.DEBUG:
        return make()
    key = (name, get_language(), *keys)
    found = _pieces.get(key)
    if found is None:
        if len(_pieces) >= MOST:
            _pieces.clear()
        found = _pieces[key] = make()
    return found


def forget() -> None:
    """Drop everything kept; for tests that change what it was made from."""
    _pieces.clear()
