"""The words of the official papers, as data: which kind says what, on which ground, with which remedy.

Articles without a law's name are those of the 行政许可法 (2019). The papers are Chinese whatever language the
page around them is in: they are the official act itself.
"""

import string
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.models import Kind

Value = str | int | date
LAW = "《中华人民共和国行政许可法》"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a person can do against a paper, and the law that says so."""

    words: tuple[str, ...]
    grounds: tuple[str, ...]


# 行政复议法 (2023) art. 20: sixty days from knowing of the act. 行政诉讼法 art. 46: six months.
AGAINST_DECISION = Remedy(
    words=(
        "如不服本决定，可以自收到本决定书之日起60日内向{review_body}申请行政复议。",
        "也可以自收到本决定书之日起6个月内向{court}提起行政诉讼。",
    ),
    grounds=("《中华人民共和国行政复议法》第二十条", "《中华人民共和国行政诉讼法》第四十六条"),
)
# 行政许可法 art. 7: the right to state one's case in every step, and to review and suit.
AGAINST_STEP = Remedy(
    words=(
        "您对本次办理享有陈述权、申辩权，并有权依法申请行政复议或者提起行政诉讼。",
        "监督电话：{phone}。",
    ),
    grounds=(f"{LAW}第七条",),
)
STANDARD_FACTS: dict[str, Value] = {"review_body": "本级人民政府", "court": "有管辖权的人民法院"}


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of paper.

    A paragraph is printed when every fact it names is given; facts in `needs` must be given. `closing` stands
    after the table. `title` is printed and never translated; `sign` is the character of the kind in the document number: 济阳审批准字.
    """

    kind: Kind
    title: str
    sign: str
    basis: str
    paragraphs: tuple[str, ...]
    closing: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()
    remedy: Remedy = AGAINST_STEP
    version: int = 1

    @property
    def template(self) -> str:
        return f"papers/{self.kind.value}.html"


