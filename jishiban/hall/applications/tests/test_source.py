"""What the ledger finds about applications: a form changed, exchanged, wiped or deleted in the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jishiban.hall.applications import actions
from jishiban.hall.applications.actions import Asked
from jishiban.hall.applications.models import Application
from jishiban.hall.applications.source import ApplicationSource
from jishiban.hall.applications.tests.conftest import FORM, Filer
from jishiban.kernel.cases.erasure import erase_person
from jishiban.kernel.cases.models import Case
from jishiban.kernel.cases.source import CaseSource
from jishiban.kernel.directory.tests.cast import Cast
from jishiban.kernel.ledger.sources import Source
from jishiban.kernel.ledger.verify import verify


def write(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def changed(case: Case, _other: Case) -> None:
    application = Application.objects.get(pk=case.pk)
    application.form = application.form | {"answers": {"premises": "别处"}}
    application.save(update_fields=["form"])


def exchanged(case: Case, other: Case) -> None:
    forms = dict(Application.objects.values_list("pk", "form_digest"))
    write(
        "UPDATE applications_application SET form = (SELECT form FROM applications_application WHERE case_id = %s), "
        "form_digest = %s WHERE case_id = %s",
        other.pk, forms[other.pk], case.pk,
    )  # fmt: skip


def wiped(case: Case, _other: Case) -> None:
    Application.objects.filter(pk=case.pk).update(form={"erased": True})


def garbled(case: Case, _other: Case) -> None:
    write("UPDATE applications_application SET form = 'v1:no:no' WHERE case_id = %s", case.pk)


def deleted(case: Case, _other: Case) -> None:
    write("DELETE FROM applications_application WHERE case_id = %s", case.pk)


@pytest.mark.parametrize("attack", [changed, exchanged, wiped, garbled, deleted])
def test_a_form_touched_in_the_database_is_found_at_the_leaf_that_took_it_in(
    file: Filer, attack: Callable[[Case, Case], None]
) -> None:
    case, other = file(token="one"), file(token="two")
    among: list[Source] = [CaseSource(), ApplicationSource()]
    assert verify(among=among).ok
    attack(case, other)
    report = verify(among=among)
    assert report.first_fault is not None
    assert report.first_fault.index == case.events.get(seq=1).leaf


def test_a_corrected_form_is_held_against_its_correction(cast: Cast, file: Filer) -> None:
    case = file()
    actions.give_notice(case, [Asked("pingmiantu", "平面图", "没有比例", "补画")], by=cast.actor("clerk"))
    actions.correct(case, FORM | {"answers": {"premises": "新址"}}, [], by=cast.actor("citizen"))
    assert list(ApplicationSource().audit()) == []


def test_a_form_erased_at_the_request_of_its_person_is_no_fault(cast: Cast, file: Filer) -> None:
    case = file()
    actions.take_step(case, "withdraw", by=cast.actor("citizen"))
    erase_person(cast.citizen, by=cast.actor("admin"), reason="本人申请", now=timezone.now())
    assert Application.objects.get(pk=case.pk).form == {"erased": True}
    assert list(ApplicationSource().audit()) == []
