"""Addresses of scenarios, included at the root."""

from django.urls import path

from jishiban.guide.scenarios import desk, portal

app_name = "scenarios"

urlpatterns = [
    # for people
    path("guide/scenarios/", portal.cards, name="list"),
    path("guide/scenarios/<slug:key>/", portal.start, name="start"),
    path("guide/scenarios/<slug:key>/plan/", portal.plan, name="plan"),
    path("guide/scenarios/<slug:key>/plan/print/", portal.paper, name="print"),
    # for editors: /desk/scenarios/
    path("desk/scenarios/", desk.listed, name="desk-list"),
    path("desk/scenarios/new/", desk.new, name="desk-new"),
    path("desk/scenarios/<slug:key>/edit/", desk.edit, name="desk-edit"),
    path("desk/scenarios/<slug:key>/preview/", desk.preview, name="desk-preview"),
    path("desk/scenarios/<slug:key>/paths/", desk.ways, name="desk-paths"),
    path("desk/scenarios/<slug:key>/publish/", desk.publish, name="desk-publish"),
    path("desk/scenarios/<slug:key>/discard/", desk.discard, name="desk-discard"),
    path("desk/scenarios/<slug:key>/history/", desk.history, name="desk-history"),
    path("desk/scenarios/<slug:key>/status/", desk.status, name="desk-status"),
]
