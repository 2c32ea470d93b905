"""Messages to people: what was said to whom, and how it reaches them."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.directory.crypto import EncryptedTextField
from jishiban.kernel.directory.models import Person, Staff
from jishiban.kernel.outgoing import Outgoing


class Channel(models.TextChoices):
    IN_APP = "in_app", _("站内")
    SMS = "sms", _("短信")
    CALL_LIST = "call_list", _("电话告知")
    SLIP = "slip", _("打印告知单")


class Status(models.TextChoices):
    QUEUED = "queued", _("待发送")
    SENT = "sent", _("已告知")
    FAILED = "failed", _("未送达")
    TO_CALL = "to_call", _("待人工告知")
    READ = "read", _("已读")


def new_ref() -> str:
    return uuid4().hex


class Notice(Outgoing):
    """One message to one recipient: a person, a member of staff, or a phone nobody has signed in with yet.

    Whatever the channel, a person also finds it under their own messages. `ref` goes with every try to send it,
    so that the platform can tell a repeat. A notice that expires is worth nothing later (a sign-in code).
    """

    ref = models.CharField(max_length=32, unique=True, default=new_ref, editable=False)
    to_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="notices")
    to_staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="notices")
    to_phone = EncryptedTextField(default="", blank=True)
    unit_id = models.BigIntegerField(null=True)  # whose call list it stands on when no message can be sent
    case_id = models.BigIntegerField(null=True)
    case_number = models.CharField(_("编号"), max_length=30, blank=True)
    key = models.CharField(max_length=40)
    text = EncryptedTextField(_("内容"), default="", blank=True)
    channel = models.CharField(_("方式"), max_length=10, choices=Channel.choices)
    status = models.CharField(_("状态"), max_length=8, choices=Status.choices)
    fault = models.CharField(_("未送达原因"), max_length=80, default="", blank=True)
    created_at = models.DateTimeField(_("时间"))
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("通知")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to_person=None) | Q(to_staff=None), name="a_notice_has_one_recipient"
            ),
            models.CheckConstraint(
                condition=~Q(status="queued") | Q(next_try_at__isnull=False),
                name="a_queued_notice_is_tried_again",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at", "id"], condition=Q(status="queued"), name="notices_to_send"),
            models.Index(
                fields=["unit_id", "created_at"], condition=Q(status="to_call"), name="notices_to_call"
            ),
            models.Index(fields=["to_person", "-created_at"], name="notices_of_person"),
            models.Index(fields=["to_staff", "-created_at"], name="notices_of_staff"),
            models.Index(
                fields=["to_staff"], condition=Q(read_at=None, to_staff__isnull=False), name="notices_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.case_number}"
