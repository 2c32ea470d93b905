"""Moments, people and clocks in the few words a dense page has room for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jishiban.hall.applications.flow import CORRECTION, DELIVERY, NOTICE, PROMISED, STATUTORY
from jishiban.kernel.cases.flow import Op, Step
from jishiban.kernel.cases.models import Case
from jishiban.kernel.clock import Calendar
from jishiban.kernel.directory.masks import mask_name
from jishiban.web.formats import in_english

A_BLINK = timedelta(microseconds=1)


def short_day(moment: datetime) -> str:
    """`9月30日`, with the year where it is not this one; English `30/9`."""
    return _short(timezone.localdate(moment), timezone.localdate().year, in_english())


def _short(day: date, year: int, english: bool) -> str:
    if day.year != year:
        return f"{day.day}/{day.month}/{day.year}" if english else f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day}/{day.month}" if english else f"{day.month}月{day.day}日"


class DueWords:
    """Says what falls due in words. Made once a list, because its zone, language and day are asked for once."""

    def __init__(self, now: datetime, calendar: Calendar) -> None:
        self.now, self.calendar = now, calendar
        self.zone, self.english = timezone.get_current_timezone(), in_english()
        self.today = now.astimezone(self.zone).date()
        self.paused, self.ends_today = _("暂停"), _("今天到期")

    def say(self, due_at: datetime | None, is_paused: bool) -> tuple[str, str]:
        """(how long, by when): `剩 3 工作日`, `9月30日`; limits in hours show their time."""
        if due_at is None:
            return "", ""
        at, last = due_at.astimezone(self.zone), (due_at - A_BLINK).astimezone(self.zone).date()
        until = _short(last, self.today.year, self.english)
        if at.hour or at.minute:
            until += f" {at:%H:%M}"
        return self.paused if is_paused else self._distance(last, due_at <= self.now), until

    def _distance(self, last: date, over: bool) -> str:
        if over:
            late = max(1, self.calendar.workdays_between(last, self.today))
            return ngettext("超 %(n)s 工作日", "超 %(n)s 工作日", late) % {"n": late}
        if last == self.today:
            return self.ends_today
        left = self.calendar.workdays_between(self.today, last)
        return ngettext("剩 %(n)s 工作日", "剩 %(n)s 工作日", left) % {"n": left}


def party_of(case: Case) -> str:
    """Whose case it is: an enterprise by its public name, a person by the first character only."""
    enterprise = case.enterprise.name if case.enterprise_id and case.enterprise else ""
    return party_name(enterprise, case.person.name if case.person_id and case.person else "")


def party_name(enterprise: str | None, person: str | None) -> str:
    """The same from the names alone."""
    return enterprise or mask_name(person or "") or "—"


# --- what a step does to the clocks -----------------------------------------------------------------------------


def kind_word(kind: str) -> str:
    """The name of a clock as the desk says it."""
    words = {
        NOTICE: _("五日告知期"), CORRECTION: _("申请人的补正时间"), PROMISED: _("承诺时限"), STATUTORY: _("法定时限"),
        DELIVERY: _("送达时限"),
    }  # fmt: skip
    return words.get(kind, kind)


def _op_words(op: Op, kinds: Iterable[str]) -> str:
    said = {
        Op.START: _("开始计%(what)s"), Op.STOP: _("%(what)s停表"), Op.PAUSE: _("%(what)s暂停"),
        Op.RESUME: _("%(what)s继续"), Op.EXTEND: _("%(what)s延长"), Op.VOID: _("%(what)s终止"),
    }  # fmt: skip
    return said[op] % {"what": _("、").join(kind_word(kind) for kind in kinds)}


def clock_words(step: Step) -> str:
    """What a step does to the clocks, from the table itself."""
    if not step.clock:
        return _("时限照常计算")
    return _("；").join(_op_words(move.op, move.kinds) for move in step.clock)


def remarks(name: str) -> str:
    """One sentence more for steps whose effect is often mistaken, with the article behind it."""
    return {
        "accept": _("今天受理；补正过的，从最后交齐之日起算。"),
        "correct_on_spot": _("可以当场改的，请当场改（第三十二条）。"),
        "one_time_notice": _("只能告知一次，要一次说全。发出后清单冻结。"),
        "demand_again": _("不停表。此前已有的材料会记为违反一次性告知。"),
        "ask_more": _("不停表。只能问新出现的情况，此前已有的会记为违规。"),
        "site_check": _("现场核查计入时限，不停表。须两人以上。"),
        "suspend": _("只限第四十五条的八种程序，须书面告知。"),
        "extend": _("法定时限只能延长一次，承诺时限不变。"),
        "not_accept": _("须书面说明理由，并告知救济途径。"),
        "refuse": _("须书面说明理由，并告知救济途径。"),
        "transfer": _("转到该办的科室，时限照常计算。"),
        "withdraw": _("撤回后不能恢复，要办须重新申请。"),
        "lapse": _("补正时间到期后才能办理。"),
        "comment": _("只有工作人员看得到。"),
    }.get(name, "")
