"""The signing key is made once, readable by its owner only, and stays outside the database."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from jishiban.kernel.ledger import keys


def test_the_key_is_made_at_first_use_for_this_account_only(place: Path) -> None:
    keys.signer()
    file = place / "keys" / keys.KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == [keys.KEY_FILE]


def test_the_same_file_gives_the_same_key(place: Path) -> None:
    path = place / "keys" / keys.KEY_FILE
    first, second = keys.LocalSigner(path), keys.LocalSigner(path)
    assert first.public_key == second.public_key
    assert first.derive(b"x") == second.derive(b"x")
    assert first.derive(b"x") != first.derive(b"y")


def test_of_many_that_start_together_all_hold_the_one_key(place: Path) -> None:
    path = place / "keys" / keys.KEY_FILE
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: keys.LocalSigner(path).public_key, range(16)))
    assert len(found) == 1


def test_a_signature_is_checked_against_key_and_text() -> None:
    signer = keys.signer()
    signature = signer.sign("济时办".encode())
    assert len(signature) == 64
    assert keys.is_signed(signer.public_key, signature, "济时办".encode())
    assert not keys.is_signed(signer.public_key, signature, b"other")
    assert not keys.is_signed(bytes(32), signature, "济时办".encode())
    assert not keys.is_signed(b"short", signature, "济时办".encode())


def test_a_file_with_another_kind_of_key_is_refused(place: Path) -> None:
    path = place / "rsa.pem"
    rsa = generate_private_key(65537, 2048)
    path.write_bytes(rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(TypeError, match="no Ed25519 key"):
        keys.LocalSigner(path)


def test_another_key_store_can_take_the_files_place(place: Path) -> None:
    local = keys.signer()
    keys.use(keys.LocalSigner(place / "module.pem"))
    try:
        assert keys.signer().public_key != local.public_key
    finally:
        keys.use(None)
    assert keys.signer().public_key == local.public_key


def test_a_key_is_named_by_sixteen_hex_digits() -> None:
    assert keys.key_id(bytes(32)) == "66687aadf862bd77"
