"""The roots somebody signed: what `verify` holds the recomputed tree against.

They come from the checkpoint table and from the file beside the database. Only a statement with this house's
signature becomes a mark; any other is itself a fault.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from jishiban.kernel.ledger import keys, statements, witness
from jishiban.kernel.ledger.sources import Fault, stamp_sql, stream
from jishiban.kernel.ledger.statements import Statement

NEVER = 2**63
Report = Callable[[Fault], None]


@dataclass(slots=True)
class Marks:
    """Signed roots by size of the log."""

    roots: dict[int, set[bytes]] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    count: int = 0

    def next_after(self, size: int) -> int:
        """The next size with a mark, `NEVER` when there is none."""
        place = bisect_right(self.sizes, size)
        return self.sizes[place] if place < len(self.sizes) else NEVER


def collect(using: str, lines: Sequence[bytes], report: Report) -> Marks:
    """Every genuine statement of the table and of the file's `lines`; what is not genuine goes to `report`."""
    public_key = keys.signer().public_key
    filed = _from_file(lines, public_key, report)
    stored = _from_table(using, public_key, set(filed), report)
    marks = Marks()
    for statement in (*filed, *stored):
        marks.roots.setdefault(statement.size, set()).add(statement.root)
    marks.sizes = sorted(marks.roots)
    marks.count = len({s.signature for s in (*filed, *stored)})
    return marks


def _from_file(lines: Sequence[bytes], public_key: bytes, report: Report) -> list[Statement]:
    genuine = []
    previous = witness.FIRST
    for number, line in enumerate(lines, 1):
        part = _("存档文件第 %(number)s 行") % {"number": number}
        try:
            data = json.loads(line)
            statement = statements.read(data)
            if data["previous"] != previous:
                report(Fault(None, _("与上一行接不上，中间有行被删除或改动"), part))
        except (ValueError, KeyError, TypeError):
            report(Fault(None, _("这一行读不出来，被改动过"), part))
        else:
            if _is_ours(statement, public_key, part, report):
                genuine.append(statement)
        previous = witness.digest(line)
    return genuine


def _from_table(using: str, public_key: bytes, filed: set[Statement], report: Report) -> list[Statement]:
    at, own_id = stamp_sql(using, "at"), keys.key_id(public_key)
    genuine = []
    for size, root, moment, key_id, signature in stream(
        using,
        f"SELECT size, root, {at}, key_id, signature FROM ledger_checkpoint ORDER BY size",  # noqa: S608
    ):
        part = _("签名存档（%(size)s 条）") % {"size": size}
        try:
            statement = Statement(size, root, moment, public_key, signature)
            genuine_row = key_id == own_id and (statement in filed or statement.is_genuine)
        except (TypeError, ValueError, AttributeError):
            genuine_row = False
        if not genuine_row:
            report(Fault(None, _("签名不对，被改动或伪造"), part))
            continue
        if statement not in filed:
            report(Fault(None, _("数据库外的存档文件里没有这一条，文件被删过行"), part))
        genuine.append(statement)
    return genuine


def _is_ours(statement: Statement, public_key: bytes, part: str, report: Report) -> bool:
    if statement.public_key == public_key and statement.is_genuine:
        return True
    report(Fault(None, _("签名不对，被改动或伪造"), part))
    return False
