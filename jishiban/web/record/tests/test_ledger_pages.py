"""The ledger's pages tell how long it is, who signed it, and hand out proofs that hold."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from jishiban.kernel.ledger import actions, keys, queries, receipts, sealing, statements
from jishiban.kernel.ledger.models import Leaf, LedgerRecord
from jishiban.web.record import offline
from jishiban.web.record.links import receipt_link
from jishiban.web.record.tests.conftest import write

PAGES = ("/ledger/", "/ledger/verify")


def body(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def data(client: Client, address: str, status: int = 200) -> dict[str, Any]:
    return dict(json.loads(body(client, address, status)))


def test_the_page_shows_the_last_signed_checkpoint_with_its_key(
    client: Client, log: list[LedgerRecord]
) -> None:
    signed = queries.statement_of(actions.checkpoint())
    page = body(client, "/ledger/")
    for shown in (signed.root.hex(), signed.key_id, signed.signature.hex(), signed.public_key.hex()):
        assert shown in page


@pytest.mark.django_db
def test_an_empty_ledger_has_a_page_that_says_so(client: Client) -> None:
    assert "还没有签名存档" in body(client, "/ledger/")


def test_the_page_says_what_the_ledger_proves_and_what_not(client: Client, log: list[LedgerRecord]) -> None:
    page = body(client, "/ledger/")
    assert "没有一条被改动或删除" in page
    assert "不能证明当初填写的内容属实" in page


def test_the_page_costs_the_same_however_long_the_ledger_is(
    client: Client, log: list[LedgerRecord], django_assert_max_num_queries: Any
) -> None:
    actions.checkpoint()
    with django_assert_max_num_queries(2):
        client.get("/ledger/")


def test_a_leaf_is_looked_up_by_its_number(client: Client, log: list[LedgerRecord]) -> None:
    page = body(client, "/ledger/?leaf=7")
    assert bytes(Leaf.objects.get(pk=7).commitment).hex() in page
    link = re.search(r'href="/ledger/verify#([\w-]+)"', page)
    assert link
    assert receipts.verify(receipts.expand(link[1])).ok


@pytest.mark.parametrize(
    ("asked", "said"), [("x", "账目编号是一个数字"), ("-1", "账目编号是一个数字"), ("13", "没有这个编号")]
)
def test_a_number_that_is_none_gets_words_beside_its_field(
    client: Client, log: list[LedgerRecord], asked: str, said: str
) -> None:
    page = body(client, f"/ledger/?leaf={asked}")
    assert said in page
    assert f'value="{asked}"' in page
    assert 'aria-invalid="true"' in page


def test_a_damaged_ledger_gives_no_proof_and_says_so(client: Client, log: list[LedgerRecord]) -> None:
    Leaf.objects.filter(pk=1).delete()
    assert "给不出这一号的证明" in body(client, "/ledger/?leaf=0")
    assert "给不出证明" in data(client, "/ledger/proof/0.json", 503)["error"]


def test_a_markup_in_the_question_is_shown_as_text(client: Client, log: list[LedgerRecord]) -> None:
    assert "<script>x" not in body(client, "/ledger/?leaf=<script>x")


# -- for programs ----------------------------------------------------------------------------------
def test_the_newest_checkpoint_is_given_as_it_was_signed(client: Client, log: list[LedgerRecord]) -> None:
    kept = actions.checkpoint()
    write(2)
    statement = statements.read(data(client, "/ledger/checkpoint.json"))
    assert statement == queries.statement_of(kept)
    assert statement.is_genuine


@pytest.mark.django_db
def test_before_the_first_checkpoint_a_statement_is_signed_now(client: Client) -> None:
    statement = statements.read(data(client, "/ledger/checkpoint.json"))
    assert statement.size == 0
    assert statement.is_genuine


def test_the_proof_of_any_leaf_holds_and_opens_nothing(client: Client, log: list[LedgerRecord]) -> None:
    for index in (0, 7, 12):
        receipt = data(client, f"/ledger/proof/{index}.json")
        assert receipts.verify(receipt, [keys.signer().public_key.hex()]).ok
        assert receipt.keys().isdisjoint({"salt", "payload"})


@pytest.mark.parametrize("index", ["13", "-1", "x", "9" * 40])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(
    client: Client, log: list[LedgerRecord], index: str
) -> None:
    assert "编号" in data(client, f"/ledger/proof/{index}.json", 404)["error"]


def test_an_old_checkpoint_is_proved_the_beginning_of_today(client: Client, log: list[LedgerRecord]) -> None:
    kept = data(client, "/ledger/checkpoint.json")
    write(9)
    proof = data(client, "/ledger/consistency.json?from=13")
    assert receipts.verify_consistency(kept, proof).ok


@pytest.mark.parametrize(("query", "status"), [("", 400), ("?from=x", 400), ("?from=14", 404)])
def test_a_consistency_nobody_can_prove_is_refused_in_words(
    client: Client, log: list[LedgerRecord], query: str, status: int
) -> None:
    assert data(client, f"/ledger/consistency.json{query}", status)["error"]


def test_proofs_are_not_given_without_end(client: Client, log: list[LedgerRecord]) -> None:
    answers = {client.get("/ledger/proof/0.json").status_code for _ in range(260)}
    assert answers == {200, 429}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["ledger", "checkpoint", "consistency", "verify", "offline"])
def test_nothing_is_written_here(client: Client, name: str) -> None:
    assert client.post(reverse(f"record:{name}")).status_code == 405


# -- the verifier ----------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_no_inline_script_and_no_inline_style(client: Client, address: str) -> None:
    page = body(client, address)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "<style" not in page
    assert not re.search(r"\s(style|on\w+)=", page)


@pytest.mark.django_db
def test_the_verifier_page_carries_the_key_it_trusts(client: Client) -> None:
    page = body(client, "/ledger/verify")
    assert f'data-keys="{keys.signer().public_key.hex()}"' in page
    assert "web/record/verify.js" in page


@pytest.mark.django_db
def test_the_offline_file_is_a_download_that_needs_nothing_else(client: Client) -> None:
    response = client.get("/ledger/offline.html")
    assert response["Content-Disposition"] == 'attachment; filename="jishiban-verify.html"'
    page = response.content.decode()
    assert not re.search(r'\b(src|href)="', page), "it must not ask for another file"
    assert not re.search(r"\burl\(", page)
    assert "@import" not in page
    assert not re.search(r"^import ", page, re.MULTILINE)
    assert "fetch(" not in page


@pytest.mark.django_db
def test_the_offline_file_is_made_of_the_same_script_and_words_as_the_page(client: Client) -> None:
    file, page = body(client, "/ledger/offline.html"), body(client, "/ledger/verify")
    words = re.search(r'data-words="([^"]*)"', page)
    assert words
    assert words[1] in file
    assert str(offline._inline(offline.SCRIPT)) in file
    assert keys.signer().public_key.hex() in file


@pytest.mark.django_db
def test_the_offline_file_has_both_languages_and_no_id_twice(client: Client) -> None:
    file = body(client, "/ledger/offline.html")
    assert re.findall(r'<main lang="([\w-]+)"', file) == ["zh-hans", "en"]
    ids = re.findall(r'\bid="([^"]+)"', file)
    assert len(ids) == len(set(ids)) > 0


def test_a_sheet_that_would_end_its_element_is_refused(monkeypatch: pytest.MonkeyPatch, place: Any) -> None:
    bad = place / "bad.js"
    bad.write_text("x = '</script>'")
    monkeypatch.setattr("django.contrib.staticfiles.finders.find", lambda name: str(bad))
    offline._inline.cache_clear()
    with pytest.raises(ValueError, match="would end"):
        offline._inline("bad.js")
    monkeypatch.setattr("django.contrib.staticfiles.finders.find", lambda name: None)
    with pytest.raises(FileNotFoundError):
        offline._inline("gone.js")


def test_the_address_in_a_code_carries_the_receipt_behind_a_hash(
    log: list[LedgerRecord], settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://hall.example"
    record = log[3]
    payload = LedgerRecord.payload(record.kind, sealing.stamp(record.at), record.body)
    receipt = queries.receipt(3, payload)
    address, _, carried = receipt_link(receipt).partition("#")
    assert address == "https://hall.example/ledger/verify"
    assert receipts.expand(carried) == receipt
    assert "payload" not in receipts.expand(receipt_link(receipt, with_payload=False).partition("#")[2])
