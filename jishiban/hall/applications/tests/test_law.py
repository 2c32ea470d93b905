"""What the law says of an application, as facts: receipt, one notice, acceptance, suspension, extension, delivery."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from jishiban.hall.applications import actions
from jishiban.hall.applications.actions import Asked
from jishiban.hall.applications.models import Application, Decision, NoticeItem
from jishiban.hall.applications.tests.conftest import FORM, Filer
from jishiban.hall.matters.models import Matter
from jishiban.kernel.cases.actions import act
from jishiban.kernel.cases.errors import CaseError, FactsMissing, NotAllowed, StepRefused
from jishiban.kernel.cases.models import Case, Promise
from jishiban.kernel.cases.source import CaseSource
from jishiban.kernel.cases.sweep import sweep
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.indicators.models import Fact
from jishiban.kernel.ledger.verify import verify
from jishiban.kernel.papers.models import Paper

TUESDAY = timezone.make_aware(datetime(2026, 3, 10, 10, 0))
ASKED = [Asked("pingmiantu", "平面图", "没有标明比例", "请补画比例尺")]


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, hour, minute))


def promise(case: Case, kind: str) -> Promise:
    return case.promises.filter(kind=kind).order_by("-round")[0]


def last_day(case: Case, kind: str) -> date:
    return timezone.localtime(promise(case, kind).deadline - timedelta(seconds=1)).date()


def accept(cast: Cast, case: Case, when: datetime) -> None:
    actions.take_step(case, "accept", by=cast.actor("clerk"), now=when)
    case.refresh_from_db()


# --- receipt ---------------------------------------------------------------------------------------------------


def test_receiving_starts_the_five_working_days_for_notice_or_acceptance(cast: Cast, file: Filer) -> None:
    case = file(TUESDAY)
    assert case.state == "received"
    assert last_day(case, "notice") == date(2026, 3, 17)
    assert not case.promises.exclude(kind="notice").exists()


@pytest.mark.parametrize("when", [at(3, 13, 18, 30), at(3, 14, 9), at(3, 15, 20)])
def test_what_is_handed_in_after_hours_counts_from_the_next_working_day(file: Filer, when: datetime) -> None:
    case = file(when)
    assert timezone.localdate(promise(case, "notice").started_at) == date(2026, 3, 16)
    assert last_day(case, "notice") == date(2026, 3, 23)


def test_the_same_form_posted_twice_is_one_case(file: Filer) -> None:
    assert file(TUESDAY).pk == file(TUESDAY).pk
    assert Case.objects.count() == Application.objects.count() == 1


def test_running_cases_keep_the_version_they_were_filed_under(file: Filer, matter: Matter) -> None:
    case = file(TUESDAY)
    version = matter.current
    assert version
    matter.versions.create(
        number=2, published_at=TUESDAY, promise_amount=1, promise_unit="工作日", digest="1" * 64
    )
    assert Application.objects.get(pk=case.pk).version_id == version.pk
    assert case.terms["promised"]["amount"] == 5


@pytest.mark.parametrize("step", ["not_accept", "not_needed"])
def test_after_five_working_days_nothing_is_turned_away_even_before_the_sweep(
    cast: Cast, file: Filer, step: str
) -> None:
    case = file(TUESDAY)
    facts: dict[str, Any] = {"grounds": "不归我们"} | ({"authority": "别处"} if step == "not_accept" else {})
    with pytest.raises(StepRefused, match="视为受理"):
        actions.take_step(case, step, by=cast.actor("clerk"), now=at(3, 18, 0), **facts)
    actions.take_step(case, step, by=cast.actor("clerk"), now=at(3, 17, 23), **facts)


# --- one notice ------------------------------------------------------------------------------------------------


def test_the_notice_freezes_its_list_and_gives_the_applicant_time(cast: Cast, file: Filer) -> None:
    case = file(TUESDAY)
    actions.give_notice(case, ASKED, by=cast.actor("clerk"), now=at(3, 12))
    case.refresh_from_db()
    assert (case.state, case.is_paused) == ("correcting", True)
    assert promise(case, "notice").state == "kept"
    assert list(NoticeItem.objects.values_list("material", "notice")) == [("pingmiantu", 1)]
    assert Paper.objects.get(case_number=case.number).kind == "correction"


def test_a_second_one_time_notice_is_refused(cast: Cast, file: Filer) -> None:
    case = file(TUESDAY)
    actions.give_notice(case, ASKED, by=cast.actor("clerk"), now=at(3, 12))
    actions.correct(case, FORM, [], by=cast.actor("citizen"), now=at(3, 18))
    with pytest.raises(StepRefused, match="只能有一次"):
        actions.give_notice(case, ASKED, by=cast.actor("clerk"), now=at(3, 19))


def test_after_a_correction_acceptance_counts_from_the_last_hand_in_whenever_it_is_noted(
    cast: Cast, file: Filer
) -> None:
    case = file(TUESDAY)
    actions.give_notice(case, ASKED, by=cast.actor("clerk"), now=at(3, 12))
    actions.correct(case, FORM, [], by=cast.actor("citizen"), now=at(3, 18))
    accept(cast, case, at(3, 20))
    assert timezone.localdate(promise(case, "promised").started_at) == date(2026, 3, 18)
    assert last_day(case, "promised") == date(2026, 3, 25)


def test_demanding_again_what_already_existed_accepts_the_case_and_records_the_breach(
    cast: Cast, file: Filer
) -> None:
    case = file(TUESDAY)
    actions.give_notice(case, ASKED, by=cast.actor("clerk"), now=at(3, 12))
    actions.correct(case, FORM, [], by=cast.actor("citizen"), now=at(3, 18))
    again = [Asked("shenqingshu", "申请书", "漏了签字")]
    actions.demand_again(case, again, by=cast.actor("clerk"), now=at(3, 20))
    case.refresh_from_db()
    assert case.state == "accepted"
    assert timezone.localdate(promise(case, "promised").started_at) == date(2026, 3, 18)
    breach = case.events.get(step="breach")
    assert (breach.actor_kind, breach.facts["items"]) == ("system", ["shenqingshu"])
    assert Fact.objects.filter(kind="breach.second_notice", case_id=case.pk).count() == 1


def test_asking_about_a_new_fact_is_no_breach_and_stops_nothing(cast: Cast, file: Filer) -> None:
    case = file(TUESDAY)
    accept(cast, case, TUESDAY)
    before = promise(case, "promised").deadline
    new = [Asked("form:premises", "经营场所", "受理后搬了地址", existed=False)]
    actions.ask_more(
        case,
        new,
        by=cast.actor("reviewer" if case.owner_id == cast["reviewer"].pk else "second"),
        now=at(3, 11),
    )
    assert promise(case, "promised").deadline == before
    assert not case.events.filter(step="breach").exists()
    assert case.events.get(step="ask_more").facts["claimed_new"] == ["form:premises"]


def test_a_notice_later_than_the_fifth_working_day_is_refused(cast: Cast, file: Filer) -> None:
    case = file(TUESDAY)
    with pytest.raises(StepRefused, match="视为受理"):
        actions.give_notice(case, ASKED, by=cast.actor("clerk"), now=at(3, 18))


def test_without_notice_or_acceptance_in_five_days_it_is_accepted_from_the_day_of_receipt(
    cast: Cast, file: Filer
) -> None:
    case = file(TUESDAY)
    assert sweep(at(3, 17, 23, 59)) <= 1  # only the warning
    sweep(at(3, 18, 0, 0))
    case.refresh_from_db()
    assert case.state == "accepted"
    assert timezone.localdate(promise(case, "promised").started_at) == date(2026, 3, 10)
    assert promise(case, "notice").state == "broken"
    assert Paper.objects.get(case_number=case.number).kind == "acceptance"


def test_an_acceptance_noted_after_the_fifth_day_counts_from_the_day_of_receipt(
    cast: Cast, file: Filer
) -> None:
    case = file(TUESDAY)
    accept(cast, case, at(3, 19))
    assert timezone.localdate(promise(case, "statutory").started_at) == date(2026, 3, 10)


# --- examination -----------------------------------------------------------------------------------------------


@pytest.fixture
def accepted(cast: Cast, file: Filer) -> tuple[Case, str]:
    """An accepted case and the name of its owner."""
    case = file(TUESDAY)
    accept(cast, case, TUESDAY)
    return case, next(name for name, staff in cast.people.items() if staff.pk == case.owner_id)


def test_acceptance_starts_both_clocks_and_hands_the_case_to_a_reviewer(
    cast: Cast, accepted: tuple[Case, str]
) -> None:
    case, owner = accepted
    assert owner in ("reviewer", "second")
    assert (last_day(case, "promised"), last_day(case, "statutory")) == (date(2026, 3, 17), date(2026, 3, 24))


def test_a_listed_procedure_with_written_notice_stops_both_clocks(
    cast: Cast, accepted: tuple[Case, str]
) -> None:
    case, owner = accepted
    actions.take_step(
        case,
        "suspend",
        by=cast.actor(owner),
        now=at(3, 11),
        procedure="专家评审",
        until="2026-03-18",
        written="评审一周",
    )
    case.refresh_from_db()
    assert (case.state, case.is_paused) == ("suspended", True)
    assert (last_day(case, "promised"), last_day(case, "statutory")) == (date(2026, 3, 24), date(2026, 3, 31))


def test_a_case_already_late_stays_suspended_for_the_time_told(
    cast: Cast, accepted: tuple[Case, str]
) -> None:
    case, owner = accepted
    late = promise(case, "promised").deadline + timedelta(hours=10)
    sweep(late)
    until = (timezone.localdate(late) + timedelta(days=20)).isoformat()
    act(case, "suspend", by=cast.actor(owner), now=late, procedure="检验", until=until, written="送检")
    for days in (0, 4, 9, 20):
        sweep(late + timedelta(days=days))
        case.refresh_from_db()
        assert case.state == "suspended"
    assert case.overseer_id == cast["chief"].pk  # the broken promise goes on up meanwhile
    sweep(late + timedelta(days=21))
    case.refresh_from_db()
    assert case.state == "accepted"


def test_without_a_written_notice_nothing_is_suspended(cast: Cast, accepted: tuple[Case, str]) -> None:
    case, owner = accepted
    with pytest.raises(FactsMissing) as caught:
        act(case, "suspend", by=cast.actor(owner), now=at(3, 11), procedure="检验", until="2026-03-18")
    assert "written" in caught.value.fields


def test_a_check_on_site_is_no_ground_for_suspension_and_stops_nothing(
    cast: Cast, accepted: tuple[Case, str]
) -> None:
    case, owner = accepted
    with pytest.raises(FactsMissing):
        act(case, "suspend", by=cast.actor(owner), procedure="现场核查", until="2099-03-18", written="去看看")
    before = promise(case, "promised").deadline
    act(
        case,
        "site_check",
        by=cast.actor(owner),
        officials=["李审查", "赵审查"],
        day="2026-03-11",
        result="符合",
        words="布局合理",
    )
    assert promise(case, "promised").deadline == before


def test_a_check_on_site_takes_two_officials(cast: Cast, accepted: tuple[Case, str]) -> None:
    case, owner = accepted
    with pytest.raises(FactsMissing, match="两名"):
        act(
            case,
            "site_check",
            by=cast.actor(owner),
            officials=["李审查"],
            day="2026-03-11",
            result="符合",
            words="好",
        )


def test_the_clock_resumes_by_itself_when_the_time_told_is_over(
    cast: Cast, accepted: tuple[Case, str]
) -> None:
    case, owner = accepted
    actions.take_step(
        case,
        "suspend",
        by=cast.actor(owner),
        now=at(3, 11),
        procedure="检测",
        until="2026-03-18",
        written="检测一周",
    )
    sweep(at(3, 19, 0, 1))
    case.refresh_from_db()
    assert case.state == "accepted"
    assert last_day(case, "promised") == date(2026, 3, 24)


def test_only_a_head_extends_once_the_statutory_limit_before_it_ends(
    cast: Cast, accepted: tuple[Case, str]
) -> None:
    case, owner = accepted
    act(case, "ask_extension", by=cast.actor(owner), now=at(3, 16), reason="材料复杂")
    with pytest.raises(NotAllowed):
        actions.take_step(
            case, "extend", by=cast.actor(owner), now=at(3, 16), amount=5, unit="工作日", reason="复杂"
        )
    actions.take_step(
        case, "extend", by=cast.actor("head"), now=at(3, 16), amount=5, unit="工作日", reason="材料复杂"
    )
    assert (last_day(case, "promised"), last_day(case, "statutory")) == (date(2026, 3, 17), date(2026, 3, 31))
    with pytest.raises(StepRefused, match="延期一次"):
        actions.take_step(
            case, "extend", by=cast.actor("head"), now=at(3, 17), amount=5, unit="工作日", reason="再延"
        )


def test_no_extension_beyond_the_allowance_or_after_the_end(cast: Cast, accepted: tuple[Case, str]) -> None:
    case, _owner = accepted
    with pytest.raises(FactsMissing, match="最多延期 10"):
        act(case, "extend", by=cast.actor("head"), now=at(3, 16), amount=11, unit="工作日", reason="长")
    with pytest.raises(StepRefused, match="已过"):
        act(case, "extend", by=cast.actor("head"), now=at(3, 25), amount=5, unit="工作日", reason="迟")


def test_a_decision_gets_its_number_its_paper_and_ten_days_to_be_delivered(
    cast: Cast, accepted: tuple[Case, str]
) -> None:
    case, owner = accepted
    decision = actions.decide(
        case, True, by=cast.actor(owner), grounds="符合条件", valid_until=date(2031, 3, 12), now=at(3, 12)
    )
    assert decision.paper_number == "济阳审批准字〔2026〕1号"
    case.refresh_from_db()
    assert (case.state, last_day(case, "delivery")) == ("granted", date(2026, 3, 26))
    actions.deliver(case, "窗口领取", "张三丰", by=cast.actor("clerk"), now=at(3, 13))
    case.refresh_from_db()
    assert (case.state, case.is_open) == ("closed", False)
    assert Decision.objects.get().delivered_at == at(3, 13)


def test_a_refusal_needs_its_grounds_and_tells_the_remedies(cast: Cast, accepted: tuple[Case, str]) -> None:
    case, owner = accepted
    with pytest.raises(CaseError):
        actions.decide(case, False, by=cast.actor(owner), grounds="", now=at(3, 12))
    assert not Paper.objects.filter(kind="refusal").exists()
    actions.decide(case, False, by=cast.actor(owner), grounds="场所不符合要求", now=at(3, 12))
    paper = Paper.objects.get(kind="refusal")
    assert "60日" in str(paper.body)


def test_document_numbers_have_no_gaps_when_a_decision_fails(cast: Cast, file: Filer) -> None:
    numbers = []
    for n in range(3):
        case = file(TUESDAY, token=f"form-{n}")
        accept(cast, case, TUESDAY)
        owner = next(name for name, staff in cast.people.items() if staff.pk == case.owner_id)
        with pytest.raises(CaseError):
            actions.decide(case, True, by=cast.actor("clerk"), grounds="越权", now=at(3, 12))
        numbers.append(
            actions.decide(case, True, by=cast.actor(owner), grounds="好", now=at(3, 12)).paper_number
        )
    assert numbers == [f"济阳审批准字〔2026〕{n}号" for n in (1, 2, 3)]


def test_withdrawing_ends_the_clocks_without_breaking_them(cast: Cast, accepted: tuple[Case, str]) -> None:
    case, _owner = accepted
    actions.take_step(case, "withdraw", by=cast.actor("citizen"), now=at(3, 11), reason="不办了")
    assert set(case.promises.exclude(kind="notice").values_list("state", flat=True)) == {"void"}


def test_the_whole_life_verifies_in_the_ledger(cast: Cast, accepted: tuple[Case, str]) -> None:
    case, owner = accepted
    actions.decide(case, True, by=cast.actor(owner), grounds="符合条件", now=at(3, 12))
    actions.deliver(case, "窗口领取", by=cast.actor("clerk"), now=at(3, 13))
    report = verify(among=[CaseSource()])
    assert report.first_fault is None
    assert report.leaves == 4
