"""What may be asked: a question people typed, said or pasted, made fit to be read; or plain words why not."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

from jishiban.guide.conversations.models import LONGEST
from jishiban.kernel.directory.masks import scrub

UNSEEN = (
    "Cc",
    "Cf",
    "Co",
    "Cs",
    "Cn",
)  # control, direction, private and broken characters: nobody typed them


class NotAQuestion(ValueError):
    """The text cannot be asked; the message says why and what to do."""


def checked(text: object) -> str:
    """The question as it is asked on: one line without unseen characters, numbers of persons masked.

    Raises NotAQuestion for nothing, for signs and pictures only, and above LONGEST characters. The length is looked
    at first, so that ten megabytes cost nothing.
    """
    if not isinstance(text, str):
        raise NotAQuestion(_("问题要写成文字。"))
    if len(text) > LONGEST:
        told = _("问题太长了，最多 %(most)s 个字。请只写要办什么、想知道什么。")
        raise NotAQuestion(told % {"most": LONGEST})
    seen = "".join(" " if unicodedata.category(c) in UNSEEN else c for c in text)
    plain = " ".join(seen.split())
    if not plain:
        raise NotAQuestion(_("您还没有写问题。请写要办的事，例如“开饭店要什么材料”。"))
    if not any(unicodedata.category(c)[0] in "LN" for c in plain):
        raise NotAQuestion(_("没有看到文字。请用一句话写要办的事，例如“护照丢了怎么补”。"))
    return scrub(plain)[:LONGEST]
