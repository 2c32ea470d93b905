"""The demonstration district: loaded small, it is whole, believable and has something of everything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from jishiban.config import demo
from jishiban.hall.applications.demo import cast, live, load
from jishiban.hall.applications.flow import APPLICATION
from jishiban.hall.applications.models import Application, Decision, Draft, NoticeItem
from jishiban.hall.matters.listing import BASE_LIST
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.seed import load_catalogue
from jishiban.kernel.cases import queries
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.directory import demo as district
from jishiban.kernel.directory import identifiers
from jishiban.kernel.directory.actions import phone_index_of
from jishiban.kernel.directory.models import (
    Enterprise,
    Leave,
    Person,
    Post,
    Region,
    Role,
    Staff,
    Unit,
    Window,
)
from jishiban.kernel.directory.roster import staff_actor
from jishiban.kernel.indicators.actions import fold
from jishiban.kernel.indicators.models import Fact, Grain, Tally
from jishiban.kernel.ledger.models import Leaf
from jishiban.kernel.ledger.verify import verify
from jishiban.kernel.notices.models import Notice, Status
from jishiban.kernel.papers.models import Kind, NumberSeries, Paper

pytestmark = pytest.mark.django_db  # each test on a savepoint inside the loaded hall
TINY = load.Scale(days=40, a_day=10, persons=80, enterprises=60)
NOW = timezone.make_aware(datetime(2026, 7, 15, 10, 30))  # a Wednesday


@pytest.fixture(scope="module")
def hall(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The district, loaded once for all tests of this file and taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        district.build(timezone.localdate(NOW))
        load_catalogue(now=NOW - timedelta(days=43))
        load.past(TINY, NOW, lambda _share, _cases: None)
        while fold():
            pass
        yield
        transaction.set_rollback(True)


def test_the_ledger_of_the_demonstration_is_whole(hall: None) -> None:
    report = verify()
    assert not report.faults
    assert report.leaves == Leaf.objects.count() > CaseEvent.objects.count()


def test_leaves_bear_the_times_of_their_events(hall: None) -> None:
    sealed = dict(Leaf.objects.filter(kind="case-event").values_list("index", "at"))
    assert all(sealed[leaf] == at for leaf, at in CaseEvent.objects.values_list("leaf", "at"))


def test_no_case_is_without_owner_and_none_is_left_to_the_first_sweep(hall: None) -> None:
    assert not queries.orphans().exists()
    assert not Case.objects.filter(is_open=True, next_check__lte=NOW - timedelta(seconds=20)).exists()
    assert not CaseEvent.objects.filter(at__gt=NOW).exists()


def test_case_numbers_have_no_gap_on_any_day(hall: None) -> None:
    days: dict[str, list[int]] = defaultdict(list)
    for number, opened in Case.objects.values_list("number", "opened_at"):
        parsed = identifiers.parse_case_number(number)
        assert parsed.day == timezone.localdate(opened)
        days[f"{parsed.day:%Y%m%d}"].append(parsed.serial)
    last = dict(NumberSeries.objects.filter(kind="case").values_list("period", "last"))
    assert {day: sorted(serials) for day, serials in days.items()} == {
        day: list(range(1, n + 1)) for day, n in last.items()
    }


def test_papers_are_numbered_without_gaps_and_decisions_bear_their_number(hall: None) -> None:
    words: dict[str, list[int]] = defaultdict(list)
    for paper in Paper.objects.all():
        parsed = identifiers.parse_document_number(paper.number)
        words[parsed.word].append(parsed.serial)
    assert all(sorted(serials) == list(range(1, len(serials) + 1)) for serials in words.values())
    assert "济阳审批准字" in words
    decided = set(Paper.objects.filter(kind__in=(Kind.GRANT, Kind.REFUSAL)).values_list("number", flat=True))
    assert set(Decision.objects.values_list("paper_number", flat=True)) == decided


def test_every_state_and_every_light_occurs(hall: None) -> None:
    assert set(Case.objects.values_list("state", flat=True)) == set(APPLICATION.states)
    assert all(queries.lights(NOW).values())


def test_what_seldom_happens_has_happened(hall: None) -> None:
    steps = Counter(CaseEvent.objects.values_list("step", flat=True))
    for step in ("one_time_notice", "correct", "deem_accepted", "suspend", "overdue", "warn", "offer", "take",
                 "site_check", "ask_extension", "refuse", "withdraw"):  # fmt: skip
        assert steps[step], step
    assert NoticeItem.objects.exclude(answered_at=None).exists()


@pytest.mark.parametrize("account", ["chuangkou", "shencha"])
def test_a_named_account_finds_every_group_of_its_inbox(hall: None, account: str) -> None:
    actor = staff_actor(Staff.objects.get(account=account))
    for group, count in queries.inbox(actor, now=NOW).counts.items():
        assert count, group
    assert queries.inbox(actor, scope="offered", now=NOW).rows


def test_what_went_red_stands_before_the_head(hall: None) -> None:
    head = staff_actor(Staff.objects.get(account="kezhang"))
    assert queries.inbox(head, scope="overseen", now=NOW).counts["overdue"]


def test_the_citizen_of_the_sign_in_has_cases_to_look_at(hall: None) -> None:
    me = Person.objects.get(phone_index=phone_index_of(cast.CITIZEN_PHONE))
    states = set(me.cases.values_list("state", flat=True))
    assert {"correcting", "accepted", "closed"} <= states


def test_each_application_fits_its_case_and_its_digest_stands_in_the_event(hall: None) -> None:
    assert Application.objects.count() == Case.objects.count()
    for one in Application.objects.select_related("case")[:50]:
        assert one.case.subject == f"matter:{one.matter_id}"
        assert one.case.events.get(seq=1).facts["form"] == one.form_digest
        assert one.form["applicant"]["name"]


def test_identifiers_of_the_invented_pass_every_check(hall: None) -> None:
    for person in Person.objects.all():
        assert identifiers.check_identity(person.id_number, today=timezone.localdate(NOW)) == []
        assert identifiers.is_mobile(person.phone)
    for firm in Enterprise.objects.all():
        assert identifiers.check_uscc(firm.uscc) == []


def test_the_district_has_its_size(hall: None) -> None:
    assert 25 <= Unit.objects.exclude(parent=None).count() <= 30
    assert 60 <= Window.objects.count() <= 90
    assert 130 <= Staff.objects.count() <= 170
    assert Region.objects.count() == 10
    assert Region.objects.filter(managed_elsewhere=True).count() == 3
    assert Post.objects.filter(staff=None).count() == 4
    assert Staff.objects.values("name").distinct().count() == Staff.objects.count()


def test_every_unit_has_a_head_and_every_matter_a_unit(hall: None) -> None:
    headed = Post.objects.filter(role=Role.HEAD).exclude(staff=None).values("unit")
    assert not Unit.objects.exclude(pk__in=headed).exists()
    assert not Matter.objects.filter(unit=None).exists()


def test_leave_lies_behind_now_and_ahead_and_never_on_the_sign_ins(hall: None) -> None:
    day = timezone.localdate(NOW)
    assert Leave.objects.filter(end__lt=day).exists()
    assert Leave.objects.filter(start__lte=day, end__gte=day).exists()
    assert Leave.objects.filter(start__gt=day).exists()
    assert not Leave.objects.filter(staff__account__in=[one.account for one in district.SIGN_INS]).exists()
    assert not Leave.objects.filter(deputy=F("staff")).exists()


def test_the_sign_ins_work_with_the_password_that_is_printed(hall: None) -> None:
    for one in district.SIGN_INS:
        staff = Staff.objects.get(account=one.account)
        assert staff.posts.filter(role=one.role).exists()
        assert staff.check_password(district.PASSWORD)
    assert any(district.PASSWORD in line for line in demo.SIGN_INS)


def test_figures_add_up_to_the_cases(hall: None) -> None:
    received = Tally.objects.filter(indicator__startswith="cases_received@", grain=Grain.DAY)
    assert received.aggregate(n=Sum("n"))["n"] == Case.objects.count()
    assert not Fact.objects.filter(case_id=None).exclude(kind__startswith="library.").exists()


def test_the_past_leaves_nobody_to_be_told(hall: None) -> None:
    waiting = Notice.objects.exclude(status__in=(Status.SENT, Status.READ))
    assert not waiting.filter(created_at__lt=NOW - timedelta(hours=2)).exists()


def test_what_goes_on_is_lawful(hall: None) -> None:
    going = live.going(seed=1)
    before = CaseEvent.objects.count()
    lines = [going.tick(NOW + timedelta(minutes=n)) for n in range(40)]
    assert sum(map(bool, lines)) > 10
    assert CaseEvent.objects.count() > before
    assert not verify().faults


def test_a_promise_was_bettered_half_way_and_running_cases_kept_theirs(hall: None) -> None:
    matter = Matter.objects.get(source=BASE_LIST, local_code="6")
    old, new = matter.versions.order_by("number")
    assert (old.promise_amount, new.promise_amount) == (3, 2)
    for one in Application.objects.filter(matter=matter).select_related("case", "version"):
        assert one.version == (new if one.case.opened_at >= new.published_at else old)
        assert one.case.terms["promised"]["amount"] == one.version.promise_amount


def test_the_citizen_has_a_draft_to_go_on_with(hall: None) -> None:
    me = Person.objects.get(phone_index=phone_index_of(cast.CITIZEN_PHONE))
    assert Draft.objects.get(person=me).form["applicant"]["name"] == cast.CITIZEN_NAME
