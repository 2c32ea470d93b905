"""Sample data for the page that shows every component in each of its states. Names and numbers are made up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator

from jishiban.kernel.cases.flow import Flow, State, Step, Waiting

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 9, 30)
LONG = "新疆维吾尔自治区和布克赛尔蒙古自治县某某某农业科技发展专业合作社联合社第一分社"

RECEIVED = State("received", "已收件，待受理")
CORRECTING = State("correcting", "待您补正", waiting=Waiting.PARTY)
ACCEPTED = State("accepted", "已受理，审查中")
PAUSED = State("suspended", "特别程序中")
GRANTED = State("granted", "准予，待送达")
CLOSED = State("closed", "已办结", open=False)
REFUSED = State("not_accepted", "不予受理", open=False)
WITHDRAWN = State("withdrawn", "已撤回", open=False)

FLOW = Flow(
    "sample",
    "办件",
    initial=RECEIVED,
    opens=Step("receive", "收件", RECEIVED >> RECEIVED, by=()),
    steps=(
        Step("notice", "一次性告知", RECEIVED >> CORRECTING, by=()),
        Step("correct", "补正", CORRECTING >> RECEIVED, by=()),
        Step("accept", "受理", RECEIVED >> ACCEPTED, by=()),
        Step("refuse", "不予受理", RECEIVED >> REFUSED, by=()),
        Step("suspend", "转特别程序", ACCEPTED >> PAUSED, by=()),
        Step("resume", "程序结束", PAUSED >> ACCEPTED, by=()),
        Step("grant", "准予", ACCEPTED >> GRANTED, by=()),
        Step("deliver", "送达", GRANTED >> CLOSED, by=()),
        Step("withdraw", "撤回申请", (RECEIVED | ACCEPTED) >> WITHDRAWN, by=()),
    ),
)


class Sample(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="姓名", help_text="和身份证上的一样。")
    phone = forms.CharField(label="手机号", help_text="用来收办理进度，不作他用。")
    way = forms.ChoiceField(
        label="怎么取结果",
        choices=[("window", "到窗口领取"), ("post", "邮寄到家，到付"), ("net", "网上下载")],
        widget=forms.RadioSelect,
    )
    wishes = forms.MultipleChoiceField(
        label="需要哪些帮助",
        choices=[("read", "有人念给我听"), ("fill", "帮我填表"), ("chair", "轮椅")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    kind = forms.ChoiceField(label="经营场所", choices=[("", "请选择"), ("own", "自有"), ("rent", "租用")])
    start = forms.DateField(label="开业日期", help_text="可以是将来的日期。")
    words = forms.CharField(label="补充说明", widget=forms.Textarea, required=False)
    paper = forms.FileField(label="租赁合同", help_text="PDF 或照片，不超过 20 MB。", required=False)
    agree = forms.BooleanField(label="以上内容属实", help_text="不实的，要承担法律责任。")


BAD = {"name": "", "phone": "138 0000", "kind": "own", "start": "2026-09-31", "words": "<b>粗体不会生效</b>"}


def filled() -> Sample:
    """The form after a refused hand-in."""
    form = Sample(BAD)
    form.is_valid()
    form.errors["name"] = form.error_class(["请填写姓名，和身份证上的一样。"])
    form.errors["phone"] = form.error_class(["手机号少了 4 位。请填写 11 位数字。"])
    form.errors["way"] = form.error_class(["请选一种取结果的方式。"])
    form.errors["start"] = form.error_class(["9月没有 31 日。请重新选择日期。"])
    form.errors["agree"] = form.error_class(["请核对内容，再勾选这一项。"])
    return form


def _promise(left: int, colour: str, **more: object) -> dict[str, object]:
    base: dict[str, object] = {"label": "承诺时限", "amount": 20, "unit": "工作日", "total": 20, "left": left}
    return base | {"colour": colour, "deadline": DAY, "basis": "《行政许可法》第四十二条"} | more


def promises() -> list[dict[str, object]]:
    """The meter in each of its states."""
    return [
        _promise(12, "green"),
        _promise(3, "yellow"),
        _promise(0, "yellow", label="法定时限"),
        _promise(-2, "red"),
        _promise(8, "grey", state="paused", paused_days=4),
        _promise(9, "green", state="kept"),
        _promise(-3, "red", state="broken"),
        _promise(40, "green", amount=60, total=60, unit="自然日", provisional=True),
        _promise(
            5, "green", amount=9, total=9, unit="工作小时", deadline=datetime(2026, 9, 30, 17, 0, tzinfo=ZONE)
        ),
    ]


def events() -> list[dict[str, object]]:
    """A history with a paper, a light, a long note and a step still to come."""
    at = datetime(2026, 9, 18, 10, 24, tzinfo=ZONE)
    return [
        {"title": "作出决定并送达", "future": True},
        {
            "title": "转特别程序：检验",
            "at": at + timedelta(days=5),
            "by": "市场监管局 李 *",
            "colour": "grey",
            "note": "书面告知检验需要 4 个工作日。\n这段时间不计入承诺时限。",
            "leaf": 12431,
        },
        {
            "title": "受理通知书",
            "url": "#",
            "at": at + timedelta(hours=3),
            "by": "综合窗口 王 *",
            "leaf": 12345,
        },
        {"title": "收到您的申请", "at": at, "by": LONG, "leaf": 0},
    ]


MATERIALS = [
    {
        "name": "食品经营许可申请书",
        "state": "have",
        "kind": "原件",
        "copies": 1,
        "need": "必要",
        "source": "申请人自备",
        "form_url": "#",
        "sample_url": "#",
    },
    {
        "name": "营业执照",
        "state": "shared",
        "kind": "复印件",
        "copies": 1,
        "need": "必要",
        "source": "政府部门核发",
    },
    {
        "name": "经营场所平面图",
        "state": "missing",
        "kind": "原件",
        "copies": 1,
        "need": "必要",
        "note": "手绘也可以，标出操作间、库房和出入口。",
        "basis": "《食品经营许可和备案管理办法》第十二条",
    },
    {"name": "委托书", "kind": "原件", "copies": 1, "need": "非必要", "when": "请别人代办时"},
]
FOUR = [
    {"label": "几天", "value": "9", "unit": "个工作日", "note": "法定 20 个工作日"},
    {"label": "几趟", "value": "0", "unit": "趟", "note": "全程网上办"},
    {"label": "几份材料", "value": "4", "unit": "份", "note": "2 份系统核验，免交"},
    {"label": "多少钱", "value": "免费", "unit": "", "note": ""},
]
STEPS = [
    {"title": "提交申请", "who": "您", "state": "done"},
    {"title": "受理", "who": "综合窗口", "term": "当场", "state": "done"},
    {
        "title": "审查",
        "who": "市场监管局",
        "term": "7 个工作日",
        "state": "now",
        "note": "可能上门核查，不另外计时。",
    },
    {"title": "决定", "who": "市场监管局", "term": "2 个工作日"},
    {"title": "送达", "who": "综合窗口"},
]
DAYS = [
    {"date": date(2026, 9, 23), "counted": False, "why": "受理当日不计"},
    {"date": date(2026, 9, 24), "counted": True, "why": "工作日"},
    {"date": date(2026, 9, 25), "counted": False, "why": "中秋节放假"},
    {"date": date(2026, 9, 26), "counted": False, "why": "周六"},
    {"date": date(2026, 9, 27), "counted": False, "why": "周日"},
    {"date": date(2026, 9, 28), "counted": True, "why": "工作日"},
]
ROWS = [
    {"label": "新作出的承诺", "value": 128, "url": "#", "note": "统计期内开始计时的承诺，撤回的也算。"},
    {"label": "按时兑现率", "value": "98.4%", "url": "#", "note": "按时办结数除以办结数，暂停的时间不计。"},
    {"label": "还没办完就超期", "value": 2, "url": "#"},
    {"label": "退件率", "value": None},
]
SUMMARY = [
    {"label": "申请人", "value": LONG, "url": "#"},
    {"label": "手机号", "value": "138****0000", "url": "#"},
    {"label": "开业日期", "value": "", "url": "#"},
]
SLIP = {
    "number": "济审补〔2026〕17号",
    "at": datetime(2026, 9, 18, 15, 2, tzinfo=ZONE),
    "deadline": date(2026, 10, 16),
    "items": [
        {
            "title": "经营场所平面图",
            "reason": "缺少出入口标注。请补画后重新上传。",
            "basis": "《办法》第十二条",
        },
        {"title": "健康证明", "reason": "第 2 页看不清。请重拍。", "done": True},
    ],
    "url": "#",
}
FILTERS = [
    {
        "title": "状态",
        "links": [
            {"title": "全部", "url": "?", "count": 1284, "current": True},
            {"title": "已超期", "url": "?due=over", "count": 2},
            {"title": "今天到期", "url": "?due=today", "count": 0},
        ],
    },
    {"title": "单位", "links": [{"title": "市场监管局", "url": "?u=1"}, {"title": LONG, "url": "?u=2"}]},
]


def context() -> dict[str, object]:
    """All of it, for `web/gallery.html`."""
    return {
        "promises": promises(),
        "events": events(),
        "colours": ["green", "yellow", "red", "grey"],
        "clean": Sample(auto_id="clean_%s"),
        "form": filled(),
        "kept": [{"name": "租赁合同.pdf", "size": 482133, "url": "#", "remove_url": "#"}],
        "materials": MATERIALS,
        "four": FOUR,
        "steps": STEPS,
        "flow": FLOW,
        "days": DAYS,
        "rows": ROWS,
        "summary": SUMMARY,
        "slip": SLIP,
        "filters": FILTERS,
        "page": Paginator(range(900), 20).page(7),
        "at": datetime(2026, 9, 18, 10, 24, tzinfo=ZONE),
        "crumbs": [{"title": "办事", "url": "/matters/"}, {"title": "组件"}],
        "facts": ["9 个工作日", "4 份材料", "免费"],
        "effects": ["办件号 JY202609180012-7 结束办理。", "已交的材料保存 30 天。"],
        "long": LONG,
        "icons": [
            "search",
            "clock",
            "check",
            "print",
            "user",
            "phone",
            "place",
            "seal",
            "inbox",
            "units",
            "book",
        ],
    }
