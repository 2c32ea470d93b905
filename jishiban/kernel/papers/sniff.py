"""What a file is, told from its content alone. A name or a declared type is never believed.

Only the headers are read: nothing is decoded, so a picture or an archive made to exhaust memory does no harm.
"""

import io
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jishiban.kernel.papers.errors import Refused

MAX_PIXELS = 64_000_000
MAX_SIDE = 30_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_RATIO = 200


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file the hall takes: what people call it, its media type, and the suffixes that fit it."""

    label: str
    media_type: str
    suffixes: tuple[str, ...]


PDF = Format("PDF", "application/pdf", (".pdf",))
JPEG = Format("JPG", "image/jpeg", (".jpg", ".jpeg"))
PNG = Format("PNG", "image/png", (".png",))
HEIC = Format("HEIC", "image/heic", (".heic", ".heif"))
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = Format("DOCX", f"{_OFFICE}wordprocessingml.document", (".docx",))
XLSX = Format("XLSX", f"{_OFFICE}spreadsheetml.sheet", (".xlsx",))
OFD = Format("OFD", "application/ofd", (".ofd",))
FORMATS = (PDF, JPEG, PNG, HEIC, DOCX, XLSX, OFD)
# What tells the three kinds of archive apart, and what each must hold besides.
_ARCHIVES = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "OFD.xml": OFD}


def sniff(data: bytes) -> Format:
    """The format of a file's content. Refused when it is none the hall takes, or one made to do harm."""
    if not data:
        raise Refused("empty", _("文件是空的，请重新选择。"))
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    found = _picture(data)
    if found is None:
        labels = "、".join(form.label for form in FORMATS)
        raise Refused("type", _("不能识别这个文件。请上传%(labels)s格式的文件。") % {"labels": labels})
    form, sides = found
    _check_sides(sides)
    return form


def _picture(data: bytes) -> tuple[Format, tuple[int, int] | None] | None:
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG, _jpeg_sides(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG, _png_sides(data)
    if data[4:8] == b"ftyp" and _heic_brand(data):
        return HEIC, _heic_sides(data)
    return None


def _check_sides(sides: tuple[int, int] | None) -> None:
    if sides is None or 0 in sides:
        raise Refused("picture", _("图片已损坏，打不开。请重新拍照或另存后再上传。"))
    width, height = sides
    if width * height > MAX_PIXELS or max(sides) > MAX_SIDE:
        message = _("图片太大(%(width)d×%(height)d像素)。请缩小到6400万像素以内再上传。")
        raise Refused("pixels", message % {"width": width, "height": height})


def _png_sides(data: bytes) -> tuple[int, int] | None:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_sides(data: bytes) -> tuple[int, int] | None:
    """Width and height of the largest frame; a file may hold several, and a viewer may pick any of them."""
    frames = [
        struct.unpack(">HH", data[place + 5 : place + 9])[::-1]
        for marker, place in _jpeg_segments(data)
        # SOF0-SOF15 but for DHT, JPG and DAC, which share the range.
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC} and place + 9 <= len(data)
    ]
    return max(frames, key=lambda sides: sides[0] * sides[1], default=None)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """(marker, place) of every segment before the picture's own data."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # fill byte
            place += 1
            continue
        if marker == 0xDA:
            return
        yield marker, place
        place += 2 + struct.unpack(">H", data[place + 2 : place + 4])[0]


_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def _heic_brand(data: bytes) -> bool:
    end = min(struct.unpack(">I", data[:4])[0], 256)
    return any(data[place : place + 4] in _HEIC_BRANDS for place in range(8, end, 4))


def _heic_sides(data: bytes) -> tuple[int, int] | None:
    """The largest `ispe` box (ISO/IEC 23008-12): tiles and thumbnails have one of their own."""
    sides: list[tuple[int, int]] = []
    place = data.find(b"ispe", 0, 1 << 20)
    while place != -1 and place + 16 <= len(data):
        width, height = struct.unpack(">II", data[place + 8 : place + 16])
        sides.append((width, height))
        place = data.find(b"ispe", place + 4, 1 << 20)
    return max(sides, key=lambda pair: pair[0] * pair[1], default=None)


def _archive(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            members = box.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        RuntimeError,
        struct.error,
    ) as error:  # RuntimeError: unknown zip version
        raise Refused("archive", _("文件已损坏，打不开。请另存一份再上传。")) from error
    names = {member.filename for member in members}
    form = next((form for mark, form in _ARCHIVES.items() if mark in names), None)
    if form is None or (form is not OFD and "[Content_Types].xml" not in names):
        raise Refused("archive", _("不能上传压缩包。请解压后逐个上传里面的文件。"))
    _check_members(members)
    return form


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise Refused("locked", _("文件设了密码，我们打不开。请去掉密码再上传。"))
    if any(member.filename.rpartition("/")[2].lower() == "vbaproject.bin" for member in members):
        raise Refused("macro", _("文件里有宏，不能上传。请另存为不含宏的文件。"))
    if any(_climbs(member.filename) for member in members):
        raise Refused("archive", _("文件内部结构不对。请另存一份再上传。"))
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked / packed > MAX_RATIO:
        raise Refused("bomb", _("文件展开后太大。请拆成几份再上传。"))


def _climbs(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")
