"""The outbox to and the inbox from outside platforms. What is said on either side stands sealed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.directory.crypto import EncryptedJSONField, EncryptedTextField
from jishiban.kernel.directory.models import Staff
from jishiban.kernel.outgoing import Outgoing


class Status(models.TextChoices):
    QUEUED = "queued", _("待发送")
    SENT = "sent", _("已送达")
    DEAD = "dead", _("发送失败")


class Message(Outgoing):
    """One message to an outside platform, written in the transaction of what it tells.

    `key` is the sender's own and travels with every try. `fault` is the last reason in a few letters, `answer`
    what the other side said.
    """

    key = models.CharField(_("唯一键"), max_length=120, unique=True)
    target = models.CharField(_("去向"), max_length=40)
    kind = models.CharField(_("类型"), max_length=60)
    body: Any = EncryptedJSONField(_("内容"))
    status = models.CharField(_("状态"), max_length=6, choices=Status.choices, default=Status.QUEUED)
    created_at = models.DateTimeField(_("时间"))
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(_("失败原因"), max_length=80, default="", blank=True)
    answer = EncryptedTextField(_("对方回复"), default="", blank=True)
    retried_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    retried_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("待发消息")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status="queued") | Q(next_try_at__isnull=False),
                name="a_queued_message_is_tried_again",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False), name="a_sent_message_has_its_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at", "id"], condition=Q(status="queued"), name="messages_to_send"),
            models.Index(fields=["target", "created_at"], condition=Q(status="dead"), name="dead_letters"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.kind} {self.key}"


class Received(models.Model):
    """One message from an outside platform: kept as it came, handled once. `result` is what we answered."""

    source = models.CharField(_("来源"), max_length=40)
    key = models.CharField(_("唯一键"), max_length=120)
    kind = models.CharField(_("类型"), max_length=60)
    body: Any = EncryptedJSONField(_("内容"))
    received_at = models.DateTimeField(_("时间"))
    handled_at = models.DateTimeField(null=True)
    result: Any = EncryptedJSONField(_("处理结果"), null=True)

    class Meta:
        verbose_name = _("收到的消息")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "key"], name="a_message_is_received_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["received_at"], condition=Q(handled_at=None), name="received_not_handled"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.key}"
