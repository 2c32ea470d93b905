"""Our own questions as others would put them: misheard, misspelt, in dialect, at length. The same every time."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from opencc import OpenCC
from pypinyin import lazy_pinyin

from jishiban.kernel.search.reply import Row

ROOT: Final = Path(__file__).parents[3]
TRAINING: Final = ROOT / "kernel" / "search" / "data" / "training" / "questions.jsonl"
MATTERS: Final = ROOT / "hall" / "matters" / "data"
SEED: Final = 20261124
_TRADITIONAL = OpenCC("s2t").convert

_DIALECT: Final = (
    ("怎么", "咋"), ("什么", "啥"), ("我们", "俺们"), ("我", "俺"), ("哪里", "哪疙瘩"), ("在哪", "搁哪"), ("知道", "知不道"), ("可以吗", "中不"),
    ("行吗", "管不"), ("吗", "不"), ("孩子", "娃"), ("没有", "没"), ("办", "弄"), ("爸", "爹"), ("妈", "娘"), ("多少钱", "多钱"), ("多久", "多会儿"),
    ("老婆", "媳妇"), ("父亲", "俺爹"), ("母亲", "俺娘"), ("现在", "这咱"), ("昨天", "夜来"), ("丢", "掉"), ("还是", "要不就是"),
)  # fmt: skip
_ENGLISH: Final = (
    ("公司", "company"), ("营业执照", "business license"), ("身份证", "ID card"), ("护照", "passport"), ("驾驶证", "driver license"),
    ("结婚", "marriage"), ("材料", "documents"), ("申请", "apply"), ("网上", "online"), ("多少钱", "how much"), ("注册", "register"),
    ("变更", "change"), ("社保", "social insurance"), ("许可证", "permit"), ("酒店", "hotel"), ("医院", "hospital"), ("车", "car"),
)  # fmt: skip
_FILLERS: Final = ("嗯", "呃", "那个", "就是", "就是说", "这个")
_BEGINNINGS: Final = (
    "同志啊,我今年七十二了,眼也花耳也背,", "闺女你好,俺是河西村的,一早坐车过来的,", "师傅,我一个人在家,孩子都在外地打工,",
    "您好您好,麻烦您给看看,俺不识几个字,", "姑娘,我问了好几个人都说不清楚,",
)  # fmt: skip
_ENDINGS: Final = (
    ",麻烦您跟俺说说,谢谢啦",
    ",大老远来一趟不容易",
    ",俺也不会用那个手机",
    ",您慢慢说,我记一下",
    ",谢谢闺女",
)


@cache
def _by_sound() -> Mapping[str, tuple[str, ...]]:
    """Characters of the questions by how they sound, commonest first."""
    counted: dict[str, int] = {}
    for row in _lines():
        for character in str(row["q"]):
            if "\u4e00" <= character <= "\u9fff":
                counted[character] = counted.get(character, 0) + 1
    found: defaultdict[str, list[str]] = defaultdict(list)
    for character in sorted(counted, key=lambda one: (-counted[one], one)):
        found[lazy_pinyin(character)[0]].append(character)
    return {sound: tuple(alike) for sound, alike in found.items()}


def homophones(text: str, chance: random.Random) -> str:
    """One character in eight written as another that sounds like it."""
    letters = list(text)
    places = [n for n, one in enumerate(letters) if len(_others(one)) > 0]
    for n in chance.sample(places, min(len(places), max(1, len(text) // 8))):
        letters[n] = chance.choice(_others(letters[n])[:4])
    return "".join(letters)


def _others(character: str) -> list[str]:
    if not "\u4e00" <= character <= "\u9fff":
        return []
    return [one for one in _by_sound().get(lazy_pinyin(character)[0], ()) if one != character]


def dropped(text: str, chance: random.Random) -> str:
    """One character in ten not typed."""
    letters = list(text)
    for _ in range(max(1, len(text) // 10)):
        del letters[chance.randrange(len(letters))]
    return "".join(letters)


def dialect(text: str, chance: random.Random) -> str:
    """As it is said at home; where no word of it can be said otherwise, with 俺寻思."""
    said = text
    for word, other in _DIALECT:
        said = said.replace(word, other)
    return said if said != text else f"俺寻思{text}"


def elders(text: str, chance: random.Random) -> str:
    """With all that goes before and after it."""
    return chance.choice(_BEGINNINGS) + text + chance.choice(_ENDINGS)


def traditional(text: str, chance: random.Random) -> str:
    """In traditional characters."""
    return str(_TRADITIONAL(text))


def english(text: str, chance: random.Random) -> str:
    """Mixed with English words; where there are none, between two."""
    said = text
    for word, other in _ENGLISH:
        said = said.replace(word, f" {other} ")
    return said if said != text else f"hi,{text},thanks"


def voice(text: str, chance: random.Random) -> str:
    """As a machine writes down what is said: hesitations, words said twice, no stops."""
    said = "".join(one for one in text if one.isalnum())
    for _ in range(2):
        n = chance.randrange(len(said) + 1)
        said = said[:n] + chance.choice(_FILLERS) + said[n:]
    n = chance.randrange(max(len(said) - 1, 1))
    return said[: n + 2] + said[n:]


PERTURBATIONS: Final[Mapping[str, Callable[[str, random.Random], str]]] = {
    "原样": lambda text, chance: text, "同音字": homophones, "漏字": dropped, "方言": dialect, "老人长句": elders, "繁体": traditional,
    "夹英文": english, "语音": voice,
}  # fmt: skip


@cache
def _lines() -> tuple[dict[str, object], ...]:
    return tuple(
        json.loads(line) for line in TRAINING.read_text(encoding="utf-8").splitlines() if line.strip()
    )


def questions(count: int) -> list[tuple[str, str]]:
    """(question, name of its matter), `count` of those that have one."""
    known = [(str(row["q"]), str(row["matter"])) for row in _lines() if row.get("matter")]
    return random.Random(SEED).sample(known, count)


def perturbed(kind: str, asked: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same questions, each put otherwise."""
    chance = random.Random(f"{SEED}{kind}")
    return [(PERTURBATIONS[kind](text, chance), matter) for text, matter in asked]


def matters() -> list[Row]:
    """The matters of the demonstration county with the other names their guides give; `group` is the name."""
    other_names: dict[str, tuple[str, ...]] = {}
    for path in sorted((MATTERS / "guides").glob("*.json")):
        guide = json.loads(path.read_text(encoding="utf-8"))
        other_names[str(guide["seq"])] = tuple(guide.get("aliases", ()))
    with (MATTERS / "matters.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(
                f"{row['seq']}:{side}",
                row["name"],
                row["name"],
                side,
                row["name"],
                other_names.get(row["seq"], ()),
            )
            for row in csv.DictReader(file)
            for side in ("流程", "材料")
        ]
