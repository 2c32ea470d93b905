"""`jishiban ledger verify | checkpoint | prove`: what config/cli.py calls. Each returns the exit code."""

import json
import sys

from django.utils.translation import gettext as _

from jishiban.kernel.ledger import actions, queries
from jishiban.kernel.ledger.sources import Fault
from jishiban.kernel.ledger.verify import Report, verify

LONG = 100_000  # leaves from which a second process is worth its start


def verify_command(limit: int = 20) -> int:
    """Check the whole log and list up to `limit` faults; 0 when it is sound, 1 when it is not."""
    report = verify(limit=limit, progress=_progress, apart=queries.size() >= LONG)
    _clear_progress()
    counts = {
        "leaves": report.leaves,
        "checkpoints": report.checkpoints,
        "seconds": f"{report.seconds:.1f}",
    }
    print(_("已核对 %(leaves)s 条账目、%(checkpoints)s 份签名存档，用时 %(seconds)s 秒。") % counts)
    if report.ok:
        print(_("账本完好：没有一条被改动、删除、调换、提前或添加。"))
        return 0
    _print_faults(report)
    return 1


def _print_faults(report: Report) -> None:
    first = report.first_fault
    assert first is not None, "a report that is not ok names a fault"
    print(_("账本有问题，共 %(count)s 处。最早的一处：") % {"count": report.count})
    print("  " + describe(first))
    rest = [fault for fault in report.faults if fault != first]
    if rest:
        print(_("其他："))
    for fault in rest:
        print("  " + describe(fault))
    print(_("请保留现场，不要改动数据库，并与存有签名存档的人核对。"))


def describe(fault: Fault) -> str:
    """One fault in one line: place, reason."""
    places = [] if fault.index is None else [_("第 %(index)s 号账目") % {"index": fault.index}]
    if fault.part:
        places.append(fault.part)
    return "：".join(["，".join(places), fault.reason] if places else [fault.reason])


def checkpoint_command() -> int:
    """Sign the log as it stands and print the statement to keep elsewhere; 1 when the head was tampered with."""
    try:
        statement = queries.statement_of(actions.checkpoint())
    except actions.LedgerDamaged as damaged:
        print(damaged, file=sys.stderr)
        return 1
    print(_("已签名。请把下面这一行交给本单位以外的人保存："))
    print(json.dumps(statement.as_dict()))
    return 0


def prove_command(index: int) -> int:
    """Print the receipt of a leaf without its content; 1 when there is no such leaf or no proof can be given."""
    try:
        receipt = queries.receipt(index)
    except LookupError:
        counts = {"index": index, "size": queries.size()}
        print(_("没有第 %(index)s 号账目，现在共 %(size)s 条，从 0 号数起。") % counts, file=sys.stderr)
        return 1
    except actions.LedgerDamaged:
        print(_("账本已损坏，给不出证明。请先运行 jishiban ledger verify。"), file=sys.stderr)
        return 1
    print(json.dumps(receipt, ensure_ascii=False, indent=2))
    return 0


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        print(_("正在核对第 %(done)s 号…") % {"done": done}, end="\r", file=sys.stderr, flush=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\033[K", end="", file=sys.stderr, flush=True)
