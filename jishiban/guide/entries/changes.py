"""What a revision would change, in words: field by field, what stands now and what would stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiban.guide.entries.models import Kind
from jishiban.hall.matters.models import Matter

Payload = Mapping[str, Any]
ENTRY: Final = {
    "question": gettext_lazy("标准问题"), "answer": gettext_lazy("答复"), "source": gettext_lazy("出处"),
    "matter": gettext_lazy("事项"), "aspect": gettext_lazy("方面"), "similar": gettext_lazy("相似问法"),
    "valid_from": gettext_lazy("生效"), "valid_to": gettext_lazy("失效"), "in_use": gettext_lazy("在用"),
}  # fmt: skip
LINE: Final = {
    "said": gettext_lazy("口语"), "official": gettext_lazy("规范用语"), "owner": gettext_lazy("负责单位"),
    "test": gettext_lazy("测试句"), "in_use": gettext_lazy("在用"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One field: its name, what stands there, what would."""

    field: str
    before: str
    after: str

    @property
    def is_new(self) -> bool:
        return self.before != self.after


Teller = Callable[[Payload, Payload], Iterator[Change]]


def _entry(before: Payload, after: Payload) -> Iterator[Change]:
    names = dict(
        Matter.objects.filter(pk__in={one.get("matter") or 0 for one in (before, after)}).values_list(
            "pk", "name"
        )
    )
    for field, label in ENTRY.items():
        yield Change(str(label), *(_said(field, one.get(field), names) for one in (before, after)))


def _line(before: Payload, after: Payload) -> Iterator[Change]:
    for field, label in LINE.items():
        yield Change(str(label), *(_said(field, one.get(field), {}) for one in (before, after)))


def _entries(before: Payload, after: Payload) -> Iterator[Change]:
    """A batch: each entry in one line, its question and answer."""
    old = {row["entry"]: row for row in before.get("rows", ()) if row["entry"]}
    for row in after["rows"]:
        was = old.get(row["entry"] or 0)
        yield Change(row["question"], was["answer"] if was else "", row["answer"])


def _said(field: str, value: Any, names: Mapping[int, str]) -> str:
    if field == "matter":
        return names.get(value or 0, "")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def _any(before: Payload, after: Payload) -> Iterator[Change]:
    for field in after:
        yield Change(field, *(_said("", one.get(field), {}) for one in (before, after)))


tellers: dict[str, Teller] = {Kind.ENTRY: _entry, Kind.ENTRIES: _entries, Kind.LINE: _line}


def changes(kind: str, before: Payload, after: Payload) -> list[Change]:
    """Every field of a revision with what it was and what it would be; other rooms put their teller in `tellers`."""
    told = tellers.get(kind, _any)(before, after)
    return [one for one in told if one.before or one.after]
