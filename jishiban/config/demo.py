"""The demonstration district: loading it, and letting it go on in real time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from jishiban.guide.conversations import demo as talks
from jishiban.guide.entries import demo as library
from jishiban.guide.scenarios import seed as scenarios
from jishiban.hall.applications.demo import cast
from jishiban.hall.applications.demo import live as going_on
from jishiban.hall.applications.demo.load import SCALES, past
from jishiban.hall.matters.seed import load_catalogue
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory import demo as district
from jishiban.kernel.directory.models import Staff
from jishiban.kernel.indicators.actions import fold

SIGN_INS = [
    *(f"{one.account:<10} {one.name}（{one.what}）" for one in district.SIGN_INS),
    f"以上账号的密码都是：{district.PASSWORD}",
    f"群众登录：手机号 {cast.CITIZEN_PHONE}，验证码显示在页面上",
]


def say(line: str, *, end: str = "\n") -> None:
    print(line, file=sys.stderr, end=end, flush=True)


def load(scale: str = "small") -> None:
    """Fill an empty database with the demonstration district. Does nothing when cases or accounts are there already.

    The small scale is written in one piece: stopped half-way, it leaves the database as empty as it was. The full
    one is written in chunks: stopped, it leaves the district as it stood on the day it had come to.
    """
    if Case.objects.exists() or Staff.objects.exists():
        say("数据库里已有数据，没有再装入演示数据。")
        return
    wanted = SCALES[scale]
    if wanted.chunk:
        _load(scale)
        return
    with transaction.atomic():
        _load(scale)


def _load(name: str) -> None:
    began = time.monotonic()
    now, scale = timezone.now(), SCALES[name]
    with transaction.atomic():
        district.build(timezone.localdate(now))
        load_catalogue(now=now - timedelta(days=scale.days + 3))
        scenarios.load(now - timedelta(days=scale.days + 2))
    say(f"  机构、事项：{time.monotonic() - began:.1f} 秒")
    cases = past(scale, now, _progress(began))
    library.build(now)
    talks.past_talks(now)
    talks.questions_to_people(now)
    say(f"  办件 {cases:,} 件：{time.monotonic() - began:.1f} 秒")
    while fold():
        pass
    say(f"  汇总：{time.monotonic() - began:.1f} 秒")


def _progress(began: float) -> Callable[[float, int], None]:
    """A line that tells, at most every second, how far it has come and how long the rest takes."""
    last = began

    def tell(share: float, cases: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < 1 or share >= 1:
            return
        last = now
        left = (now - began) * (1 - share) / share
        say(
            f"\r  已到 {share:.0%}，{cases:,} 件，约还需 {left:.0f} 秒 ",
            end="\r" if sys.stderr.isatty() else "\n",
        )

    return tell


def live(seconds: float = 5.0) -> None:
    """Let something happen every few seconds until Ctrl-C."""
    going, pause = going_on.going(), max(seconds, 0.1)
    say(f"演示继续进行，约每 {pause:g} 秒一件事。Ctrl-C 结束。")
    while True:
        if line := going.tick(timezone.now()):
            say(f"{timezone.localtime():%H:%M:%S} {line}")
        time.sleep(pause * going.cast.random.uniform(0.5, 1.5))
