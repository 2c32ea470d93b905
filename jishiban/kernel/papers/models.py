"""What is stored of papers: number series, issued papers, and files people hand in."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.directory.crypto import EncryptedJSONField, EncryptedTextField
from jishiban.kernel.directory.masks import scrub


class NumberSeries(models.Model):
    """The last number given out of one series; `actions.allocate` is the only writer.

    A series is a kind (paper, case …), a word (济阳审批准字, or an area code) and a period (2026, or 20260930).
    """

    kind = models.CharField(max_length=16)
    word = models.CharField(max_length=60)
    period = models.CharField(max_length=8)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "word", "period"], name="papers_series_once"),
            models.CheckConstraint(condition=Q(last__gte=1), name="papers_series_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.word} {self.period}: {self.last}"


class Kind(models.TextChoices):
    """The papers of a dealing (行政许可法 arts 29-45)."""

    RECEIPT = "receipt", _("收件凭证")
    ACCEPTANCE = "acceptance", _("受理通知书")
    CORRECTION = "correction", _("补正告知书")
    REJECTION = "rejection", _("不予受理通知书")
    SPECIAL = "special", _("特别程序告知书")
    EXTENSION = "extension", _("延期告知书")
    GRANT = "grant", _("准予许可决定书")
    REFUSAL = "refusal", _("不予许可决定书")
    DELIVERY = "delivery", _("送达回证")


class Paper(models.Model):
    """An issued paper. Its words are kept as they were issued, so a reprint years later says the same."""

    number = models.CharField(_("文号"), max_length=80, unique=True)
    title = models.CharField(_("标题"), max_length=60)
    kind = models.CharField(_("种类"), max_length=16, choices=Kind.choices)
    case_number = models.CharField(_("办件编号"), max_length=40, db_index=True)
    issued_at = models.DateTimeField(_("签发时间"))
    seal_unit = models.CharField(_("用印单位"), max_length=80)
    body = EncryptedJSONField(_("正文"))
    version = models.PositiveSmallIntegerField(_("格式版本"))
    sha256 = models.CharField(max_length=64)
    leaf_index = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["issued_at", "pk"]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class State(models.TextChoices):
    """Where a handed-in file stands."""

    UPLOADING = "uploading", _("上传中")
    STORED = "stored", _("已上传")
    REMOVED = "removed", _("已移除")


class Attachment(models.Model):
    """A file handed in. Its content lies in storage, sealed, under its hash; its name is words, never a path.

    `holder` says what it belongs to (a draft or a case) and `material` which item of the list it answers;
    both are the caller's own keys.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    size = models.PositiveIntegerField(_("大小"))
    received = models.PositiveIntegerField(_("已收到"), default=0)
    media_type = models.CharField(_("类型"), max_length=100, blank=True)
    name = EncryptedTextField(_("文件名"))
    uploaded_at = models.DateTimeField(_("上传时间"))
    owner_kind = models.CharField(max_length=20, blank=True)
    owner_id = models.CharField(max_length=64, blank=True)
    holder = models.CharField(max_length=80, db_index=True)
    material = models.CharField(max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices)

    class Meta:
        ordering = ["uploaded_at", "pk"]
        indexes = [
            models.Index(fields=["uploaded_at"], condition=Q(state="uploading"), name="papers_unfinished"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="uploading") | ~Q(sha256=""), name="papers_stored_has_hash"
            ),
            models.CheckConstraint(condition=Q(received__lte=models.F("size")), name="papers_not_too_much"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.key}"

    @property
    def shown_name(self) -> str:
        """The file's name for pages and downloads, with numbers of persons in it hidden."""
        return scrub(self.name)
