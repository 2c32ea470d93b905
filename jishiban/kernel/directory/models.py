"""Who: regions, units, posts, staff and their leave, windows, persons and enterprises."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.directory.crypto import EncryptedTextField


class Region(models.Model):
    """A street or town of the district; `managed_elsewhere` marks those another body runs (起步区)."""

    code = models.CharField(_("区划代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    managed_elsewhere = models.BooleanField(_("由其他机构代管"), default=False)

    class Meta:
        ordering: ClassVar = ["code"]
        verbose_name = _("镇街")

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """An office in the tree of the bureau; `path` ("/1/4/") lets one prefix test say what lies under it."""

    name = models.CharField(_("单位"), max_length=80, unique=True)
    short = models.CharField(_("简称"), max_length=30)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, db_index=True, editable=False)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    is_open = models.BooleanField(_("在用"), default=True)

    class Meta:
        ordering: ClassVar = ["path"]
        verbose_name = _("单位")

    def __str__(self) -> str:
        return self.name

    @property
    def level(self) -> int:
        """Steps below the root: 0 for the bureau itself."""
        return self.path.count("/") - 2


class StaffManager(BaseUserManager["Staff"]):
    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(account=username)


class Staff(AbstractBaseUser):
    """A member of staff and the account they sign in with. What they may do comes from their posts."""

    account = models.CharField(_("账号"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="staff", verbose_name=_("单位"))
    phone = EncryptedTextField(_("电话"), blank=True, default="")
    number = models.CharField(_("工号"), max_length=20, blank=True)
    is_active = models.BooleanField(_("账号可用"), default=True)
    totp_secret = EncryptedTextField(blank=True, default="")
    totp_last = models.BigIntegerField(default=0)  # the last time step used: a code works once

    USERNAME_FIELD = "account"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = StaffManager()

    class Meta:
        ordering: ClassVar = ["account"]
        verbose_name = _("工作人员")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a post may do. One person may hold several posts, also in several units."""

    CLERK = "clerk", _("窗口人员")
    REVIEWER = "reviewer", _("审查人员")
    HEAD = "head", _("负责人")
    EDITOR = "editor", _("指南编辑")
    AUDITOR = "auditor", _("监督人员")
    ADMIN = "admin", _("系统管理员")


class Post(models.Model):
    """A post in a unit. A vacant post (no staff) is answered for by the unit's head, then by those above."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    role = models.CharField(_("角色"), max_length=10, choices=Role.choices)
    title = models.CharField(_("岗位"), max_length=40)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="posts")

    class Meta:
        ordering: ClassVar = ["unit_id", "role", "pk"]
        verbose_name = _("岗位")
        indexes: ClassVar = [models.Index(fields=["unit", "role"])]

    def __str__(self) -> str:
        return f"{self.unit.short} {self.title}"


class Leave(models.Model):
    """Days away, both ends included, and the deputy who answers meanwhile."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="leaves")
    deputy = models.ForeignKey(Staff, models.PROTECT, related_name="deputising", null=True, blank=True)
    start = models.DateField(_("从"))
    end = models.DateField(_("至"))
    reason = models.CharField(_("原因"), max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["start"]
        verbose_name = _("请假")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(end__gte=models.F("start")), name="leave_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~models.Q(deputy=models.F("staff")), name="leave_has_another_deputy"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["start", "end"])]


class Window(models.Model):
    """A counter in the hall."""

    number = models.CharField(_("窗口号"), max_length=10, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="windows")
    zone = models.CharField(_("区域"), max_length=40, blank=True)
    floor = models.PositiveSmallIntegerField(_("楼层"), default=1)

    class Meta:
        ordering: ClassVar = ["number"]
        verbose_name = _("窗口")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Person(models.Model):
    """A natural person. Everything that names them is encrypted; the blind indexes let us find them again."""

    name = EncryptedTextField(_("姓名"), blank=True, default="")
    id_number = EncryptedTextField(_("身份号码"), blank=True, default="")
    phone = EncryptedTextField(_("手机号"), blank=True, default="")
    address = EncryptedTextField(_("地址"), blank=True, default="")
    id_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    phone_index = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("自然人")

    def __str__(self) -> str:
        return f"#{self.pk}"


class Enterprise(models.Model):
    """A legal person or other organisation, named publicly by its code."""

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类型"), max_length=20, blank=True)
    region = models.ForeignKey(Region, models.SET_NULL, null=True, blank=True)

    class Meta:
        verbose_name = _("经营主体")

    def __str__(self) -> str:
        return self.name


class CalendarYear(models.Model):
    """One loaded year of one working calendar; without it a deadline in that year is provisional."""

    calendar = models.CharField(_("日历"), max_length=20, default="statutory")
    year = models.PositiveSmallIntegerField(_("年份"))
    rest = models.JSONField(_("放假"), default=list)  # ISO dates off that would else be working days
    work = models.JSONField(_("调休上班"), default=list)  # ISO dates worked that would else be rest days
    source = models.CharField(_("依据"), max_length=200, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["calendar", "year"]
        verbose_name = _("工作日历")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "year"], name="one_row_a_calendar_year"),
        ]


class Stamp(models.Model):
    """A mark that every change of the directory renews, so that a cached roster knows when it is stale.

    A random mark, not a counter: the one a rolled-back change had made never comes again with other content.
    """

    name = models.CharField(max_length=20, primary_key=True)
    version = models.CharField(max_length=32)


class SignInCode(models.Model):
    """A code sent to a phone. Tries are counted here, so that restarting the server forgives nobody."""

    phone_index = models.CharField(max_length=64, db_index=True)
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
