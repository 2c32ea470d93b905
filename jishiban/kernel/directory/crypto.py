"""Personal data at rest: sealed values, the key ring they are sealed with, and blind indexes to look them up.

A sealed value is text, `v1:<key id>:<base64 of nonce + ciphertext + tag>`. It names its key, so keys can be
rotated without touching old rows, and it is bound to the model and field it belongs to, so a value moved to
another column does not open. Keys are files of settings.KEY_DIR, mode 0600, made when first needed:

* `data-<number>-<id>.key` seals values; the highest number seals new ones, the others only open old ones;
* `index.key` makes blind indexes; it never changes, or nothing could be found again.

What this guards against: a database, a backup or a disk that gets into other hands without KEY_DIR. It does
not guard against someone who can read both.
"""

import base64
import hashlib
import hmac
import logging
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

logger = logging.getLogger(__name__)

AES = "AES-256-GCM"
SM4 = "SM4-GCM"
_KEY_BYTES = {AES: 32, SM4: 16}
_NONCE = 12
_TAG = 16
_KEY_FILE = re.compile(r"data-([0-9]{4})-([0-9a-f]{8})\.key")


class CryptoError(Exception):
    """A sealed value could not be opened; the message says what to do."""


class KeyMissing(CryptoError):
    """The value names a key that is not in KEY_DIR."""


class Tampered(CryptoError):
    """The value was altered, moved from another field, or sealed with another key of the same id."""


# ---- ciphers ----


def _aes(secret: bytes) -> tuple[Callable[..., bytes], Callable[..., bytes]]:
    aead = AESGCM(secret)
    return aead.encrypt, aead.decrypt


def _sm4(secret: bytes) -> tuple[Callable[..., bytes], Callable[..., bytes]]:
    """SM4-GCM (GB/T 32907), with the same calls as the library's AESGCM."""
    algorithm = algorithms.SM4(secret)

    def encrypt(nonce: bytes, data: bytes, bound: bytes) -> bytes:
        box = Cipher(algorithm, modes.GCM(nonce)).encryptor()
        box.authenticate_additional_data(bound)
        return box.update(data) + box.finalize() + box.tag

    def decrypt(nonce: bytes, data: bytes, bound: bytes) -> bytes:
        if len(data) < _TAG:
            raise InvalidTag
        box = Cipher(algorithm, modes.GCM(nonce, data[-_TAG:])).decryptor()
        box.authenticate_additional_data(bound)
        return box.update(data[:-_TAG]) + box.finalize()

    return encrypt, decrypt


_CIPHERS = {AES: _aes, SM4: _sm4}


class Key:
    """One data key: its id (the first 8 hex digits of the secret's SHA-256), cipher and the two calls."""

    def __init__(self, cipher: str, secret: bytes) -> None:
        if _KEY_BYTES.get(cipher) != len(secret):
            raise CryptoError(f"不认识的加密方式“{cipher}”或密钥长度不对，可用的有 {AES}、{SM4}。")
        self.id = hashlib.sha256(secret).hexdigest()[:8]
        self.cipher = cipher
        self._encrypt, self._decrypt = _CIPHERS[cipher](secret)

    def seal(self, data: bytes, bound: bytes) -> bytes:
        """Nonce, ciphertext and tag of `data`."""
        nonce = os.urandom(_NONCE)
        return nonce + self._encrypt(nonce, data, bound)

    def open(self, box: bytes, bound: bytes) -> bytes:
        """The data sealed in `box`. InvalidTag or ValueError when it does not open."""
        return self._decrypt(box[:_NONCE], box[_NONCE:], bound)


# ---- key ring ----


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one folder: `current` seals, every one opens."""

    current: Key
    keys: dict[str, Key]
    index: bytes


def key_ring() -> KeyRing:
    """The ring of settings.KEY_DIR, read once; the first call in a new place makes the keys."""
    return _ring(str(settings.KEY_DIR))


@lru_cache(maxsize=8)
def _ring(folder: str) -> KeyRing:
    where = Path(folder)
    if not _key_files(where):
        _write_data_key(where, 1)
    _write_once(where / "index.key", "HMAC-SHA256 " + _text(secrets.token_bytes(32)))
    ordered = [Key(*_read_key(path)) for path in _key_files(where)]
    _cipher, index = _read_key(where / "index.key")
    return KeyRing(ordered[-1], {key.id: key for key in ordered}, index)


def rotate() -> str:
    """Make a new data key that seals from now on; old values stay readable. Returns its id.

    Other processes seal with it after their restart and can open what it sealed at once.
    """
    where = Path(settings.KEY_DIR)
    key_ring()
    number = max(int(path.name[5:9]) for path in _key_files(where)) + 1
    _write_data_key(where, number)
    _ring.cache_clear()
    return key_ring().current.id


def _write_data_key(where: Path, number: int) -> None:
    # Two processes starting together may each make a first key. That is harmless: both end in the folder, and
    # a process that meets a key it has not read yet reads the folder again.
    cipher = getattr(settings, "KEY_CIPHER", AES)
    secret = secrets.token_bytes(_KEY_BYTES.get(cipher, 0))
    _write_once(where / f"data-{number:04d}-{Key(cipher, secret).id}.key", f"{cipher} {_text(secret)}")


def _key_files(where: Path) -> list[Path]:
    return sorted(path for path in where.glob("data-*.key") if _KEY_FILE.fullmatch(path.name))


def _read_key(path: Path) -> tuple[str, bytes]:
    if path.stat().st_mode & 0o077:
        logger.warning("密钥文件 %s 可被其他账号读取，请执行 chmod 600。", path.name)
    try:
        cipher, encoded = path.read_text(encoding="ascii").split()
        return cipher, base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise CryptoError(f"密钥文件 {path.name} 已损坏。请从备份恢复这个文件，不要另造一个。") from error


def _write_once(path: Path, text: str) -> None:
    """Write a file of mode 0600 unless it is there. It appears whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _key(key_id: str) -> Key:
    key = key_ring().keys.get(key_id)
    if key is None:
        # Another process may have rotated since this one read the folder.
        _ring.cache_clear()
        key = key_ring().keys.get(key_id)
    if key is None:
        raise KeyMissing(f"缺少密钥 {key_id}，数据打不开。请把原来的密钥文件放回密钥目录后重试。")
    return key


