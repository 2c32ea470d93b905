"""A receipt proves a record to anyone, later and elsewhere, and stops proving it when anything in it changes."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.ledger import actions, keys, merkle, queries, receipts, sealing
from jishiban.kernel.ledger.models import Head, Leaf, LedgerRecord

Write = Callable[[int], list[LedgerRecord]]


def payload(record: LedgerRecord) -> bytes:
    return LedgerRecord.payload(record.kind, sealing.stamp(record.at), record.body)


def test_every_leaf_is_proved_in_every_size_it_was_ever_in(write: Write) -> None:
    write(20)
    for size in range(1, 21):
        for index in range(size):
            proof = queries.prove(index, size)
            assert merkle.is_included(index, size, proof.leaf, proof.path, proof.root)
    assert queries.prove(3).size == 20


@pytest.mark.parametrize(("index", "size"), [(-1, None), (4, None), (3, 3), (0, 5), (0, 0)])
def test_there_is_no_proof_of_what_was_not_there(write: Write, index: int, size: int | None) -> None:
    write(4)
    with pytest.raises(LookupError):
        queries.prove(index, size)


def test_a_proof_takes_two_statements(write: Write) -> None:
    write(20)
    with CaptureQueriesContext(connection) as asked:
        queries.prove(5)
    assert len(asked) == 2


def test_every_older_log_is_proved_the_beginning_of_every_later_one(write: Write) -> None:
    write(12)
    roots = {0: merkle.EMPTY_ROOT} | {size: queries.prove(0, size).root for size in range(1, 13)}
    for second in range(13):
        for first in range(second + 1):
            path = queries.consistency(first, second).path
            assert merkle.is_consistent(first, second, roots[first], roots[second], path)
    assert queries.consistency(5).second == 12


@pytest.mark.parametrize(("first", "second"), [(-1, 2), (3, 2), (0, 5)])
def test_there_is_no_consistency_with_what_was_not_there(write: Write, first: int, second: int) -> None:
    write(4)
    with pytest.raises(LookupError):
        queries.consistency(first, second)


def test_no_proof_is_given_from_damaged_hashes(write: Write) -> None:
    write(8)
    Leaf.objects.filter(pk=1).update(nodes=b"")
    with pytest.raises(actions.LedgerDamaged):
        queries.prove(2)
    Leaf.objects.filter(pk=1).update(nodes=bytes(32))
    with pytest.raises(actions.LedgerDamaged):
        queries.prove(2)
    Leaf.objects.filter(pk=1).delete()
    with pytest.raises(actions.LedgerDamaged):
        queries.prove(2)


def test_a_receipt_with_its_content_is_found_good(write: Write) -> None:
    record = write(9)[4]
    receipt = queries.receipt(4, payload(record))
    trusted = [keys.signer().public_key.hex()]
    assert receipts.verify(receipt, trusted) == receipts.Verdict(True, True, True, True)
    assert receipts.verify(receipt).as_dict() == {
        "content": True,
        "path": True,
        "signature": True,
        "key": None,
        "ok": True,
    }


def test_a_receipt_without_content_shows_nothing_of_it(write: Write) -> None:
    write(9)
    receipt = queries.receipt(4)
    assert "salt" not in receipt
    assert "payload" not in receipt
    assert receipts.verify(receipt) == receipts.Verdict(None, True, True, None)


def test_a_receipt_of_something_else_is_not_made(write: Write) -> None:
    write(2)
    with pytest.raises(ValueError, match="not what was sealed"):
        queries.receipt(1, b"something else")


def test_a_receipt_signed_with_a_key_nobody_knows_is_not_good(write: Write) -> None:
    record = write(1)[0]
    verdict = receipts.verify(queries.receipt(0, payload(record)), trusted=["00" * 32])
    assert verdict.key is False
    assert not verdict.ok


def _other(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return ("0" if value[0] != "0" else "1") + value[1:]
    return [*value, "00" * 32]


CHANGES = [
    ("index",),
    ("leaf", "kind"),
    ("leaf", "at"),
    ("leaf", "commitment"),
    ("salt",),
    ("payload",),
    ("path",),
    ("checkpoint", "size"),
    ("checkpoint", "root"),
    ("checkpoint", "signature"),
]


@pytest.mark.parametrize("where", CHANGES)
def test_a_receipt_with_anything_changed_is_not_good(write: Write, where: tuple[str, ...]) -> None:
    record = write(9)[4]
    receipt = copy.deepcopy(queries.receipt(4, payload(record)))
    inner = receipt
    for name in where[:-1]:
        inner = inner[name]
    inner[where[-1]] = _other(inner[where[-1]])
    assert not receipts.verify(receipt).ok


@pytest.mark.parametrize(
    "thing",
    [
        {},
        [],
        {"format": "other", "index": 1},
        {"format": receipts.RECEIPT_FORMAT, "index": "1"},
        {"format": receipts.RECEIPT_FORMAT, "index": 1, "leaf": 5},
    ],
)
def test_what_is_no_receipt_is_refused(thing: Any) -> None:
    with pytest.raises(ValueError):
        receipts.verify(thing)


@pytest.mark.parametrize("field", ["salt", "path"])
def test_a_receipt_with_a_hash_of_another_length_is_refused(write: Write, field: str) -> None:
    receipt = queries.receipt(1, payload(write(3)[1]))
    with pytest.raises(ValueError, match="in hex"):
        receipts.verify(receipt | {field: "00" if field == "salt" else ["00"]})


# -- a checkpoint somebody kept --------------------------------------------------------------------
def test_a_kept_checkpoint_is_shown_to_be_the_beginning_of_todays_log(write: Write) -> None:
    write(5)
    kept = queries.current_statement().as_dict()
    write(8)
    proof = queries.consistency_proof(5)
    trusted = [kept["public_key"]]
    assert receipts.verify_consistency(kept, proof, trusted) == receipts.Verdict(None, True, True, True)
    assert not receipts.verify_consistency(kept, proof, ["00" * 32]).ok


def test_a_log_that_lost_what_a_kept_checkpoint_covered_cannot_be_proved(write: Write) -> None:
    write(5)
    kept = queries.current_statement().as_dict()
    for model in (Leaf, LedgerRecord, Head):
        model._default_manager.all().delete()
    write(3)
    with pytest.raises(LookupError):
        queries.consistency_proof(5)
    write(10)
    assert not receipts.verify_consistency(kept, queries.consistency_proof(5)).path


def test_a_proof_from_another_checkpoint_is_refused(write: Write) -> None:
    write(5)
    kept = queries.current_statement().as_dict()
    proof = queries.consistency_proof(4)
    for wrong in (proof, {}, proof | {"first": 5, "path": ["00"]}, proof | {"first": 5, "path": 7}):
        with pytest.raises(ValueError):
            receipts.verify_consistency(kept, wrong)


# -- the compact form ------------------------------------------------------------------------------
def test_the_compact_form_reads_back_as_the_same_receipt(write: Write) -> None:
    records = write(30)
    for index in (0, 13, 29):
        receipt = queries.receipt(index, payload(records[index]))
        assert receipts.expand(receipts.compact(receipt)) == receipt
        public = queries.receipt(index)
        assert receipts.expand(receipts.compact(public)) == public


def test_the_compact_form_can_leave_the_content_out(write: Write) -> None:
    receipt = queries.receipt(4, payload(write(9)[4]))
    short = receipts.expand(receipts.compact(receipt, with_payload=False))
    assert "payload" not in short
    assert receipts.verify(short).ok
    assert short["leaf"] == receipt["leaf"]


def test_the_compact_form_fits_a_code_of_an_address(write: Write) -> None:
    text = receipts.compact(queries.receipt(500, payload(write(1000)[500])))
    assert len(text) < 900
    assert text.replace("-", "").replace("_", "").isalnum()


@given(st.binary(max_size=300))
def test_no_bytes_at_all_crash_the_reader(raw: bytes) -> None:
    import base64

    for text in (base64.urlsafe_b64encode(raw).decode(), raw.decode("latin-1")):
        try:
            receipts.expand(text)
        except ValueError:
            continue


@given(st.data())
def test_a_compact_receipt_cut_short_or_prolonged_is_refused(data: st.DataObject) -> None:
    receipt = _free_receipt()
    text = receipts.compact(receipt)
    cut = data.draw(st.integers(0, len(text) - 4))
    with pytest.raises(ValueError):
        receipts.expand(text[:cut])
    with pytest.raises(ValueError):
        receipts.expand(text + "AAAA")


def _free_receipt() -> dict[str, Any]:
    """A receipt of a log of one leaf, made without a database."""
    from django.utils import timezone

    from jishiban.kernel.ledger import statements

    at, salt, content = sealing.stamp(timezone.now()), bytes(16), '{"事项":"食品经营"}'.encode()
    commitment = sealing.commit(salt, content)
    root = sealing.leaf_hash("reveal", at, commitment)
    statement = statements.sign(1, root, timezone.now(), keys.signer())
    return receipts.make(0, ("reveal", at, commitment), (salt, content), [], statement)
