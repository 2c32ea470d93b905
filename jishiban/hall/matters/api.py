"""The door for programs: matters and their guides, as they are and as they were on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from jishiban.hall.matters import queries
from jishiban.hall.matters.models import GuideVersion, Matter, MatterType
from jishiban.web.doors import public

router = Router()
PER_PAGE = 50


class Limit(Schema):
    """期限。单位照来源保留：“日”不是“工作日”。"""

    amount: int = Field(description="数量，0 表示当天或当场", examples=[5])
    unit: str = Field(description="工作日、日、自然日、月、小时、当场", examples=["工作日"])
    basis: str = Field("", description="由哪部法的哪一条定")


class MatterOut(Schema):
    """一个政务服务事项。"""

    id: int = Field(description="本系统的编号，也在网址 /matters/{id}/ 里")
    code: str = Field(description="国家基本编码，不知道时为空", examples=["000131024000"])
    local_code: str = Field(description="在来源清单里的编号")
    source: str = Field(description="来源清单")
    name: str = Field(description="事项名称", examples=["食品经营许可"])
    parent_item: str = Field(description="主项名称，没有时为空")
    type: str = Field(
        description="类型代码：01 行政许可，05 行政给付，07 行政确认，10 其他行政权力，20 公共服务等"
    )
    type_name: str = Field(description="类型名称", examples=["行政许可"])
    department: str = Field(description="主管部门")
    unit: str = Field(description="承办单位")
    kind: str = Field(description="办件类型：即办件或承诺件")
    promise: Limit | None = Field(description="承诺时限；没有另作承诺时为空")
    statutory: Limit | None = Field(description="法定时限；不知道或没有规定时为空")
    version: int | None = Field(description="现行指南的版本号")
    full_guide: bool = Field(description="指南是否完整；不完整的只有清单上的内容")
    url: str = Field(description="办事指南网页", examples=["/matters/5/"])


class MatterPage(Schema):
    """一页事项。"""

    count: int = Field(description="符合条件的总数")
    page: int = Field(description="这是第几页")
    pages: int = Field(description="一共几页")
    items: list[MatterOut] = Field(description="这一页的事项，最多 50 个")


class Material(Schema):
    """一份材料。"""

    key: str = Field(description="在这份指南里的编号，各版之间不变")
    name: str = Field(description="材料名称")
    kind: str = Field("", description="原件、复印件或电子")
    copies: int = Field(1, description="份数")
    source: str = Field("", description="申请人自备、政府部门核发或其他")
    issuer: str = Field("", description="由哪个部门核发")
    necessity: str = Field("", description="必要、非必要或容缺后补")
    when: str = Field("", description="什么情形要交；空表示人人都要")
    basis: str = Field("", description="依据")
    note: str = Field("", description="填报须知")
    blank_form: bool = Field(False, description="是否有空白表")
    shared: bool = Field(False, description="是否可共享免交")


class Question(Schema):
    """申请表里的一个问题。"""

    key: str = Field(description="在这份指南里的编号")
    label: str = Field(description="问什么")
    kind: str = Field(description="text、longtext、number、choice、date、phone、address 或 uscc")
    choices: list[str] = Field([], description="单选的选项")
    required: bool = Field(True, description="是否必填")
    hint: str = Field("", description="提示")


class StepOut(Schema):
    """一个办理环节。"""

    name: str = Field(description="环节名称")
    limit: Limit = Field(description="这一环节的时限")
    standard: str = Field("", description="审查标准")
    role: str = Field("", description="谁来办")


class Special(Schema):
    """一种特别程序；它的时间不算在时限里。"""

    name: str = Field(description="名称")
    basis: str = Field("", description="依据")
    days: int | None = Field(None, description="时限")
    unit: str = Field("", description="时限的单位")


class FeeItem(Schema):
    name: str = Field(description="收费项目")
    standard: str = Field(description="收费标准")
    basis: str = Field(description="收费依据")


class Fee(Schema):
    charged: bool = Field(description="是否收费")
    items: list[FeeItem] = Field([], description="收费项目")


class Result(Schema):
    name: str = Field(description="结果名称")
    kind: str = Field("", description="证照、批文、登记或证明")
    validity: str = Field("", description="有效期")


class Place(Schema):
    area: str = Field("", description="区域")
    window: str = Field("", description="窗口")


class Faq(Schema):
    q: str = Field(description="问题")
    a: str = Field(description="回答")


class Law(Schema):
    name: str = Field(description="法律或文件名称")
    article: str = Field("", description="条款")
    says: str = Field("", description="内容")


class GuideOut(Schema):
    """办事指南的一个版本。发布后不再改动。"""

    matter: int = Field(description="事项编号")
    name: str = Field(description="当时的事项名称")
    version: int = Field(description="版本号，从 1 起")
    published_at: datetime = Field(description="从什么时候起执行")
    change: str = Field(description="这一版改了什么")
    digest: str = Field(description="内容的 SHA-256，与公开账本里的一致")
    ledger_index: int | None = Field(description="在公开账本里的序号")
    full: bool = Field(description="是否完整的指南")
    summary: str = Field(description="一句话说明")
    aliases: list[str] = Field(description="群众的叫法")
    service_object: str = Field(description="服务对象")
    kind: str = Field(description="即办件或承诺件")
    promise: Limit | None = Field(description="承诺时限")
    statutory: Limit | None = Field(description="法定时限")
    extension: Limit | None = Field(description="最多延期多少")
    visits: int | None = Field(description="要跑几趟")
    online: str = Field(description="全程网办、网上申请窗口取件或窗口办理")
    on_site: bool = Field(description="是否现场核查")
    variants: list[str] = Field(description="新办、变更、延续、补办、注销中的哪些")
    conditions: list[str] = Field(description="受理条件")
    materials: list[Material] = Field(description="材料")
    questions: list[Question] = Field(description="申请表的问题")
    steps: list[StepOut] = Field(description="办理环节")
    special: list[Special] = Field(description="特别程序")
    fee: Fee = Field(description="收费")
    results: list[Result] = Field(description="办理结果")
    place: Place = Field(description="办理地点")
    hours: str = Field(description="办理时间")
    renew_before_days: int | None = Field(description="到期前多少天提出延续")
    faq: list[Faq] = Field(description="常见问题")
    law: list[Law] = Field(description="设定依据")


class Problem(Schema):
    detail: str = Field(description="为什么不行，怎么办")


PageNumber = Annotated[int, Query(1, ge=1, le=100_000, description="第几页，从 1 起")]
Words = Annotated[str, Query("", max_length=100, description="名称里要有的词，空格隔开")]
Type = Annotated[str, Query("", max_length=2, description="事项类型代码，比如 01")]
UnitId = Annotated[int | None, Query(None, ge=1, le=2**63 - 1, description="承办单位的编号")]
Day = Annotated[date | None, Query(None, description="那一天（当天结束时）执行的版本，比如 2026-03-02")]
Number = Annotated[int | None, Query(None, ge=1, le=100_000, description="第几版")]


@router.get("/matters", response=MatterPage, summary="事项列表", operation_id="list_matters")
@public
def matters(request: HttpRequest, page: PageNumber, q: Words, type: Type, unit: UnitId) -> Any:  # noqa: A002, ARG001
    """在用的、依申请的事项，常办的在前。每页 50 个；页码太大时给最后一页。"""
    found = Paginator(queries.in_hall().filter(queries.Filter(q=q, type=type, unit=unit).rule()), PER_PAGE)
    shown = found.get_page(page)
    return {
        "count": found.count,
        "page": shown.number,
        "pages": found.num_pages,
        "items": [matter_out(matter) for matter in shown],
    }


@router.get(
    "/matters/{int:id}",
    response={200: MatterOut, 404: Problem},
    summary="一个事项",
    operation_id="get_matter",
)
@public
def matter(request: HttpRequest, id: int) -> Any:  # noqa: A002, ARG001
    """暂停和取消的事项返回 404。"""
    return matter_out(_in_hall(id))


@router.get(
    "/matters/{int:id}/guide",
    response={200: GuideOut, 404: Problem},
    summary="办事指南",
    operation_id="get_guide",
)
@public
def guide(request: HttpRequest, id: int, on: Day, version: Number) -> Any:  # noqa: A002, ARG001
    """不带参数给现行版本；`version` 给第几版；`on` 给那一天执行的版本，即“那天是怎么承诺的”。"""
    found = _in_hall(id)
    if version is not None:
        wanted = queries.versions(found).filter(number=version).first()
    elif on is not None:
        wanted = queries.version_on(found, on)
    else:
        wanted = queries.versions(found).first()
    if wanted is None:
        raise HttpError(404, "没有这样的版本。去掉参数可看现行版本。")
    return guide_out(wanted)


def _in_hall(pk: int) -> Matter:
    found = queries.in_hall().filter(pk=pk).first()
    if found is None:
        raise HttpError(404, "没有这个事项，或者它现在不在大厅办理。")
    return found


def matter_out(matter: Matter) -> dict[str, Any]:
    """A matter as the API gives it; needs `queries.in_hall`, and asks nothing more."""
    version = matter.current
    return {
        "id": matter.pk,
        "code": matter.code,
        "local_code": matter.local_code,
        "source": matter.source,
        "name": matter.name,
        "parent_item": matter.parent_item,
        "type": matter.type,
        "type_name": str(MatterType(matter.type).label),
        "department": matter.department,
        "unit": matter.unit.name if matter.unit else "",
        "kind": version.kind if version else "承诺件",
        "promise": _limit(version, "promise"),
        "statutory": _limit(version, "statutory"),
        "version": version.number if version else None,
        "full_guide": bool(version and version.is_full),
        "url": matter.get_absolute_url(),
    }


def _limit(version: GuideVersion | None, which: str) -> dict[str, Any] | None:
    amount = getattr(version, f"{which}_amount", None)
    if amount is None:
        return None
    return {
        "amount": amount,
        "unit": getattr(version, f"{which}_unit"),
        "basis": getattr(version, f"{which}_basis", ""),
    }


def guide_out(version: GuideVersion) -> dict[str, Any]:
    """A version as the API gives it: its document, without editors' notes."""
    return {
        **version.body,
        "matter": version.matter_id,
        "version": version.number,
        "published_at": version.published_at,
        "change": version.change,
        "digest": version.digest,
        "ledger_index": version.leaf,
        "full": version.is_full,
    }
