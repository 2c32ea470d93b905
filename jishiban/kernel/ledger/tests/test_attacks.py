"""Whatever is done to the database, `verify` finds it and names the first leaf at fault.

The attacker of these tests has the database and knows every formula, but not the key directory.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jishiban.kernel.ledger import actions, keys, sealing, witness
from jishiban.kernel.ledger.merkle import Frontier
from jishiban.kernel.ledger.models import Checkpoint, Head, Leaf, LedgerRecord
from jishiban.kernel.ledger.sources import RecordSource
from jishiban.kernel.ledger.verify import Report
from jishiban.kernel.ledger.verify import verify as verify_all

Write = Callable[[int], list[LedgerRecord]]
COLUMNS = ("kind", "at", "salt", "commitment", "hash", "nodes", "seal")
WRONG_KEY = b"k" * 32


def verify() -> Report:
    return verify_all(among=[RecordSource()])


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def first(report: Report) -> int | None:
    assert report.first_fault is not None, "nothing was found"
    return report.first_fault.index


def reasons(report: Report) -> str:
    return " ".join(f"{fault.part} {fault.reason}" for fault in report.faults)


@pytest.fixture
def log(write: Write, django_db_blocker: Any) -> list[LedgerRecord]:
    """21 records with signed checkpoints at 8, 16 and 21."""
    records = write(8)
    actions.checkpoint()
    records += write(8)
    actions.checkpoint()
    records += write(5)
    actions.checkpoint()
    return records


def rewrite(index: int, key: bytes, **change: Any) -> None:
    """Change a leaf and recompute everything that follows from it, with `key`, as one who knows the formulas."""
    frontier, seal = Frontier(), sealing.FIRST_SEAL
    last: Leaf | None = None
    for leaf in Leaf.objects.order_by("index"):
        if leaf.index == index:
            for name, value in change.items():
                setattr(leaf, name, value)
        leaf.hash = sealing.leaf_hash(leaf.kind, sealing.stamp(leaf.at), bytes(leaf.commitment))
        nodes = frontier.append(leaf.hash)
        seal = (
            sealing.next_seal(key, seal, leaf.index, leaf.hash) if leaf.index >= index else bytes(leaf.seal)
        )
        leaf.nodes, leaf.seal = nodes, seal
        leaf.save()
        last = leaf
    assert last is not None
    rewrite_head(frontier, seal, last, key)


def rewrite_head(frontier: Frontier, seal: bytes, last: Leaf, key: bytes) -> None:
    size, peaks = frontier.size, b"".join(frontier.peaks)
    mac = sealing.head_mac(key, size, peaks, seal, sealing.stamp(last.at))
    Head.objects.update(size=size, peaks=peaks, seal=seal, at=last.at, mac=mac)


def edited(column: str, leaf: Leaf) -> Any:
    if column == "kind":
        return "other"
    if column == "at":
        return leaf.at.replace(microsecond=1)
    value = bytes(getattr(leaf, column))
    return bytes([value[0] ^ 1]) + value[1:] if value else bytes(32)


# -- nothing wrong ---------------------------------------------------------------------------------
def test_an_untouched_log_is_sound(log: list[LedgerRecord]) -> None:
    report = verify()
    assert report.ok
    assert (report.leaves, report.checkpoints, report.first_fault) == (21, 3, None)


@pytest.mark.django_db
def test_an_empty_log_is_sound() -> None:
    assert verify().ok
    actions.checkpoint()
    assert verify().ok


def test_what_is_added_after_a_checkpoint_is_no_fault(log: list[LedgerRecord], write: Write) -> None:
    write(3)
    report = verify()
    assert report.ok
    assert report.leaves == 24


# -- edits -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("index", [0, 6, 7, 20])
@pytest.mark.parametrize("column", COLUMNS)
def test_an_edit_of_any_column_of_a_leaf_is_found(log: list[LedgerRecord], column: str, index: int) -> None:
    value = edited(column, Leaf.objects.get(pk=index))
    Leaf.objects.filter(pk=index).update(**{column: value})
    assert first(verify()) == index


@pytest.mark.parametrize(
    ("column", "value"),
    [("kind", "other"), ("at", "2026-03-02 00:00:00"), ("body", '{"case":"x"}'), ("body", "")],
)
def test_an_edit_of_any_column_of_a_record_is_found(log: list[LedgerRecord], column: str, value: str) -> None:
    sql(f"UPDATE ledger_ledgerrecord SET {column} = %s WHERE leaf = 5", value)
    report = verify()
    assert first(report) == 5
    assert "原始内容与登记时不一样" in reasons(report)
    assert report.count == 1


def test_a_record_moved_to_another_leaf_is_found(log: list[LedgerRecord]) -> None:
    sql("UPDATE ledger_ledgerrecord SET leaf = 99 WHERE leaf = 5")
    report = verify()
    assert first(report) == 5
    assert "找不到对应的原始记录" in reasons(report)
    assert "多出一条没有登记过的原始记录" in reasons(report)


def test_two_records_that_changed_places_are_found(log: list[LedgerRecord]) -> None:
    sql("UPDATE ledger_ledgerrecord SET leaf = CASE leaf WHEN 4 THEN -1 ELSE leaf END")
    sql("UPDATE ledger_ledgerrecord SET leaf = 4 WHERE leaf = 9")
    sql("UPDATE ledger_ledgerrecord SET leaf = 9 WHERE leaf = -1")
    assert first(verify()) == 4


def test_an_edit_with_its_commitment_and_hash_recomputed_is_found(log: list[LedgerRecord]) -> None:
    record = log[6]
    record.body = '{"case":"另一件"}'
    record.save()
    leaf = Leaf.objects.get(pk=6)
    payload = LedgerRecord.payload(record.kind, sealing.stamp(record.at), record.body)
    rewrite(6, WRONG_KEY, commitment=sealing.commit(bytes(leaf.salt), payload))
    report = verify()
    assert first(report) == 6
    assert "与前一号接不上" in reasons(report)


def test_a_salt_exchanged_with_another_is_found(log: list[LedgerRecord]) -> None:
    one, other = Leaf.objects.get(pk=3), Leaf.objects.get(pk=11)
    Leaf.objects.filter(pk=3).update(salt=other.salt)
    Leaf.objects.filter(pk=11).update(salt=one.salt)
    report = verify()
    assert first(report) == 3
    assert [fault.index for fault in report.faults] == [3, 11]


def test_a_fault_does_not_smear_over_the_leaves_after_it(log: list[LedgerRecord]) -> None:
    Leaf.objects.filter(pk=2).update(kind="other")
    Leaf.objects.filter(pk=12).update(salt=bytes(16))
    assert [fault.index for fault in verify().faults] == [2, 12]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps a value of another type")
@pytest.mark.parametrize("column", [*COLUMNS])
@pytest.mark.parametrize("value", [7, "text", 1.5])
def test_a_value_of_another_type_is_a_fault_and_no_crash(
    log: list[LedgerRecord], column: str, value: object
) -> None:
    sql(f'UPDATE ledger_leaf SET {column} = %s WHERE "index" = 7', value)
    assert first(verify()) == 7


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps a value of another type")
@pytest.mark.parametrize("column", ["kind", "at", "body"])
def test_a_record_of_another_type_is_a_fault_and_no_crash(log: list[LedgerRecord], column: str) -> None:
    sql(f"UPDATE ledger_ledgerrecord SET {column} = x'00ff' WHERE leaf = 7")
    assert first(verify()) == 7


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite keeps moments as text")
def test_a_zone_written_behind_a_moment_is_found(log: list[LedgerRecord]) -> None:
    sql("UPDATE ledger_leaf SET at = at || '+08:00' WHERE \"index\" = 7")
    assert first(verify()) == 7


# -- deletion, order, time, additions --------------------------------------------------------------
@pytest.mark.parametrize("index", [0, 7, 12])
def test_a_deleted_leaf_is_found(log: list[LedgerRecord], index: int) -> None:
    Leaf.objects.filter(pk=index).delete()
    report = verify()
    assert first(report) == index
    assert "删除" in reasons(report)


@pytest.mark.parametrize("index", [0, 7, 20])
def test_a_deleted_record_is_found(log: list[LedgerRecord], index: int) -> None:
    LedgerRecord.objects.filter(leaf=index).delete()
    assert first(verify()) == index


def test_a_leaf_deleted_with_its_record_is_found(log: list[LedgerRecord]) -> None:
    Leaf.objects.filter(pk=9).delete()
    LedgerRecord.objects.filter(leaf=9).delete()
    report = verify()
    assert first(report) == 9
    assert report.faults[0].reason == "这一号账目被删除了"


def test_a_deletion_with_the_rest_moved_up_is_found(log: list[LedgerRecord]) -> None:
    Leaf.objects.filter(pk=9).delete()
    LedgerRecord.objects.filter(leaf=9).delete()
    for index in range(10, 21):
        Leaf.objects.filter(pk=index).update(index=index - 1)
        LedgerRecord.objects.filter(leaf=index).update(leaf=index - 1)
    rewrite(9, WRONG_KEY)
    assert first(verify()) == 9


def test_a_run_of_deleted_leaves_is_one_fault(log: list[LedgerRecord]) -> None:
    Leaf.objects.filter(pk__range=(5, 9)).delete()
    LedgerRecord.objects.filter(leaf__range=(5, 9)).delete()
    report = verify()
    assert first(report) == 5
    assert report.faults[0].reason == "从这一号到第 9 号账目被删除了"


def test_two_leaves_in_exchanged_order_are_found(log: list[LedgerRecord]) -> None:
    for table, column in (("ledger_leaf", '"index"'), ("ledger_ledgerrecord", "leaf")):
        sql(f"UPDATE {table} SET {column} = 1000 WHERE {column} = 10")
        sql(f"UPDATE {table} SET {column} = 10 WHERE {column} = 11")
        sql(f"UPDATE {table} SET {column} = 11 WHERE {column} = 1000")
    assert first(verify()) == 10
    rewrite(10, WRONG_KEY)
    assert first(verify()) == 10


def test_a_leaf_dated_back_is_found(log: list[LedgerRecord]) -> None:
    before = Leaf.objects.get(pk=4).at
    rewrite(12, WRONG_KEY, at=before)
    report = verify()
    assert first(report) == 12
    assert "登记时间早于前一号" in reasons(report)


def test_an_earlier_date_is_found_even_when_the_key_was_used(log: list[LedgerRecord]) -> None:
    rewrite(12, keys.seal_key(), at=Leaf.objects.get(pk=4).at)
    report = verify()
    assert first(report) == 12
    assert report.faults[0].reason == "登记时间早于前一号"


def test_a_record_added_without_a_leaf_is_found(log: list[LedgerRecord]) -> None:
    LedgerRecord.objects.create(kind="reveal", body="{}", at=log[0].at, leaf=21)
    assert first(verify()) == 21


def test_a_record_added_before_the_first_leaf_is_found(log: list[LedgerRecord]) -> None:
    LedgerRecord.objects.create(kind="reveal", body="{}", at=log[0].at, leaf=-3)
    assert first(verify()) == -3


def test_a_leaf_that_two_rows_claim_is_found(log: list[LedgerRecord]) -> None:
    report = verify_all(among=[RecordSource(), RecordSource()])
    assert first(report) == 0
    assert report.count == 21


def _add_leaf(log: list[LedgerRecord], index: int) -> Leaf:
    leaf = Leaf.objects.get(pk=20)
    salt = bytes(16)
    payload = LedgerRecord.payload("reveal", sealing.stamp(leaf.at), "{}")
    leaf.index, leaf.salt, leaf.commitment = index, salt, sealing.commit(salt, payload)
    leaf.save(force_insert=True)
    LedgerRecord.objects.create(kind="reveal", body="{}", at=leaf.at, leaf=index)
    return leaf


def test_a_leaf_added_behind_the_head_is_found(log: list[LedgerRecord]) -> None:
    _add_leaf(log, 21)
    report = verify()
    assert first(report) == 21
    assert "首行之外多出账目" in reasons(report)


def test_a_leaf_added_with_the_head_rewritten_is_found(log: list[LedgerRecord]) -> None:
    _add_leaf(log, 21)
    rewrite(21, WRONG_KEY)
    assert first(verify()) == 21


def test_a_leaf_put_in_between_is_found(log: list[LedgerRecord]) -> None:
    for index in range(20, 9, -1):
        Leaf.objects.filter(pk=index).update(index=index + 1)
        LedgerRecord.objects.filter(leaf=index).update(leaf=index + 1)
    _copy = Leaf.objects.get(pk=9)
    _copy.index = 10
    _copy.save(force_insert=True)
    LedgerRecord.objects.create(kind="reveal", body="{}", at=_copy.at, leaf=10)
    rewrite(10, WRONG_KEY)
    assert first(verify()) == 10


# -- the tail and the head -------------------------------------------------------------------------
def _truncate(size: int) -> None:
    Leaf.objects.filter(pk__gte=size).delete()
    LedgerRecord.objects.filter(leaf__gte=size).delete()


def test_a_tail_cut_off_is_found(log: list[LedgerRecord]) -> None:
    _truncate(18)
    report = verify()
    assert first(report) == 18
    assert "从这一号到第 20 号账目被删除了" in reasons(report)


def test_a_tail_cut_off_with_the_head_rewritten_is_found(log: list[LedgerRecord]) -> None:
    _truncate(18)
    rewrite(18, WRONG_KEY)
    report = verify()
    assert first(report) == 18
    assert "账本首行" in reasons(report)


def test_a_tail_cut_off_with_an_old_head_put_back_is_found(write: Write) -> None:
    write(18)
    old = Head.objects.values().get()
    write(3)
    actions.checkpoint()
    _truncate(18)
    Checkpoint.objects.all().delete()
    Head.objects.update(**old)
    report = verify()
    assert first(report) == 18
    assert "签名存档记着 21 条，现在只有 18 条" in reasons(report)


def test_a_log_emptied_altogether_is_found(log: list[LedgerRecord]) -> None:
    for model in (Leaf, LedgerRecord, Head, Checkpoint):
        model._default_manager.all().delete()
    report = verify()
    assert first(report) == 0
    assert "现在只有 0 条" in reasons(report)


def test_a_head_taken_away_is_found(log: list[LedgerRecord]) -> None:
    Head.objects.all().delete()
    assert first(verify()) == 0


@pytest.mark.parametrize(
    "change",
    [{"size": 5}, {"size": 30}, {"peaks": b"x" * 96}, {"seal": bytes(32)}, {"mac": bytes(32)}, {"mac": b""}],
)
def test_an_edit_of_the_head_is_found(log: list[LedgerRecord], change: dict[str, Any]) -> None:
    Head.objects.update(**change)
    report = verify()
    assert not report.ok
    assert "账本首行" in reasons(report)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps a value of another type")
@pytest.mark.parametrize("column", ["size", "peaks", "seal", "at", "mac"])
def test_a_head_of_another_type_is_a_fault_and_no_crash(log: list[LedgerRecord], column: str) -> None:
    sql("PRAGMA ignore_check_constraints = 1")
    try:
        sql(f"UPDATE ledger_head SET {column} = 'text'")
        assert not verify().ok
    finally:  # the connection outlives the test
        sql("PRAGMA ignore_check_constraints = 0")


# -- checkpoints -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change", [{"root": bytes(32)}, {"size": 15}, {"signature": bytes(64)}, {"key_id": "0" * 16}]
)
def test_a_forged_checkpoint_is_found(log: list[LedgerRecord], change: dict[str, Any]) -> None:
    Checkpoint.objects.filter(size=16).update(**change)
    assert "签名不对" in reasons(verify())


def test_a_checkpoint_signed_with_another_key_is_found(log: list[LedgerRecord], place: Path) -> None:
    standing = Checkpoint.objects.get(size=16)
    keys.use(keys.LocalSigner(place / "thief.pem"))
    Checkpoint.objects.all().delete()
    Head.objects.all().delete()
    actions.checkpoint()
    keys.use(None)
    forged = Checkpoint.objects.get()
    forged.size, forged.root = standing.size, standing.root
    forged.save()
    assert "签名不对" in reasons(verify())


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_line_taken_out_of_the_file_is_found(log: list[LedgerRecord], gone: int) -> None:
    lines = witness.lines()
    witness.path().write_bytes(b"".join(line + b"\n" for n, line in enumerate(lines) if n != gone))
    assert "文件被删过行" in reasons(verify())


@pytest.mark.parametrize("gone", [0, 1])
def test_a_checkpoint_taken_out_of_both_places_leaves_a_gap(log: list[LedgerRecord], gone: int) -> None:
    lines = witness.lines()
    Checkpoint.objects.filter(size=json.loads(lines[gone])["size"]).delete()
    witness.path().write_bytes(b"".join(line + b"\n" for n, line in enumerate(lines) if n != gone))
    assert "与上一行接不上" in reasons(verify())


def test_the_file_taken_away_is_found(log: list[LedgerRecord]) -> None:
    witness.path().unlink()
    assert verify().count == 3


@pytest.mark.parametrize("line", [b"{}", b"not json", b"[]", b"\xff", b'{"size": "x"}'])
def test_a_line_that_cannot_be_read_is_a_fault_and_no_crash(log: list[LedgerRecord], line: bytes) -> None:
    with witness.path().open("ab") as file:
        file.write(line + b"\n")
    assert "第 4 行" in reasons(verify())


def test_a_line_that_names_another_root_is_found(log: list[LedgerRecord]) -> None:
    content = witness.path().read_text()
    data = json.loads(witness.lines()[1])
    witness.path().write_text(content.replace(data["root"], "00" * 32))
    assert "签名不对" in reasons(verify())


def test_a_checkpoint_row_of_another_type_is_a_fault_and_no_crash(log: list[LedgerRecord]) -> None:
    Checkpoint.objects.filter(size=16).update(signature=b"short")
    assert "签名不对" in reasons(verify())


def test_a_log_rewritten_by_one_who_holds_the_key_is_found_by_a_statement_kept_elsewhere(
    log: list[LedgerRecord],
) -> None:
    Checkpoint.objects.all().delete()
    record = log[11]
    record.body = '{"case":"另一件"}'
    record.save()
    payload = LedgerRecord.payload(record.kind, sealing.stamp(record.at), record.body)
    commitment = sealing.commit(bytes(Leaf.objects.get(pk=11).salt), payload)
    rewrite(11, keys.seal_key(), commitment=commitment)
    report = verify()
    assert first(report) == 8, "the last size that was signed and still agrees"
    assert "与 16 条时的签名存档不符：从这一号到第 15 号之间有改动" in reasons(report)


# -- the report ------------------------------------------------------------------------------------
def test_the_report_lists_a_few_faults_and_counts_them_all(log: list[LedgerRecord]) -> None:
    LedgerRecord.objects.update(body="{}")
    report = verify_all(among=[RecordSource()], limit=4)
    assert [fault.index for fault in report.faults] == [0, 1, 2, 3]
    assert report.count == 21


def test_the_earliest_fault_is_named_even_when_it_is_found_last(log: list[LedgerRecord]) -> None:
    from jishiban.kernel.ledger.sources import Fault

    class Late(RecordSource):
        def audit(self) -> Any:
            yield Fault(None, "无处可指", "late")
            yield Fault(2, "办件被改动过", "late")

    Leaf.objects.filter(pk=7).update(kind="other")
    report = verify_all(among=[Late()], limit=1)
    assert first(report) == 2
    assert report.count == 3


def test_a_source_that_breaks_is_a_fault_and_no_crash(log: list[LedgerRecord]) -> None:
    class Broken(RecordSource):
        kind = "broken"

        def rows(self) -> Any:
            yield "x", b""
            raise ValueError("格式")

    report = verify_all(among=[RecordSource(), Broken()])
    assert report.count == 2
    assert "原始记录读不出来：格式" in reasons(report)


def test_progress_is_told(log: list[LedgerRecord]) -> None:
    done: list[int] = []
    verify_all(among=[RecordSource()], progress=done.append)
    assert done == [0]
