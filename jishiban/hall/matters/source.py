"""What the ledger checks about guides: every version against the record of its publication, and the other way.

A version's content is not personal, so the record holds its digest openly; the record itself is sealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from jishiban.hall.matters import document
from jishiban.hall.matters.actions import PUBLISHED, record_body
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.kernel.ledger.models import LedgerRecord
from jishiban.kernel.ledger.sources import Fault

CHUNK = 200


class GuideSource:
    """The ledger's view of guide versions. Their leaves are records of the ledger's own, so it claims no row."""

    kind = "guide"

    def __init__(self, using: str = DEFAULT_DB_ALIAS) -> None:
        self.using = using

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Nothing: the publications are ledger records, which another source hands over."""
        return iter(())

    def audit(self) -> Iterator[Fault]:
        """Versions changed, added or deleted directly, and matters that show another than their last version."""
        records = LedgerRecord.objects.using(self.using).filter(kind=PUBLISHED).order_by("leaf")
        published: dict[int | None, LedgerRecord] = {
            record.leaf: record for record in records.iterator(CHUNK)
        }
        last: dict[int, int] = {}
        for version in GuideVersion.objects.using(self.using).order_by("matter_id", "number").iterator(CHUNK):
            last[version.matter_id] = version.pk
            if fault := _fault(version, published.pop(version.leaf, None)):
                yield Fault(version.leaf, fault, self.kind)
        for leaf in published:
            yield Fault(leaf, "账本记着一次指南发布，那个版本却不在了。", self.kind)
        yield from self._shown(last)

    def _shown(self, last: dict[int, int]) -> Iterator[Fault]:
        matters = (
            Matter.objects.using(self.using).exclude(current=None).values_list("pk", "name", "current_id")
        )
        for pk, name, current in matters.order_by("pk"):
            if current != last.get(pk):
                yield Fault(None, f"事项“{name}”显示的不是最后发布的指南版本，被直接改动过。", self.kind)


def _fault(version: GuideVersion, record: LedgerRecord | None) -> str:
    """What is wrong with one version; empty when it is as it was published."""
    where = f"事项 {version.matter_id} 的指南第 {version.number} 版"
    if record is None:
        return f"{where}没有发布记录，是直接写入数据库的。"
    if _digest(version.body) != version.digest or json.loads(record.body) != _said(version):
        return f"{where}与发布时的内容不符，被直接改动过。"
    if version.published_at != record.at:
        return f"{where}的发布时间被直接改动过。"
    if any(getattr(version, name) != value for name, value in document.columns(version.body).items()):
        return f"{where}的时限与正文不符，被直接改动过。"
    return ""


def _digest(body: Any) -> str:
    """The digest of what is stored; empty for what could never have been published."""
    try:
        return document.digest(body)
    except (TypeError, AttributeError):
        return ""


def _said(version: GuideVersion) -> dict[str, Any]:
    try:
        return record_body(version)
    except (KeyError, TypeError):
        return {}
