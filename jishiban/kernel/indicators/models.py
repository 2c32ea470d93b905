"""What is counted: facts, the roll-ups folded from them, and how far each roll-up has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fact(models.Model):
    """One thing that happened, as figures see it. Appended, never edited.

    `day`, `weekday` (0 is Monday) and `hour` are local at entry, so that no engine has to know the time zone.
    `seq` is given when the fact is first folded. Ids are taken before a transaction commits, so a smaller id can
    become visible after a larger one; `seq` numbers facts in the order in which they became visible, and a
    roll-up that has come to a `seq` has missed nothing below it.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("种类"), max_length=40)
    at = models.DateTimeField(_("时间"))
    day = models.DateField(_("日期"))
    weekday = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()
    unit_id = models.BigIntegerField(_("单位"))
    case_id = models.BigIntegerField(null=True)
    case_number = models.CharField(_("编号"), max_length=30, blank=True)
    subject = models.CharField(max_length=60, blank=True)  # what it is about, e.g. "matter:5"
    channel = models.CharField(_("渠道"), max_length=10, blank=True)
    value = models.FloatField(default=1)
    dims = models.JSONField(default=dict)
    seq = models.BigIntegerField(null=True, unique=True)

    class Meta:
        verbose_name = _("统计记录")
        indexes: ClassVar = [models.Index(fields=["kind", "day", "unit_id"], name="facts_behind_a_figure")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day:%Y-%m-%d} {self.case_number}"


class Grain(models.TextChoices):
    DAY = "day", _("日")
    MONTH = "month", _("月")


class Tally(models.Model):
    """The facts of one roll-up in one cell: how many (`n`) and the sum of their values (`total`).

    `period` is the day, or the first day of the month. A dimension the indicator does not keep apart is 0 or "".
    """

    indicator = models.CharField(max_length=80)  # Indicator.key
    grain = models.CharField(max_length=5, choices=Grain.choices)
    period = models.DateField()
    unit_id = models.BigIntegerField(default=0)
    subject = models.CharField(max_length=60, default="", blank=True)
    channel = models.CharField(max_length=10, default="", blank=True)
    n = models.BigIntegerField()
    total = models.FloatField()

    class Meta:
        verbose_name = _("汇总")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "grain", "period", "unit_id", "subject", "channel"],
                name="one_tally_a_cell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period:%Y-%m-%d} {self.n}"


class Watermark(models.Model):
    """How far a roll-up has come in the numbered facts. The row NUMBERED holds the last number given."""

    NUMBERED = "facts"

    name = models.CharField(max_length=80, primary_key=True)
    position = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("汇总进度")

    def __str__(self) -> str:
        return f"{self.name} {self.position}"
