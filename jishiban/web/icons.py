"""The house's own line icons, drawn on a 24-unit square. Always beside a word, never instead of one."""

from __future__ import annotations

from typing import Final

PATHS: Final[dict[str, str]] = {
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.4 15.4 20 20",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.4 2",
    "check": "M5 12.6 10 17.5 19.5 7",
    "cross": "M6 6 18 18M18 6 6 18",
    "pause": "M9 6v12M15 6v12",
    "alert": "M12 4 2.8 20h18.4zM12 10v4.4M12 17.2v.1",
    "right": "M9 5l7 7-7 7",
    "left": "M15 5l-7 7 7 7",
    "down": "M5 9l7 7 7-7",
    "arrow": "M4 12h15M13 6l6 6-6 6",
    "print": "M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7z",
    "copy": "M9 9h11v11H9zM15 9V4H4v11h5",
    "upload": "M12 16V4.5M7 9l5-5 5 5M4 16v4h16v-4",
    "download": "M12 4v11.5M7 11l5 5 5-5M4 16v4h16v-4",
    "file": "M6 3h8l4.5 4.5V21H6zM14 3v5h4.5",
    "seal": "M5 5h14v14H5zM8.5 12.4l2.6 2.6 4.8-5.4",
    "user": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",
    "phone": "M6 3.5h3.5l1.5 4.5-2.2 1.7a12 12 0 0 0 5.5 5.5l1.7-2.2 4.5 1.5V18a2.5 2.5 0 0 1"
    "-2.7 2.5C10.5 20 4 13.5 3.5 6.2A2.5 2.5 0 0 1 6 3.5z",
    "place": "M12 21s7-6.4 7-11.5a7 7 0 0 0-14 0C5 14.6 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
    "speak": "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "out": "M13 4H5v16h8M10 12h10M16 8l4 4-4 4",
    "inbox": "M4 13 6.5 5h11L20 13v6.5H4zM4 13h5l1 2.5h4l1-2.5h5",
    "plus": "M12 5v14M5 12h14",
    "units": "M12 4v5M5 20v-5h14v5M12 9v6M9.5 4h5v5h-5z",
    "book": "M12 6.5C10 5 7.5 4.5 4 4.5v14c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2v-14c-3.5 0-6 .5-8 2zM12 6.5v14",
    "keys": "M3 7h18v11H3zM7 11v.1M11 11v.1M15 11v.1M8 14.5h8",
    "large": "M3 19 9 5l6 14M5 14.5h8M17 12h5M19.5 9.5v5",
    "globe": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18",
}
