"""Reads that more than one place needs."""

from collections.abc import Iterable

from django.db.models import QuerySet

from jishiban.kernel.papers.models import Attachment, Paper, State


def papers_of(case_number: str) -> QuerySet[Paper]:
    """The papers of one case, oldest first."""
    return Paper.objects.filter(case_number=case_number)


def files_of(holder: str) -> QuerySet[Attachment]:
    """The files a draft or case holds now, oldest first; one query."""
    return Attachment.objects.filter(holder=holder, state=State.STORED)


def files_by_material(holder: str) -> dict[str, list[Attachment]]:
    """The files of a holder under the material each answers; one query."""
    return _grouped(files_of(holder))


def _grouped(files: Iterable[Attachment]) -> dict[str, list[Attachment]]:
    found: dict[str, list[Attachment]] = {}
    for file in files:
        found.setdefault(file.material, []).append(file)
    return found
