"""What was asked, how it was understood, what was shown for it, and whether it helped."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.models import Person, Staff
from jishiban.kernel.search.reply import Decision

LONGEST = 500  # characters of a question


class Channel(models.TextChoices):
    """Through which door a question came."""

    PORTAL = "portal", _("网上")
    KIOSK = "kiosk", _("自助终端")
    API = "api", _("接口")
    MCP = "mcp", _("智能助手")
    DESK = "desk", _("窗口代问")


class Judged(models.TextChoices):
    """What the asker said of an answer."""

    SOLVED = "yes", _("解决了")
    UNSOLVED = "no", _("没解决")
    SILENT = "", _("没有评价")


def new_key() -> str:
    """The name of a conversation in addresses: 128 random bits, so that it cannot be guessed."""
    return secrets.token_urlsafe(16)


class Conversation(models.Model):
    """One talk. `about` is the group of entries (a matter) it is about now, so that “要带什么” means that matter.

    `asker` is a salted hash: it counts distinct askers and names nobody.
    """

    key = models.CharField(max_length=32, unique=True, default=new_key)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(_("渠道"), max_length=6, choices=Channel.choices)
    started_at = models.DateTimeField(_("开始"), db_index=True)
    about = models.CharField(max_length=40, blank=True)
    asker = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name = _("咨询")

    def __str__(self) -> str:
        return self.key


class Turn(models.Model):
    """One question and what was done with it. Answers are not kept here: they are read from the library when shown.

    `hits` is [{key, confidence, matched, features}], best first; `reading` is {item, aspects, rules, unknown}.
    `phrased` is what a language model made of the cited entries; it is shown only while the library has not moved
    past `cited`, the number of the newest of them.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="turns")
    asked = models.CharField(_("问题"), max_length=LONGEST)  # numbers of persons are masked
    decision = models.CharField(max_length=8, choices=[(d.value, d.value) for d in Decision])
    slot = models.CharField(max_length=10, blank=True)
    why = models.CharField(max_length=40, blank=True)
    hits = models.JSONField(default=list)
    reading = models.JSONField(default=dict)
    chosen = models.CharField(max_length=120, blank=True)
    judged = models.CharField(max_length=3, choices=Judged.choices, blank=True)
    handed_over = models.BooleanField(default=False)
    phrased = models.TextField(blank=True)
    cited = models.JSONField(default=list)
    cited_at = models.BigIntegerField(default=0)
    took_ms = models.FloatField(default=0)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)  # an editor has dealt with it
    settled_by = models.ForeignKey(Staff, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("问答")
        indexes: ClassVar = [
            models.Index(fields=["conversation", "id"], name="turns_of_a_talk"),
            models.Index(
                fields=["-at"], condition=models.Q(settled_at__isnull=True), name="turns_to_look_at"
            ),
        ]

    def __str__(self) -> str:
        return self.asked

    @property
    def shown(self) -> str:
        """The key of the entry that answers this turn: the chosen one, or the first hit of an answer."""
        if self.chosen or self.decision != Decision.ANSWER:
            return self.chosen
        return str(self.hits[0]["key"]) if self.hits else ""


class Inquiry(models.Model):
    """A question handed to a person: the case beside it holds owner, clock and words."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="inquiry")
    turn = models.ForeignKey(Turn, models.SET_NULL, null=True, related_name="+")
    token = models.CharField(max_length=64, unique=True)  # the same form posted twice is one case
    proposed_at = models.DateTimeField(null=True)  # its answer was put forward for the library

    class Meta:
        verbose_name = _("转人工咨询")

    def __str__(self) -> str:
        return str(self.case_id)


class Proposal(models.Model):
    """A clerk's answer put forward as an entry: an editor takes it up or leaves it."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="+")
    question = models.CharField(_("问题"), max_length=200)
    answer = models.TextField(_("答复"))
    source = models.CharField(_("出处"), max_length=300)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at"]
        verbose_name = _("知识库建议")

    def __str__(self) -> str:
        return self.question
