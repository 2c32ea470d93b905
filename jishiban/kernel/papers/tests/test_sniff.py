"""The type of a file comes from its content, and what is made to do harm stays outside."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.sniff import FORMATS, MAX_MEMBERS, sniff
from jishiban.kernel.papers.tests import samples


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        sniff(data)
    assert refused.value.message.endswith("。")
    return refused.value.code


@pytest.mark.parametrize("label", samples.EVERY)
def test_every_kind_the_hall_takes_is_recognised(label: str) -> None:
    assert sniff(samples.EVERY[label]()).label == label


def test_the_list_of_kinds_is_the_list_of_samples() -> None:
    assert {form.label for form in FORMATS} == set(samples.EVERY)


def test_a_pdf_may_have_some_bytes_before_its_mark() -> None:
    assert sniff(b"\xef\xbb\xbf\n" + samples.pdf()).label == "PDF"


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\0 this program",
        b"\x7fELF",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a\x01\0\x01\0",
        b"#!/bin/sh\n",
        b"Rar!\x1a\x07",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"plain words",
    ],
)
def test_other_kinds_are_refused_with_the_list_of_good_ones(data: bytes) -> None:
    with pytest.raises(Refused, match="PDF、JPG、PNG、HEIC、DOCX、XLSX、OFD") as refused:
        sniff(data)
    assert refused.value.code == "type"


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "empty"


# ---- pictures ----


@pytest.mark.parametrize("make", [samples.png, samples.jpeg, samples.heic])
def test_a_picture_of_too_many_pixels_is_refused(make: object) -> None:
    assert refusal(make(60_000, 60_000)) == "pixels"  # type: ignore[operator]  # each takes width and height
    assert refusal(make(40_000, 10)) == "pixels"  # type: ignore[operator]


@pytest.mark.parametrize("make", [samples.png, samples.jpeg, samples.heic])
def test_a_large_photo_is_taken(make: object) -> None:
    sniff(make(8_000, 6_000))  # type: ignore[operator]


@pytest.mark.parametrize("make", [samples.png, samples.jpeg])
def test_a_picture_without_extent_is_broken(make: object) -> None:
    assert refusal(make(0, 10)) == "picture"  # type: ignore[operator]


@pytest.mark.parametrize(
    "data", [samples.png()[:15], samples.jpeg()[:8], b"\xff\xd8\xff\xff\xff\xff", samples.heic()[:30]]
)
def test_a_picture_cut_off_is_broken(data: bytes) -> None:
    assert refusal(data) == "picture"


def test_the_largest_frame_of_a_jpeg_counts() -> None:
    small, large = samples.jpeg(4, 4), samples.jpeg(60_000, 60_000)
    frame = large[large.index(b"\xff\xc0") : large.index(b"\xff\xda")]
    place = small.index(b"\xff\xda")
    assert refusal(small[:place] + frame + small[place:]) == "pixels"


def test_a_film_in_the_same_box_is_no_picture() -> None:
    assert refusal(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0" * 40) == "type"


# ---- archives ----


def test_an_ordinary_archive_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match="解压"):
        sniff(samples.archive("a.txt"))


def test_an_office_file_without_its_list_of_types_is_refused() -> None:
    assert refusal(samples.archive("word/document.xml")) == "archive"


def test_a_broken_archive_is_refused() -> None:
    assert refusal(samples.docx()[:40]) == "archive"


def test_macros_are_refused() -> None:
    assert refusal(samples.archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")) == "macro"


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a/../../b", "..\\evil"])
def test_members_that_climb_out_are_refused(name: str) -> None:
    assert refusal(samples.archive("[Content_Types].xml", "word/document.xml", name)) == "archive"


def test_an_archive_that_swells_is_refused() -> None:
    bomb = samples.archive("[Content_Types].xml", "word/document.xml", data=b"\0" * 5_000_000)
    assert len(bomb) < 100_000
    assert refusal(bomb) == "bomb"


def test_an_archive_of_too_many_members_is_refused() -> None:
    names = ["[Content_Types].xml", "word/document.xml", *(f"m{i}" for i in range(MAX_MEMBERS))]
    assert refusal(samples.archive(*names, compression=zipfile.ZIP_STORED)) == "bomb"


def test_a_locked_archive_is_refused() -> None:
    data = bytearray(samples.docx())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    assert refusal(bytes(data)) == "locked"


# ---- anything at all ----


def answer(data: bytes) -> str:
    """The kind of a file, or the sentence that refuses it."""
    try:
        return sniff(data).label
    except Refused as refused:
        return refused.message


@given(st.binary(max_size=300))
def test_any_bytes_get_a_kind_or_a_sentence(data: bytes) -> None:
    assert answer(data) in samples.EVERY or answer(data).endswith("。")


@given(st.sampled_from(sorted(samples.EVERY)), st.data())
def test_broken_samples_get_a_kind_or_a_sentence(label: str, data: st.DataObject) -> None:
    whole = bytearray(samples.EVERY[label]())
    for _change in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    broken = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    assert answer(broken) in samples.EVERY or answer(broken).endswith("。")
