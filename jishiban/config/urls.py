"""Every address of the house. Each room keeps its own list; here they are put side by side."""

from importlib.util import find_spec

from django.urls import include, path

from jishiban.config import api
from jishiban.config.health import healthz

ROOMS = [
    "jishiban.web",  # home, mode, errors, components
    "jishiban.web.accounts",  # /sign-in/ /desk/sign-in/ /desk/account/
    "jishiban.web.record",  # /ledger/
    "jishiban.web.promises",  # /promises
    "jishiban.web.calculator",  # /clock/
    "jishiban.hall.matters",  # /matters/ /search /desk/guides/
    "jishiban.hall.applications",  # /apply/ /my/ /track/ /desk/
    "jishiban.guide.conversations",  # /guide/ /desk/questions/
    "jishiban.guide.scenarios",  # /guide/scenarios/ /desk/scenarios/
    "jishiban.guide.entries",  # /desk/library/
]

urlpatterns = [
    path("healthz", healthz),
    path("api/v1/", api.patterns()),  # for programs
    *(path("", include(f"{room}.urls")) for room in ROOMS if find_spec(f"{room}.urls")),
]

handler400 = "jishiban.web.portal.bad_request"
handler403 = "jishiban.web.portal.forbidden"
handler404 = "jishiban.web.portal.not_found"
handler500 = "jishiban.web.portal.server_error"
