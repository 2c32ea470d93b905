"""The forms of the room. The editor's are two-way: a document is laid out into fields and read back from them.

Nothing typed is lost: what is no number stays as it was typed, in the draft too, until `rules.check` is content.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiban.hall.matters import document as parts
from jishiban.hall.matters import words
from jishiban.hall.matters.document import Document

MOST_ROWS = 60
Flat = dict[str, Any]


# -- one question forms ----------------------------------------------------------------------------


class DayForm(forms.Form):
    """Which day is asked about."""

    on = forms.DateField(
        label=_("日期"),
        help_text=_("比如您交申请的那一天。"),
        input_formats=["%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d"],
        error_messages={"required": _("请填日期。"), "invalid": _("看不懂这个日期，请写成2026-03-02这样。")},
    )

    def clean_on(self) -> object:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("这一天还没到，请填今天或以前的日期。"))
        if day.year < 1990:
            raise forms.ValidationError(_("年份太早了，请检查。"))
        return day


class ChangeForm(forms.Form):
    """What is said of a publication."""

    change = forms.CharField(
        label=_("这次改了什么"),
        help_text=_("写给群众看，比如：承诺由7个工作日缩到5个。"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )


class ReasonForm(forms.Form):
    """Why a matter is taken out of use or put back."""

    reason = forms.CharField(
        label=_("原因和依据"),
        help_text=_("会记入公开账本。"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )


class UploadForm(forms.Form):
    """A list of matters, as a file."""

    list = forms.FileField(
        label=_("事项清单"),
        help_text=_("CSV或XLSX，最大10 MB。要有清单编号、事项名称、事项类型三列。"),
        error_messages={
            "required": _("请选一个文件。"),
            "empty": _("文件是空的，请另选一个。"),
            "missing": _("没有收到文件，请再选一次。"),
            "invalid": _("没有收到文件，请再选一次。"),
        },
        max_length=120,
    )


# -- the editor's fields ---------------------------------------------------------------------------


def _line(label: Any, hint: Any = "", **attrs: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=False, widget=forms.TextInput(attrs=attrs))


def _lines(label: Any, hint: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, widget=forms.Textarea(attrs={"rows": rows})
    )


def _number(label: Any, hint: Any = "") -> forms.CharField:
    return _line(label, hint, inputmode="numeric")


def _choice(label: Any, options: Iterable[str], empty: Any = None) -> forms.ChoiceField:
    listed = [("", empty)] if empty is not None else []
    return forms.ChoiceField(label=label, required=False, choices=[*listed, *((one, one) for one in options)])


def _yes(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class FactsForm(forms.Form):
    """Everything of a guide that is there once."""

    summary = _line(_("一句话说明"), _("什么人、什么时候要办它。"))
    aliases = _lines(_("别名"), _("群众的叫法，一行一个，搜索时用。"))
    service_object = _line(_("服务对象"), _("比如：自然人、法人。"))
    kind = _choice(_("办件类型"), parts.KINDS)
    promise_amount = _number(_("承诺时限"), _("当天办结填0。"))
    promise_unit = _choice(_("承诺时限的单位"), parts.PROMISE_UNITS)
    statutory_amount = _number(_("法定时限"), _("法律没有规定的，留空。"))
    statutory_unit = _choice(_("法定时限的单位"), parts.LISTED_UNITS, empty="—")
    statutory_basis = _line(_("法定时限的依据"), _("哪部法，第几条。"))
    extension_amount = _number(_("最多延期"), _("不能延期的，留空。"))
    extension_unit = _choice(_("延期的单位"), parts.PROMISE_UNITS)
    extension_basis = _line(_("延期的依据"))
    visits = _number(_("跑几趟"), _("全程网办填0。"))
    online = _choice(_("办理方式"), parts.ONLINE, empty=_("请选"))
    variants = forms.MultipleChoiceField(
        label=_("业务种类"),
        required=False,
        choices=[(one, one) for one in parts.VARIANTS],
        widget=forms.CheckboxSelectMultiple,
    )
    on_site = _yes(_("要现场核查"))
    renew_before_days = _number(_("到期前多少天办延续"), _("没有就留空。"))
    conditions = _lines(_("受理条件"), _("一行一条。"), rows=6)
    fee_charged = _yes(_("收费"))
    place_area = _line(_("办理地点"))
    place_window = _line(_("窗口"))
    hours = _line(_("办理时间"))


class MaterialForm(forms.Form):
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    name = _line(_("材料名称"))
    kind = _choice(_("要什么"), parts.MATERIAL_KINDS)
    copies = _number(_("份数"))
    necessity = _choice(_("必要性"), parts.NECESSITIES)
    source = _choice(_("来源"), parts.SOURCES)
    issuer = _line(_("核发部门"))
    when = _line(_("什么情形要交"))
    basis = _line(_("依据"))
    note = _line(_("填报须知"))
    blank_form = _yes(_("有空白表"))
    shared = _yes(_("可共享免交"))


class QuestionForm(forms.Form):
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    label = _line(_("问题"))
    kind = forms.ChoiceField(
        label=_("怎么答"),
        required=False,
        choices=[
            ("text", _("一行字")),
            ("longtext", _("一段话")),
            ("number", _("数")),
            ("choice", _("单选")),
            ("date", _("日期")),
            ("phone", _("电话")),
            ("address", _("地址")),
            ("uscc", _("统一社会信用代码")),
        ],
    )
    choices = _lines(_("选项"), "", rows=2)
    hint = _line(_("提示"))
    max = _number(_("字数上限"))
    required = _yes(_("必填"))


class StepForm(forms.Form):
    name = _line(_("环节"))
    limit_amount = _number(_("时限"))
    limit_unit = _choice(_("单位"), parts.PROMISE_UNITS)
    role = _line(_("谁来办"))
    standard = _line(_("审查标准"))


class SpecialForm(forms.Form):
    name = _line(_("特别程序"))
    days = _number(_("时限"))
    unit = _choice(_("单位"), parts.PROMISE_UNITS)
    basis = _line(_("依据"))


class ResultForm(forms.Form):
    name = _line(_("结果名称"))
    kind = _choice(_("种类"), ("证照", "批文", "登记", "证明", "不出证", "其他"))
    validity = _line(_("有效期"))


class FeeForm(forms.Form):
    name = _line(_("收费项目"))
    standard = _line(_("收多少"))
    basis = _line(_("收费依据"))


class FaqForm(forms.Form):
    q = _line(_("问题"))
    a = _lines(_("回答"), "", rows=2)


class LawForm(forms.Form):
    name = _line(_("法律或文件"))
    article = _line(_("条款"))
    says = _lines(_("说了什么"), "", rows=2)


ROW_FORMS: Final[dict[str, type[forms.Form]]] = {
    "materials": MaterialForm,
    "questions": QuestionForm,
    "steps": StepForm,
    "special": SpecialForm,
    "results": ResultForm,
    "fee": FeeForm,
    "faq": FaqForm,
    "law": LawForm,
}
HINTS: Final = {
    "materials": _("逐份写明，不能写“其他材料”。人人都要的，“什么情形要交”留空。"),
    "questions": _("申请表按这些问题生成。单选的选项一行一个。"),
    "special": _("比如听证、检验、专家评审。现场核查不是特别程序。"),
    "fee": _("先在上面勾选“收费”。没有依据不能收费。"),
}
OF_LINES: Final = ("aliases", "conditions", "choices")
OF_NUMBERS: Final = ("amount", "copies", "max", "days", "visits", "renew_before_days")
OF_LIMITS: Final = ("promise", "statutory", "extension")


# -- document to fields ----------------------------------------------------------------------------


@dataclass(slots=True)
class Editor:
    """A document laid out: the form of its facts, the forms of its rows, and messages about whole parts."""

    facts: FactsForm
    rows: dict[str, list[forms.Form]]
    about: dict[str, str] = field(default_factory=dict)

    @property
    def all(self) -> list[forms.Form]:
        return [self.facts, *(form for listed in self.rows.values() for form in listed)]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The parts that have rows, for the template."""
        return [
            {
                "part": part,
                "title": words.PARTS[part],
                "hint": HINTS.get(part, ""),
                "forms": listed,
                "about": self.about.get(part, ""),
            }
            for part, listed in self.rows.items()
        ]


