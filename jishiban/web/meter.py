"""The promise meter: one row of working days (gone, left, stopped, over) and the deadline in words.

It reads any object or mapping with these names, so that a stored promise, a row of a list and a figure of the
calculator all draw the same meter: `label`, `amount`, `unit`, `basis`, `deadline`, `provisional`, `state` (running,
paused, kept, broken, void), `paused`, `colour`, `used`, `left`, `total`, `paused_days`. What is missing is left out of the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from jishiban.web.formats import cndate, cndatetime, moment, quantity

ENDED = ("kept", "broken", "void")
MOST_CELLS = 40  # more would be thinner than a finger's breadth of a phone can show
COLOURS = {"绿": "green", "黄": "yellow", "红": "red", "灰": "grey", "gray": "grey", "amber": "yellow"}


@dataclass(frozen=True, slots=True)
class Meter:
    """What the component draws; `cells` holds one of gone, left, held or over for each cell of the bar."""

    label: str
    basis: str
    term: str
    colour: str
    light: str
    headline: str
    detail: str
    cells: tuple[str, ...]
    scale: str
    deadline: str
    provisional: bool


def read(thing: object, name: str, default: object = None) -> object:
    """The value called `name` of a mapping or an object, the way a template would look it up."""
    if isinstance(thing, Mapping):
        return thing.get(name, default)
    return getattr(thing, name, default)


def colour_name(colour: object) -> str:
    """One of green, yellow, red, grey for any spelling of a light; grey when it is none of them."""
    word = str(getattr(colour, "value", colour) or "").lower()
    word = COLOURS.get(word, word)
    return word if word in {"green", "yellow", "red", "grey"} else "grey"


def light_word(colour: object) -> str:
    """The word that always stands beside a light: 按时, 临期, 超期 or 暂停."""
    words = {"green": _("按时"), "yellow": _("临期"), "red": _("超期"), "grey": _("暂停")}
    return words[colour_name(colour)]


def left_unit(unit: object) -> str:
    """The unit days are counted in while a promise runs: a term of months is watched day by day."""
    return "自然日" if str(unit) == "月" else str(unit)


def last_moment(deadline: object) -> str:
    """A deadline in words. An instant at midnight is the end of the day before, which is what people are told."""
    inner = read(deadline, "at")
    when = moment(deadline if inner is None else inner)
    if when is None:
        return ""
    if isinstance(when, datetime) and when.time() == time(0):
        return cndate(when.date() - timedelta(days=1))
    return cndatetime(when) if isinstance(when, datetime) else cndate(when)


def _whole(thing: object, name: str) -> int | None:
    value = read(thing, name)
    return int(value) if isinstance(value, (int, float)) else None


def _cells(used: int, left: int, held: int) -> tuple[tuple[str, ...], int]:
    """The row of cells and how many days each stands for; stopped days sit where the clock stands."""
    gone, still, over = used, max(left, 0), max(-left, 0)
    gone -= over
    per_cell = max(1, -(-(max(gone, 0) + still + over + held) // MOST_CELLS))
    row = [("gone", gone), ("held", held), ("left", still), ("over", over)]
    return tuple(kind for kind, days in row for _i in range(-(-max(days, 0) // per_cell))), per_cell


def _headline(state: str, paused: bool, left: int | None, unit: str) -> str:
    """The one sentence a citizen looks for."""
    if state == "kept":
        return _("已按时办结")
    if state == "broken":
        return _("已办结，超过承诺时限")
    if state == "void":
        return _("不再计时")
    if left is None:
        return _("计时已暂停") if paused else _("正在计时")
    if paused:
        return _("已暂停，还剩 %(left)s") % {"left": quantity(left, unit)}
    if left < 0:
        return _("已超过 %(over)s") % {"over": quantity(-left, unit)}
    return _("今天到期") if left == 0 else _("还剩 %(left)s") % {"left": quantity(left, unit)}


def _detail(state: str, paused: bool, used: int | None, unit: str, until: str) -> str:
    """The second, quieter line: the deadline in words, or how long it took."""
    if state in {"kept", "broken"}:
        return _("用时 %(used)s") % {"used": quantity(used, unit)} if used is not None else ""
    if state == "void" or not until:
        return ""
    if paused:
        return _("恢复后重新计算，目前为 %(until)s") % {"until": until}
    return _("不晚于 %(until)s") % {"until": until}


def _colour(promise: object, state: str, paused: bool) -> str:
    """The light given, or the one the state speaks for: an ended promise is green or red, a stopped one grey."""
    told = {"kept": "green", "broken": "red", "void": "grey"}.get(state) or read(promise, "colour")
    return colour_name(told or ("grey" if paused else "green"))


def measure(promise: object) -> Meter:
    """The meter of a promise-like object or mapping (see the module's docstring for the names it reads)."""
    state = str(read(promise, "state") or "running")
    paused = state == "paused" or bool(read(promise, "paused"))
    running = state not in ENDED
    unit, amount = str(read(promise, "unit") or ""), _whole(promise, "amount")
    used, left, total = (_whole(promise, name) for name in ("used", "left", "total"))
    if left is None and used is not None and total is not None:
        left = total - used
    if used is None and left is not None and total is not None:
        used = total - left
    colour = _colour(promise, state, paused)
    watched = left_unit(unit)
    until = last_moment(read(promise, "deadline"))
    held = (_whole(promise, "paused_days") or int(paused)) if running else 0
    cells, per_cell = _cells(used, left or 0, held) if used is not None else ((), 1)
    return Meter(
        label=_(str(read(promise, "label") or "办理时限")),
        basis=_(str(read(promise, "basis") or "")),
        term=quantity(amount, unit) if amount is not None and unit else "",
        colour=colour,
        light=light_word(colour),
        headline=_headline(state, paused, left, watched),
        detail=_detail(state, paused, used, watched, until),
        cells=cells,
        scale=_("每格 %(n)s") % {"n": quantity(per_cell, watched)} if per_cell > 1 else "",
        deadline=until,
        provisional=bool(read(promise, "provisional")) and running,
    )


def day_of(value: object) -> date | None:
    """The local day of a date, time or ISO text, for grouping in lists; None when it is none of these."""
    when = moment(value)
    return when.date() if isinstance(when, datetime) else when
