"""The three commands say in plain words what they found, and tell scripts by their exit code."""

import json
from collections.abc import Callable

import pytest

from jishiban.kernel.ledger import actions, cli, receipts
from jishiban.kernel.ledger.models import Head, Leaf, LedgerRecord
from jishiban.kernel.ledger.sources import Fault

Write = Callable[[int], list[LedgerRecord]]
Capture = pytest.CaptureFixture[str]


def test_verify_says_that_a_sound_log_is_sound(write: Write, capsys: Capture) -> None:
    write(3)
    actions.checkpoint()
    assert cli.verify_command() == 0
    said = capsys.readouterr().out
    assert "已核对 3 条账目、1 份签名存档" in said
    assert "账本完好" in said


def test_verify_names_the_first_leaf_at_fault_and_then_the_others(write: Write, capsys: Capture) -> None:
    write(6)
    LedgerRecord.objects.filter(leaf__in=[2, 4]).update(body="{}")
    assert cli.verify_command() == 1
    said = capsys.readouterr().out
    assert "共 2 处。最早的一处：\n  第 2 号账目：原始内容与登记时不一样" in said
    assert "其他：\n  第 4 号账目" in said


def test_verify_lists_as_many_faults_as_it_is_asked_to(write: Write, capsys: Capture) -> None:
    write(6)
    LedgerRecord.objects.update(body="{}")
    assert cli.verify_command(1) == 1
    said = capsys.readouterr().out
    assert "共 6 处" in said
    assert "其他" not in said


def test_checkpoint_prints_the_statement_to_keep_elsewhere(write: Write, capsys: Capture) -> None:
    write(2)
    assert cli.checkpoint_command() == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["size"] == 2


def test_checkpoint_of_a_tampered_log_is_refused_in_plain_words(write: Write, capsys: Capture) -> None:
    write(2)
    Head.objects.update(mac=b"")
    assert cli.checkpoint_command() == 1
    assert "校验码不对" in capsys.readouterr().err


def test_prove_prints_a_receipt_that_holds_and_shows_no_content(write: Write, capsys: Capture) -> None:
    write(5)
    assert cli.prove_command(3) == 0
    receipt = json.loads(capsys.readouterr().out)
    assert receipts.verify(receipt).ok
    assert "payload" not in receipt


def test_prove_says_how_many_leaves_there_are(write: Write, capsys: Capture) -> None:
    write(5)
    assert cli.prove_command(5) == 1
    assert "没有第 5 号账目，现在共 5 条" in capsys.readouterr().err


def test_prove_of_a_damaged_log_sends_to_verify(write: Write, capsys: Capture) -> None:
    write(5)
    Leaf.objects.filter(pk=1).delete()
    assert cli.prove_command(0) == 1
    assert "jishiban ledger verify" in capsys.readouterr().err


def test_a_fault_is_described_with_all_it_knows_of_its_place() -> None:
    assert cli.describe(Fault(3, "为何", "哪里")) == "第 3 号账目，哪里：为何"
    assert cli.describe(Fault(None, "为何", "哪里")) == "哪里：为何"
    assert cli.describe(Fault(None, "为何")) == "为何"


def test_progress_is_shown_on_a_terminal_only(
    write: Write, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(1)
    cli.verify_command()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    cli.verify_command()
    assert "正在核对第 0 号" in capsys.readouterr().err
