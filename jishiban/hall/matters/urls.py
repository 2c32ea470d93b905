"""Addresses of matters and guides, included at the root."""

from django.urls import path

from jishiban.hall.matters import desk, portal

app_name = "matters"

urlpatterns = [
    # for people
    path("search", portal.find, name="search"),
    path("matters/", portal.browse, name="list"),
    path("matters/<int:pk>/", portal.guide, name="guide"),
    path("matters/<int:pk>/print/", portal.paper, name="print"),
    path("matters/<int:pk>/versions/", portal.versions, name="versions"),
    path("matters/<int:pk>/versions/<int:number>/", portal.version, name="version"),
    # for editors: /desk/guides/
    path("desk/guides/", desk.guides, name="desk-guides"),
    path("desk/guides/import/", desk.import_list, name="desk-import"),
    path("desk/guides/import/<int:pk>/", desk.confirm_import, name="desk-import-confirm"),
    path("desk/guides/<int:pk>/edit/", desk.edit, name="desk-edit"),
    path("desk/guides/<int:pk>/preview/", desk.preview, name="desk-preview"),
    path("desk/guides/<int:pk>/publish/", desk.publish, name="desk-publish"),
    path("desk/guides/<int:pk>/discard/", desk.discard, name="desk-discard"),
    path("desk/guides/<int:pk>/status/", desk.status, name="desk-status"),
    path("desk/guides/<int:pk>/history/", desk.history, name="desk-history"),
]
