"""How people say things: an alias is proposed by what was asked and chosen, and used once it is confirmed."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from jishiban.guide.entries import access
from jishiban.guide.entries.library_row import locked_library, move, next_version, settings_row
from jishiban.guide.entries.models import Alias, AliasState, Asker, Entry, Item
from jishiban.hall.matters.models import Matter
from jishiban.kernel.directory.actor import SYSTEM, Actor
from jishiban.kernel.ledger.actions import record

SHORTEST, LONGEST = 2, 30
RECORD: Final = "alias"
NUMBER: Final = re.compile(r"\d{5,}")  # a telephone, a card: nothing anybody else would say
HAN_OR_LETTER: Final = re.compile(r"[㐀-鿿a-z]")


def plain(text: str) -> str:
    """An alias as it is kept: one form of letters and blanks, without marks at its ends.

    >>> plain(" 开饭店，"), plain("ＥＴＣ 卡")
    ('开饭店', 'etc 卡')
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    return " ".join(folded.split()).strip("，。？！、,.?!：:；; ")


def is_fit(text: str) -> bool:
    """Whether a plain text can be an alias: short, in words, without a number that could be somebody's.

    >>> is_fit("开饭店"), is_fit("店"), is_fit("我的电话13800138000")
    (True, False, False)
    """
    if not SHORTEST <= len(text) <= LONGEST or NUMBER.search(text):
        return False
    return HAN_OR_LETTER.search(text) is not None


@transaction.atomic
def propose_alias(text: str, target: Matter | Entry, asker: str, now: datetime) -> Alias | None:
    """Somebody said `text` and then chose `target`. Returns the alias; None where the text is none.

    `asker` is a hash that tells askers apart and says nothing else of them; the same one is counted once. When as
    many agree as the library asks for, it is confirmed by itself; one that an editor refused never is.
    """
    said = plain(text)
    if not is_fit(said) or _is_known(said, target):
        return None
    alias, _new = Alias.objects.select_for_update().get_or_create(text=said, **_to(target))
    _asker, counted = Asker.objects.get_or_create(alias=alias, hash=asker[:64])
    if counted:
        alias.askers = Asker.objects.filter(alias=alias).count()
        alias.save(update_fields=["askers"])
    enough = settings_row().askers_agree
    if alias.state == AliasState.WAITING and enough and alias.askers >= enough:
        _decide(alias, AliasState.CONFIRMED, SYSTEM, now)
    return alias


def _to(target: Matter | Entry) -> dict[str, Any]:
    return {"matter": target} if isinstance(target, Matter) else {"entry": target}


def _is_known(said: str, target: Matter | Entry) -> bool:
    """Whether it is what the target is called anyway."""
    if isinstance(target, Entry):
        return said in (plain(target.question), *map(plain, target.similar))
    item = Item.objects.filter(pk=target.pk).first()
    return said in map(plain, (target.name, *(item.aliases if item else ())))


@transaction.atomic
def confirm_alias(alias: Alias | int, by: Actor, now: datetime) -> Alias:
    """Use it from now on. Pressed twice, or by two people, it is recorded once. Raises NotAllowed."""
    return _press(alias, AliasState.CONFIRMED, by, now)


@transaction.atomic
def refuse_alias(alias: Alias | int, by: Actor, now: datetime) -> Alias:
    """Do not use it, or no longer; however often it is said again, it stays refused. Raises NotAllowed."""
    return _press(alias, AliasState.REFUSED, by, now)


def _press(alias: Alias | int, state: AliasState, by: Actor, now: datetime) -> Alias:
    if not access.may_keep(by):
        raise access.NotAllowed(_("只有指南编辑可以确认别名。"))
    key = alias.pk if isinstance(alias, Alias) else alias
    locked = Alias.objects.select_for_update().get(pk=key)
    if locked.state != state:
        _decide(locked, state, by, now)
    return locked


def _decide(alias: Alias, state: AliasState, by: Actor, now: datetime) -> None:
    """Record first, then move what is found by the alias: the ledger is never waited for with the library in hand."""
    used = AliasState.CONFIRMED in (alias.state, state)
    alias.state, alias.decided_by_id, alias.decided_at = state, by.id, now
    body = {
        "alias": alias.pk,
        "text": alias.text,
        "matter": alias.matter_id,
        "entry": alias.entry_id,
        "state": str(state),
        "askers": alias.askers,
        "by": by.id,
    }
    record(RECORD, body, now)
    if used:
        row = locked_library()
        alias.moved = next_version(row)
        named = Entry.objects.filter(in_use=True)
        named = named.filter(matter=alias.matter) if alias.matter else named.filter(pk=alias.entry_id or 0)
        named.update(moved=alias.moved)
        move(row, alias.moved)
    alias.save(update_fields=["state", "decided_by", "decided_at", "moved"])


@transaction.atomic
def set_library(*, askers_agree: int, review_days: int, by: Actor, now: datetime) -> None:
    """Change the settings of the library; recorded. Raises NotAllowed."""
    if not access.may_edit_all(by):
        raise access.NotAllowed(_("知识库的设置由全局的指南编辑管。"))
    body = {"askers_agree": askers_agree, "review_days": review_days, "by": by.id}
    record("library-settings", body, now)
    row = locked_library()
    row.askers_agree, row.review_days = askers_agree, review_days
    row.save(update_fields=["askers_agree", "review_days"])
