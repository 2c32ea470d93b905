"""What the ledger checks about applications: every form against the digest in the event that took it in.

The event is sealed and holds a salted digest of the form, so an answer changed directly in the database, a form put
in the place of another, or one that was deleted no longer matches it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from django.db import DEFAULT_DB_ALIAS

from jishiban.hall.applications.actions import form_digest
from jishiban.hall.applications.models import Application
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.directory.crypto import CryptoError, decrypt
from jishiban.kernel.directory.models import Person
from jishiban.kernel.ledger.sources import Fault, stream

APPLICATIONS, EVENTS = Application._meta.db_table, CaseEvent._meta.db_table
CASES, PERSONS = Case._meta.db_table, Person._meta.db_table
CONTEXT = f"{Application._meta.label_lower}.form"  # as the field itself binds it
ERASED = {"erased": True}

Held = tuple[int, str, str, bool]  # case, sealed form, stored digest, whether its person was erased
Told = tuple[int, int, str]  # case, leaf of the last event that took a form in, digest it holds


class ApplicationSource:
    """The ledger's view of what was answered. Its digests stand in case events, so it claims no leaf."""

    kind = "application"

    def __init__(self, using: str = DEFAULT_DB_ALIAS) -> None:
        self.using = using

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Nothing: the events are handed over by the source of cases."""
        return iter(())

    def audit(self) -> Iterator[Fault]:
        """Forms changed, exchanged, added or deleted directly. What looks wrong is read again: it may just have moved."""
        told = self._told()
        event = next(told, None)
        for held in self._held():
            while event is not None and event[0] < held[0]:
                yield from self._look_again(event[0])
                event = next(told, None)
            mine = event if event is not None and event[0] == held[0] else None
            if fault_of(held, mine):
                yield from self._look_again(held[0])
            event = next(told, None) if mine is not None else event
        while event is not None:
            yield from self._look_again(event[0])
            event = next(told, None)

    def _look_again(self, case_id: int) -> Iterator[Fault]:
        event = next(self._told(case_id), None)
        held = next(self._held(case_id), None)
        if reason := fault_of(held, event):
            yield Fault(event[1] if event else None, reason, self.kind)

    def _held(self, case_id: int | None = None) -> Iterator[Held]:
        """Every application, or one, by case."""
        one, params = ("", ()) if case_id is None else ("WHERE a.case_id = %s ", (case_id,))
        sql = (
            f"SELECT a.case_id, a.form, a.form_digest, p.erased_at FROM {APPLICATIONS} a "  # noqa: S608  names of our own
            f"LEFT JOIN {CASES} c ON c.id = a.case_id LEFT JOIN {PERSONS} p ON p.id = c.person_id {one}ORDER BY a.case_id"
        )
        for case, form, digest, erased_at in stream(self.using, sql, params):
            yield case, form, digest, erased_at is not None

    def _told(self, case_id: int | None = None) -> Iterator[Told]:
        """The last event with a form of every application, or of one, by case."""
        one, params = ("", ()) if case_id is None else ("AND e.case_id = %s ", (case_id,))
        sql = (
            f"SELECT e.case_id, e.leaf, e.facts_text FROM {EVENTS} e JOIN {CASES} c ON c.id = e.case_id "  # noqa: S608
            f"WHERE c.flow = 'application' AND e.facts_text LIKE %s {one}ORDER BY e.case_id, e.seq"
        )
        rows = stream(self.using, sql, ('%"form":%', *params))
        for case, events in groupby(rows, key=lambda row: row[0]):
            *_earlier, (_case, leaf, facts) = events
            yield case, leaf, str(json.loads(facts).get("form", ""))


def fault_of(held: Held | None, event: Told | None) -> str:
    """What is wrong with one application; empty when its form is the one the event took in, or was lawfully erased."""
    if held is None:
        return "账本记着申请内容，那一份却不在了。" if event is not None else ""
    _case, sealed, digest, is_erased = held
    if event is None:
        return "有一份申请内容没有对应的办理记录，是直接写入数据库的。"
    if digest != event[2]:
        return "申请内容的摘要与办理记录不符，被直接改动过。"
    try:
        form = json.loads(decrypt(sealed, CONTEXT))
    except (CryptoError, ValueError):
        return "申请内容打不开，被直接改动过。"
    if form == ERASED:
        return "" if is_erased else "申请内容被直接删掉了，没有经过依申请删除。"
    return "" if form_digest(form) == digest else "申请内容被直接改动过。"
