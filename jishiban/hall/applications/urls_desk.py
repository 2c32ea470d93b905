"""Addresses of the desk: /desk/…"""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from jishiban.hall.applications.desk import calls, case, exchange, inbox, steps, unit, walkin


class CaseNumberConverter(StringConverter):
    """A case number as it is printed."""

    regex = "[0-9]{6}-[0-9]{8}-[0-9]{5}-[0-9]"


register_converter(CaseNumberConverter, "case")

urlpatterns = [
    path("desk/", inbox.inbox, name="desk"),
    # at the counter
    path("desk/new/", walkin.choose, name="desk-new"),
    path("desk/new/<int:matter>/", walkin.register, name="desk-register"),
    # one case
    path("desk/cases/<case:number>/", case.page, name="desk-case"),
    path("desk/cases/<case:number>/reveal/", case.reveal, name="desk-reveal"),
    path("desk/cases/<case:number>/papers/<int:pk>/", case.paper, name="desk-paper"),
    path("desk/cases/<case:number>/files/<uuid:key>/", case.file, name="desk-file"),
    path("desk/cases/<case:number>/<slug:name>/", steps.step, name="desk-step"),
    # heads and housekeeping
    path("desk/unit/", unit.unit, name="desk-unit"),
    path("desk/unit/hand-over/", unit.hand_over, name="desk-hand-over"),
    path("desk/calls/", calls.calls, name="desk-calls"),
    path("desk/calls/<int:pk>/told/", calls.told, name="desk-told"),
    path("desk/exchange/", exchange.exchange, name="desk-exchange"),
    path("desk/exchange/<int:pk>/retry/", exchange.retry, name="desk-retry"),
]
