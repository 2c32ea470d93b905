"""What a file's own name may and may not do."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.papers.content import LONGEST_NAME, clean_name, content_disposition
from jishiban.kernel.papers.sniff import JPEG, PDF


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("营业执照.pdf", "营业执照.pdf"),
        ("营业执照.PDF", "营业执照.pdf"),
        ("..\\..\\windows\\system32\\a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\fakepath\\a.pdf", "a.pdf"),
        ("a.exe", "a.exe.pdf"),
        ("a.pdf.exe", "a.pdf.exe.pdf"),
        ("gpj\u202efdp.exe", "gpjfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("a\0.pdf", "a.pdf"),
        ("", "文件.pdf"),
        ("...", "文件.pdf"),
        (".pdf", "pdf.pdf"),
        ('<b>"a"</b>.pdf', "b_.pdf"),
    ],
)
def test_names_are_made_fit_to_show(given_name: str, shown: str) -> None:
    assert clean_name(given_name, PDF) == shown


def test_both_suffixes_of_a_picture_are_kept() -> None:
    assert clean_name("a.JPEG", JPEG) == "a.jpeg"
    assert clean_name("a.png", JPEG) == "a.png.jpg"


def test_long_names_keep_their_suffix() -> None:
    shown = clean_name("长" * 300 + ".pdf", PDF)
    assert len(shown) == LONGEST_NAME
    assert shown.endswith("长.pdf")


@given(st.text(max_size=200))
def test_a_shown_name_can_never_be_a_path_or_break_a_line(name: str) -> None:
    shown = clean_name(name, PDF)
    assert shown.endswith(".pdf")
    assert len(shown.encode()) <= 255 or len(shown) <= LONGEST_NAME
    assert not re.search(r"[/\\\x00-\x1f\x7f<>:\"|?*\u202a-\u202e\u2066-\u2069]", shown)
    assert not shown.startswith(".")
    assert clean_name(shown, PDF) == shown


def test_a_download_has_an_ascii_name_and_the_real_one() -> None:
    header = content_disposition("营业执照 副本.pdf")
    assert header.startswith("attachment; filename=\"file.pdf\"; filename*=UTF-8''%E8%90%A5")
    assert unquote(header.partition("UTF-8''")[2]) == "营业执照 副本.pdf"


def test_a_paper_can_be_shown_in_the_page() -> None:
    assert content_disposition("a.pdf", inline=True).startswith('inline; filename="a.pdf"')


def test_numbers_of_persons_are_hidden_in_a_download_s_name() -> None:
    header = content_disposition("张三370115199003070018.pdf")
    assert "37011519900307" not in header
    assert "0018.pdf" in header


@given(st.text(max_size=60))
def test_a_header_is_one_ascii_line(name: str) -> None:
    header = content_disposition(clean_name(name, PDF))
    assert re.fullmatch(r"attachment; filename=\"[A-Za-z0-9._-]+\"; filename\*=UTF-8''[\x21-\x7e]+", header)
