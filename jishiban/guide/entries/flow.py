"""The life of a revision (知识修订) as one table: three reviews by three people, none of them its author.

The hall's own rule: what people are answered with is read by three pairs of eyes first.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from jishiban.kernel.cases.engine import Life, Taken
from jishiban.kernel.cases.errors import StepRefused
from jishiban.kernel.cases.flow import Flow, Need, State, Step, register, start, stop, void
from jishiban.kernel.cases.models import CaseEvent
from jishiban.kernel.directory.models import Role

EDITOR, HEAD = Role.EDITOR, Role.HEAD
REVIEW, AMEND = "review", "amend"

FIRST = State("first", _("待初审"))
SECOND = State("second", _("待复审"))
THIRD = State("third", _("待终审"))
RETURNED = State("returned", _("退回修改"))
PUBLISHED = State("published", _("已发布"), open=False)
DROPPED = State("dropped", _("已撤回"), open=False)
UNDER_REVIEW = (FIRST, SECOND, THIRD)

CONTENT = Need("content", _("内容摘要码"))
OPINION = Need("opinion", _("审核意见"), optional=True)
HANDED_IN = ("submit", "resubmit")
READ = ("first", "second")


def authors_and_readers(case_id: int) -> tuple[set[int], set[int]]:
    """Who wrote the revision, ever, and who has read it since it was last handed in: one query."""
    authors: set[int] = set()
    readers: set[int] = set()
    steps = CaseEvent.objects.filter(case=case_id, step__in=(*HANDED_IN, *READ)).order_by("seq")
    for step, actor in steps.values_list("step", "actor_id"):
        if step in HANDED_IN:
            authors, readers = authors | {actor or 0}, set()
        else:
            readers.add(actor or 0)
    return authors, readers


def other_eyes(life: Life, taken: Taken) -> None:
    """Nobody reviews what they wrote, and nobody takes two of the three reviews."""
    authors, readers = authors_and_readers(life.case.pk)
    if taken.actor.id in authors:
        raise StepRefused(gettext("这份修订是您起草的，不能自己审核。请等其他同事审核。"))
    if taken.actor.id in readers:
        raise StepRefused(gettext("您已经审过这份修订，不能再审一次。请等其他同事审核。"))


def own_draft(life: Life, taken: Taken) -> None:
    authors, _readers = authors_and_readers(life.case.pk)
    if taken.actor.id not in authors:
        raise StepRefused(gettext("这份修订不是您起草的，不能撤回。"))


SUBMIT = Step("submit", _("提交审核"), FIRST >> FIRST, by=(EDITOR,), needs=(CONTENT,), clock=(start(REVIEW),))

STEPS = (
    Step(
        "first", _("初审通过"), FIRST >> SECOND, by=(EDITOR, HEAD), anyone=True, needs=(CONTENT, OPINION),
        guard=other_eyes,
    ),
    Step(
        "second", _("复审通过"), SECOND >> THIRD, by=(EDITOR, HEAD), anyone=True, needs=(CONTENT, OPINION),
        guard=other_eyes,
    ),
    Step(
        "publish", _("终审通过并发布"), THIRD >> PUBLISHED, by=(HEAD,), anyone=True, needs=(CONTENT, OPINION),
        clock=(stop(REVIEW),), guard=other_eyes,
    ),
    Step(
        "return", _("退回修改"), (FIRST | SECOND | THIRD) >> RETURNED, by=(EDITOR, HEAD), anyone=True,
        needs=(Need("reason", _("退回的理由")),), clock=(stop(REVIEW), start(AMEND)), guard=other_eyes,
    ),
    Step(
        "resubmit", _("改好再交"), RETURNED >> FIRST, by=(EDITOR,), anyone=True, needs=(CONTENT,),
        clock=(stop(AMEND), start(REVIEW)),
    ),
    Step(
        "drop", _("撤回"), (FIRST | SECOND | THIRD | RETURNED) >> DROPPED, by=(EDITOR,), anyone=True,
        clock=(void(REVIEW, AMEND),), guard=own_draft,
    ),
)  # fmt: skip

REVISION = register(
    Flow(
        "revision", _("知识修订"), initial=FIRST, opens=SUBMIT, steps=STEPS,
        kinds={REVIEW: _("审核"), AMEND: _("修改")},
    )
)  # fmt: skip
