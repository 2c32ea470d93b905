"""`jishiban staff add`: the first account of a hall that starts without demonstration data, and the way back in."""

import getpass
import sys

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from jishiban.kernel.directory.actions import add_staff, root_unit
from jishiban.kernel.directory.models import Role, Staff, Unit
from jishiban.kernel.ledger.actions import record

TRIES = 3


def add_staff_command(account: str, name: str, roles: list[str], unit: str = "") -> int:
    """Ask for a password and open the account; 1, and nothing written, when that cannot be done.

    Without `unit` the account belongs to the unit above all others, which is made when there is none yet.
    """
    if Staff.objects.filter(account=account).exists():
        return _refuse(f"账号 {account} 已经有了。忘了密码,请让管理员在工作台重设。")
    if unit and not Unit.objects.filter(name=unit).exists():
        return _refuse(f"没有“{unit}”这个单位。请先用 jishiban place load 读入单位。")
    password = _ask(Staff(account=account, name=name))
    if not password:
        return _refuse("没有设好密码,账号没有建立。")
    with transaction.atomic():
        home = Unit.objects.get(name=unit) if unit else root_unit(f"{settings.PLACE.name}行政审批服务局")
        staff = add_staff(account, name, home, password, tuple(roles))
        record(
            "account-added", {"staff": staff.pk, "by": None, "roles": roles, "unit": home.pk}, timezone.now()
        )
    labels = "、".join(str(Role(role).label) for role in roles)
    print(f"账号建好了:{account}({name},{home.name},{labels})。登录地址:{settings.PUBLIC_URL}/desk/sign-in/")
    return 0


def _ask(staff: Staff) -> str:
    """A password typed twice that keeps the rules; empty after three tries. It is never shown nor taken as a word
    of the command, because those stay in the shell's history."""
    for _try in range(TRIES):
        password = getpass.getpass("密码(至少10位): ")
        try:
            validate_password(password, staff)
        except ValidationError as wrong:
            print("".join(wrong.messages), file=sys.stderr)
            continue
        if getpass.getpass("再输一次: ") == password:
            return password
        print("两次不一样,请重来。", file=sys.stderr)
    return ""


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
