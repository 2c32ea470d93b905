"""Trains the ranker and the confidence of the guide's search; writes jishiban/kernel/search/data/model.json.

    python tools/ranker/train.py            (needs lightgbm: requirements/dev.txt)

Everything it learns from is the project's own: the paraphrases, questions and letters in
jishiban/kernel/search/data/training, the names and other names of the matters, the test sentences of the lexicon.
The same inputs give the same model.
"""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
import lightgbm as lgb
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiban.config.testing")
django.setup()

from jishiban.guide.entries.compile import compile_guide
from jishiban.kernel.search import cut, features, lexicon, rank
from jishiban.kernel.search.library import Library, Read, signs
from jishiban.kernel.search.reply import Row

ROOT = Path(__file__).resolve().parents[2] / "jishiban"
TRAINING = ROOT / "kernel/search/data/training"
GUIDES = ROOT / "hall/matters/data"
FOLDS = 5
SEED = 20261124
TREES = 200
NEAR = 0.3  # share of the look-alikes that go in: with all of them likeness itself would look suspicious
ALTERED = 2  # altered copies of every entry that are asked as well
RISING = (
    "recall_of_best", "words_asked", "words_held", "characters_asked", "characters_held", "pairs_asked", "pairs_held",
    "words_jaccard", "pairs_jaccard", "subsequence", "edit", "partial", "same_kind_of_question", "same_no",
    "same_figures", "senses_asked", "senses_held",
)  # fmt: skip
FALLING = (
    "words_missed", "words_spare", "characters_missed", "characters_spare", "other_kind_of_question", "other_figures",
    "senses_missed",
)  # fmt: skip

NONE = rank.Rankers(rank.Ranker(), rank.Ranker())
# What says more of one library than of likeness is not learnt from.
UNSEEN = ("recall", "near_ties", "place", "gap_to_next", "length_asked", "length_held")
BLEND = {"questions": 5.0, "names": 1.0}  # weight of the order of recall beside the trees
PARAMETERS: dict[str, Any] = {
    "objective": "lambdarank", "num_leaves": 15, "learning_rate": 0.05, "min_data_in_leaf": 60,
    "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0,
    "lambdarank_truncation_level": 5, "verbose": -1, "num_threads": 2, "seed": SEED, "deterministic": True,
}  # fmt: skip


# Of whole questions more likeness is never worse; of names it can be: 护照 is most like 护照换发, and rarely means it.
MONOTONE = [1 if n in RISING else -1 if n in FALLING else 0 for n in features.NAMES]


