"""The rail of the desk: which rooms are offered to whom. A door decides who may enter; this only spares dead ends."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Role

WORKING = (Role.CLERK, Role.REVIEWER, Role.HEAD)


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the rail, for the roles named."""

    url: str
    title: str | Lazy
    icon: str
    roles: tuple[str, ...]


ROOMS = (
    Room("/desk/", _("收件箱"), "inbox", (*WORKING, Role.AUDITOR)),
    Room("/desk/new/", _("登记"), "plus", (Role.CLERK,)),
    Room("/desk/unit/", _("单位"), "units", (*WORKING, Role.AUDITOR)),
    Room("/desk/guides/", _("指南"), "book", (Role.EDITOR,)),
    Room("/desk/library/", _("知识库"), "file", (Role.EDITOR, Role.HEAD)),
    Room("/desk/scenarios/", _("攻略"), "book", (Role.EDITOR,)),
    Room("/desk/questions/", _("问题"), "speak", (Role.EDITOR,)),
    Room("/desk/staff/", _("人员"), "user", (Role.ADMIN, Role.HEAD)),
    Room("/desk/calendar/", _("日历"), "clock", (Role.ADMIN,)),
    Room("/desk/exchange/", _("交换"), "globe", (Role.ADMIN, Role.AUDITOR)),
)


def rooms_of(actor: Actor) -> list[Room]:
    """The rooms this actor can enter, in the order of the rail."""
    return [room for room in ROOMS if actor.has_role(*room.roles)]
