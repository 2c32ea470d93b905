"""What is owed: cases, the promises in them, and the events that are the only source of both."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.cases.flow import flow_named
from jishiban.kernel.clock import Calendar, Extension, Pause, Term, Unit
from jishiban.kernel.directory.crypto import EncryptedTextField
from jishiban.kernel.directory.models import Enterprise, Person, Staff
from jishiban.kernel.directory.models import Unit as Office


class Case(models.Model):
    """The stored base of every dealing. Exactly one owner, always; every column follows from its events.

    Keys to people have no index of their own: those below begin with them, cost less to write, and a lone index on
    the owner would be taken for the inbox, which then sorts everything the owner has.
    """

    number = models.CharField(_("编号"), max_length=30, unique=True)
    flow = models.CharField(max_length=30)
    state = models.CharField(max_length=30)
    is_open = models.BooleanField(default=True)
    unit = models.ForeignKey(Office, models.PROTECT, verbose_name=_("单位"), related_name="cases")
    owner = models.ForeignKey(
        Staff, models.PROTECT, verbose_name=_("责任人"), related_name="cases", db_index=False
    )
    first_contact = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    offered_to = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="offers", db_index=False)
    overseer = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="oversees", db_index=False)
    level = models.PositiveSmallIntegerField(default=0)  # how many levels up it has gone
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="cases", db_index=False)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="cases")
    title = models.CharField(_("事项"), max_length=200)
    subject = models.CharField(max_length=60)  # what it is about, e.g. "matter:5"; wings give it meaning
    channel = models.CharField(_("渠道"), max_length=1, default="0")  # matters.md §5: 0 窗口 1 网上 2 信函 …
    plan = models.TextField(default="{}")  # canonical JSON: the terms promised when the case was opened
    query_code = EncryptedTextField(default="")
    opened_at = models.DateTimeField(_("收件"))
    closed_at = models.DateTimeField(_("办结"), null=True)
    seq = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)  # the governing promise's deadline, for the order of the inbox
    yellow_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    is_paused = models.BooleanField(default=False)
    next_check = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("办件")
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "is_paused", "due_at", "id"],
                condition=models.Q(is_open=True),
                name="inbox_of_owner",
            ),
            models.Index(
                fields=["unit", "is_paused", "due_at", "id"],
                condition=models.Q(is_open=True),
                name="inbox_of_unit",
            ),
            models.Index(
                fields=["is_paused", "due_at", "id"], condition=models.Q(is_open=True), name="inbox_of_all"
            ),
            models.Index(fields=["next_check"], condition=models.Q(is_open=True), name="case_next_check"),
            models.Index(
                fields=["offered_to"], condition=models.Q(offered_to__isnull=False), name="case_offers"
            ),
            models.Index(
                fields=["overseer", "due_at"], condition=models.Q(is_open=True), name="case_overseen"
            ),
            models.Index(fields=["person", "-opened_at"], name="case_of_person"),
            models.Index(fields=["opened_at"], name="case_by_opening"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_open=True, closed_at=None)
                | models.Q(is_open=False, closed_at__isnull=False),
                name="a_closed_case_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(is_open=False) | models.Q(next_check__isnull=False),
                name="an_open_case_is_looked_at_again",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_label(self) -> str:
        """The state in words, as its flow's table has it; the state itself where the table has lost it."""
        found = flow_named(self.flow).states.get(self.state)
        return gettext(found.label) if found else self.state

    @property
    def terms(self) -> dict[str, Any]:
        """The plan as data: promise kind → {amount, unit, basis, label, calendar}."""
        return dict(json.loads(self.plan))


class PromiseState(models.TextChoices):
    RUNNING = "running", _("进行中")
    PAUSED = "paused", _("暂停")
    KEPT = "kept", _("按时")
    BROKEN = "broken", _("超期办结")
    VOID = "void", _("终止")


LIVE = (PromiseState.RUNNING, PromiseState.PAUSED)


class Promise(models.Model):
    """One time limit of a case: its term as stored in the guide, when it started, and when it falls due."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="promises")
    kind = models.CharField(max_length=20)
    round = models.PositiveSmallIntegerField(default=1)  # a notice clock may run again after each 补正
    label = models.CharField(max_length=40)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=6)
    basis = models.CharField(max_length=120, blank=True)
    calendar = models.CharField(max_length=20, default="statutory")
    started_at = models.DateTimeField()
    deadline = models.DateTimeField()  # the first instant that is too late
    provisional = models.BooleanField(default=False)
    of_party = models.BooleanField(
        default=False
    )  # the party's own time, e.g. to correct: not a promise of the hall
    pauses = models.TextField(default="[]")  # canonical JSON [[notice, end|null, told end], …]
    extensions = models.TextField(default="[]")  # canonical JSON [[amount, unit], …]
    state = models.CharField(max_length=8, choices=PromiseState.choices, default=PromiseState.RUNNING)
    ended_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField()
    red_at = models.DateTimeField()

    class Meta:
        verbose_name = _("承诺")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "kind", "round"], name="one_promise_of_a_kind_and_round"),
            models.CheckConstraint(
                condition=models.Q(state__in=LIVE, ended_at=None) | models.Q(ended_at__isnull=False),
                name="an_ended_promise_has_its_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["red_at"], condition=models.Q(state__in=LIVE), name="live_promises"),
        ]

    @property
    def term(self) -> Term:
        return Term(self.amount, Unit(self.unit), self.basis)

    @property
    def pause_list(self) -> tuple[Pause, ...]:
        from datetime import date

        return tuple(
            Pause(date.fromisoformat(notice), date.fromisoformat(end or told))
            for notice, end, told in json.loads(self.pauses)
        )

    @property
    def extension_list(self) -> tuple[Extension, ...]:
        return tuple(Extension(amount, Unit(unit)) for amount, unit in json.loads(self.extensions))

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    def calendar_of(self, calendars: dict[str, Calendar]) -> Calendar:
        return calendars[self.calendar]


class CaseEvent(models.Model):
    """One thing that happened to a case: appended, never edited. Its leaf in the ledger seals every column."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=30)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30)
    at = models.DateTimeField()
    effective = models.DateTimeField()  # from when it counts; earlier than `at` for what the law back-dates
    actor_kind = models.CharField(max_length=6)
    actor_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    facts_text = models.TextField(default="{}")  # canonical JSON of what may stand openly
    words = EncryptedTextField(default="")  # canonical JSON of words about a person; erasable
    words_salt = models.CharField(max_length=32, default="")
    words_digest = models.CharField(max_length=64, default="")
    snapshot = models.CharField(max_length=64)  # digest of the case and its promises after this event
    leaf = models.BigIntegerField(unique=True)

    class Meta:
        ordering: ClassVar = ["case_id", "seq"]
        verbose_name = _("办件记录")
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="one_event_a_place")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.step}"

    @property
    def facts(self) -> dict[str, Any]:
        return dict(json.loads(self.facts_text))

    @property
    def said(self) -> dict[str, Any]:
        """The private words of the event; empty once they were erased."""
        return dict(json.loads(self.words)) if self.words else {}
