"""Form fields that speak plain Chinese when something is wrong, and check identifiers by the house's own rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jishiban.kernel.directory.identifiers import (
    Problem,
    check_identity,
    check_mobile,
    check_phone,
    check_uscc,
    errors,
    normalise,
    normalise_phone,
)

Check = Callable[[str], list[Problem]]
Spell = Callable[[str], str]
FEW = 6  # up to so many choices stand open as buttons; more fold into a list
PRIVATE = {"data-private": "", "spellcheck": "false"}


class CheckedField(forms.CharField):
    """A text that a checker of identifiers must accept; it comes out in the stored form."""

    def __init__(self, check: Check, spell: Spell, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check, self.spell = check, spell

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if not text:
            return ""
        if wrong := errors(self.check(text)):
            raise ValidationError([problem.message for problem in wrong])
        return self.spell(text)


class ManyFilesInput(forms.FileInput):
    """One input that takes several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:  # noqa: ARG002  Django's signature
        found = files.getlist(name) if hasattr(files, "getlist") else files.get(name, [])
        return [file for file in found if file]


class ManyFiles(forms.FileField):
    """Any number of files; each is checked when it is taken in, by its content and not by its name."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # noqa: ARG002  Django's signature
        return list(data or [])


def texts(label: str, *, verb: str = "", most: int = 0) -> dict[str, str]:
    """What a field says when it is empty, too long or wrong: always what to do."""
    return {
        "required": (verb or _("请填写“%(label)s”。")) % {"label": label},
        "max_length": _("“%(label)s”最多%(most)s个字，请删短一些。") % {"label": label, "most": most},
        "null_characters_not_allowed": _("“%(label)s”里有看不见的字符，请删去重填。") % {"label": label},
        "invalid": _("“%(label)s”填写有误，请检查。") % {"label": label},
        "invalid_choice": _("请从列出的选项里选“%(label)s”。") % {"label": label},
    }


def text(label: str, *, required: bool = True, most: int = 100, hint: str = "", purpose: str = "",
         long: bool = False) -> forms.CharField:  # fmt: skip
    """A line of text, or several. `purpose` is the browser's autocomplete word, e.g. name."""
    attrs = {"autocomplete": purpose} if purpose else {}
    widget: forms.Widget = (
        forms.Textarea(attrs={**attrs, "rows": "4"}) if long else forms.TextInput(attrs=attrs)
    )
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=hint, widget=widget,
        error_messages=texts(label, most=most),
    )  # fmt: skip


def checked(label: str, check: Check, spell: Spell = normalise, *, required: bool = True, hint: str = "",
            **attrs: str) -> CheckedField:  # fmt: skip
    """A text that `check` must accept."""
    return CheckedField(
        check, spell, label=label, required=required, help_text=hint, max_length=60,
        widget=forms.TextInput(attrs=attrs), error_messages=texts(label, most=60),
    )  # fmt: skip


def identity(label: str, *, required: bool = True, hint: str = "") -> CheckedField:
    return checked(
        label, check_identity, normalise, required=required, hint=hint, autocomplete="off", **PRIVATE
    )


def mobile(label: str, *, required: bool = True, hint: str = "") -> CheckedField:
    return checked(
        label,
        check_mobile,
        normalise_phone,
        required=required,
        hint=hint,
        autocomplete="tel",
        inputmode="tel",
    )


def phone(label: str, *, required: bool = True, hint: str = "") -> CheckedField:
    return checked(
        label, check_phone, normalise_phone, required=required, hint=hint, autocomplete="tel", inputmode="tel"
    )


def uscc(label: str, *, required: bool = True, hint: str = "") -> CheckedField:
    return checked(label, check_uscc, required=required, hint=hint, autocomplete="off", spellcheck="false")


def choice(
    label: str, options: list[str], *, required: bool = True, hint: str = "", said: Callable[[str], str] = str
) -> forms.ChoiceField:
    """Open buttons where there are few, a folded list where there are many; `said` words an option for the reader."""
    few = required and len(options) <= FEW  # an open button once pressed could not be taken back
    listed = [(option, said(option)) for option in options]
    return forms.ChoiceField(
        label=label, required=required, help_text=hint, choices=listed if few else [("", _("请选择")), *listed],
        widget=forms.RadioSelect() if few else forms.Select(),
        error_messages=texts(label, verb=_("请选择“%(label)s”。")),
    )  # fmt: skip


def number(label: str, *, required: bool = True, hint: str = "") -> forms.DecimalField:
    """A number from 0 up, with at most four decimals."""
    wrong = _("“%(label)s”要填数字，例如 12 或 12.5。") % {"label": label}
    return forms.DecimalField(
        label=label, required=required, help_text=hint, min_value=Decimal(0), max_digits=16, decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            **texts(label), "invalid": wrong,
            "min_value": _("“%(label)s”不能小于 0，请改填。") % {"label": label},
            "max_digits": _("“%(label)s”的数字太长，请检查。") % {"label": label},
            "max_whole_digits": _("“%(label)s”的数字太大，请检查。") % {"label": label},
            "max_decimal_places": _("“%(label)s”最多四位小数，请改填。") % {"label": label},
        },
    )  # fmt: skip


def day(label: str, *, required: bool = True, hint: str = "") -> forms.DateField:
    wrong = _("“%(label)s”要填真实的日期，例如 2026-09-30。") % {"label": label}
    return forms.DateField(
        label=label, required=required, help_text=hint, widget=forms.DateInput(),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        error_messages={**texts(label), "invalid": wrong},
    )  # fmt: skip


def question(row: Mapping[str, Any]) -> forms.Field:
    """The field of one question of a guide; an unknown kind is a line of text."""
    label, hint = str(row["label"]), str(row.get("hint") or "")
    required = bool(row.get("required"))
    kind = str(row.get("kind") or "text")
    if kind == "choice" and row.get("choices"):
        return choice(label, [str(option) for option in row["choices"]], required=required, hint=hint)
    if made := _PLAIN.get(kind):
        return made(label, required=required, hint=hint)
    most = int(row.get("max") or (1000 if kind == "longtext" else 200))
    purpose = "street-address" if kind == "address" else ""
    return text(label, required=required, most=most, hint=hint, purpose=purpose, long=kind == "longtext")


_PLAIN: dict[str, Callable[..., forms.Field]] = {"number": number, "date": day, "phone": phone, "uscc": uscc}
