"""Every write of an editor on the list of badly answered questions; the library itself records the alias in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiban.guide.conversations import access, engine, queries
from jishiban.guide.conversations.clusters import LONGEST_ALIAS
from jishiban.guide.conversations.models import Proposal, Turn
from jishiban.kernel.cases.errors import FactsMissing, NotAllowed
from jishiban.kernel.directory.actor import Actor

Deed = Callable[[], object]


def confirm(text: str, key: str, turns: Sequence[int], *, by: Actor, now: datetime | None = None) -> int:
    """`text` means the matter of this entry; the turns are settled. Returns how many.

    Raises NotAllowed for others than editors, FactsMissing for an empty or too long text or an entry that is gone.
    """
    _allowed(by)
    said, moment = " ".join(text.split()), now or timezone.now()
    entry = queries.answers([key]).get(key)
    if not 0 < len(said) <= LONGEST_ALIAS:
        raise FactsMissing({"text": _("说法要有 1 到 %(most)s 个字。") % {"most": LONGEST_ALIAS}})
    if entry is None:
        raise FactsMissing({"key": _("这个条目已停用，请换一个。")})
    with transaction.atomic():
        engine.confirm(said, entry, by, moment)
        return _settle(turns, by, moment)


def settle(turns: Sequence[int], *, by: Actor, now: datetime | None = None) -> int:
    """The turns need nothing more. Returns how many were open."""
    _allowed(by)
    return _settle(turns, by, now or timezone.now())


def _settle(turns: Sequence[int], by: Actor, now: datetime) -> int:
    found = Turn.objects.filter(pk__in=list(turns)[:1000], settled_at=None)
    return found.update(settled_at=now, settled_by=by.id)


def settle_proposal(proposal: Proposal, *, by: Actor, now: datetime | None = None) -> None:
    """The proposal was taken up, or will not be."""
    _allowed(by)
    proposal.settled_at, proposal.settled_by_id = now or timezone.now(), by.id
    proposal.save(update_fields=["settled_at", "settled_by"])


def _allowed(by: Actor) -> None:
    if not access.may_edit(by):
        raise NotAllowed(_("只有指南编辑可以处理。"))
