"""The demonstration district: loading it, and letting it go on in real time."""

from __future__ import annotations

import sys
import time

from django.db import transaction
from django.utils import timezone

from jishiban.hall.matters.seed import load_catalogue
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory import demo as district

SIGN_INS = [
    *(f"{one.account:<10} {one.name}（{one.what}）" for one in district.SIGN_INS),
    f"以上账号的密码都是：{district.PASSWORD}",
]


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def load(scale: str = "small") -> None:
    """Fill an empty database with the demonstration district. Does nothing when cases are there already."""
    if Case.objects.exists():
        say("数据库里已有办件，没有再装入演示数据。")
        return
    began = time.monotonic()
    with transaction.atomic():
        now = timezone.now()
        district.build(timezone.localdate(now))
        load_catalogue(now=now)
    say(f"机构、事项：{time.monotonic() - began:.1f} 秒")
