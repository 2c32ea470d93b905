"""Office time: minutes counted over working days only, there and back."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from jishiban.kernel.clock import Calendar

MORNING, NOON, AFTERNOON = time(9), 180, time(13)  # 9:00–12:00, 13:00–17:00
A_DAY = 420


class Office:
    """The working days of a stretch of time, each of 420 minutes."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        span = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self.days = [day for day in span if calendar.is_workday(day)]
        self.zone = timezone.get_default_timezone()

    def minutes(self, moment: datetime) -> float:
        """Minutes of office time up to the moment."""
        local = moment.astimezone(self.zone)
        before = bisect_right(self.days, local.date() - timedelta(days=1))
        if before == len(self.days) or self.days[before] != local.date():
            return before * A_DAY
        clock = local.hour * 60 + local.minute + local.second / 60
        return before * A_DAY + min(max(clock - 540, 0), NOON) + min(max(clock - 780, 0), A_DAY - NOON)

    def moment(self, minutes: float) -> datetime:
        """The moment at which so many minutes of office time are over."""
        place = min(int(minutes // A_DAY), len(self.days) - 1)
        rest = minutes - place * A_DAY
        opening = MORNING if rest < NOON else AFTERNOON
        start = datetime.combine(self.days[place], opening, self.zone)
        return start + timedelta(minutes=rest if rest < NOON else rest - NOON)

    def after(self, moment: datetime, minutes: float) -> datetime:
        """The moment `minutes` of office time later."""
        return self.moment(self.minutes(moment) + minutes)

    def back(self, moment: datetime, days: float) -> datetime:
        """The moment so many working days of office time before."""
        return self.moment(max(0.0, self.minutes(moment) - days * A_DAY))
