"""What the ledger checks about scenarios: every version against the record of its publication, and the other way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from jishiban.guide.scenarios import body
from jishiban.guide.scenarios.actions import COLUMNS, record_body
from jishiban.guide.scenarios.indicators import PUBLISHED
from jishiban.guide.scenarios.models import Scenario, ScenarioVersion
from jishiban.kernel.ledger.models import LedgerRecord
from jishiban.kernel.ledger.sources import Fault


class ScenarioSource:
    """The ledger's view of scenarios. Their leaves are records of the ledger's own, so it claims no row."""

    kind = "scenario"

    def __init__(self, using: str = DEFAULT_DB_ALIAS) -> None:
        self.using = using

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Nothing: the publications are ledger records, which another source hands over."""
        return iter(())

    def audit(self) -> Iterator[Fault]:
        """Versions changed, added or deleted directly, and scenarios that show another than their last version."""
        records = LedgerRecord.objects.using(self.using).filter(kind=PUBLISHED).order_by("leaf")
        published: dict[int | None, LedgerRecord] = {record.leaf: record for record in records.iterator(200)}
        last: dict[int, int] = {}
        versions = ScenarioVersion.objects.using(self.using).order_by("scenario_id", "number")
        for version in versions.iterator(200):
            last[version.scenario_id] = version.pk
            if fault := _fault(version, published.pop(version.leaf, None)):
                yield Fault(version.leaf, fault, self.kind)
        for leaf in published:
            yield Fault(leaf, "账本记着一次攻略发布，那个版本却不在了。", self.kind)
        for pk, key, current in Scenario.objects.using(self.using).values_list("pk", "key", "current_id"):
            if current != last.get(pk):
                yield Fault(None, f"攻略“{key}”显示的不是最后发布的版本，被直接改动过。", self.kind)


def _fault(version: ScenarioVersion, record: LedgerRecord | None) -> str:
    """What is wrong with one version; empty when it is as it was published."""
    where = f"攻略“{version.title}”第 {version.number} 版"
    if record is None:
        return f"{where}没有发布记录，是直接写入数据库的。"
    if _digest(version.body) != version.digest or json.loads(record.body) != _said(version):
        return f"{where}与发布时的内容不符，被直接改动过。"
    if version.published_at != record.at or any(
        getattr(version, name) != version.body[name] for name in COLUMNS
    ):
        return f"{where}的标题或发布时间被直接改动过。"
    return ""


def _digest(whole: Any) -> str:
    """The digest of what is stored; empty for what could never have been published."""
    try:
        return body.digest(whole)
    except (TypeError, AttributeError):
        return ""


def _said(version: ScenarioVersion) -> dict[str, Any]:
    try:
        return record_body(version)
    except (KeyError, TypeError):
        return {}
