"""The same form posted at the same moment from several places."""

from __future__ import annotations

import pytest
from django.test import Client

from jishiban.hall.applications.models import Application, Draft
from jishiban.hall.applications.tests.portal_cast import browser_of, filled, guide
from jishiban.kernel.cases.models import Case, CaseEvent
from jishiban.kernel.directory.tests.cast import make_cast
from jishiban.kernel.tests.threads import together


@pytest.mark.django_db(transaction=True)
def test_the_same_form_posted_eight_times_at_once_is_one_case() -> None:
    cast = make_cast()
    food = guide("005", cast.office, "005")
    zhang = browser_of(cast.citizen)
    code = filled(zhang, food)

    def post() -> str:
        client = Client()
        client.cookies = zhang.cookies
        return str(client.post(f"/apply/d/{code}/review/", {"true": "on"})["Location"])

    places = together(post, copies=8)
    case = Case.objects.get()
    assert set(places) == {f"/my/{case.number}/receipt/"}
    assert Application.objects.get().token == code
    assert CaseEvent.objects.count() == 1
    assert not Draft.objects.exists()
