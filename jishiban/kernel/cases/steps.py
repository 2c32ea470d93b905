"""Steps every flow has: hand-over, escalation, a comment. None moves a clock, but a new calendar counts again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop as _

from jishiban.kernel.cases.flow import SYSTEM, ClockMove, Flow, Move, Need, Step, recount_all
from jishiban.kernel.directory.models import Role

STAFF = (Role.CLERK, Role.REVIEWER, Role.HEAD)


@dataclass(frozen=True, slots=True)
class Universal:
    """A step that may be taken in any open state and leaves the state as it is."""

    step: Step

    def over(self, flow: Flow) -> Step:
        """The step with the open states of this flow as its sources."""
        sources = tuple(state for state in flow.states.values() if state.open)
        return replace(self.step, move=Move(sources, None))


_NOWHERE = Move((), None)


def _step(
    name: str,
    label: str,
    by: tuple[str, ...],
    *needs: Need,
    tell: str = "",
    anyone: bool = False,
    clock: tuple[ClockMove, ...] = (),
) -> Universal:
    step = Step(name, label, _NOWHERE, by, needs, clock, tell=tell, anyone=anyone, internal=True)
    return Universal(step)


_REASON = Need("reason", _("原因"), private=True, optional=True)
_TO = Need("to", _("接收人"), "int")

UNIVERSAL: dict[str, Universal] = {
    u.step.name: u
    for u in (
        _step("offer", _("移交"), STAFF, _TO, _REASON, tell="handover_offered"),
        _step("take", _("接收移交"), STAFF, anyone=True),
        _step("decline", _("退回移交"), STAFF, _REASON, anyone=True),
        _step("reassign", _("改派"), (Role.HEAD, SYSTEM), _TO, _REASON),
        _step(
            "transfer",
            _("转有关科室"),
            (Role.CLERK, Role.HEAD),
            Need("unit", _("转往单位"), "int"),
            _REASON,
            anyone=True,
        ),
        _step("warn", _("临期提醒"), (SYSTEM,), tell="warn"),
        _step("overdue", _("超期上报"), (SYSTEM,), Need("level", _("层级"), "int"), _TO, tell="overdue"),
        _step("look", _("持续督办"), (SYSTEM,)),
        _step(
            "recount", _("日历更新重算"), (SYSTEM,), Need("year", _("年份"), "int"), clock=(recount_all(),)
        ),
        _step(
            "comment", _("备注"), (*STAFF, Role.AUDITOR), Need("text", _("备注"), private=True), anyone=True
        ),
    )
}
