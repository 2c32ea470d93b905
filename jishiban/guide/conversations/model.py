"""The optional language model: it may put the cited entries in other words, and nothing else.

Any OpenAI-compatible address; off unless a place names one. What it says is shown only when every sentence is
covered by one sentence of a cited entry: nearly all its pairs of characters, every number of the same thing, the same denials. Whatever
goes wrong within two seconds, the entry's own words stand.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import Any, Final, Protocol
from uuid import uuid4

from jishiban.kernel.directory.masks import scrub
from jishiban.kernel.outgoing import Answer, Outcome, post_json

BUDGET: Final = 2.0  # seconds, wall clock, however slowly the other side drips
COVERED: Final = 0.8  # of a sentence's pairs of characters
LONGEST: Final = 600
AT_ONCE: Final = 8  # calls on their way; above it nobody waits for the model

TASK: Final = (
    "你只能改写下面“条目”里的话，用一到四句平实的中文回答问题。不得增加、推断或省略条件，数字和否定照抄。"
    "条目里没有的不要说。只输出改写后的句子。"
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*|[零〇一二两三四五六七八九十百千万半]+(?=[个份天日年月周时分元张次人项条层岁成倍家名])"
)
_DENIAL = re.compile(r"不|无|未|免|非|没|禁|除|勿|别")
_LITTLE = re.compile(r"[的了呢吗啊吧就也您请可以需要是要会在和与及到]")


class Place(Protocol):
    """Where the model is asked; see config.env.Model."""

    @property
    def url(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Phrased:
    """Words that passed the check, and the keys of the entries that cover them."""

    text: str
    cited: tuple[str, ...]


_on_their_way = BoundedSemaphore(AT_ONCE)


def phrase(question: str, entries: Sequence[tuple[str, str]], place: Place) -> Phrased | None:
    """The entries (key, answer) in other words as an answer to the question; None when their own words must stand.

    Never raises and never takes longer than BUDGET seconds. The question is masked before it leaves.
    """
    answer = _within(BUDGET, partial(_call, scrub(question), [text for _key, text in entries], place))
    said = _said(answer)
    return _covered(said, entries) if said else None


def _within(seconds: float, call: Any) -> Answer | None:
    """The call's answer, or None when it is not there in time; the caller is not held up by a call that hangs."""
    if not _on_their_way.acquire(blocking=False):
        return None
    box: SimpleQueue[Answer] = SimpleQueue()

    def run() -> None:
        try:
            box.put(call())
        finally:
            _on_their_way.release()

    Thread(target=run, daemon=True, name="model").start()
    try:
        return box.get(timeout=seconds)
    except Empty:
        return None


def _call(question: str, texts: list[str], place: Place) -> Answer:
    told = json.dumps({"问题": question, "条目": texts}, ensure_ascii=False)
    body = {
        "model": place.name, "temperature": 0, "max_tokens": 400, "stream": False,
        "messages": [{"role": "system", "content": TASK}, {"role": "user", "content": told}],
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {place.key}"} if place.key else {}
    return post_json(f"{place.url}/chat/completions", body, uuid4().hex, BUDGET, headers)


def _said(answer: Answer | None) -> str:
    if answer is None or answer.outcome is not Outcome.TAKEN:
        return ""
    try:
        said = json.loads(answer.text)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return said.strip() if isinstance(said, str) and len(said) <= LONGEST else ""


# --- the check ------------------------------------------------------------------------------------------------------


def _covered(said: str, entries: Sequence[tuple[str, str]]) -> Phrased | None:
    cited: list[str] = []
    for sentence in sentences(said):
        key = next((key for key, text in entries if covers(text, sentence)), None)
        if key is None:
            return None
        if key not in cited:
            cited.append(key)
    return Phrased(said, tuple(cited)) if cited else None


def sentences(text: str) -> list[str]:
    """The sentences of a text that say something; marks of lists alone say nothing."""
    return [part.strip() for part in _SENTENCE.findall(text) if any(c.isalnum() for c in part)]


def covers(entry: str, sentence: str) -> bool:
    """Whether some sentence of the entry, or two that follow each other, says what this sentence says."""
    parts = sentences(entry)
    windows = [*parts, *(f"{a} {b}" for a, b in pairwise(parts))]
    return any(_says(window, sentence) for window in windows)


def _says(source: str, sentence: str) -> bool:
    mine, theirs = _pairs(sentence), _pairs(source)
    if not mine or not numbers(sentence) <= numbers(source):
        return False
    kept = len(mine & theirs) / len(mine)
    return kept >= COVERED and _denials(sentence) == _denials_about(source, mine)


def numbers(text: str) -> set[tuple[str, str, str]]:
    """The numbers in a text, each with the character before and after it: 5 of one thing is not 5 of another.

    Also those written in Chinese before a measure word.
    """
    plain = _LITTLE.sub("", _folded(text))
    found = _NUMBER.finditer(plain)
    return {
        (plain[max(m.start() - 1, 0) : m.start()], m.group(), plain[m.end() : m.end() + 1]) for m in found
    }


def _denials(text: str) -> int:
    return len(_DENIAL.findall(_folded(text)))


def _denials_about(source: str, pairs: set[str]) -> int:
    """The denials in those clauses of the source that the sentence repeats: leaving one out turns the meaning round."""
    clauses = [clause for clause in re.split(r"[，,、：:]", source) if _pairs(clause) & pairs]
    return sum(map(_denials, clauses))


def _pairs(text: str) -> set[str]:
    plain = "".join(c for c in _LITTLE.sub("", _folded(text)) if c.isalnum())
    return {a + b for a, b in pairwise(plain)}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()
