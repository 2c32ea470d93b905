"""Compiling the message files."""

import gettext
import os
from pathlib import Path

import pytest

from jishiban.config.messages import compile_messages

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "办件"\nmsgstr "{word}"\n'


@pytest.fixture
def po(tmp_path: Path) -> Path:
    path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO.format(word="application"), encoding="utf-8")
    return path


def meaning(po: Path) -> str:
    with po.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("办件")


def test_a_message_file_becomes_readable(po: Path) -> None:
    assert compile_messages(po.parents[2]) == [po]
    assert meaning(po) == "application"


def test_a_fresh_file_is_left_alone(po: Path) -> None:
    compile_messages(po.parents[2])
    assert compile_messages(po.parents[2]) == []


def test_a_changed_file_is_compiled_again(po: Path) -> None:
    compile_messages(po.parents[2])
    po.write_text(PO.format(word="case"), encoding="utf-8")
    later = po.stat().st_mtime + 10
    os.utime(po, (later, later))
    compile_messages(po.parents[2])
    assert meaning(po) == "case"
