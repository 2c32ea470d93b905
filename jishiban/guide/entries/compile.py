"""From one guide to all its standard questions with their answers. Pure: the same guide always gives the same entries.

Every entry names the part of the guide it was taken from; a part that is empty gives none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation

from jishiban.guide.entries import aspects, parts
from jishiban.guide.entries.aspects import ASPECTS, About, Aspect, Office
from jishiban.hall.matters import document, words

LONGEST_QUESTION: Final = 500
LANGUAGE: Final = "zh-hans"  # guides are written in it; entries are kept in it whoever publishes
OWN_SOURCES: Final = {"": "本站查询进度的说明", "unit": "政务服务事项清单"}


@dataclass(frozen=True, slots=True)
class Compiled:
    """One entry of a guide. `key` is its place within the matter: "材料", "材料:变更", "materials:shenqingshu"."""

    key: str
    aspect: str
    question: str
    answer: str
    source: str
    field: str
    variant: str = ""
    similar: tuple[str, ...] = ()


def compile_guide(name: str, guide: Mapping[str, Any], office: Office | None = None) -> list[Compiled]:
    """All entries of a matter's guide, in the order of its parts; keys are unique within the matter.

    `guide` is a document as `hall.matters.document` describes it, whole or only the line of a list; `office` is the
    unit that handles the matter, where one is known.
    """
    about = About(name, document.complete(guide), office)
    with translation.override(LANGUAGE):
        made = [*_aspects(about), *_variants(about), *_parts(about)]
    return list({one.key: one for one in reversed(made)}.values())[::-1]


def _aspects(about: About) -> Iterator[Compiled]:
    for aspect in ASPECTS:
        yield from _entry(aspect.name, about, aspect)


def _variants(about: About) -> Iterator[Compiled]:
    """The aspects again for each variant, where the guide has several and says something of it."""
    variants = about.guide["variants"]
    if len(variants) < 2:
        return
    for variant in variants:
        asked = About(about.name, about.guide, about.office, variant)
        for aspect in ASPECTS:
            if aspect.by_variant:
                yield from _entry(f"{aspect.name}:{variant}", asked, aspect)


def _entry(key: str, about: About, aspect: Aspect) -> Iterator[Compiled]:
    answer = _joined(aspect.rule(about))
    if answer:
        similar = tuple(way.format(about.subject) for way in aspect.similar)
        question = aspect.question.format(about.subject)
        yield Compiled(
            key, aspect.name, question[:LONGEST_QUESTION], answer, _source(about.name, _field(aspect, about)),
            _field(aspect, about), about.variant, similar,
        )  # fmt: skip


def _field(aspect: Aspect, about: About) -> str:
    """The part that answered: of a limit the promise, or the law where only the law is known; of a place the unit."""
    if aspect.name == "时限" and not (about.is_full and about.guide["promise"]):
        return "statutory"
    if aspect.name == "地点" and not about.guide["place"]["area"]:
        return "unit"
    return aspect.field


def _parts(about: About) -> Iterator[Compiled]:
    for rule in parts.RULES:
        for part in rule(about):
            answer = _joined(part.lines)
            if answer:
                question = part.question[:LONGEST_QUESTION]
                source = _source(about.name, part.field)
                yield Compiled(part.key, part.aspect, question, answer, source, part.field, "", part.similar)


def _joined(lines: Iterable[str]) -> str:
    """The lines that say something, six at most."""
    return "\n".join([line.strip() for line in lines if line.strip()][: aspects.MOST_LINES])


def _source(name: str, field: str) -> str:
    if field in OWN_SOURCES:
        return OWN_SOURCES[field]
    return f"《{name[:200]}办事指南》{words.PARTS[field]}"
