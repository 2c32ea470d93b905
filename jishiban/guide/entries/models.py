"""The library of standard questions: what was compiled from guides, what editors wrote, and how people say it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.models import Staff, Unit


class Aspect(models.TextChoices):
    """What about a matter is asked: the ten aspects of a guide; anything else stands for itself."""

    FLOW = "流程", _("流程")
    MATERIAL = "材料", _("材料")
    PLACE = "地点", _("地点")
    TIME = "时限", _("时限")
    FEE = "费用", _("费用")
    CONDITION = "条件", _("条件")
    ONLINE = "网办", _("网办")
    AGENT = "代办", _("代办")
    PROGRESS = "进度", _("进度")
    BASIS = "依据", _("依据")
    OTHER = "其他", _("其他")


class Origin(models.TextChoices):
    COMPILED = "compiled", _("由指南生成")
    HAND = "hand", _("人工编写")


class Item(models.Model):
    """What the entries of a matter are asked by: its official name and the aliases of its guide.

    Kept beside the guide, so that an index can be brought up to date without reading guides.
    """

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="item")
    name = models.CharField(_("事项名称"), max_length=300)
    aliases = models.JSONField(_("别名"), default=list)

    class Meta:
        verbose_name = _("事项叫法")

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One standard question with its answer and its source. Never an answer without a source.

    `key` is stable: "m12:材料" for an aspect of a guide, "m12:材料:shenqingshu" for a part of it, "h7" for a
    hand-written one. Withdrawn entries stay, so that every index learns of it: `moved` is the library's number at
    the entry's last change.
    """

    key = models.CharField(max_length=160, unique=True)
    origin = models.CharField(_("来历"), max_length=8, choices=Origin.choices)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="entries")
    guide = models.ForeignKey(GuideVersion, models.PROTECT, null=True, blank=True, related_name="+")
    aspect = models.CharField(_("方面"), max_length=4, choices=Aspect.choices, default=Aspect.OTHER)
    variant = models.CharField(_("业务种类"), max_length=10, blank=True)
    question = models.CharField(_("标准问题"), max_length=500)
    answer = models.TextField(_("答复"))
    similar = models.JSONField(_("相似问法"), default=list)
    source = models.CharField(_("出处"), max_length=300)  # said to people: 《…办事指南》申请材料
    field = models.CharField(max_length=40, blank=True)  # the guide's part, as document.py names it
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    checked_on = models.DateField(_("最近核对日期"))
    changed_at = models.DateTimeField(_("最近改动"))
    valid_from = models.DateField(_("生效"), null=True, blank=True)
    valid_to = models.DateField(_("失效"), null=True, blank=True)
    in_use = models.BooleanField(_("在用"), default=True)
    moved = models.BigIntegerField(db_index=True, default=0)

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("知识条目")
        indexes: ClassVar = [
            models.Index(fields=["matter", "aspect"]),
            models.Index(fields=["in_use", "origin"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(source=""), name="no_entry_without_a_source"),
            models.CheckConstraint(condition=~models.Q(answer=""), name="no_entry_without_an_answer"),
            models.CheckConstraint(
                condition=models.Q(origin=Origin.HAND) | models.Q(matter__isnull=False, guide__isnull=False),
                name="a_compiled_entry_has_its_guide",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_to=None)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="an_entry_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.question


class AliasState(models.TextChoices):
    WAITING = "waiting", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("不采用")


class Alias(models.Model):
    """How people say a matter (or an entry): proposed from what was asked and chosen, used once confirmed."""

    text = models.CharField(_("说法"), max_length=60)
    matter = models.ForeignKey(Matter, models.CASCADE, null=True, blank=True, related_name="said")
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, blank=True, related_name="said")
    state = models.CharField(_("状态"), max_length=9, choices=AliasState.choices, default=AliasState.WAITING)
    askers = models.PositiveIntegerField(_("问过的人数"), default=0)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    moved = models.BigIntegerField(db_index=True, default=0)

    class Meta:
        ordering: ClassVar = ["-askers", "pk"]
        verbose_name = _("别名")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["text", "matter"],
                condition=models.Q(matter__isnull=False),
                name="one_alias_a_matter",
            ),
            models.UniqueConstraint(
                fields=["text", "entry"], condition=models.Q(entry__isnull=False), name="one_alias_an_entry"
            ),
            models.CheckConstraint(
                condition=models.Q(matter__isnull=False, entry__isnull=True)
                | models.Q(matter__isnull=True, entry__isnull=False),
                name="an_alias_has_one_target",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-askers"])]

    def __str__(self) -> str:
        return self.text

    @property
    def target(self) -> str:
        """The name of what is meant."""
        return self.matter.name if self.matter else self.entry.question if self.entry else ""


class Asker(models.Model):
    """That somebody meant this by that alias, known by a hash only: the same one is counted once."""

    alias = models.ForeignKey(Alias, models.CASCADE, related_name="asked_by")
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alias", "hash"], name="an_asker_counts_once"),
        ]


