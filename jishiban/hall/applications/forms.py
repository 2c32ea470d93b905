"""The application form, made from a guide version: who applies, the guide's questions, the materials, the declaration.

The portal shows one part a page, the desk may show all on one; names are `part-field`, so they never meet. What is
kept is plain data: `{"applicant": {…}, "answers": {…}, "materials": {key: {"how": …}}, "declared": {…}}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from jishiban.hall.applications import fields
from jishiban.hall.matters.models import GuideVersion
from jishiban.kernel.directory import masks

Stored = Mapping[str, Any]
Held = Mapping[str, Sequence[Any]]  # the files at hand, by material

PERSON, ORGANISATION = "person", "organisation"
UPLOAD, PAPER, LATER, SHARED, NONE = "upload", "paper", "later", "shared", "none"
PARTS = ("applicant", "answers", "materials")
LONGEST = 5000  # characters kept of anything typed into a draft, however wrong
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Part(forms.Form):
    """One part of an application. `typed` is what stands in the fields, `stored` what a valid part is kept as."""

    name: ClassVar[str]
    title: ClassVar[str]

    def typed(self) -> dict[str, Any]:
        """Every known field as typed, cut to a bearable length: what a draft keeps, right or wrong."""
        raw = {name: self.data.get(self.add_prefix(name)) for name in self.fields}
        return {name: tidy(value) for name, value in raw.items() if isinstance(value, str) and value.strip()}

    def stored(self) -> dict[str, Any]:
        """The cleaned values as plain data; empty ones are left out."""
        return {name: plain(value) for name, value in self.cleaned_data.items() if value not in (None, "")}


def tidy(value: str) -> str:
    """Text without characters that cannot be seen or kept."""
    return _UNSEEN.sub("", value)[:LONGEST]


def plain(value: Any) -> Any:
    """A cleaned value as JSON knows it: dates in ISO form, decimals without needless zeros."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


# --- who applies -------------------------------------------------------------------------------------------------


def who_may(version: GuideVersion) -> tuple[str, ...]:
    """Which kinds of applicant the guide is for; both where it does not say."""
    given = str(version.body.get("service_object") or "")
    found = [PERSON] if "自然人" in given else []
    found += [ORGANISATION] if re.search("法人|机关|企业|组织|单位", given) else []
    return tuple(found) or (PERSON, ORGANISATION)


class ApplicantForm(Part):
    """The applicant: a person, or an organisation with whoever acts for it."""

    name = "applicant"
    title = "申请人"

    def __init__(self, version: GuideVersion, kind: str, **kwargs: Any) -> None:
        super().__init__(prefix=self.name, **kwargs)
        self.kinds = who_may(version)
        self.kind = kind if kind in self.kinds else self.kinds[0]
        made = _organisation() if self.kind == ORGANISATION else _person()
        self.fields.update(made)

    def typed(self) -> dict[str, Any]:
        return {"kind": self.kind, **super().typed()}

    def stored(self) -> dict[str, Any]:
        return {"kind": self.kind, **super().stored()}

    @property
    def other(self) -> str:
        """The other kind of applicant this guide is for; empty when there is none."""
        return next((kind for kind in self.kinds if kind != self.kind), "")

    @property
    def own(self) -> list[Any]:
        """The fields of the applicant."""
        return [self[name] for name in self.fields if not name.startswith("agent_")]

    @property
    def agent(self) -> list[Any]:
        """The fields of somebody who acts for the applicant."""
        return [self[name] for name in self.fields if name.startswith("agent_")]

    @property
    def has_agent(self) -> bool:
        return any(field.value() or field.errors for field in self.agent)

    def clean(self) -> dict[str, Any]:
        """An agent is named whole or not at all."""
        data = super().clean() or {}
        parts = [name for name in self.fields if name.startswith("agent_")]
        if any(data.get(name) for name in parts):
            for name in parts:
                if not data.get(name) and name not in self.errors:
                    label = self.fields[name].label
                    self.add_error(name, _("有人代办时，请填写“%(label)s”。") % {"label": label})
        return data


def _person() -> dict[str, forms.Field]:
    agent = {
        "agent_name": fields.text(_("代办人姓名"), required=False, most=40),
        "agent_id": fields.identity(_("代办人身份证号码"), required=False),
        "agent_phone": fields.mobile(_("代办人手机号"), required=False),
    }
    return {
        "name": fields.text(_("姓名"), most=40, hint=_("和身份证上的一样。"), purpose="name"),
        "id_number": fields.identity(_("身份证号码"), hint=_("18位。只用于办理，网页上不会公开。")),
        "phone": fields.mobile(_("手机号"), hint=_("用来收办理进度。")),
        "address": fields.text(_("联系地址"), required=False, hint=_("要邮寄结果的，写到门牌号。"), purpose="street-address"),
        **agent,
    }  # fmt: skip


