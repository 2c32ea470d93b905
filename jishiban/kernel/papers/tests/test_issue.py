"""What the official papers say, how they are numbered, and that a reprint says the same."""

import hashlib
import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from jishiban.kernel.directory.identifiers import check_document_number
from jishiban.kernel.papers import forms
from jishiban.kernel.papers.actions import issue
from jishiban.kernel.papers.errors import Refused
from jishiban.kernel.papers.forms import FORMS, Value
from jishiban.kernel.papers.models import Kind, Paper
from jishiban.kernel.papers.queries import papers_of
from jishiban.kernel.papers.rendering import fragment, plain_text, qr, render

pytestmark = pytest.mark.django_db

AT = datetime(2026, 9, 30, 1, 30, tzinfo=UTC)
CASE = "370115-20260930-00012-2"
UNIT = "济南市济阳区行政审批服务局"
FACTS: dict[Kind, dict[str, Value]] = {
    Kind.RECEIPT: {"received_on": AT, "query_code": "483920", "clerk": "李四"},
    Kind.ACCEPTANCE: {
        "accepted_on": date(2026, 9, 30),
        "statutory": "20个工作日",
        "promised": "5个工作日",
        "due": date(2026, 10, 14),
    },
    Kind.CORRECTION: {"received_on": AT, "place": "市民中心三楼12号窗口"},
    Kind.REJECTION: {"reason": "不属于本机关职权范围。", "authority": "济阳区住房和城乡建设局"},
    Kind.SPECIAL: {"procedure": "专家评审", "days": "10个工作日", "starts_on": date(2026, 10, 8)},
    Kind.EXTENSION: {
        "reason": "情况复杂。",
        "approved_by": "王五",
        "extension": "10个工作日",
        "due": date(2026, 11, 3),
    },
    Kind.GRANT: {
        "content": "准予食品销售经营。",
        "valid_from": date(2026, 9, 30),
        "valid_until": date(2031, 9, 29),
    },
    Kind.REFUSAL: {"reason": "经营场所距污染源不足规定距离。"},
    Kind.DELIVERY: {"way": "直接送达", "place": "市民中心"},
}
ROWS: dict[Kind, list[dict[str, Value]]] = {
    Kind.RECEIPT: [{"name": "身份证明", "copies": 1, "form": "电子"}],
    Kind.CORRECTION: [{"name": "平面图", "problem": "没有标出消毒间", "mend": "补画后签名"}],
    Kind.DELIVERY: [{"title": "准予许可决定书", "number": "济阳审批准字〔2026〕1号"}],
}
EVERY = pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.value)


def issued(kind: Kind, **facts: Value) -> Paper:
    return issue(
        kind,
        case_number=CASE,
        prefix="济阳审批",
        seal_unit=UNIT,
        applicant="张三",
        matter="食品经营许可",
        at=AT,
        facts=FACTS[kind] | facts,
        rows=ROWS.get(kind, []),
    )


# ---- what every paper must carry (matters.md §3) ----


@EVERY
def test_every_paper_carries_what_a_document_must(kind: Kind) -> None:
    paper = issued(kind)
    text = plain_text(Paper.objects.get(pk=paper.pk))
    must = [
        paper.number,
        "张三",
        "食品经营许可",
        "《中华人民共和国行政许可法》第",
        "2026年9月30日",
        UNIT,
        "行政复议",
    ]
    assert [words for words in must if words not in text] == []


@EVERY
def test_every_number_is_a_correct_document_number(kind: Kind) -> None:
    paper = issued(kind)
    assert check_document_number(paper.number) == []
    assert paper.number == f"济阳审批{FORMS[kind].sign}字〔2026〕1号"


def test_numbers_of_one_kind_follow_each_other() -> None:
    assert [issued(Kind.GRANT).number for _turn in range(3)] == [
        f"济阳审批准字〔2026〕{n}号" for n in (1, 2, 3)
    ]


def test_the_year_of_a_number_is_the_local_one() -> None:
    last_evening = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    paper = issue(
        Kind.GRANT,
        case_number=CASE,
        prefix="济阳审批",
        seal_unit=UNIT,
        applicant="张三",
        matter="甲",
        at=last_evening,
    )
    assert "〔2027〕1号" in paper.number
    assert "2027年1月1日" in plain_text(paper)


def test_every_kind_has_its_form_its_sign_and_its_template() -> None:
    assert set(FORMS) == set(Kind)
    assert len({form.sign for form in FORMS.values()}) == len(FORMS)
    assert [form.title for form in FORMS.values()] == [str(kind.label) for kind in FORMS]


@pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.GRANT, Kind.REFUSAL])
def test_decisions_name_both_remedies_with_their_time_limits(kind: Kind) -> None:
    text = plain_text(issued(kind))
    assert "60日内向本级人民政府申请行政复议" in text
    assert "6个月内向有管辖权的人民法院提起行政诉讼" in text


def test_the_review_body_and_court_of_the_place_are_named() -> None:
    text = plain_text(issued(Kind.REFUSAL, review_body="济阳区人民政府", court="济阳区人民法院"))
    assert "向济阳区人民政府申请行政复议" in text
    assert "向济阳区人民法院提起行政诉讼" in text


