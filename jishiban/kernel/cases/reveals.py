"""Showing a masked value in full: for one case, for a reason, and on the record before it is shown.

Everywhere else names, numbers, phones and addresses are masked (个人信息保护法 arts 6 and 51: no more than needed).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiban.kernel.cases.access import WORKING, may_see, unit_path
from jishiban.kernel.cases.errors import FactsMissing, NotAllowed, StepRefused
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.ledger.actions import record

KIND: Final = "reveal"
FIELDS: Final = {
    "id_number": gettext_lazy("身份证号码"),
    "phone": gettext_lazy("电话"),
    "address": gettext_lazy("地址"),
    "name": gettext_lazy("姓名"),
}
REASON_LENGTH: Final = 4, 100


def may_reveal(actor: Actor, case: Case) -> bool:
    """True for staff who may see the case and work on it: who answers for it, or a working role at or above its unit.

    Those who only watch (auditors, editors, admins) see masks, and so does a colleague to whom it is merely offered.
    """
    if actor.kind != "staff" or not may_see(actor, case):
        return False
    return case.owner_id in actor.covers or actor.holds(WORKING, unit_path(case.unit_id))


def reveal(actor: Actor, case: Case, field: str, reason: str, now: datetime) -> str:
    """The clear value of one of FIELDS of the case's person; empty when it is not known.

    The ledger first gets who looked at which field of which case, and why; never the value. Raises NotAllowed,
    FactsMissing without a proper reason, StepRefused for an unknown field or a case without a person.
    """
    if not may_reveal(actor, case):
        raise NotAllowed(_("只有此件的办理人员可以查看完整信息。"))
    if field not in FIELDS or case.person is None:
        raise StepRefused(_("此件没有这一项个人信息。"))
    why = " ".join(reason.split())
    shortest, longest = REASON_LENGTH
    if not shortest <= len(why) <= longest:
        raise FactsMissing({"reason": _("请写明查看的原因，4到100个字。查看会记入公开账本。")})
    with transaction.atomic():
        record(KIND, {"staff": actor.id, "case": case.number, "field": field, "reason": why}, now)
    return str(getattr(case.person, field))
