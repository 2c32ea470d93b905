"""Addresses of applications: the portal's and the desk's."""

from importlib.util import find_spec

from django.urls import include, path

app_name = "applications"
ROOM = "jishiban.hall.applications"
urlpatterns = [
    path("", include(f"{ROOM}.{door}"))
    for door in ("urls_portal", "urls_desk")
    if find_spec(f"{ROOM}.{door}")
]
