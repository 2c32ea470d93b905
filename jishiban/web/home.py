"""What other rooms put on the home page.

`config/wiring.py` appends callables to `sections`; each returns a part of the page's context. The page knows
`common` (objects with title, url, hint), `figures` (objects with label, value, url) and `as_of` (time of data).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

sections: list[Callable[[], Mapping[str, object]]] = []


def context() -> dict[str, object]:
    """The parts of all rooms together; a later one wins where two name the same key."""
    page: dict[str, object] = {}
    for section in sections:
        page |= section()
    return page