def _organisation() -> dict[str, forms.Field]:
    return {
        "org_name": fields.text(_("单位名称"), most=120, hint=_("和营业执照或登记证书一样。"), purpose="organization"),
        "uscc": fields.uscc(
            _("统一社会信用代码"), required=False, hint=_("18位。正在设立、还没有代码的，可以不填。")
        ),
        "address": fields.text(_("住所或经营地址"), required=False, purpose="street-address"),
        "name": fields.text(_("经办人姓名"), most=40, hint=_("办理中由我们联系的人。"), purpose="name"),
        "id_number": fields.identity(_("经办人身份证号码")),
        "phone": fields.mobile(_("经办人手机号"), hint=_("用来收办理进度。")),
    }  # fmt: skip


# --- the questions of the guide ----------------------------------------------------------------------------------


class AnswersForm(Part):
    """The questions the guide asks, in its order."""

    name = "answers"
    title = "办理内容"

    def __init__(self, version: GuideVersion, **kwargs: Any) -> None:
        super().__init__(prefix=self.name, **kwargs)
        for row in version.questions:
            self.fields[str(row["key"])] = fields.question(row)


# --- the materials -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One material as the page shows it: the guide's row, its two fields, the files at hand."""

    material: Mapping[str, Any]
    how: Any
    files: Any
    held: Sequence[Any]
    applies: bool | None


