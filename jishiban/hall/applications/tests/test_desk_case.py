"""The desk's journeys: what is posted on the pages of a case, and what then stands on the record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from jishiban.hall.applications.models import Decision, NoticeItem
from jishiban.hall.applications.tests.conftest import Filer
from jishiban.hall.applications.tests.desk import Clock, keeper, post, signed_in, took, url_of
from jishiban.kernel.cases.models import Case, Promise
from jishiban.kernel.cases.sweep import sweep
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.ledger.models import LedgerRecord
from jishiban.kernel.papers.models import Kind, Paper


def last_day(case: Case, kind: str) -> date:
    promise = Promise.objects.filter(case=case, kind=kind).latest("round")
    return timezone.localdate(promise.deadline - timedelta(microseconds=1))


def line(key: str, problem: str = "没有签名", mend: str = "请签名后重交", **more: str) -> dict[str, str]:
    """One ticked line of the checklist."""
    return {f"tick-{key}": "on", f"problem-{key}": problem, f"mend-{key}": mend} | {
        f"{name}-{key}": value for name, value in more.items()
    }


def kinds(case: Case) -> list[str]:
    return list(Paper.objects.filter(case_number=case.number).values_list("kind", flat=True))


# --- journeys -----------------------------------------------------------------------------------------------------


def test_a_reviewer_takes_a_case_from_acceptance_to_delivery(cast: Cast, file: Filer, clock: Clock) -> None:
    case = file(clock.at(2026, 3, 2, 10))
    clock.at(2026, 3, 3, 10)
    took(signed_in(cast, "clerk"), case, "accept")
    assert case.state == "accepted"
    assert last_day(case, "promised") == date(2026, 3, 10)
    reviewer = keeper(cast, case)
    took(reviewer, case, "suspend", procedure="检验", until="2026-03-06", written="样品送检，三日出结果。")
    assert case.state == "suspended"
    clock.at(2026, 3, 5, 10)
    reviewer = keeper(cast, case)
    took(reviewer, case, "resume")
    assert last_day(case, "promised") == date(2026, 3, 12)  # two days stood still
    took(reviewer, case, "ask_extension", reason="需要核对外省材料")
    head = signed_in(cast, "head")
    took(head, case, "extend", amount="10", unit="工作日", reason="案情复杂")
    took(reviewer, case, "grant", grounds="符合条件", valid_until="2031-03-04")
    decision = Decision.objects.get(case=case)
    assert (decision.granted, decision.valid_until) == (True, date(2031, 3, 4))
    took(signed_in(cast, "clerk"), case, "deliver", how="窗口领取", to="张三丰")
    assert case.state == "closed"
    assert not case.is_open
    assert kinds(case) == [Kind.ACCEPTANCE, Kind.SPECIAL, Kind.EXTENSION, Kind.GRANT, Kind.DELIVERY]


def test_after_a_step_its_paper_is_offered_for_printing(cast: Cast, file: Filer) -> None:
    case = file()
    clerk = signed_in(cast, "clerk")
    answer = post(clerk, case, "accept")
    page = clerk.get(answer.url)
    paper = Paper.objects.get(case_number=case.number)
    assert f"/papers/{paper.pk}/" in page.content.decode()
    sheet = clerk.get(f"{url_of(case)}papers/{paper.pk}/").content.decode()
    assert paper.number in sheet
    assert "受理通知书" in sheet


def test_a_correction_starts_the_clock_again_and_a_second_demand_is_a_breach(
    cast: Cast, file: Filer, clock: Clock
) -> None:
    case = file(clock.at(2026, 3, 2, 10))
    clerk = signed_in(cast, "clerk")
    took(clerk, case, "correct_on_spot", what="补填了门牌号", **{"in-pingmiantu": "on"})
    assert case.application.form["materials"]["pingmiantu"]["received"] == "2026-03-02"
    took(
        clerk,
        case,
        "one_time_notice",
        **line("shenqingshu"),
        **line("form:premises", "没有写全", "写到门牌号"),
    )
    assert case.state == "correcting"
    items = list(NoticeItem.objects.filter(case=case).order_by("pk"))
    assert [item.material for item in items] == ["shenqingshu", "form:premises"]
    clock.at(2026, 3, 4, 10)
    clerk = signed_in(cast, "clerk")
    took(clerk, case, "correct", **{f"in-{item.pk}": "on" for item in items})
    assert case.state == "received"
    clock.at(2026, 3, 6, 10)
    clerk = signed_in(cast, "clerk")
    took(clerk, case, "demand_again", **line("pingmiantu", existed="yes"))
    assert case.state == "accepted"
    assert case.events.filter(step="breach").count() == 1
    assert timezone.localdate(case.promises.get(kind="promised").started_at) == date(2026, 3, 4)
    assert "此前已有，已记违规" in clerk.get(url_of(case)).content.decode()


def test_a_demand_about_a_new_fact_is_no_breach(cast: Cast, file: Filer, clock: Clock) -> None:
    case = file(clock.at(2026, 3, 2, 10))
    clerk = signed_in(cast, "clerk")
    took(clerk, case, "one_time_notice", **line("shenqingshu"))
    item = NoticeItem.objects.get(case=case)
    took(clerk, case, "correct", **{f"in-{item.pk}": "on"})
    took(clerk, case, "demand_again", **line("pingmiantu", existed="no"))
    assert not case.events.filter(step="breach").exists()


def test_without_a_notice_in_five_days_the_case_is_accepted_from_its_receipt(
    cast: Cast, file: Filer, clock: Clock
) -> None:
    case = file(clock.at(2026, 3, 2, 10))
    clock.at(2026, 3, 10, 0, 1)
    while sweep():
        pass
    case.refresh_from_db()
    assert case.state == "accepted"
    assert last_day(case, "promised") == date(2026, 3, 9)  # five working days from the day of receipt
    page = signed_in(cast, "head").get(url_of(case)).content.decode()
    assert "视为受理" in page
    assert "系统" in page


def test_a_refusal_to_accept_names_grounds_and_the_right_authority(cast: Cast, file: Filer) -> None:
    case = file()
    clerk = signed_in(cast, "clerk")
    short = post(clerk, case, "not_accept", grounds="不属于本机关", authority="")
    assert short.status_code == 422
    assert "应向哪个机关申请" in short.content.decode()
    assert "不属于本机关" in short.content.decode()  # what was typed stays
    took(clerk, case, "not_accept", grounds="不属于本机关", authority="区住建局", remedies="可以申请复议")
    assert case.state == "not_accepted"
    assert kinds(case) == [Kind.REJECTION]


def test_a_case_is_sent_to_the_office_it_belongs_to(cast: Cast, file: Filer) -> None:
    case = file()
    answer = post(signed_in(cast, "clerk"), case, "transfer", unit=cast.other.pk, reason="属于社会事务")
    assert answer.url == "/desk/"  # it is out of this clerk's sight now
    case.refresh_from_db()
    assert (case.unit, case.owner) == (cast.other, cast["outsider"])


def test_a_colleague_takes_what_was_offered(cast: Cast, file: Filer) -> None:
    case = file()
    took(signed_in(cast, "clerk"), case, "accept")
    owner = "reviewer" if case.owner == cast["reviewer"] else "second"
    other = "second" if owner == "reviewer" else "reviewer"
    took(signed_in(cast, owner), case, "offer", to=cast[other].pk, reason="出差")
    assert case.owner == cast[owner]
    receiver = signed_in(cast, other)
    assert case.number in receiver.get("/desk/?scope=offered").content.decode()
    assert url_of(case, "take") in receiver.get(url_of(case)).content.decode()
    took(receiver, case, "take")
    assert case.owner == cast[other]


# --- what a form refuses ------------------------------------------------------------------------------------------


def test_a_suspension_without_written_notice_is_refused(cast: Cast, file: Filer) -> None:
    case = file()
    took(signed_in(cast, "clerk"), case, "accept")
    owner = keeper(cast, case)
    answer = post(owner, case, "suspend", procedure="听证", until="2099-01-01", written="")
    assert answer.status_code == 422
    assert (
        post(owner, case, "suspend", procedure="现场核查", until="2099-01-01", written="x").status_code == 422
    )
    past = post(owner, case, "suspend", procedure="听证", until="2020-01-01", written="已告知")
    assert "要晚于今天" in past.content.decode()
    case.refresh_from_db()
    assert case.state == "accepted"


def test_a_site_check_takes_two_officials_and_does_not_stop_the_clock(cast: Cast, file: Filer) -> None:
    case = file()
    took(signed_in(cast, "clerk"), case, "accept")
    owner = keeper(cast, case)
    before = case.due_at
    facts: dict[str, Any] = {"day": "2026-03-03", "result": "符合", "words": "现场与图纸一致"}
    alone = post(owner, case, "site_check", officials="李审查", **facts)
    assert "两名以上" in alone.content.decode()
    took(owner, case, "site_check", officials="李审查、赵审查", **facts)
    assert case.due_at == before
    assert case.events.get(step="site_check").facts["officials"] == ["李审查", "赵审查"]


def test_the_notice_asks_only_for_what_the_guide_asks_for(cast: Cast, file: Filer) -> None:
    case = file()
    clerk = signed_in(cast, "clerk")
    answer = post(clerk, case, "one_time_notice", **line("something-else"))
    assert answer.status_code == 422
    assert "请至少勾选一项" in answer.content.decode()
    half = post(clerk, case, "one_time_notice", **line("shenqingshu", mend=""))
    assert "怎样补正" in half.content.decode()
    assert "没有签名" in half.content.decode()
    assert not NoticeItem.objects.exists()


def test_an_extension_is_bounded_and_given_once(cast: Cast, file: Filer) -> None:
    case = file()
    took(signed_in(cast, "clerk"), case, "accept")
    head = signed_in(cast, "head")
    too_long = post(head, case, "extend", amount="11", unit="工作日", reason="复杂")
    assert too_long.status_code == 422
    assert "最多延期 10" in too_long.content.decode()
    took(head, case, "extend", amount="10", unit="工作日", reason="复杂")
    again = post(head, case, "extend", amount="1", unit="工作日", reason="再延")
    assert again.status_code == 409
    assert "依法不能再延" in again.content.decode()


def test_a_step_that_cannot_be_taken_now_says_why(cast: Cast, file: Filer) -> None:
    case = file()
    answer = signed_in(cast, "clerk").get(url_of(case, "demand_again"))
    assert answer.status_code == 409
    assert "还没有给过一次性告知" in answer.content.decode()
    assert signed_in(cast, "clerk").get(url_of(case, "deliver")).status_code == 409


STEPS: dict[str, dict[str, Any]] = {
    "accept": {}, "one_time_notice": line("shenqingshu"), "correct_on_spot": {"what": "改了日期"},
    "not_accept": {"grounds": "无权", "authority": "区住建局"}, "not_needed": {"grounds": "不需许可"},
    "withdraw": {"reason": "不办了"}, "comment": {"text": "已电话联系"},
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_the_same_form_posted_twice_is_taken_once(cast: Cast, file: Filer, step: str) -> None:
    case = file()
    clerk = signed_in(cast, "clerk")
    form = {"seen": case.seq, **STEPS[step]}
    assert clerk.post(url_of(case, step), form).status_code == 302
    again = clerk.post(url_of(case, step), form)
    assert again.status_code == 409
    assert "刚刚有了新的办理记录" in again.content.decode()
    assert case.events.filter(step=step).count() == 1


# --- who may ------------------------------------------------------------------------------------------------------

FORBIDDEN = [
    ("clerk", "grant"), ("clerk", "suspend"), ("clerk", "extend"), ("clerk", "reassign"), ("reviewer", "extend"),
    ("reviewer", "decline_extension"), ("auditor", "accept"), ("auditor", "offer"), ("outsider", "accept"),
    ("outhead", "reassign"), ("editor", "accept"), ("admin", "accept"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "step"), FORBIDDEN)
def test_a_forbidden_step_gives_403_and_writes_nothing(cast: Cast, file: Filer, name: str, step: str) -> None:
    case = file()
    answer = post(signed_in(cast, name), case, step, **STEPS.get(step, {}))
    assert answer.status_code == 403
    assert case.events.count() == 1


def test_steps_that_only_time_takes_have_no_page(cast: Cast, file: Filer) -> None:
    case = file()
    for step in ("deem_accepted", "breach", "warn", "overdue", "recount", "nonsense"):
        assert signed_in(cast, "head").get(url_of(case, step)).status_code == 404


def test_the_page_offers_only_what_the_post_allows(cast: Cast, file: Filer) -> None:
    case = file()
    clerk = signed_in(cast, "clerk").get(url_of(case)).content.decode()
    auditor = signed_in(cast, "auditor").get(url_of(case)).content.decode()
    assert url_of(case, "accept") in clerk
    assert "五日告知期停表；开始计承诺时限、法定时限" in clerk
    assert url_of(case, "accept") not in auditor
    assert url_of(case, "comment") in auditor


@pytest.mark.parametrize("name", ["outsider", "outhead", "editor"])
def test_a_stranger_does_not_see_the_case(cast: Cast, file: Filer, name: str) -> None:
    assert signed_in(cast, name).get(url_of(file())).status_code == 403


# --- what is hidden -----------------------------------------------------------------------------------------------


def test_identity_and_phone_are_masked_until_a_reason_is_on_the_record(cast: Cast, file: Filer) -> None:
    case = file()
    clerk = signed_in(cast, "clerk")
    page = clerk.get(url_of(case)).content.decode()
    for whole in ("张三丰", "370115199003070018", "13800138000"):
        assert whole not in page
    refused = clerk.post(f"{url_of(case)}reveal/", {"field": "phone", "reason": "看"})
    assert refused.status_code == 422
    assert not LedgerRecord.objects.exists()
    shown = clerk.post(f"{url_of(case)}reveal/", {"field": "phone", "reason": "电话通知补正"})
    assert "13800138000" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert LedgerRecord.objects.count() == 1
    assert "13800138000" not in clerk.get(url_of(case)).content.decode()


def test_who_only_watches_may_not_reveal(cast: Cast, file: Filer) -> None:
    case = file()
    auditor = signed_in(cast, "auditor")
    assert auditor.post(f"{url_of(case)}reveal/", {"field": "phone", "reason": "监督检查"}).status_code == 403
    assert not LedgerRecord.objects.exists()


# --- cost ---------------------------------------------------------------------------------------------------------


def test_the_page_of_a_case_costs_the_same_whatever_happened_in_it(
    cast: Cast, file: Filer, django_assert_max_num_queries: Any
) -> None:
    case = file()
    clerk = signed_in(cast, "clerk")
    clerk.get(url_of(case))
    with django_assert_max_num_queries(12) as few:
        clerk.get(url_of(case))
    count = len(few)
    for n in range(5):
        took(clerk, case, "comment", text=f"第{n}次联系")
    clerk.get(url_of(case))
    with django_assert_max_num_queries(count):
        clerk.get(url_of(case))
