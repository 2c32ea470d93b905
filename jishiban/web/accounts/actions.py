"""Every write about accounts: a citizen's code, a colleague's own password and app, and what admins do to accounts.

What changes who may act is a record in the ledger: it says who did what to which account, never a secret.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from jishiban.kernel.cases import owners
from jishiban.kernel.cases.errors import NotAllowed, StepRefused
from jishiban.kernel.directory import actions as directory
from jishiban.kernel.directory.actions import Asked
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Leave, Post, Staff, Unit
from jishiban.kernel.directory.roster import moved
from jishiban.kernel.ledger.actions import record
from jishiban.kernel.notices.actions import NoticeRow, queue
from jishiban.web.accounts import access, totp

MINUTES: Final = int(directory.CODE_LIFE.total_seconds() // 60)
# Without letters and digits that look alike: it is read from one screen and typed at another.
PASSWORD_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY"  # noqa: S105  an alphabet
PASSWORD_LENGTH: Final = 14


class NoWay(Exception):
    """No code can reach anybody here: neither an SMS platform nor a demonstration."""


# --- citizens --------------------------------------------------------------------------------------------------


@transaction.atomic
def send_code(phone: str, now: datetime) -> Asked:
    """Make a code and send it by SMS; in the demonstration it is only shown. Raises TooSoon, NoWay.

    The answer is the same for a phone that is known and one that is not.
    """
    if not settings.DEMO and not settings.SMS_URL:
        raise NoWay
    asked = directory.request_code(phone, now)
    if not settings.DEMO:
        values = {"code": asked.code, "minutes": MINUTES}
        row = NoticeRow("code", to_phone=asked.phone, values=values, expires_at=asked.expires_at)
        queue([row], now)
    return asked


# --- one's own account -----------------------------------------------------------------------------------------


@transaction.atomic
def change_password(staff: Staff, password: str, now: datetime) -> None:
    """Set the password its owner has chosen; other sessions of the account end with it."""
    staff.set_password(password)
    staff.save(update_fields=["password"])
    _note("account-password", staff, staff.pk, now)


@transaction.atomic
def enable_totp(staff: Staff, secret: str, code: str, now: datetime) -> bool:
    """Bind an app to the account. False, and nothing written, when its first code is not right."""
    step = totp.step_of(secret, code, now, 0)
    if step is None:
        return False
    staff.totp_secret, staff.totp_last = secret, step
    staff.save(update_fields=["totp_secret", "totp_last"])
    _note("account-totp-on", staff, staff.pk, now)
    return True


@transaction.atomic
def disable_totp(staff: Staff, now: datetime) -> None:
    """Unbind the app; its owner has just given the password."""
    _unbind(staff)
    _note("account-totp-off", staff, staff.pk, now)


def use_totp(staff: Staff, code: str, now: datetime) -> bool:
    """True when the code is right and was not used before; each opens once, also for two at the same time."""
    step = totp.step_of(staff.totp_secret, code, now, staff.totp_last)
    if step is None:
        return False
    return bool(Staff.objects.filter(pk=staff.pk, totp_last__lt=step).update(totp_last=step))


# --- what admins do --------------------------------------------------------------------------------------------


@transaction.atomic
def add_account(
    account: str, name: str, unit: Unit, role: str, *, by: Actor, now: datetime
) -> tuple[Staff, str]:
    """Open an account with one post. Returns it with its first password, which is shown once and stored nowhere."""
    _must_manage(by, unit.pk)
    password = new_password()
    staff = directory.add_staff(account, name, unit, password, (role,) if role else ())
    _note("account-added", staff, by.id, now, role=role, unit=unit.pk)
    return staff, password


@transaction.atomic
def close_account(staff: Staff, successor: Staff | None, *, by: Actor) -> int:
    """Close an account and hand its cases on. Returns how many were. Nobody closes their own."""
    _must_manage_staff(by, staff)
    if staff.pk == by.id:
        raise StepRefused(_("不能停用自己的账号。请另一位管理员来办。"))
    return owners.close_account(staff, by=by, successor=successor)


@transaction.atomic
def reopen_account(staff: Staff, *, by: Actor, now: datetime) -> None:
    """Let a closed account in again. Its posts are filled anew, its cases stay with whom they went to."""
    _must_manage_staff(by, staff)
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    moved()
    _note("account-reopened", staff, by.id, now)


@transaction.atomic
def reset_password(staff: Staff, *, by: Actor, now: datetime) -> str:
    """A new random password, returned to be shown once. Every session of the account ends."""
    _must_manage_staff(by, staff)
    password = new_password()
    staff.set_password(password)
    staff.save(update_fields=["password"])
    _note("account-password-reset", staff, by.id, now)
    return password


@transaction.atomic
def reset_totp(staff: Staff, *, by: Actor, now: datetime) -> None:
    """Unbind a lost phone: the way back in when its codes are gone."""
    _must_manage_staff(by, staff)
    _unbind(staff)
    _note("account-totp-reset", staff, by.id, now)


@transaction.atomic
def fill_post(staff: Staff, unit: Unit, role: str, title: str, *, by: Actor, now: datetime) -> Post:
    """Give somebody a post in a unit the actor looks after."""
    _must_manage(by, unit.pk)
    if not staff.is_active:
        raise StepRefused(_("账号已停用，不能任岗。请先恢复账号。"))
    post = directory.fill_post(unit, role, staff, title)
    _note("post-filled", staff, by.id, now, role=role, unit=unit.pk)
    return post


@transaction.atomic
def vacate(post: Post, *, by: Actor, now: datetime) -> None:
    """Leave a post empty; new cases then go to the head of its unit. Nobody gives up their own admin post."""
    _must_manage(by, post.unit_id)
    staff = post.staff
    if staff is None:
        return
    if staff.pk == by.id and post.role in access.MANAGING:
        raise StepRefused(_("不能空出自己的管理员岗位。请另一位管理员来办。"))
    owners.vacate(post)
    _note("post-vacated", staff, by.id, now, role=post.role, unit=post.unit_id)


@transaction.atomic
def note_leave(
    staff: Staff, start: date, end: date, deputy: Staff | None, reason: str = "", *, by: Actor, now: datetime
) -> Leave:
    """Write down days away. On them the deputy, or who stands above, answers for every case of theirs."""
    if not access.may_note_leave(by, staff):
        raise NotAllowed(_("只有本单位负责人和管理员可以登记请假。"))
    leave = owners.start_leave(staff, start, end, deputy, reason)
    days = {"start": start.isoformat(), "end": end.isoformat(), "deputy": deputy.pk if deputy else None}
    _note("leave-noted", staff, by.id, now, **days)
    return leave


@transaction.atomic
def cancel_leave(leave: Leave, *, by: Actor, now: datetime) -> None:
    """Somebody is back early, or does not go: from now on they answer for themselves again."""
    if not access.may_note_leave(by, leave.staff):
        raise NotAllowed(_("只有本单位负责人和管理员可以取消请假。"))
    days = {"start": leave.start.isoformat(), "end": leave.end.isoformat()}
    leave.delete()
    moved()
    _note("leave-cancelled", leave.staff, by.id, now, **days)


def new_password() -> str:
    """A random password of 14 characters, about 79 bits."""
    return "".join(secrets.choice(PASSWORD_LETTERS) for _letter in range(PASSWORD_LENGTH))


def _unbind(staff: Staff) -> None:
    staff.totp_secret = ""
    staff.save(update_fields=["totp_secret"])


def _must_manage(by: Actor, unit_id: int) -> None:
    if not access.may_manage(by, unit_id):
        raise NotAllowed(_("只有本单位或上级单位的管理员可以管理账号。"))


def _must_manage_staff(by: Actor, staff: Staff) -> None:
    if not access.may_manage_staff(by, staff):
        raise NotAllowed(_("只有管得到此人全部岗位的管理员可以管理此账号。"))


def _note(kind: str, staff: Staff, by: int | None, now: datetime, **more: Any) -> None:
    record(kind, {"staff": staff.pk, "by": by, **more}, now)
