"""Template tags and filters of the two front doors: `{% load ui %}`.

Filters: cndate, cndatetime, isotime, amount, quantity, spaced, light_word, light_name, day_of, kind, described_by,
error_target, error_count.
Tags: moment, day, icon, light, promise_meter, qr, query, current, section, shared, phone_link, control,
summary_forms, flow_picture, flow_stations, counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from functools import cache
from typing import Any

import segno
from django import template
from django.forms import BaseForm, BoundField, widgets
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jishiban.kernel.cases.flow import Flow
from jishiban.web import flowdraw, formats, icons, kept, meter

register = template.Library()

SECTIONS = ("matters", "guide", "my", "track", "promises", "ledger", "clock")  # those of the portal's menu
SCENARIOS = "/guide/scenarios/"  # a part of the guide with an entry of its own
ROWS_UNASKED = "10"  # what Django gives a text area nobody measured; too tall for a phone

register.filter("cndate", formats.cndate)
register.filter("cndatetime", formats.cndatetime)
register.filter("isotime", formats.isotime)
register.filter("amount", formats.amount)
register.filter("quantity", formats.quantity)
register.filter("light_word", meter.light_word)
register.filter("light_name", meter.colour_name)
register.filter("day_of", meter.day_of)


@register.filter
def spaced(value: object) -> SafeString:
    """`12 345` kept on one line."""
    return format_html('<span class="num">{}</span>', formats.spaced(value))


@register.simple_tag
def moment(value: object) -> SafeString:
    """A `<time>` element: the date and time in words outside, the ISO form inside."""
    return format_html('<time datetime="{}">{}</time>', formats.isotime(value), formats.cndatetime(value))


@register.simple_tag
def day(value: object) -> SafeString:
    """A `<time>` element with the date alone."""
    return format_html('<time datetime="{}">{}</time>', formats.isotime(value)[:10], formats.cndate(value))


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """One of the house's line icons; hidden from screen readers, since the word stands beside it."""
    path = icons.PATHS[name]
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        path,
    )


@register.inclusion_tag("web/components/light.html")
def light(colour: object, word: str = "") -> dict[str, str]:
    """A light: shape, word and colour together. `word` replaces 按时, 临期, 超期, 暂停 where another says more."""
    return {"colour": meter.colour_name(colour), "word": word or meter.light_word(colour)}


@register.inclusion_tag("web/components/promise_meter.html")
def promise_meter(promise: object, level: int = 2) -> dict[str, object]:
    """The meter of a promise-like object (see `jishiban.web.meter`); `level` is that of its heading."""
    return {"meter": meter.measure(promise), "level": level}


@register.simple_tag
def qr(text: object, title: str = "") -> SafeString:
    """A QR code as inline SVG, dark on light in every mode, without style attributes; `title` names it."""
    code = segno.make(str(text), error="m", micro=False)
    drawn = code.svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr__code", lineclass=None
    )
    role = format_html('<svg role="img" aria-label="{}" ', title or _("二维码"))
    return mark_safe(drawn.replace("<svg ", role, 1))  # noqa: S308  segno writes only coordinates


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """`?…` of this page with some keys changed; None or an empty text drops the key. The page number starts over."""
    request = context.get("request")
    params: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    if "page" not in changes:
        params.pop("page", None)
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = str(value)
    return "?" + params.urlencode()


@register.simple_tag(takes_context=True)
def shared(context: dict[str, Any], name: str, *keys: object) -> SafeString:
    """Includes a piece that is the same for every reader (`jishiban.web.kept`); it sees `keys` and the place only."""
    ui = context.get("ui")
    place = tuple(vars(ui.place).items()) if ui is not None else ()
    return kept.piece(name, (*keys, place), lambda: render_to_string(name, {"keys": keys, "ui": ui}))


@register.simple_tag(takes_context=True)
def section(context: dict[str, Any]) -> str:
    """The first part of this page's address, by which the menu knows where the reader is: `/my/`, `/promises`."""
    path = getattr(context.get("request"), "path", "/")
    if path.startswith(SCENARIOS):
        return "scenarios"
    first = path.split("/")[1] if path.startswith("/") else ""
    return first if first in SECTIONS else ""


