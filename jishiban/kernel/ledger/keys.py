"""The ledger's signing key. It lives in the key directory, never in the database.

Whoever holds only the database can therefore neither continue the chain of seals nor sign a checkpoint.
The key directory must be backed up with the same care as the database: without it the log can still be
read, but no longer be written.
"""

import os
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

KEY_FILE = "ledger_ed25519.pem"
SEALS = b"jishiban-ledger-seal-v1"


class Signer(Protocol):
    """What the ledger asks of a key store; a hardware module that can do this may take the local file's place."""

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes of the Ed25519 public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes, RFC 8032."""
        ...

    def derive(self, purpose: bytes) -> bytes:
        """32 secret bytes that depend on the key and on `purpose`, always the same for the same pair."""
        ...


class LocalSigner:
    """A PEM file of mode 0600, made at first start."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            _make(path)
        key = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{path.name} holds no Ed25519 key")
        self._key = key
        self._derived: dict[bytes, bytes] = {}

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def derive(self, purpose: bytes) -> bytes:
        """HKDF (RFC 5869) over the private key."""
        if purpose not in self._derived:
            secret = self._key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
            self._derived[purpose] = HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret)
        return self._derived[purpose]


def _make(path: Path) -> None:
    """Write a new key; of several processes starting together exactly one wins, and nobody reads half a file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


class _Chosen:
    """The signer in use; empty until a place brings its own."""

    signer: Signer | None = None


def use(signer: Signer | None) -> None:
    """Put another key store in the local file's place; None puts the local file back."""
    _Chosen.signer = signer


def signer() -> Signer:
    return _Chosen.signer or _local(settings.KEY_DIR / KEY_FILE)


@lru_cache(maxsize=8)
def _local(path: Path) -> LocalSigner:
    return LocalSigner(path)


def seal_key() -> bytes:
    """The HMAC key of the chain of seals and of the head row."""
    return signer().derive(SEALS)


def key_id(public_key: bytes) -> str:
    """A short name of a key to compare by eye: the first 8 bytes of its SHA-256, in hex."""
    return sha256(public_key).hexdigest()[:16]


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
