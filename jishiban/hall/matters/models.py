"""Matters and their guides. A published version of a guide is never changed; an edit makes the next one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.directory.models import Staff, Unit


class MatterType(models.TextChoices):
    """Item types of the national catalogue (matters.md §1)."""

    PERMIT = "01", _("行政许可")
    GRANT = "05", _("行政给付")
    CONFIRMATION = "07", _("行政确认")
    REWARD = "08", _("行政奖励")
    RULING = "09", _("行政裁决")
    OTHER = "10", _("其他行政权力")
    SERVICE = "20", _("公共服务")
    PENALTY = "02", _("行政处罚")
    COERCION = "03", _("行政强制")
    LEVY = "04", _("行政征收")
    INSPECTION = "06", _("行政检查")


ON_REQUEST = (
    "01",
    "05",
    "07",
    "08",
    "09",
    "10",
    "20",
)  # what people apply for; the others are not in the hall


class MatterStatus(models.TextChoices):
    IN_USE = "1", _("在用")
    SUSPENDED = "2", _("暂停")
    CANCELLED = "3", _("取消")


class Matter(models.Model):
    """What a citizen applies for. `source` and `local_code` say which list it came from and its place there.

    Real lists give one code to several items (a province cut its codes short: "1J", "Z"), so the name is part of
    a matter's place in its list.
    """

    source = models.CharField(_("来源清单"), max_length=40)
    local_code = models.CharField(_("清单编号"), max_length=50)
    code = models.CharField(_("基本编码"), max_length=33, blank=True, db_index=True)
    name = models.CharField(_("事项名称"), max_length=300)
    parent_item = models.CharField(_("主项"), max_length=300, blank=True)
    type = models.CharField(_("事项类型"), max_length=2, choices=MatterType.choices)
    department = models.CharField(_("主管部门"), max_length=80, blank=True)
    body = models.CharField(_("实施主体"), max_length=80, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("承办单位"))
    status = models.CharField(
        _("事项状态"), max_length=1, choices=MatterStatus.choices, default=MatterStatus.IN_USE
    )
    current = models.ForeignKey("GuideVersion", models.PROTECT, null=True, blank=True, related_name="+")
    popularity = models.PositiveIntegerField(default=0)  # higher stands earlier among the commonest

    class Meta:
        ordering: ClassVar = ["-popularity", "pk"]
        verbose_name = _("政务服务事项")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "local_code", "name"], name="one_matter_a_place_in_its_list"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "-popularity", "id"], name="matters_as_browsed")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/matters/{self.pk}/"

    @property
    def subject(self) -> str:
        """How cases and facts name this matter."""
        return f"matter:{self.pk}"

    @property
    def in_hall(self) -> bool:
        """Whether people can ask for it now: in use, and of a type that is applied for."""
        return self.status == MatterStatus.IN_USE and self.type in ON_REQUEST


class Frozen(Exception):
    """A published version was about to be changed or deleted."""


class VersionQuerySet(models.QuerySet["GuideVersion"]):
    """Published versions can be added and read, nothing else."""

    def update(self, **_kwargs: Any) -> int:
        raise Frozen("已发布的指南版本不能修改，请发布新版本。")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Frozen("已发布的指南版本不能删除。")


class GuideVersion(models.Model):
    """One published version of a matter's guide, in force from `published_at` until the next one.

    `body` is the whole guide (see document.py); name, kind, statutory and promise stand in it too, and the columns
    repeat them for lists and cases. Limits keep the unit of their source: 工作日 is not 日. `statutory_amount` is
    empty where no limit is known.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    published_at = models.DateTimeField(_("发布时间"))
    published_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True)
    change = models.CharField(_("修改说明"), max_length=200, blank=True)
    kind = models.CharField(_("办件类型"), max_length=4, default="承诺件")  # 即办件 or 承诺件
    statutory_amount = models.PositiveIntegerField(_("法定时限"), null=True, blank=True)
    statutory_unit = models.CharField(
        max_length=6, blank=True
    )  # 工作日 日 月 当场 小时, as stored in the list
    statutory_basis = models.CharField(max_length=200, blank=True)
    promise_amount = models.PositiveIntegerField(_("承诺时限"), null=True, blank=True)
    promise_unit = models.CharField(max_length=6, blank=True)
    body = models.JSONField(default=dict)
    is_full = models.BooleanField(default=False)  # a full guide, not only the line of the list
    digest = models.CharField(max_length=64)
    leaf = models.BigIntegerField(null=True, blank=True)  # where its publication stands in the ledger

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["matter_id", "number"]
        verbose_name = _("办事指南版本")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "number"], name="one_guide_version_a_number"),
        ]
        indexes: ClassVar = [models.Index(fields=["matter", "published_at"])]

    def __str__(self) -> str:
        return f"{self.matter_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Frozen("已发布的指南版本不能修改，请发布新版本。")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Frozen("已发布的指南版本不能删除。")

    @property
    def materials(self) -> list[dict[str, Any]]:
        return list(self.body.get("materials", []))

    @property
    def questions(self) -> list[dict[str, Any]]:
        return list(self.body.get("questions", []))


class GuideDraft(models.Model):
    """An editor's unfinished next version, kept as typed even where it is wrong; at most one a matter."""

    matter = models.OneToOneField(Matter, models.CASCADE, related_name="draft")
    editor = models.ForeignKey(Staff, models.PROTECT)
    body = models.JSONField(default=dict)
    base = models.ForeignKey(GuideVersion, models.PROTECT, null=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("指南草稿")

    def __str__(self) -> str:
        return f"{self.matter_id} draft"


class ListUpload(models.Model):
    """A list of matters an editor has sent and not yet confirmed; deleted when it lands or is dropped."""

    editor = models.ForeignKey(Staff, models.CASCADE)
    filename = models.CharField(_("文件"), max_length=120)
    rows = models.JSONField(default=dict)  # as importer.Table.stored writes it
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("待确认的清单")

    def __str__(self) -> str:
        return self.filename


class Catalogue(models.Model):
    """The one row that every change of matters or guides moves, so that caches and search know when they are stale."""

    ROW = 1

    id = models.SmallIntegerField(primary_key=True, default=ROW)
    version = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("事项目录")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="there_is_one_catalogue"),
        ]

    def __str__(self) -> str:
        return str(self.version)