class MaterialsForm(Part):
    """For each material: how it is handed in, and its files. `held` are the files already here."""

    name = "materials"
    title = "材料"

    def __init__(self, version: GuideVersion, *, held: Held | None = None, chosen: Stored | None = None,
                 stored: bool = False, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(prefix=self.name, **kwargs)
        self.held = held or {}
        self.stored_only = stored
        self.materials = {str(row["key"]): row for row in version.materials}
        self.applies = {key: applies(row, chosen or {}, version) for key, row in self.materials.items()}
        for key, row in self.materials.items():
            self.fields[key] = _how(row, self.applies[key])
            self.fields[f"{key}_file"] = fields.ManyFiles(label=_("选择文件"), required=False)

    def rows(self) -> Iterator[MaterialRow]:
        for key, row in self.materials.items():
            yield MaterialRow(row, self[key], self[f"{key}_file"], self.held.get(key, ()), self.applies[key])

    def typed(self) -> dict[str, Any]:
        return {key: {"how": how} for key, how in super().typed().items() if key in self.materials}

    def stored(self) -> dict[str, Any]:
        return {key: {"how": self.cleaned_data[key]} for key in self.materials if self.cleaned_data.get(key)}

    def sent(self, key: str) -> list[Any]:
        """The files that came with this very post for one material."""
        return list(self.files.getlist(f"{self.prefix}-{key}_file")) if hasattr(self.files, "getlist") else []

    def clean(self) -> dict[str, Any]:
        """What is to be uploaded must be here, unless it comes with this post."""
        data = super().clean() or {}
        for key, row in self.materials.items():
            missing = data.get(key) == UPLOAD and not self.held.get(key) and not self.sent(key)
            if missing and key not in self.errors:
                self.add_error(key, _("请上传“%(name)s”，或改选别的交法。") % {"name": row["name"]})
        return data


def _how(row: Mapping[str, Any], needed: bool | None) -> forms.ChoiceField:
    options = ways(row)
    first = SHARED if row.get("shared") else UPLOAD
    if row.get("when") or row.get("necessity") == "非必要":
        first = {True: first, False: NONE, None: "" if row.get("when") else NONE}[needed]
    name = str(row["name"])
    return forms.ChoiceField(
        label=name, choices=options, widget=forms.RadioSelect, initial=first,
        error_messages={
            "required": _("请选择“%(label)s”怎么交。") % {"label": name},
            "invalid_choice": _("请从列出的交法里选一种。"),
        },
    )  # fmt: skip


def ways(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How a material may be handed in. 容缺 only where the guide says so (the published list)."""
    found = [(SHARED, _("免交，由我们在系统里核验"))] if row.get("shared") else []
    found += [(UPLOAD, _("网上上传")), (PAPER, _("带到窗口交"))]
    if row.get("necessity") == "容缺后补":
        found.append((LATER, _("以后补交（容缺受理）")))
    if row.get("when"):
        found.append((NONE, _("我不是这种情形，不用交")))
    elif row.get("necessity") == "非必要":
        found.append((NONE, _("不交")))
    return found


def applies(row: Mapping[str, Any], chosen: Stored, version: GuideVersion) -> bool | None:
    """Whether a material asked for only in some case is needed; None when the answers do not tell.

    The guide's words name the case ("变更时"); where they name an answer of a question, the answer decides.
    """
    when = str(row.get("when") or "")
    if not when:
        return None
    applicant, answers = chosen.get("applicant") or {}, chosen.get("answers") or {}
    if "委托" in when or "代办" in when:
        return bool(applicant.get("agent_name")) or None
    named = {
        str(option) for ask in version.questions for option in ask.get("choices") or () if str(option) in when
    }
    asked = [ask for ask in version.questions if named & set(map(str, ask.get("choices") or ()))]
    given = {str(answers[ask["key"]]) for ask in asked if answers.get(ask["key"])}
    return bool(named & given) if named and given else None


# --- the declaration ---------------------------------------------------------------------------------------------


class DeclarationForm(forms.Form):
    """What the applicant stands for when handing in; `later` only where something is to follow (容缺承诺)."""

    true = forms.BooleanField(error_messages={"required": ""})
    later = forms.BooleanField(error_messages={"required": ""})

    def __init__(self, *args: Any, later: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["true"].label = _("以上内容和材料都真实有效")
        self.fields["true"].help_text = _("不实的，要承担法律责任。")
        self.fields["true"].error_messages = {"required": _("请核对内容，再勾选这一项。")}
        if not later:
            del self.fields["later"]
            return
        self.fields["later"].label = _("我承诺在决定作出前补齐：%(names)s") % {"names": "、".join(later)}
        self.fields["later"].help_text = _("到期没有补齐的，申请可能不予许可。")
        self.fields["later"].error_messages = {"required": _("缺的材料要以后补，请勾选这一项。")}


# --- building and checking ---------------------------------------------------------------------------------------


def parts_of(version: GuideVersion) -> tuple[str, ...]:
    """The parts this guide has; one without questions or materials leaves that part out."""
    has = {"applicant": True, "answers": bool(version.questions), "materials": bool(version.materials)}
    return tuple(part for part in PARTS if has[part])


def kind_of(version: GuideVersion, stored: Stored) -> str:
    """The kind of applicant chosen so far, or the first the guide is for."""
    kinds = who_may(version)
    given = str((stored.get("applicant") or {}).get("kind") or "")
    return given if given in kinds else kinds[0]


def form_of(
    part: str, version: GuideVersion, stored: Stored, *, held: Held | None = None, **kwargs: Any
) -> Part:
    """The form of one part, showing what is stored; with `data` (and `files`) it is bound to a post."""
    first = {**kwargs.pop("initial", {}), **flat(part, stored)}
    if part == "applicant":
        return ApplicantForm(
            version, kwargs.pop("kind", "") or kind_of(version, stored), initial=first, **kwargs
        )
    if part == "answers":
        return AnswersForm(version, initial=first, **kwargs)
    return MaterialsForm(version, held=held, chosen=stored, initial=first, **kwargs)


def flat(part: str, stored: Stored) -> dict[str, Any]:
    """The stored values of a part by field."""
    values = dict(stored.get(part) or {})
    if part == "materials":
        return {key: row.get("how", "") for key, row in values.items() if isinstance(row, Mapping)}
    return values


def checked(version: GuideVersion, stored: Stored, held: Held | None = None) -> list[Part]:
    """Every part bound to what is stored: all valid, and the application may be filed."""
    return [
        form_of(
            part, version, stored, held=held, data={f"{part}-{k}": v for k, v in flat(part, stored).items()}
        )
        for part in parts_of(version)
    ]


def whole(parts: Sequence[Part]) -> dict[str, Any]:
    """The form of an application from its valid parts."""
    return {part.name: part.stored() for part in parts}


def to_follow(version: GuideVersion, stored: Stored) -> list[str]:
    """The names of the materials that are to be handed in later."""
    chosen = stored.get("materials") or {}
    return [
        str(row["name"]) for row in version.materials if (chosen.get(row["key"]) or {}).get("how") == LATER
    ]


# --- showing what was filled in ----------------------------------------------------------------------------------

_MASKS = {
    "name": masks.mask_name, "agent_name": masks.mask_name, "id_number": masks.mask_id, "agent_id": masks.mask_id,
    "phone": masks.mask_phone, "agent_phone": masks.mask_phone, "address": masks.mask_address,
}  # fmt: skip
_KIND_MASKS = {"phone": masks.mask_phone, "address": masks.mask_address}


def summary(part: str, version: GuideVersion, stored: Stored, *, masked: bool = True) -> list[dict[str, str]]:
    """The rows {key, label, value} of a part for reading; `masked` hides what is personal."""
    values = flat(part, stored)
    if part == "materials":
        words = {key: dict(ways(row)) for key, row in ((str(m["key"]), m) for m in version.materials)}
        return [
            {"key": str(row["key"]), "label": str(row["name"]), "value": words[row["key"]].get(values.get(row["key"], ""), "")}
            for row in version.materials
        ]  # fmt: skip
    form = form_of(part, version, stored)
    hide = _MASKS if part == "applicant" else {
        str(ask["key"]): _KIND_MASKS.get(str(ask.get("kind")), masks.scrub) for ask in version.questions
    }  # fmt: skip
    return [
        {"key": name, "label": str(field.label), "value": _shown(values.get(name), hide.get(name), masked)}
        for name, field in form.fields.items()
        if values.get(name) or not name.startswith("agent_")
    ]


def _shown(value: Any, hide: Any, masked: bool) -> str:
    text = str(value or "")
    return hide(text) if masked and hide and text else text