# ---- values ----


def encrypt(text: str, context: str = "") -> str:
    """`text` sealed with the current key and bound to `context`; an empty text stays empty."""
    if not text:
        return text
    key = key_ring().current
    return f"v1:{key.id}:{_text(key.seal(text.encode(), context.encode()))}"


def decrypt(sealed: str, context: str = "") -> str:
    """The text inside a sealed value. KeyMissing or Tampered when it cannot be opened; empty stays empty."""
    if not sealed:
        return sealed
    version, _colon, rest = sealed.partition(":")
    key_id, _colon, encoded = rest.partition(":")
    if version != "v1":
        raise Tampered("这项数据不是加密形式，可能被直接改过数据库。请用 ledger verify 核查。")
    try:
        return _key(key_id).open(base64.b64decode(encoded, validate=True), context.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Tampered(f"数据被改动过，或密钥 {key_id} 不是原来的那一个。请核对备份。") from error


def seal_bytes(data: bytes, context: str = "") -> bytes:
    """The content of a file, sealed: one line `v1:<key id>`, then nonce, ciphertext and tag."""
    key = key_ring().current
    return f"v1:{key.id}\n".encode("ascii") + key.seal(data, context.encode())


def open_bytes(sealed: bytes, context: str = "") -> bytes:
    """The content of a sealed file. KeyMissing or Tampered when it cannot be opened."""
    head, _newline, box = sealed.partition(b"\n")
    version, _colon, key_id = head[:64].decode("ascii", "replace").partition(":")
    if version != "v1":
        raise Tampered("这个文件不是加密形式，可能被直接替换过。请核对备份。")
    try:
        return _key(key_id).open(box, context.encode())
    except (InvalidTag, ValueError) as error:
        raise Tampered(f"文件被改动过，或密钥 {key_id} 不是原来的那一个。请核对备份。") from error


def is_sealed(text: str) -> bool:
    """Whether a stored text has the form of a sealed value."""
    return re.match(r"v1:[0-9a-f]{8}:[A-Za-z0-9+/]", text) is not None


def reseal(sealed: str, context: str = "") -> str:
    """The same value under the current key: what a rotation job writes back row by row."""
    if not sealed or sealed.startswith(f"v1:{key_ring().current.id}:"):
        return sealed
    return encrypt(decrypt(sealed, context), context)


def blind_index(value: str, purpose: str) -> str:
    """64 hex digits by which an encrypted value can be found; an empty value stays empty.

    Equal values give equal indexes for one `purpose` and unrelated ones for another. Normalise before:
    `13800138000` and `138 0013 8000` are different texts.
    """
    if not value:
        return value
    return hmac.digest(key_ring().index, f"{purpose}\0{value}".encode(), "sha256").hex()


# ---- fields ----

if TYPE_CHECKING:
    _TextBase = models.TextField[str, str]
    _JSONBase = models.TextField[Any, Any]
else:
    _TextBase = _JSONBase = models.TextField


class _Sealed:
    """What both fields share: the value is bound to `app.model.field`, and only isnull can be asked in SQL.

    `context` fixes that name, for a field or model that is renamed while it holds data.
    """

    model: type[models.Model]
    name: str

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        self._context = context
        super().__init__(*args, **kwargs)

    @property
    def context(self) -> str:
        return self._context or f"{self.model._meta.label_lower}.{self.name}"  # documented by Django

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]  # the field class stands beside
        if self._context:
            kwargs["context"] = self._context
        return name, path, args, kwargs

    def get_lookup(self, lookup_name: str) -> Any:
        # A search in ciphertext finds nothing and says nothing: better an error that names blind_index.
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None  # type: ignore[misc]


class EncryptedTextField(_Sealed, _TextBase):
    """A text that stands sealed in the database and plain in the program. Find rows by a `blind_index` column."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return encrypt(prepared, self.context) if isinstance(prepared, str) else prepared

    def from_db_value(self, value: str | None, *_query: Any) -> str | None:
        return decrypt(value, self.context) if value else value


class EncryptedJSONField(_Sealed, _JSONBase):
    """A JSON value (dict, list, text, number) that stands sealed in the database; None is NULL."""

    if TYPE_CHECKING:  # where django-stubs looks for what may be assigned and what comes back
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return encrypt(msgspec.json.encode(value).decode(), self.context)

    def from_db_value(self, value: str | None, *_query: Any) -> Any:
        return msgspec.json.decode(decrypt(value, self.context)) if value else None

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """The value as JSON text, for Django's serializers."""
        return msgspec.json.encode(self.value_from_object(obj)).decode()