def lines(name: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in (TRAINING / name).read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


# -- what is asked ---------------------------------------------------------------------------------

SAID_OTHERWISE = (
    ("怎么", "如何"), ("怎么", "咋"), ("什么", "啥"), ("哪里", "哪儿"), ("多少钱", "什么价格"), ("为什么", "为啥"),
    ("可以", "能"), ("吗", "么"), ("什么时候", "啥时候"), ("怎么办", "咋整"), ("的", ""), ("了", ""), ("是", ""),
    ("有没有", "有"), ("我", ""), ("一个", ""), ("知道", "清楚"), ("喜欢", "爱"), ("哪些", "什么"), ("孩子", "小孩"),
)  # fmt: skip
BEFORE = ("请问", "谁知道", "有谁知道", "想问下", "求", "我想知道", "", "", "", "")
AFTER = ("?", "呢", "啊", "呀", "谢谢", "。", "", "", "", "")


def altered(text: str, chance: random.Random) -> str:
    """The same question as another might type it: other function words, a word lost or moved, a slip of the hand."""
    said = text.rstrip("?？。")
    for _ in range(chance.randint(1, 3)):
        word, other = chance.choice(SAID_OTHERWISE)
        if word in said and len(said) - len(word) + len(other) >= 4:
            said = said.replace(word, other, 1)
    parts = cut.words(said)
    kind = chance.random()
    if kind < 0.35 and len(parts) > 4:
        del parts[chance.randrange(len(parts))]
    elif kind < 0.65 and len(parts) > 3:
        turn = chance.randrange(1, len(parts))
        parts = parts[turn:] + parts[:turn]
    elif kind < 0.8 and len(parts) > 3:
        n = chance.randrange(len(parts) - 1)
        parts[n], parts[n + 1] = parts[n + 1], parts[n]
    said = "".join(parts)
    if chance.random() < 0.15 and len(said) > 5:
        n = chance.randrange(len(said))
        said = said[:n] + said[n + 1 :]
    return chance.choice(BEFORE) + said + chance.choice(AFTER)


@dataclass(slots=True)
class World:
    """A library and what is asked of it: question, the rows or groups that are right (none: another field's)."""

    name: str
    library: Library
    asked: list[tuple[str, frozenset[str], str]] = field(default_factory=list)
    weight: float = 1.0


def everyday() -> World:
    """Whole questions on every subject, among the look-alikes and the hall's own questions."""
    chance = random.Random(SEED)
    rows: list[Row] = []
    asked: list[tuple[str, frozenset[str], str]] = []
    for n, group in enumerate(lines("paraphrases.jsonl")):
        texts = [(f"e{n}", group["entry"])]
        texts += [(f"n{n}.{m}", near) for m, near in enumerate(group["near"]) if chance.random() < NEAR]
        rows += [Row(key, text) for key, text in texts]
        asked += [(text, frozenset({f"e{n}"}), "matter") for text in group["asked"]]
        asked += [
            (altered(text, chance), frozenset({key}), "matter") for key, text in texts for _ in range(ALTERED)
        ]
    rows += [Row(f"b{n}", text) for n, text in enumerate(background())]
    foreign = [(row["q"], frozenset[str](), "foreign") for row in lines("questions.jsonl")]
    return World(
        "everyday",
        Library(rows, words=lexicon.Lexicon([]), rankers=NONE),
        asked + chance.sample(foreign, 250),
    )


def background() -> list[str]:
    """Sentences of our own that are nobody's answer."""
    found = [line.test for path in sorted(lexicon.SHIPPED.glob("*.csv")) for line in lexicon.read(path)]
    for path in sorted((GUIDES / "guides").glob("*.json")):
        found += [row["q"] for row in json.loads(path.read_text(encoding="utf-8"))["faq"]]
    return found


def matters(*, aliases: bool, whole: bool = False) -> World:
    """The matters of a county, asked by everybody; without their other names as well: no other library has ours.

    `whole`: with every entry the product compiles from the guides, so that its confidence is judged as it is used.
    """
    guides = {}
    for path in sorted((GUIDES / "guides").glob("*.json")):
        guide = json.loads(path.read_text(encoding="utf-8"))
        guides[str(guide["seq"])] = guide
    rows, group_of = [], {}
    with (GUIDES / "matters.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            group = group_of[line["name"]] = f"m{line['seq']}"
            guide = guides.get(line["seq"], {})
            names = tuple(guide.get("aliases", ())) if aliases else ()
            rows += [
                Row(f"{group}:{side}", line["name"], line["name"], side, group, names)
                for side in ("流程", "材料")
            ]
            if whole:
                made = compile_guide(line["name"], guide)
                rows += [
                    Row(f"{group}:{one.key}", one.question, group=group) for one in made if ":" in one.key
                ]
    asked = [
        (
            row["q"],
            frozenset({group_of[row["matter"]]} if row.get("matter") else ()),
            "matter" if row.get("matter") else row["kind"],
        )
        for row in (*lines("questions.jsonl"), *lines("examined.jsonl"))
    ]
    chance = random.Random(SEED)
    foreign = [
        (text, frozenset[str](), "foreign") for group in lines("paraphrases.jsonl") for text in group["asked"]
    ]
    name = "product" if whole else "matters" if aliases else "names"
    return World(name, Library(rows, rankers=NONE), asked + chance.sample(foreign, 600))


# -- what is learnt --------------------------------------------------------------------------------


@dataclass(slots=True)
class Case:
    """One question with its candidates."""

    world: str
    read: Read
    matrix: Any
    labels: Any
    targets: list[str]
    groups: list[str]
    answerable: bool
    kind: str


def cases(world: World, side: str) -> Iterator[Case]:
    """One case a question, with the candidates of the side the product would rank."""
    library = world.library
    for question, right, kind in world.asked:
        read = library.read(question)
        found = library.candidates_of_questions(read)
        if side == "names":
            found = library.candidates_of_names(read, found)
        if found:
            matrix = np.array([one.values for one in found], dtype=np.float32)
            targets = [library.target(one.n) for one in found]
            groups = [library.shelf.of_group[one.n] for one in found]
            labels = [int(t[1:] in right or g in right) for t, g in zip(targets, groups, strict=True)]
            yield Case(
                world.name, read, matrix, np.array(labels, dtype=np.int32), targets, groups, bool(right), kind
            )


def seen(matrix: Any) -> Any:
    """The features with those that are not learnt from set to nothing."""
    shown = matrix.copy()
    shown[:, [features.NAMES.index(name) for name in UNSEEN]] = 0
    return shown


def fit(chosen: list[Case], side: str) -> lgb.Booster:
    useful = [case for case in chosen if case.answerable and case.labels.any()]
    data = lgb.Dataset(
        np.vstack([seen(case.matrix) for case in useful]), np.concatenate([case.labels for case in useful]),
        group=[len(case.labels) for case in useful],
    )  # fmt: skip
    held = {"monotone_constraints": MONOTONE} if side == "questions" else {}
    return lgb.train(PARAMETERS | held, data, TREES)


def order_of(case: Case, scores: Any) -> list[int]:
    best: dict[str, int] = {}
    for i in np.argsort(-scores, kind="stable").tolist():
        best.setdefault(case.targets[i], i)
    return list(best.values())


def confident(x: Any, y: Any) -> lgb.Booster:
    """The chance of being right, as log odds, from the signs."""
    settings = {
        "objective": "binary", "num_leaves": 6, "learning_rate": 0.05, "min_data_in_leaf": 40, "lambda_l2": 10.0,
        "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "verbose": -1, "num_threads": 2,
        "seed": SEED, "deterministic": True,
    }  # fmt: skip
    return lgb.train(settings, lgb.Dataset(x, y), 160)


def learn(side: str, worlds: list[World]) -> dict[str, Any]:
    """The model of one side; its confidence is fitted on what it did not learn from."""
    everything = [case for world in worlds for case in cases(world, side)]
    rows, right, cases_in_order = [], [], []
    tally: dict[str, list[int]] = {}
    for fold in range(FOLDS):
        booster = fit([case for n, case in enumerate(everything) if n % FOLDS != fold], side)
        for case in everything[fold::FOLDS]:
            cases_in_order.append(case)
            scores = booster.predict(seen(case.matrix)) + BLEND[side] * case.matrix[:, 1]
            order = order_of(case, scores)
            rows.append(signs(case.read, case.matrix, scores, order))
            right.append(bool(case.labels[order[0]]))
            if case.answerable:
                counted = tally.setdefault(case.world, [0, 0])
                counted[0] += right[-1]
                counted[1] += 1
    for name, (hits, of) in tally.items():
        print(f"{name}: {hits / of:.4f} of {of} right first, out of fold")
    x, y = np.array(rows), np.array(right, dtype=float)
    sure = judged(x, y)
    product = [n for n, case in enumerate(cases_in_order) if case.world == worlds[0].name]
    tell(worlds[0].name, sure[product], y[product], [cases_in_order[n].kind for n in product])
    return {
        "blend": BLEND[side],
        "trees": dumped(fit(everything, side)),
        "confidence": dumped(confident(x, y)),
    }


def judged(x: Any, y: Any) -> Any:
    """Confidence in what it was not fitted to."""
    sure = np.zeros(len(y))
    for fold in range(FOLDS):
        out = np.arange(len(y)) % FOLDS == fold
        sure[out] = confident(x[~out], y[~out]).predict(x[out])
    return sure


def tell(name: str, sure: Any, right: Any, kinds: list[str]) -> None:
    """What each bound would do: answered and answered wrongly of the answerable, answered of the others."""
    for bound in (0.25, 0.35, 0.5, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97):
        said = []
        for kind in dict.fromkeys(kinds):
            mine = np.array([one == kind for one in kinds])
            above = mine & (sure >= bound)
            wrong = f", wrong {(above & (right == 0)).sum() / mine.sum():.3f}" if kind == "matter" else ""
            said.append(f"{kind} {above.sum() / mine.sum():.3f}{wrong}")
        print(f"  {name} at {bound}: {'; '.join(said)}")


def dumped(booster: lgb.Booster) -> list[dict[str, list[Any]]]:
    return [rank.flatten(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]


def main() -> None:
    model = {
        "features": features.NAMES,
        "questions": learn("questions", [everyday()]),
        "names": learn(
            "names", [matters(aliases=True, whole=True), matters(aliases=True), matters(aliases=False)]
        ),
    }
    text = json.dumps(rounded(model), ensure_ascii=False, separators=(",", ":"))
    rank.MODEL.write_text(text + "\n", encoding="utf-8")
    print(f"{rank.MODEL.name}: {len(text):,} characters")


def rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return value


if __name__ == "__main__":
    main()
