"""English is complete: every message people can read has its translation, with the same placeholders."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

from jishiban.config.env import ROOT

ENGLISH = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = (
    "gettext", "gettext_lazy", "gettext_noop", "_", "ngettext:1,2", "ngettext_lazy:1,2", "pgettext:1c,2",
    "pgettext_lazy:1c,2",
)  # fmt: skip
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}")


def extracted(folder: Path) -> polib.POFile:
    """Every message of the tree, as xgettext finds it in code and templates."""
    files = []
    for source in sorted((ROOT / "jishiban").rglob("*")):
        if (
            "tests" in source.parts
            or source.suffix not in (".py", ".html", ".txt")
            or "migrations" in source.parts
        ):
            continue
        if source.suffix == ".py":
            files.append(str(source))
        elif "templates" in source.parts:
            made = folder / (str(source.relative_to(ROOT)).replace("/", "__") + ".py")
            made.write_text(
                templatize(source.read_text(encoding="utf-8"), origin=str(source)), encoding="utf-8"
            )
            files.append(str(made))
    (folder / "files").write_text("\n".join(files), encoding="utf-8")
    out = folder / "all.po"
    words = [f"--keyword={word}" for word in KEYWORDS]
    subprocess.run(
        ["xgettext", "--language=Python", "--from-code=UTF-8", "--no-location", "-f", str(folder / "files"), *words,
         "-o", str(out)],
        check=True, capture_output=True,
    )  # fmt: skip
    return polib.pofile(str(out))


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="没有 xgettext：apt-get install -y gettext")
def test_every_message_has_its_english(tmp_path: Path) -> None:
    english = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(ENGLISH))}
    missing = [
        entry.msgid
        for entry in extracted(tmp_path)
        if re.search(r"[一-鿿]", entry.msgid) and not _translated(english.get((entry.msgctxt, entry.msgid)))
    ]
    assert not missing, f"{len(missing)} 条没有英文：{missing[:40]}"


def _translated(entry: polib.POEntry | None) -> bool:
    return entry is not None and entry.translated()


def test_translations_keep_their_placeholders() -> None:
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(ENGLISH))
        if entry.msgstr and not entry.msgid_plural and _words(entry.msgid) != _words(entry.msgstr)
    ]
    assert not wrong, wrong[:20]


def _words(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_no_english_text_is_left_in_chinese() -> None:
    left = [entry.msgstr for entry in polib.pofile(str(ENGLISH)) if re.search(r"[一-鿿]", entry.msgstr)]
    allowed = [text for text in left if len(re.findall(r"[一-鿿]", text)) > 20]
    assert not allowed, allowed[:20]
