"""A checkpoint is signed once for a size, and stands in the database and in the file beside it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from jishiban.kernel.ledger import actions, keys, queries, statements, witness
from jishiban.kernel.ledger.models import Checkpoint, LedgerRecord
from jishiban.kernel.ledger.sources import RecordSource
from jishiban.kernel.ledger.verify import verify

Write = Callable[[int], list[LedgerRecord]]


def test_a_checkpoint_names_size_and_root_and_is_signed(write: Write) -> None:
    write(3)
    checkpoint = actions.checkpoint()
    statement = queries.statement_of(checkpoint)
    assert (statement.size, statement.root) == (3, queries.prove(0).root)
    assert statement.is_genuine
    assert checkpoint.key_id == keys.key_id(keys.signer().public_key)
    assert str(checkpoint) == f"3 {statement.root.hex()}"


def test_while_nothing_is_added_the_same_checkpoint_stands(write: Write) -> None:
    write(3)
    first, again = actions.checkpoint(), actions.checkpoint()
    assert first == again
    assert len(witness.lines()) == 1


def test_each_checkpoint_is_a_line_of_the_file_that_names_the_line_before(write: Write) -> None:
    for _ in range(3):
        write(2)
        actions.checkpoint()
    lines = witness.lines()
    assert [json.loads(line)["size"] for line in lines] == [2, 4, 6]
    assert [json.loads(line)["previous"] for line in lines] == ["", *map(witness.digest, lines[:2])]
    assert all(statements.read(json.loads(line)).is_genuine for line in lines)


def test_the_lines_are_the_rows(write: Write) -> None:
    write(2)
    stored = queries.statement_of(actions.checkpoint())
    assert statements.read(json.loads(witness.lines()[0])) == stored


@pytest.mark.parametrize("cut", [1, 40])
def test_a_line_cut_short_by_a_crash_is_no_fault_and_is_replaced(write: Write, cut: int) -> None:
    write(2)
    actions.checkpoint()
    whole = witness.path().read_bytes()
    witness.path().write_bytes(whole + whole[:-cut])
    assert verify(among=[RecordSource()]).ok
    write(1)
    actions.checkpoint()
    assert [json.loads(line)["size"] for line in witness.lines()] == [2, 3]
    assert verify(among=[RecordSource()]).ok


@pytest.mark.parametrize("block", [1, 7, 4096])
def test_the_last_line_is_found_from_the_end_of_the_file(
    place: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(witness, "BLOCK", block)
    assert witness.last_line() is None
    found = {}
    for content in (b"", b"torn", b"one\n", b"one\ntwo two\n", b"one\ntwo two\ntorn"):
        witness.path().write_bytes(content)
        found[content] = witness.last_line()
    assert list(found.values()) == [None, None, b"one", b"two two", b"two two"]


def test_a_line_without_its_row_is_no_fault_because_the_crash_may_come_between(write: Write) -> None:
    write(2)
    actions.checkpoint()
    Checkpoint.objects.all().delete()
    assert verify(among=[RecordSource()]).ok
    actions.checkpoint()
    assert len(witness.lines()) == 2
    assert verify(among=[RecordSource()]).ok


@pytest.mark.django_db(transaction=True)
def test_only_what_is_committed_is_signed() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.checkpoint()
    assert not witness.path().exists()


def test_a_tampered_head_is_not_signed(write: Write) -> None:
    from jishiban.kernel.ledger.models import Head

    write(2)
    Head.objects.update(peaks=bytes(32))
    with pytest.raises(actions.LedgerDamaged):
        actions.checkpoint()
    assert not witness.path().exists()


def test_the_newest_checkpoints_come_first(write: Write) -> None:
    for _ in range(3):
        write(1)
        actions.checkpoint()
    assert [checkpoint.size for checkpoint in queries.last_checkpoints(2)] == [3, 2]


def test_a_statement_can_be_checked_with_openssl_alone(write: Write, tmp_path: Path) -> None:
    write(2)
    statement = queries.current_statement()
    text = statements.text(statement.size, statement.root, statement.at, statement.key_id)
    prefix = bytes.fromhex("302a300506032b6570032100")  # an Ed25519 SubjectPublicKeyInfo (RFC 8410)
    (tmp_path / "key.der").write_bytes(prefix + statement.public_key)
    (tmp_path / "text").write_bytes(text)
    (tmp_path / "signature").write_bytes(statement.signature)
    command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature"
    try:
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no openssl on this machine: apt-get install openssl")
    assert "Verified Successfully" in done.stdout, (done.stderr, sys.platform)


@pytest.mark.parametrize(
    "change",
    [
        {"size": -1},
        {"size": "3"},
        {"size": True},
        {"root": "00"},
        {"root": None},
        {"root": "AB" * 32},
        {"at": "yesterday"},
        {"at": 5},
        {"key_id": "0" * 16},
        {"format": "other"},
        {"public_key": "zz" * 32},
        {"signature": 7},
    ],
)
def test_what_is_no_statement_is_refused(write: Write, change: dict[str, object]) -> None:
    write(1)
    data = queries.current_statement().as_dict()
    with pytest.raises(ValueError):
        statements.read(data | change)
    assert statements.read(data).is_genuine


def test_a_statement_with_a_field_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="not a checkpoint"):
        statements.read({"size": 3})