def rows_of(whole: Document, part: str) -> list[Any]:
    """The rows of a part; those of the fee lie one step deeper."""
    rows: list[Any] = whole["fee"]["items"] if part == "fee" else whole[part]
    return rows


def editor(whole: Document, problems: Mapping[str, str] | None = None) -> Editor:
    """The document as forms, each problem beside the field it is about."""
    made = Editor(
        FactsForm(_flat_facts(whole)),
        {
            part: [
                cls(_flat_row(row, f"{part}-{n}"), prefix=f"{part}-{n}")
                for n, row in enumerate(rows_of(whole, part))
            ]
            for part, cls in ROW_FORMS.items()
        },
    )
    for path, message in (problems or {}).items():
        _place(made, path, message)
    return made


def _place(made: Editor, path: str, message: str) -> None:
    part, _dot, rest = path.partition(".")
    number, _dot, cell = rest.partition(".")
    name = cell.replace(".", "_")
    if number.isdigit() and name in made.rows[part][int(number)].fields:
        made.rows[part][int(number)].add_error(name, message)
    elif (name := path.replace(".", "_")) in made.facts.fields:
        made.facts.add_error(name, message)
    elif path in made.rows:
        made.about[path] = message
        made.facts.add_error(None, message)
    else:
        made.facts.add_error(None, message)


def _flat_facts(whole: Document) -> Flat:
    flat: Flat = {name: _shown(name, whole.get(name)) for name in FactsForm.base_fields if name in whole}
    for limit in OF_LIMITS:
        flat |= {f"{limit}_{cell}": value for cell, value in (whole[limit] or {}).items()}
    flat |= {"place_area": whole["place"]["area"], "place_window": whole["place"]["window"]}
    return flat | {"fee_charged": whole["fee"]["charged"]}


