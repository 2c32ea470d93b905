"""Small files of every kind, made byte by byte: no fixture of somebody's real papers."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable


def pdf(text: str = "1") -> bytes:
    return f"%PDF-1.4\n1 0 obj <<>> endobj % {text}\ntrailer <<>>\n%%EOF\n".encode()


def png(width: int = 4, height: int = 4) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 52))
        + chunk(b"IEND", b"")
    )


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def jpeg(width: int = 4, height: int = 4, *, frames: int = 1) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0")
        + segment(0xC0, frame) * frames
        + segment(0xDA, b"\0")
        + b"\xff\xd9"
    )


def heic(width: int = 4, height: int = 4, brand: bytes = b"heic") -> bytes:
    kind = struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\0\0mif1heic"
    small = b"\0\0\0\x14ispe" + struct.pack(">III", 0, 2, 2)
    return kind + small + b"\0\0\0\x14ispe" + struct.pack(">III", 0, width, height)


def archive(*names: str, data: bytes = b"<x/>", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", compression) as file:
        for name in names:
            file.writestr(name, data)
    return box.getvalue()


def docx() -> bytes:
    return archive("[Content_Types].xml", "word/document.xml")


def xlsx() -> bytes:
    return archive("[Content_Types].xml", "xl/workbook.xml")


def ofd() -> bytes:
    return archive("OFD.xml", "Doc_0/Document.xml")


EVERY: dict[str, Callable[[], bytes]] = {
    "PDF": pdf,
    "JPG": jpeg,
    "PNG": png,
    "HEIC": heic,
    "DOCX": docx,
    "XLSX": xlsx,
    "OFD": ofd,
}