FORMS: dict[Kind, Form] = {
    form.kind: form
    for form in (
        Form(
            Kind.RECEIPT,
            title="收件凭证",
            sign="收",
            basis=f"{LAW}第二十九条、第三十二条",
            paragraphs=("{received_on}，我们收到您申请“{matter}”的下列材料。",),
            columns=(("name", "材料名称"), ("copies", "份数"), ("form", "形式")),
            closing=(
                "收到材料不等于受理。需要补正的，我们在5个工作日内一次告知全部内容。",
                "逾期不告知的，自收到材料之日起即为受理。",
                "查询编号{case_number}，查询密码{query_code}。",
                "经办人：{clerk}。",
            ),
            needs=("received_on",),
        ),
        Form(
            Kind.ACCEPTANCE,
            title="受理通知书",
            sign="受",
            basis=f"{LAW}第三十二条第一款第五项、第二款",
            paragraphs=(
                "您申请的“{matter}”材料齐全，符合法定形式，现予受理。受理日期为{accepted_on}。",
                "法定办结时限为{statutory}。",
                "我们承诺{promised}办结，即在{due}前作出决定。",
                "依法需要听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审的，所需时间不计算在内，另行书面告知。",
            ),
            needs=("accepted_on",),
        ),
        Form(
            Kind.CORRECTION,
            title="补正告知书",
            sign="补",
            basis=f"{LAW}第三十二条第一款第四项",
            paragraphs=("{received_on}收到您申请“{matter}”的材料。经核对，需要补正下列内容。",),
            columns=(("name", "材料名称"), ("problem", "问题"), ("mend", "怎样补正")),
            closing=(
                "以上是需要补正的全部内容，一次告知。",
                "请在{by}前补正。",
                "补正后可以网上提交，也可以交到{place}。",
            ),
            needs=("received_on", "rows"),
        ),
        Form(
            Kind.REJECTION,
            title="不予受理通知书",
            sign="不受",
            basis=f"{LAW}第三十二条第一款第一项、第二项",
            paragraphs=(
                "您申请的“{matter}”，我们决定不予受理。",
                "理由：{reason}",
                "这件事由{authority}办理，请向其申请。",
            ),
            needs=("reason",),
            remedy=AGAINST_DECISION,
        ),
        Form(
            Kind.SPECIAL,
            title="特别程序告知书",
            sign="特",
            basis=f"{LAW}第四十五条",
            paragraphs=(
                "您申请的“{matter}”，依法需要进行{procedure}，所需时间为{days}，自{starts_on}起。",
                "这段时间不计算在办理时限内，程序结束后继续计算。",
            ),
            needs=("procedure", "days", "starts_on"),
        ),
        Form(
            Kind.EXTENSION,
            title="延期告知书",
            sign="延",
            basis=f"{LAW}第四十二条第一款",
            paragraphs=(
                "您申请的“{matter}”，不能在法定时限内作出决定。理由：{reason}",
                "经{approved_by}批准，延长{extension}，延长后的期限到{due}为止。",
            ),
            needs=("reason", "approved_by", "extension", "due"),
        ),
        Form(
            Kind.GRANT,
            title="准予许可决定书",
            sign="准",
            basis=f"{LAW}第三十八条第一款",
            paragraphs=(
                "您申请的“{matter}”，经审查符合法定条件、标准，决定准予许可。",
                "许可内容：{content}",
                "证照编号：{licence}。",
                "有效期：{valid_from}至{valid_until}。",
            ),
            remedy=AGAINST_DECISION,
        ),
        Form(
            Kind.REFUSAL,
            title="不予许可决定书",
            sign="不准",
            basis=f"{LAW}第三十八条第二款",
            paragraphs=(
                "您申请的“{matter}”，经审查不符合法定条件、标准，决定不予许可。",
                "理由：{reason}",
            ),
            needs=("reason",),
            remedy=AGAINST_DECISION,
        ),
        Form(
            Kind.DELIVERY,
            title="送达回证",
            sign="送",
            basis=f"{LAW}第四十四条",
            paragraphs=(
                "送达事由：“{matter}”办理文书。",
                "送达方式：{way}。",
                "送达地点：{place}。",
                "收件人：{receiver}。",
                "收到日期：{delivered_on}。",
                "送达人：{clerk}。",
            ),
            columns=(("title", "送达文书"), ("number", "文号")),
            needs=("way", "rows"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A paper's words as they are printed and kept."""

    addressee: str
    matter: str
    paragraphs: list[str]
    columns: list[str]
    rows: list[list[str]]
    closing: list[str]
    basis: list[str]
    remedy: list[str]
    facts: dict[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The words as JSON values, for storing."""
        return asdict(self)


def compose(
    kind: Kind,
    *,
    applicant: str,
    matter: str,
    facts: Mapping[str, Value],
    rows: Sequence[Mapping[str, Value]],
) -> Wording:
    """The words of a paper. Refused, naming what is missing, when a needed fact is absent.

    `facts["ground"]` is the matter's own legal ground and stands before the form's.
    """
    form = FORMS[kind]
    known = {"applicant": applicant, "matter": matter} | {
        name: written(value) for name, value in (STANDARD_FACTS | dict(facts)).items()
    }
    missing = [name for name in ("applicant", "matter", *form.needs) if not known.get(name)]
    if rows and "rows" in missing:
        missing.remove("rows")
    if missing:
        message = _("%(paper)s缺少内容：%(missing)s。请补齐后再签发。")
        names = "、".join(_fact_names()[name] for name in missing)
        raise Refused("missing", message % {"paper": kind.label, "missing": names})
    return Wording(
        addressee=applicant,
        matter=matter,
        paragraphs=_filled(form.paragraphs, known),
        columns=[label for _name, label in form.columns] if rows else [],
        rows=[[written(row.get(name, "")) for name, _label in form.columns] for row in rows],
        closing=_filled(form.closing, known),
        basis=[ground for ground in (known.get("ground", ""), form.basis) if ground],
        remedy=_filled(form.remedy.words, known),
        facts={name: known[name] for name in sorted(known) if known[name]},
    )


def _fact_names() -> dict[str, str]:
    """What the facts that forms need are called at the desk."""
    return {
        "applicant": _("申请人"),
        "matter": _("事项名称"),
        "received_on": _("收到日期"),
        "accepted_on": _("受理日期"),
        "rows": _("明细"),
        "reason": _("理由"),
        "procedure": _("程序名称"),
        "days": _("所需时间"),
        "starts_on": _("开始日期"),
        "approved_by": _("批准人"),
        "extension": _("延长时间"),
        "due": _("新的期限"),
        "way": _("送达方式"),
    }


def _filled(paragraphs: tuple[str, ...], known: Mapping[str, str]) -> list[str]:
    # string.Template would do as well; format fields read better beside Chinese. Values are never formatted again.
    return [words.format_map(known) for words in paragraphs if all(known.get(name) for name in _names(words))]


def _names(words: str) -> list[str]:
    return [name for _text, name, _spec, _conversion in string.Formatter().parse(words) if name]


def written(value: Value) -> str:
    """A fact as papers write it: 2026年9月30日 for a date or moment, other values as they are."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value).strip()
