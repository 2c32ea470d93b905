"""A kept paper as text and as the fragment of a printed page."""

import io
from typing import TypedDict

import segno
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from jishiban.kernel.papers.forms import FORMS, Wording, written
from jishiban.kernel.papers.models import Kind, Paper


class Sheet(TypedDict):
    """What the templates of this room stand on; `template` is the one to include."""

    template: str
    paper: Paper
    wording: Wording
    issued_on: str
    address: str
    qr: SafeString


def render(paper: Paper, address: str = "") -> Sheet:
    """The context of a paper's fragment: `{% include template %}` inside a page for printing.

    `address` is where anyone can check the paper; the QR code holds it, or number and hash when there is none.
    """
    return Sheet(
        template=FORMS[Kind(paper.kind)].template,
        paper=paper,
        wording=wording_of(paper),
        issued_on=written(paper.issued_at),
        address=address,
        qr=qr(address or f"{paper.number} {paper.sha256}"),
    )


def fragment(paper: Paper, address: str = "") -> SafeString:
    """The paper's own HTML, without the page around it."""
    sheet = render(paper, address)
    return render_to_string(sheet["template"], dict(sheet))


def wording_of(paper: Paper) -> Wording:
    """The words the paper was issued with."""
    return Wording(**paper.body)


def plain_text(paper: Paper) -> str:
    """Every word of the paper, line by line: what its `sha256` is taken of."""
    words = wording_of(paper)
    table = ["\t".join(cells) for cells in (words.columns, *words.rows) if cells]
    lines = [paper.title, paper.number, words.addressee, *words.paragraphs, *table, *words.closing]
    lines += [*words.basis, *words.remedy, paper.case_number, paper.seal_unit, written(paper.issued_at)]
    return "\n".join(lines) + "\n"


def qr(text: str) -> SafeString:
    """A QR code as inline SVG without style attributes, sized by the page's own CSS."""
    picture = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(
        picture, kind="svg", xmldecl=False, svgns=True, omitsize=True, svgclass="qr", lineclass=None, border=2
    )
    return mark_safe(picture.getvalue().decode())  # noqa: S308  # drawn here from modules, holds no text