class Line(models.Model):
    """One line of the lexicon a place has added: what people say → the official words. Shipped lines are files."""

    said = models.CharField(_("口语"), max_length=40, unique=True)
    official = models.CharField(_("规范用语"), max_length=120)
    owner = models.CharField(_("负责单位"), max_length=40)
    test = models.CharField(_("测试句"), max_length=120)
    in_use = models.BooleanField(_("在用"), default=False)
    moved = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["said"]
        verbose_name = _("口语词典")

    def __str__(self) -> str:
        return f"{self.said} → {self.official}"


class Library(models.Model):
    """The one row every change of entries, aliases or lines moves: what an index must have reached to be fresh."""

    ROW = 1

    id = models.SmallIntegerField(primary_key=True, default=ROW)
    version = models.BigIntegerField(default=0)
    lexicon = models.BigIntegerField(default=0)  # its value when a lexicon line last changed
    day = models.DateField(null=True)  # up to which day entries that begin or end by date were turned
    askers_agree = models.PositiveSmallIntegerField(_("几人同说自动确认"), default=3)  # 0: never by itself
    review_days = models.PositiveSmallIntegerField(_("审核时限（工作日）"), default=5)

    class Meta:
        verbose_name = _("知识库")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="there_is_one_library"),
            models.CheckConstraint(condition=models.Q(review_days__gte=1), name="a_review_has_a_day"),
        ]

    def __str__(self) -> str:
        return str(self.version)


class Kind(models.TextChoices):
    """What a revision would change; each kind has one function that applies it."""

    ENTRY = "entry", _("知识条目")
    ENTRIES = "entries", _("一批知识条目")
    LINE = "line", _("口语词典")
    SCENARIO = "scenario", _("情景导办")


class Revision(models.Model):
    """What somebody would like to change, on its way through three reviews; its course is that of its case.

    `payload` is what will be applied, `before` what it takes the place of: both as the publisher of the kind reads
    and writes them. The ledger holds the digest of the payload at every hand-in and at publication.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="revision")
    kind = models.CharField(_("种类"), max_length=10, choices=Kind.choices)
    target = models.CharField(
        max_length=60, blank=True
    )  # what it changes: "entry:12", "line:3"; empty: it is new
    title = models.CharField(_("标题"), max_length=200)
    payload = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    why = models.CharField(_("为什么改"), max_length=200)
    drafted_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    is_open = models.BooleanField(default=True)  # as its case: neither published nor dropped

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("知识修订")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["target"],
                condition=models.Q(is_open=True) & ~models.Q(target=""),
                name="one_open_revision_a_target",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["target"])]

    def __str__(self) -> str:
        return self.title


class Upload(models.Model):
    """A file of entries an editor has sent and not yet confirmed; deleted when it goes to review or is dropped."""

    editor = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    filename = models.CharField(_("文件"), max_length=120)
    rows = models.JSONField(default=dict)  # as importer.Table.stored writes it
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("待确认的知识条目")

    def __str__(self) -> str:
        return self.filename
