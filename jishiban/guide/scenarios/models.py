"""Scenarios and their versions. What was published is never changed; an edit makes the next version."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.directory.models import Staff


class Scenario(models.Model):
    """One 情景攻略, known by its key. What it says stands in its current version; without one nobody sees it."""

    key = models.SlugField(_("代号"), max_length=32, unique=True)
    in_use = models.BooleanField(_("在用"), default=True)
    current = models.ForeignKey("ScenarioVersion", models.PROTECT, null=True, blank=True, related_name="+")
    place = models.PositiveIntegerField(_("次序"), default=1000)  # the lower stands first

    class Meta:
        ordering: ClassVar = ["place", "key"]
        verbose_name = _("情景攻略")

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("scenarios:start", args=[self.key])

    @property
    def subject(self) -> str:
        """How facts name this scenario."""
        return f"scenario:{self.key}"


class Frozen(Exception):
    """A published version was about to be changed or deleted."""


class ScenarioVersionQuerySet(models.QuerySet["ScenarioVersion"]):
    """Published versions can be added and read, nothing else."""

    def update(self, **_kwargs: Any) -> int:
        raise Frozen("已发布的攻略版本不能修改，请发布新版本。")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Frozen("已发布的攻略版本不能删除。")


class ScenarioVersion(models.Model):
    """One published version, in force from `published_at` until the next one. `body` is as `body.py` says."""

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    title = models.CharField(_("标题"), max_length=40)
    summary = models.CharField(_("说明"), max_length=120)
    icon = models.CharField(_("图标"), max_length=20)
    group = models.CharField(_("类别"), max_length=10)
    body = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    change = models.CharField(_("修改说明"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("发布时间"))
    published_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True)
    leaf = models.BigIntegerField(null=True, blank=True)  # where its publication stands in the ledger

    objects = ScenarioVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["scenario_id", "number"]
        verbose_name = _("情景攻略版本")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scenario", "number"], name="one_scenario_version_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Frozen("已发布的攻略版本不能修改，请发布新版本。")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Frozen("已发布的攻略版本不能删除。")


class ScenarioDraft(models.Model):
    """An editor's unfinished next version, kept as typed even where it is wrong; at most one a scenario."""

    scenario = models.OneToOneField(Scenario, models.CASCADE, related_name="draft")
    editor = models.ForeignKey(Staff, models.PROTECT)
    body = models.JSONField(default=dict)
    base = models.ForeignKey(ScenarioVersion, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("攻略草稿")

    def __str__(self) -> str:
        return f"{self.scenario_id} draft"
