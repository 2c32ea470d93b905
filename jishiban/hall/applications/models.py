"""办件: what a person asked for, with which answers and files; the case beside it holds state, owner and clock."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.crypto import EncryptedJSONField, EncryptedTextField
from jishiban.kernel.directory.models import Person


class Draft(models.Model):
    """An application being filled in. Its code opens it on another device. Filed: an application bears its code."""

    code = models.CharField(max_length=12, unique=True)  # shown to the person; random, not a sequence
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    version = models.ForeignKey(GuideVersion, models.PROTECT)
    person = models.ForeignKey(Person, models.CASCADE, null=True)
    form = EncryptedJSONField(default=dict)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("草稿")


class Application(models.Model):
    """The application of one case: the guide version it was filed under, and what was answered."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="application")
    matter = models.ForeignKey(Matter, models.PROTECT)
    version = models.ForeignKey(GuideVersion, models.PROTECT)
    form = EncryptedJSONField(
        default=dict
    )  # {"applicant": {...}, "answers": {...}, "materials": {key: {...}}}
    form_digest = models.CharField(max_length=64)  # salted; stands in the filing event too
    # The draft's code, or the mark of the counter's form: the same form posted twice is one case.
    token = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("办件内容")


class NoticeItem(models.Model):
    """One thing asked for in a one-time notice. The list is frozen when the notice is given."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notice_items")
    notice = models.PositiveSmallIntegerField(_("第几次告知"))
    material = models.CharField(max_length=40)  # key of the guide's material, or "form:<question>"
    name = models.CharField(_("材料"), max_length=200)
    problem = EncryptedTextField(_("问题"))
    mend = EncryptedTextField(_("怎样补正"), blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    existed = models.BooleanField(default=True)  # False: it is about a fact that arose after the first notice

    class Meta:
        ordering: ClassVar = ["case_id", "notice", "pk"]
        verbose_name = _("补正项")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "notice", "material"], name="asked_once_a_notice"),
        ]


class Decision(models.Model):
    """The decision of a case as it is public: number, day, result; one a case."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="decision")
    granted = models.BooleanField(_("准予"))
    paper_number = models.CharField(_("文号"), max_length=60, unique=True)
    decided_at = models.DateTimeField(_("决定日期"))
    decided_by = models.BigIntegerField()
    valid_until = models.DateField(_("有效期至"), null=True)
    delivered_at = models.DateTimeField(_("送达日期"), null=True)