@register.simple_tag(takes_context=True)
def current(context: dict[str, Any], prefix: str) -> SafeString:
    """`aria-current="page"` on the link whose section this page belongs to."""
    path = getattr(context.get("request"), "path", "")
    here = path == prefix if prefix == "/" else path.startswith(prefix.rstrip("/"))
    return mark_safe(' aria-current="page"') if here else SafeString("")


@register.simple_tag
def phone_link(number: object, name: str = "") -> SafeString:
    """A number that dials when touched; `name` is read before it by screen readers."""
    shown = str(number or "")
    if not shown:
        return SafeString("")
    spoken = format_html('<span class="sr-only">{} </span>', name) if name else ""
    return format_html('<a class="phone" href="tel:{}">{}{}</a>', formats.dialled(shown), spoken, shown)


@register.filter
def kind(field: BoundField) -> str:
    """How a field is laid out: group, checkbox, file, select, textarea, date or text."""
    widget = field.field.widget
    named = (
        (widgets.CheckboxSelectMultiple, "group"),
        (widgets.RadioSelect, "group"),
        (widgets.CheckboxInput, "checkbox"),
        (widgets.FileInput, "file"),
        (widgets.Select, "select"),
        (widgets.Textarea, "textarea"),
        (widgets.DateTimeInput, "text"),
        (widgets.DateInput, "date"),
    )
    return next((name for cls, name in named if isinstance(widget, cls)), "text")


@register.simple_tag
def control(field: BoundField, autocomplete: str = "", inputmode: str = "") -> SafeString:
    """The input itself, with its autocomplete purpose; a date becomes the browser's own date picker."""
    classes = ("input", f"input--{kind(field)}", field.field.widget.attrs.get("class"))
    attrs: dict[str, str | bool] = {"class": " ".join(filter(None, classes))}
    attrs |= {"rows": "5"} if field.field.widget.attrs.get("rows") == ROWS_UNASKED else {}
    attrs |= {"autocomplete": autocomplete} if autocomplete else {}
    attrs |= {"inputmode": inputmode} if inputmode else {}
    return field.as_widget(_native_date(field), attrs=attrs)


def _native_date(field: BoundField) -> Any:
    """A date field's widget as `<input type="date">`; plain text for a wrong date, which the picker would not show."""
    widget = field.field.widget
    if not isinstance(widget, widgets.DateInput):
        return widget
    typed = field.value()
    if isinstance(typed, str) and typed and not meter.day_of(typed):
        return widget
    native = copy(widget)
    native.input_type, native.format = "date", "%Y-%m-%d"
    return native


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of hint and error, for a group whose fieldset must name them."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    return " ".join(ids + ([f"{field.auto_id}_error"] if field.errors else []))


@register.filter
def error_target(field: BoundField) -> str:
    """The id an error link jumps to: the input, or the first choice of a group."""
    return field.id_for_label or (f"{field.auto_id}_0" if kind(field) == "group" else str(field.auto_id))


@register.filter
def error_count(forms: Iterable[BaseForm]) -> int:
    """How many messages there are to put right in a list of forms."""
    return sum(len(errors) for form in forms for errors in form.errors.values())


@register.simple_tag(takes_context=True)
def summary_forms(context: dict[str, Any]) -> list[BaseForm]:
    """The forms an error summary speaks about: `forms` where a page has several, else `form`, else none."""
    named = context.get("forms") or [context.get("form")]
    return [form for form in named if isinstance(form, BaseForm)]


@register.simple_tag
def flow_picture(flow: Flow, current: str = "") -> SafeString:
    """The picture of a flow table (`jishiban.web.flowdraw`), the state `current` marked."""
    return flowdraw.draw(flow, current)


@register.simple_tag
def flow_stations(flow: Flow) -> list[flowdraw.Station]:
    """The same flow as a list of stations with their branches, for the words beside the picture."""
    return flowdraw.stations(flow)


@register.simple_tag
def counted(days: Iterable[Any]) -> list[dict[str, object]]:
    """Day lines (date, counted, why) with their running number and the day of the week, for the table of a deadline."""
    rows: list[dict[str, object]] = []
    number = 0
    for line in days:
        counts = bool(meter.read(line, "counted"))
        number += counts
        when = meter.day_of(meter.read(line, "date"))
        rows.append(
            {
                "date": when,
                "weekday": formats.weekday(when),
                "counted": counts,
                "number": number if counts else None,
                "why": _(str(meter.read(line, "why") or "")),
            }
        )
    return rows
