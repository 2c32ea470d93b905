"""`jishiban bench search --set DIR … [--foreign DIR] [--scale N] [--json FILE]`: how well and how fast the guide finds.

A set is a folder with corpus.jsonl (id, text, optional answer) and queries.jsonl (id, text, relevant ids) on any
subject. It is indexed as entries of a scratch library, by the code the product asks, and beside it by plain bm25s
over the same words: ratios travel between machines, milliseconds do not.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jishiban.kernel.search import cut, lexicon, phrases, rank
from jishiban.kernel.search.decide import Thresholds
from jishiban.kernel.search.engine import Engine
from jishiban.kernel.search.fallback import open_backend
from jishiban.kernel.search.reply import Decision
from jishiban.kernel.search.speech import fold

Hits = list[tuple[str, float, float]]
WARM_UP = 50  # questions asked before the clock runs
EDITS = 20


@dataclass(frozen=True, slots=True)
class Set:
    """What is indexed and what is asked."""

    name: str
    corpus: list[dict[str, Any]]
    queries: list[dict[str, Any]]


def read(folder: Path, scale: int = 0) -> Set:
    """A set from its folder; with `scale`, grown to so many entries by splicing halves of its own."""
    corpus, queries = (list(_lines(folder / name)) for name in ("corpus.jsonl", "queries.jsonl"))
    chance = random.Random(scale)
    texts = [one["text"] for one in corpus]
    for n in range(len(corpus), scale):
        first, second = chance.choice(texts), chance.choice(texts)
        corpus.append({"id": f"spliced-{n}", "text": first[: len(first) // 2] + second[len(second) // 2 :]})
    return Set(folder.name, corpus, queries)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


# -- measuring -------------------------------------------------------------------------------------


def measure(build: Callable[[], Callable[[str], Hits]], given: Set) -> dict[str, float]:
    """Quality, speed, build time and memory of one engine over a set."""
    gc.collect()
    before, began = _resident_mb(), time.perf_counter()
    search = build()
    figures = {"build_s": time.perf_counter() - began, "memory_mb": max(_resident_mb() - before, 0.0)}
    for query in given.queries[:WARM_UP]:
        search(query["text"])
    took: list[float] = []
    found: list[tuple[dict[str, Any], Hits]] = []
    cpu = time.process_time()
    for query in given.queries:
        start = time.perf_counter()
        hits = search(query["text"])
        took.append(time.perf_counter() - start)
        found.append((query, hits))
    figures["cpu_ms"] = (time.process_time() - cpu) * 1000 / len(took)
    took.sort()
    figures |= {
        "p50_ms": took[len(took) // 2] * 1000, "p99_ms": took[int(len(took) * 0.99)] * 1000, "qps": len(took) / sum(took),
    }  # fmt: skip
    return quality(found) | figures


def quality(found: Sequence[tuple[dict[str, Any], Hits]]) -> dict[str, float]:
    """Hit@1, Hit@5, MRR@10, area under the risk–coverage curve (%), coverage at 95 % precision, by confidence."""
    places = []
    for query, hits in found:
        right = set(query["relevant"])
        places.append(next((n for n, hit in enumerate(hits) if hit[0] in right), 99))
    count = len(places)
    sure = sorted(
        ((hits[0][2] if hits else 0.0, place == 0) for (_q, hits), place in zip(found, places, strict=True)),
        reverse=True,
    )
    wrong = area = covered = 0.0
    for n, (_confidence, right_one) in enumerate(sure, 1):
        wrong += not right_one
        area += wrong / n
        covered = n if 1 - wrong / n >= 0.95 else covered
    return {
        "hit@1": sum(place == 0 for place in places) / count, "hit@5": sum(place < 5 for place in places) / count,
        "mrr@10": sum(1 / (place + 1) for place in places if place < 10) / count,
        "risk_coverage_area": 100 * area / count, "coverage@95": covered / count,
    }  # fmt: skip


def ours(given: Set, backend: str | None) -> dict[str, float]:
    """The library, with what it answers at its default bound, and how soon an edit is seen."""
    engine = Engine(open_backend(backend) if backend else None)

    def build() -> Callable[[str], Hits]:
        engine.build(given.corpus)
        return lambda text: engine.search(text, 10)

    figures = measure(build, given)
    decisions = [engine.library.ask(query["text"]).decision for query in given.queries[:2000]]
    figures["answered"] = sum(one is Decision.ANSWER for one in decisions) / len(decisions)
    figures["edit_visible_ms"] = _edit_visible(engine)
    return figures


def foreign(given: Set, other: Set) -> float:
    """The share of another field's questions that are answered at the default bound."""
    engine = Engine()
    engine.build(given.corpus)
    asked = random.Random(1).sample(other.queries, min(2000, len(other.queries)))
    return sum(engine.library.ask(query["text"]).decision is Decision.ANSWER for query in asked) / len(asked)