def test_the_law_behind_each_remedy_is_kept_as_data() -> None:
    assert forms.AGAINST_DECISION.grounds == (
        "《中华人民共和国行政复议法》第二十条",
        "《中华人民共和国行政诉讼法》第四十六条",
    )
    assert forms.AGAINST_STEP.grounds == ("《中华人民共和国行政许可法》第七条",)


def test_the_matter_s_own_ground_stands_before_the_procedure_s() -> None:
    html = fragment(issued(Kind.GRANT, ground="《中华人民共和国食品安全法》第三十五条"))
    assert html.index("食品安全法") < html.index("行政许可法")


def test_a_receipt_says_that_it_is_no_acceptance() -> None:
    assert "收到材料不等于受理" in plain_text(issued(Kind.RECEIPT))


def test_a_correction_notice_lists_everything_once() -> None:
    text = plain_text(issued(Kind.CORRECTION))
    assert "平面图\t没有标出消毒间\t补画后签名" in text
    assert "一次告知" in text


def test_paragraphs_without_their_facts_are_left_out() -> None:
    text = plain_text(issued(Kind.REJECTION, authority=""))
    assert "办理，请向其申请" not in text
    assert "{" not in text


@pytest.mark.parametrize(
    ("kind", "fact", "name"),
    [
        (Kind.REJECTION, "reason", "理由"),
        (Kind.SPECIAL, "days", "所需时间"),
        (Kind.EXTENSION, "approved_by", "批准人"),
        (Kind.ACCEPTANCE, "accepted_on", "受理日期"),
        (Kind.DELIVERY, "way", "送达方式"),
    ],
)
def test_a_missing_fact_is_named_and_no_number_is_used(kind: Kind, fact: str, name: str) -> None:
    with pytest.raises(Refused, match=name):
        issued(kind, **{fact: "  "})
    assert issued(kind).number.endswith("〕1号")


def test_a_correction_notice_without_a_list_is_refused() -> None:
    with pytest.raises(Refused, match="明细"):
        issue(
            Kind.CORRECTION,
            case_number=CASE,
            prefix="济阳审批",
            seal_unit=UNIT,
            applicant="张三",
            matter="甲",
            at=AT,
            facts={"received_on": AT},
        )


def test_braces_people_type_stay_braces() -> None:
    assert "{0.__class__} {x}" in plain_text(issued(Kind.REFUSAL, reason="{0.__class__} {x}"))


# ---- keeping ----


def test_a_paper_costs_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        issued(Kind.GRANT)


@EVERY
def test_the_hash_is_of_every_word_and_survives_storage(kind: Kind) -> None:
    paper = Paper.objects.get(pk=issued(kind).pk)
    assert hashlib.sha256(plain_text(paper).encode()).hexdigest() == paper.sha256


def test_a_reprint_keeps_the_words_of_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = issued(Kind.REFUSAL)
    before = fragment(paper)
    monkeypatch.setitem(
        FORMS, Kind.REFUSAL, forms.Form(Kind.REFUSAL, "不予许可决定书", "不准", "新法", ("新的词句",))
    )
    assert fragment(Paper.objects.get(pk=paper.pk)) == before


def test_the_words_about_a_person_are_not_readable_in_the_database() -> None:
    issued(Kind.REFUSAL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM papers_paper")
        assert "张三" not in cursor.fetchone()[0]


def test_papers_of_a_case_come_in_their_order() -> None:
    made = [issued(kind) for kind in (Kind.RECEIPT, Kind.ACCEPTANCE, Kind.GRANT)]
    assert list(papers_of(CASE)) == made
    assert str(made[0]) == "收件凭证 济阳审批收字〔2026〕1号"


# ---- printing ----


@EVERY
def test_the_fragment_shows_every_word_and_nothing_the_policy_forbids(kind: Kind) -> None:
    paper = issued(kind)
    html = fragment(paper, "https://example.gov.cn/check/1")
    shown = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html)).replace("&quot;", '"')
    words = render(paper)["wording"]
    for line in (
        paper.title,
        paper.number,
        *words.paragraphs,
        *words.closing,
        *words.remedy,
        UNIT,
        "2026年9月30日",
        CASE,
    ):
        assert re.sub(r"\s+", "", line) in shown
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", html)
    assert html.count("<h1") == 1


def test_what_people_wrote_is_escaped() -> None:
    html = fragment(issued(Kind.REFUSAL, reason="<script>alert(1)</script>"))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_papers_are_chinese_on_an_english_page() -> None:
    with translation.override("en"):
        html = fragment(issued(Kind.GRANT))
    assert "准予许可决定书" in html
    assert "2026年9月30日" in html
    assert 'lang="zh-CN"' in html


def test_the_code_holds_the_address_or_number_and_hash() -> None:
    paper = issued(Kind.GRANT)
    assert render(paper, "https://example.gov.cn/p/1")["qr"] == qr("https://example.gov.cn/p/1")
    assert render(paper)["qr"] == qr(f"{paper.number} {paper.sha256}")


def test_the_code_is_plain_svg(settings: Settings) -> None:
    picture = qr("https://example.gov.cn/p/1")
    assert picture.startswith("<svg")
    assert "style" not in picture
    assert "script" not in picture
