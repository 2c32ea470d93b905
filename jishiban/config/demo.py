"""The demonstration district: loading it, and letting it go on in real time."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from jishiban.hall.applications.demo import cast, live as going_on
from jishiban.hall.matters.seed import load_catalogue
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory import demo as district
from jishiban.kernel.directory.invented import Inventor

SIGN_INS = [
    *(f"{one.account:<10} {one.name}（{one.what}）" for one in district.SIGN_INS),
    f"以上账号的密码都是：{district.PASSWORD}",
    f"群众登录：手机号 {cast.CITIZEN_PHONE}，验证码显示在页面上",
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
        load_catalogue(now=now - timedelta(days=8))
        cast.people(Inventor(Random(district.SEED + 1)), 200, 80, now)
        going = going_on.going(district.SEED)
        moment = now - timedelta(days=7)
        while moment < now:
            going.tick(moment)
            moment += timedelta(seconds=going.cast.random.randint(300, 2100))
    say(f"机构、事项：{time.monotonic() - began:.1f} 秒")


def live(seconds: float = 5.0) -> None:
    """Let something happen every few seconds until Ctrl-C."""
    going = going_on.going()
    say(f"演示继续进行，约每 {seconds:g} 秒一件事。Ctrl-C 结束。")
    while True:
        if line := going.tick(timezone.now()):
            say(f"{timezone.localtime():%H:%M:%S} {line}")
        time.sleep(seconds * going.cast.random.uniform(0.5, 1.5))