def _flat_row(row: Document, prefix: str) -> Flat:
    flat = {name: _shown(name, value) for name, value in row.items() if name != "limit"}
    flat |= {f"limit_{cell}": value for cell, value in row.get("limit", {}).items()}
    return {f"{prefix}-{name}": value for name, value in flat.items()}


def _shown(name: str, value: Any) -> Any:
    if name in OF_LINES:
        return "\n".join(value or ())
    return "" if value is None else value


# -- fields to document ----------------------------------------------------------------------------


def read(post: QueryDict, before: Document) -> Document:
    """The document a posted form says. What the form does not show stays as it was."""
    whole = deepcopy(before)
    for name in FactsForm.base_fields:
        if name in parts.BLANK:
            whole[name] = _read(post, name, FactsForm.base_fields[name], name)
    for limit in OF_LIMITS:
        whole[limit] = _read_limit(post, limit, with_basis=limit != "promise")
    whole["place"] |= {cell: text(post, f"place_{cell}") for cell in ("area", "window")}
    whole["fee"] = {"charged": "fee_charged" in post, "items": _read_rows(post, "fee", before)}
    for part in ROW_FORMS:
        if part != "fee":
            whole[part] = _read_rows(post, part, before)
    return whole


def text(post: QueryDict, name: str) -> str:
    return str(post.get(name, "")).replace("\r\n", "\n").strip()


def number(typed: str) -> int | str | None:
    """A whole number, also typed in full width; None for nothing; anything else as it was typed.

    >>> number("１５"), number(""), number("五")
    (15, None, '五')
    """
    plain = unicodedata.normalize("NFKC", typed).strip()
    if not plain:
        return None
    return int(plain) if re.fullmatch(r"[0-9]{1,6}", plain) else typed


def _read(post: QueryDict, name: str, shape: forms.Field, last: str) -> Any:
    if isinstance(shape, forms.BooleanField):
        return name in post
    if isinstance(shape, forms.MultipleChoiceField):
        return [one for one in post.getlist(name) if shape.valid_value(one)]
    if last in OF_LINES:
        return [line.strip() for line in text(post, name).split("\n") if line.strip()]
    return number(text(post, name)) if last in OF_NUMBERS else text(post, name)


def _read_limit(post: QueryDict, name: str, *, with_basis: bool) -> Document | None:
    amount, unit = number(text(post, f"{name}_amount")), text(post, f"{name}_unit")
    basis = text(post, f"{name}_basis")
    if amount is None and not basis:
        return None
    return {"amount": amount, "unit": unit} | ({"basis": basis} if with_basis else {})


def _read_rows(post: QueryDict, part: str, before: Document) -> list[Document]:
    cls = ROW_FORMS[part]
    known = (
        {row["key"]: row for row in before[part] if row["key"]} if part in ("materials", "questions") else {}
    )
    rows = []
    for n in range(row_count(post, part)):
        typed = {
            name: _read(post, f"{part}-{n}-{name}", shape, name) for name, shape in cls.base_fields.items()
        }
        if part == "steps":
            typed["limit"] = {
                "amount": number(str(typed.pop("limit_amount"))),
                "unit": typed.pop("limit_unit"),
            }
        rows.append(_settled(part, {**known.get(typed.get("key", ""), {}), **typed}))
    return rows


def _settled(part: str, row: Document) -> Document:
    """The row without cells that mean nothing for its kind: choices of a date, a length of a choice."""
    if part == "questions":
        if row["kind"] != "choice":
            row.pop("choices", None)
        if row.get("max") is None:
            row.pop("max", None)
    return row


def row_count(post: QueryDict, part: str) -> int:
    """How many rows of a part were posted; at most sixty."""
    numbers = (re.match(rf"{part}-(\d{{1,2}})-", name) for name in post)
    return min(MOST_ROWS, max((int(found[1]) + 1 for found in numbers if found), default=0))


# -- rows added, dropped, moved --------------------------------------------------------------------


def alter(whole: Document, do: str) -> tuple[str, int] | None:
    """Do what a row button says ("add:steps", "drop:steps:2", "up:steps:2", "down:steps:2") to the document.

    Returns the part and the row to look at next; None when it is no such button.
    """
    verb, _colon, rest = do.partition(":")
    part, _colon, place = rest.partition(":")
    if part not in ROW_FORMS:
        return None
    rows = rows_of(whole, part)
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.append(deepcopy(parts.FEE_ROW if part == "fee" else parts.ROWS[part]))
        return part, len(rows) - 1
    at = int(place) if place.isdigit() else -1
    if verb == "drop" and 0 <= at < len(rows):
        del rows[at]
        return part, max(0, at - 1)
    to = at + {"up": -1, "down": 1}.get(verb, 0)
    if verb in ("up", "down") and 0 <= at < len(rows) and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    return part, max(0, min(to, len(rows) - 1))
