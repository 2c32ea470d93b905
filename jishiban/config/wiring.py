"""The one place that ties rooms together: what is sealed, who hears which event, which jobs run, what home shows.

Open it and you see every door between the wings. It decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.utils import timezone

from jishiban.config import scenario_review
from jishiban.guide.conversations.actions import erase_person as erase_talks
from jishiban.guide.conversations.flow import INQUIRY
from jishiban.guide.conversations.indicators import declare_all as declare_guide
from jishiban.guide.conversations.inquiries import text_the_phone
from jishiban.guide.conversations.inquiry_pages import tracked_address
from jishiban.guide.entries.actions import keep_library, recompile
from jishiban.guide.entries.flow import REVISION
from jishiban.guide.entries.indicators import declare_all as declare_library
from jishiban.guide.entries.publishers import register as register_publishers
from jishiban.guide.entries.revisions import settle as settle_revision
from jishiban.guide.scenarios.home import scenario_section
from jishiban.guide.scenarios.source import ScenarioSource
from jishiban.hall.applications import flow as _application_flow  # registers the flow
from jishiban.hall.applications.actions import erase_person as erase_applications
from jishiban.hall.applications.actions import forget_drafts, paper_of_time
from jishiban.hall.applications.source import ApplicationSource
from jishiban.hall.matters.events import MattersMoved
from jishiban.hall.matters.home import common_section
from jishiban.hall.matters.source import GuideSource
from jishiban.kernel.cases.erasure import erases
from jishiban.kernel.cases.events import CaseClosed, StepTaken, listen
from jishiban.kernel.cases.indicators import declare_live
from jishiban.kernel.cases.owners import hand_on_lost
from jishiban.kernel.cases.source import CaseSource
from jishiban.kernel.cases.sweep import sweep
from jishiban.kernel.exchange import actions as exchange
from jishiban.kernel.indicators.actions import fold
from jishiban.kernel.ledger import sources
from jishiban.kernel.ledger.actions import checkpoint
from jishiban.kernel.notices import actions as notices
from jishiban.kernel.papers.actions import sweep_unfinished
from jishiban.web import casepages, home
from jishiban.web.casepages import CasePages
from jishiban.web.promises.queries import promise_line

Job = tuple[str, float, Callable[[], object]]

APPLICATION = _application_flow.APPLICATION
FLOWS = (APPLICATION, INQUIRY, REVISION)  # every life a case of the house can have


def deliver_notices() -> object:
    return notices.deliver_due(timezone.now(), 200)


def deliver_messages() -> object:
    return exchange.deliver_due(timezone.now(), 100)


def drop_unfinished_uploads() -> object:
    return sweep_unfinished(timezone.now())


def drop_old_drafts() -> object:
    return forget_drafts(timezone.now())


def check_library() -> object:
    return keep_library(timezone.now())


def not_for_people(_request: object, _number: str, _code: str) -> str:
    """A case of the house's own has no public page."""
    return ""


def library_follows(event: MattersMoved) -> None:
    recompile(event.matter_ids, event.at)


# name, seconds between runs, what to do
JOBS: list[Job] = [
    ("到期检查", 15, sweep),
    ("发送通知", 5, deliver_notices),
    ("对外交换", 10, deliver_messages),
    ("汇总指标", 5, fold),
    ("签发账本检查点", 600, checkpoint),
    ("责任人补位", 300, hand_on_lost),
    ("清理未传完的文件", 3600, drop_unfinished_uploads),
    ("清理过期的草稿", 86400, drop_old_drafts),
    ("核对知识库", 1800, check_library),
]


@cache
def put_together() -> None:
    """Register sources and listeners, once a process; called when Django has its apps."""
    sources.register(CaseSource())
    sources.register(ApplicationSource())
    sources.register(GuideSource())
    sources.register(ScenarioSource())
    listen(StepTaken, paper_of_time)
    for taken in (StepTaken, CaseClosed):
        listen(taken, text_the_phone)
    listen(MattersMoved, library_follows)
    listen(CaseClosed, settle_revision)
    register_publishers()
    scenario_review.register()
    declare_library()
    declare_live()
    declare_guide()
    erases("applications", lambda person: erase_applications(person.pk))
    erases("conversations", erase_talks)
    casepages.register("revision", CasePages("/desk/library/revisions/of/{number}/", not_for_people))
    casepages.register("inquiry", CasePages("/desk/inquiries/{number}/", tracked_address))
    home.sections.extend([common_section, scenario_section, promise_line])