def _edit_visible(engine: Engine) -> float:
    """The slowest of twenty times from an edit to its being found."""
    slowest = 0.0
    for n in range(EDITS):
        text = f"编号{n}号的临时条目专用测试问句"
        began = time.perf_counter()
        engine.build([{"id": f"edit-{n}", "text": text}])
        while f"edit-{n}" not in {row for row, _score, _sure in engine.search(text, 10)}:
            if time.perf_counter() - began > 10:
                return float("inf")
        slowest = max(slowest, time.perf_counter() - began)
    return slowest * 1000


def plain(given: Set) -> dict[str, float]:
    """bm25s over the words of the segmenter, nothing else; it cannot be edited, so an edit is a new build."""
    import bm25s  # type: ignore[import-untyped]  # it ships no types

    logging.getLogger("bm25s").setLevel(logging.WARNING)

    model = bm25s.BM25()

    def words(text: str) -> list[str]:
        return cut.words(fold(text)) or [" "]

    def build() -> Callable[[str], Hits]:
        model.index([words(one["text"]) for one in given.corpus], show_progress=False)
        ids = [str(one["id"]) for one in given.corpus]

        def search(text: str) -> Hits:
            places, scores = model.retrieve(
                [words(text)], k=min(10, len(ids)), show_progress=False, n_threads=0
            )
            return [
                (ids[n], float(score), float(score))
                for n, score in zip(places[0].tolist(), scores[0].tolist(), strict=True)
            ]

        return search

    figures = measure(build, given)
    return figures | {"edit_visible_ms": figures["build_s"] * 1000}


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


# -- the command -----------------------------------------------------------------------------------

SHOWN = (
    "hit@1", "hit@5", "mrr@10", "risk_coverage_area", "coverage@95", "answered", "p50_ms", "p99_ms", "cpu_ms", "qps",
    "build_s", "memory_mb", "edit_visible_ms",
)  # fmt: skip


def main(args: Sequence[str]) -> int:
    """Exit code 0 when every set could be measured, 2 when one could not be read."""
    words = argparse.ArgumentParser(prog="jishiban bench search", description="测导服检索：准不准，快不快")
    words.add_argument(
        "--set", dest="sets", action="append", required=True, metavar="DIR", help="一套问题，可以写几套"
    )
    words.add_argument("--foreign", metavar="DIR", help="拿另一领域的问题来问，看有多少被错答")
    words.add_argument("--scale", type=int, default=0, help="把条目拼接到这么多条")
    words.add_argument("--backend", default="", metavar="URL", help="Milvus 的地址；不写就用内嵌索引")
    words.add_argument("--json", default="", metavar="FILE", help="另存为 JSON")
    options = words.parse_args(list(args))
    try:
        sets = [read(Path(folder), options.scale) for folder in options.sets]
        other = read(Path(options.foreign)) if options.foreign else None
    except (OSError, ValueError, KeyError) as error:
        words.error(f"读不了这套问题：{error}。文件夹里要有 corpus.jsonl 和 queries.jsonl")
    lexicon.shipped(), phrases.shipped(), rank.shipped()  # what a process loads once, whatever it indexes
    results = [one(given, other, options.backend or None) for given in sets]
    if options.json:
        body: Any = results[0] if len(results) == 1 else results
        Path(options.json).write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def one(given: Set, other: Set | None, backend: str | None) -> dict[str, Any]:
    """Measure one set and print it beside bm25s."""
    figures: dict[str, Any] = {"set": given.name, "entries": len(given.corpus), "queries": len(given.queries)}
    figures |= ours(given, backend)
    figures["threshold"] = Thresholds().answer
    if other is not None:
        figures["foreign_answered"] = foreign(given, other)
    figures["bm25s"] = plain(given)
    print(f"— {given.name}：{len(given.corpus):,} 条，{len(given.queries):,} 问", flush=True)
    print(f"  {'':20}{'济时办':>12}{'bm25s':>12}")
    for name in SHOWN:
        beside = figures["bm25s"].get(name)
        print(f"  {name:20}{figures[name]:>12.4g}{'' if beside is None else f'{beside:>12.4g}'}")
    if other is not None:
        print(f"  {other.name} 的问题被直接回答：{figures['foreign_answered']:.1%}", flush=True)
    return figures
