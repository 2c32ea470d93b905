"""The guide as one document: its parts, its spelling for the digest, and the columns a version repeats of it.

A document is plain JSON data. Drafts hold it as typed, versions hold it checked (`rules.check`). Limits are
`{"amount": 20, "unit": "工作日"}` with the unit of their source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from jishiban.kernel.ledger.sealing import canonical

Document = dict[str, Any]

PROMISED, ON_THE_SPOT = "承诺件", "即办件"
KINDS: Final = (PROMISED, ON_THE_SPOT)
LISTED_UNITS: Final = ("工作日", "日", "自然日", "月", "小时", "当场")  # as lists of matters write them
PROMISE_UNITS: Final = ("工作日", "自然日", "月", "小时")
ONLINE: Final = ("全程网办", "网上申请窗口取件", "窗口办理")
MATERIAL_KINDS: Final = ("原件", "复印件", "电子")
SOURCES: Final = ("申请人自备", "政府部门核发", "其他")
NECESSITIES: Final = ("必要", "非必要", "容缺后补")
QUESTION_KINDS: Final = ("text", "longtext", "number", "choice", "date", "phone", "address", "uscc")
VARIANTS: Final = ("新办", "变更", "延续", "补办", "注销")

BLANK: Final[Document] = {
    "name": "",
    "aliases": [],
    "summary": "",
    "service_object": "",
    "kind": PROMISED,
    "statutory": None,
    "promise": None,
    "visits": None,
    "online": "",
    "conditions": [],
    "materials": [],
    "questions": [],
    "steps": [],
    "special": [],
    "extension": None,
    "fee": {"charged": False, "items": []},
    "results": [],
    "place": {"area": "", "window": ""},
    "hours": "",
    "variants": [],
    "on_site": False,
    "renew_before_days": None,
    "faq": [],
    "law": [],
    "confidence": "",
    "check": "",
}
ROWS: Final[dict[str, Document]] = {
    "materials": {
        "key": "",
        "name": "",
        "kind": "原件",
        "copies": 1,
        "source": "申请人自备",
        "issuer": "",
        "necessity": "必要",
        "when": "",
        "basis": "",
        "note": "",
        "blank_form": False,
        "shared": False,
    },
    "questions": {
        "key": "",
        "label": "",
        "kind": "text",
        "choices": [],
        "required": True,
        "hint": "",
        "max": 100,
    },
    "steps": {"name": "", "limit": {"amount": 0, "unit": "工作日"}, "standard": "", "role": "窗口人员"},
    "special": {"name": "", "basis": "", "days": None, "unit": "工作日"},
    "results": {"name": "", "kind": "证照", "validity": ""},
    "faq": {"q": "", "a": ""},
    "law": {"name": "", "article": "", "says": ""},
}
FEE_ROW: Final[Document] = {"name": "", "standard": "", "basis": ""}


def complete(given: Mapping[str, Any]) -> Document:
    """A document with every part present; parts and keys this release does not know are kept as they are."""
    whole = deepcopy(BLANK) | {key: deepcopy(value) for key, value in given.items() if value is not None}
    whole["place"] = BLANK["place"] | whole["place"]
    whole["fee"] = deepcopy(BLANK["fee"]) | whole["fee"]
    return whole


def from_file(given: Mapping[str, Any]) -> Document:
    """The document of a guide as the data folder keeps it, without its number in the list."""
    return complete({key: value for key, value in given.items() if key != "seq"})


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over the one spelling of the document, in hex: what a publication puts in the ledger."""
    return hashlib.sha256(canonical(document)).hexdigest()


def columns(document: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a version that repeat what its document says."""
    statutory, promise = document.get("statutory") or {}, document.get("promise") or {}
    return {
        "kind": document["kind"],
        "statutory_amount": statutory.get("amount"),
        "statutory_unit": statutory.get("unit", ""),
        "statutory_basis": statutory.get("basis", ""),
        "promise_amount": promise.get("amount"),
        "promise_unit": promise.get("unit", ""),
    }


def with_keys(document: Document) -> Document:
    """The same document with a key for every material and question that has none; keys of others never move."""
    for part, letter in (("materials", "m"), ("questions", "q")):
        taken = {row["key"] for row in document[part] if row["key"]}
        for row in document[part]:
            if not row["key"]:
                row["key"] = _free_key(letter, taken)
                taken.add(row["key"])
    return document


def _free_key(letter: str, taken: set[str]) -> str:
    return next(key for n in range(1, len(taken) + 2) if (key := f"{letter}{n}") not in taken)
