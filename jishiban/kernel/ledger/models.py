"""What is stored: the leaves, the one head row, the signed checkpoints, and records that live only here.

Nothing in this room updates or deletes a leaf, a record or a checkpoint.
"""

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _

from jishiban.kernel.ledger.sealing import FIRST_SEAL, KIND_LENGTH

if TYPE_CHECKING:
    _Number = models.BigIntegerField[int, int]
else:  # a field takes no type arguments when it runs
    _Number = models.BigIntegerField


class LeafNumber(_Number):
    """A 64-bit number; on SQLite the row's own address, so that reading in order is reading the file in order."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Leaf(models.Model):
    """One thing that cannot be unsaid.

    `nodes` are the hashes of the complete subtrees this leaf completes, level 1 upwards, so that any complete
    subtree is found in the last leaf under it.
    """

    index = LeafNumber(_("编号"), primary_key=True)
    kind = models.CharField(_("种类"), max_length=KIND_LENGTH)
    at = models.DateTimeField(_("登记时间"))
    salt = models.BinaryField(max_length=16)
    commitment = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    nodes = models.BinaryField()
    seal = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("账目")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(index__gte=0), name="leaves_count_from_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.kind}"


class Head(models.Model):
    """The one row appending locks: how many leaves there are and everything needed to add the next."""

    ROW = 1

    id = models.SmallIntegerField(primary_key=True, default=ROW)
    size = models.BigIntegerField(default=0)
    peaks = models.BinaryField(default=b"")
    seal = models.BinaryField(default=FIRST_SEAL)
    at = models.DateTimeField(null=True)
    mac = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("账本首行")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="the_ledger_has_one_head"),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="the_ledger_has_a_size"),
        ]

    def __str__(self) -> str:
        return str(self.size)


class Checkpoint(models.Model):
    """A signed statement: at this time the log had this many leaves and this root."""

    size = models.BigIntegerField(_("条数"), unique=True)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField(_("时间"))
    key_id = models.CharField(_("公钥编号"), max_length=16)
    signature = models.BinaryField(max_length=64)

    class Meta:
        verbose_name = _("签名存档")
        ordering: ClassVar = ["-size"]

    def __str__(self) -> str:
        return f"{self.size} {bytes(self.root).hex()}"


class LedgerRecord(models.Model):
    """A recorded act that has no other table: a reveal, an erasure, a guide's publication."""

    kind = models.CharField(_("种类"), max_length=KIND_LENGTH)
    body = models.TextField(_("内容"))  # canonical JSON: the very bytes that were sealed
    at = models.DateTimeField(_("时间"))
    leaf = models.BigIntegerField(_("账目编号"), unique=True)

    class Meta:
        verbose_name = _("留痕记录")
        indexes: ClassVar = [models.Index(fields=["kind", "-at"], name="records_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.leaf}"

    @property
    def facts(self) -> dict[str, Any]:
        """The body as data."""
        return dict(json.loads(self.body))

    @staticmethod
    def payload(kind: str, at: str, body: str) -> bytes:
        """What the leaf seals, from the columns as they are stored; `at` as `sealing.stamp` writes it."""
        return f'{{"at":"{at}","body":{body},"kind":{_quoted(kind)}}}'.encode()


@lru_cache(maxsize=64)
def _quoted(kind: str) -> str:
    return json.dumps(kind, ensure_ascii=False)
