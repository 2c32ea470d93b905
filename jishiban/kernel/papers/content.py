"""Where the content of handed-in files lies, sealed, and what may be said about their names.

A file's own name is never part of a path: content lies under its hash and the attachment's key. Unfinished
uploads lie in DATA_DIR/partial, plain, until they are finished or swept away.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from jishiban.kernel.directory import crypto
from jishiban.kernel.directory.masks import scrub
from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.models import Attachment, State
from jishiban.kernel.papers.sniff import Format

LONGEST_NAME = 80  # characters; 240 bytes in UTF-8, under the 255 of common file systems
Scanner = Callable[[bytes, str], str]


# ---- sealed content ----


def path_of(sha256: str, key: UUID) -> str:
    """The storage name of one attachment's content."""
    return f"attachments/{sha256[:2]}/{sha256[2:4]}/{sha256}-{key.hex}"


def store(data: bytes, key: UUID) -> str:
    """Seal `data` into storage; returns its SHA-256 in hex. The box opens only as this attachment's."""
    sha256 = hashlib.sha256(data).hexdigest()
    name = path_of(sha256, key)
    if default_storage.exists(name):  # left by an attempt that was cut off before its row was written
        default_storage.delete(name)
    default_storage.save(name, ContentFile(crypto.seal_bytes(data, f"attachment:{key}")))
    return sha256


def read(attachment: Attachment) -> bytes:
    """The content of a stored attachment. Refused when it is gone; CryptoError when it was altered."""
    if attachment.state != State.STORED:
        raise Refused("gone", _("这个文件已移除或还没有传完。"))
    try:
        with default_storage.open(path_of(attachment.sha256, attachment.key)) as file:
            sealed = file.read()
    except FileNotFoundError as error:
        raise Refused("gone", _("文件内容找不到了，请联系管理员从备份恢复。")) from error
    data = crypto.open_bytes(sealed, f"attachment:{attachment.key}")
    if hashlib.sha256(data).hexdigest() != attachment.sha256:
        raise crypto.Tampered(_("文件内容与登记的不一致，请核对备份。"))
    return data


def drop(sha256: str, key: UUID) -> None:
    """Delete one attachment's content; nothing happens when it is already gone."""
    default_storage.delete(path_of(sha256, key))


# ---- unfinished uploads ----


def partial_path(key: UUID) -> Path:
    """The file an unfinished upload grows in."""
    return Path(settings.DATA_DIR) / "partial" / key.hex


def append(key: UUID, offset: int, data: bytes) -> None:
    """Write `data` at `offset`, cutting off what a broken attempt may have left behind it."""
    path = partial_path(key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.truncate(offset)
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read_partial(key: UUID) -> bytes:
    """What an unfinished upload has gathered. Refused when its file was lost."""
    try:
        return partial_path(key).read_bytes()
    except FileNotFoundError as error:
        raise Refused("unknown", _("上传的内容丢失了，请重新选择文件。")) from error


def drop_partial(key: UUID) -> None:
    """Delete an unfinished upload's file."""
    partial_path(key).unlink(missing_ok=True)


# ---- names ----


def clean_name(name: str, form: Format) -> str:
    """A name fit to show: last part of any path, no control or direction characters, right suffix, not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    kept = re.sub(r'[<>:"|?*]', "_", kept).strip(" .")
    stem, suffix = os.path.splitext(kept)
    if suffix.lower() not in form.suffixes:
        stem, suffix = kept, form.suffixes[0]
    return (stem[: LONGEST_NAME - len(suffix)] or _("文件")) + suffix.lower()


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The header's value for a download (RFC 6266): an ASCII stand-in and the real name by RFC 5987.

    Numbers of persons in the name are hidden, because a download's name shows in lists and logs.
    """
    name = scrub(name)
    stem, suffix = os.path.splitext(re.sub(r"[^A-Za-z0-9._-]+", "_", name))
    plain = (stem.strip("._") or "file") + suffix
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


# ---- scanning ----


def scan(data: bytes, media_type: str) -> None:
    """Ask the scanner named by settings.ATTACHMENT_SCANNER, when there is one. Refused when it finds something.

    The setting is the dotted name of a callable `(data, media_type) -> str`: what it found, or an empty text.
    """
    dotted = getattr(settings, "ATTACHMENT_SCANNER", "")
    if not dotted:
        return
    scanner: Scanner = import_string(dotted)
    try:
        found = scanner(data, media_type)
    except OSError as error:  # the scanner's service does not answer: nothing unchecked comes in
        raise Refused("scanner_down", _("安全检查暂时不能进行。请过几分钟再上传。")) from error
    if found:
        message = _("安全检查发现文件有问题(%(found)s)，不能上传。请查杀病毒后重试。")
        raise Refused("scanner", message % {"found": found})
