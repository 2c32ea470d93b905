"""Every address of the house. Each room keeps its own list; here they are put side by side."""

from django.urls import include, path

from jishiban.config import api
from jishiban.config.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("api/v1/", api.patterns()),  # for programs
    path("", include("jishiban.web.urls")),  # home, mode, errors, components
    path("", include("jishiban.web.accounts.urls")),  # /sign-in/ /desk/sign-in/ /desk/account/
    path("", include("jishiban.web.record.urls")),  # /ledger/
    path("", include("jishiban.web.promises.urls")),  # /promises
    path("", include("jishiban.web.calculator.urls")),  # /clock/
    path("", include("jishiban.hall.matters.urls")),  # /matters/ /search /desk/guides/
    path("", include("jishiban.hall.applications.urls")),  # /apply/ /my/ /track/ /desk/
]

handler400 = "jishiban.web.portal.bad_request"
handler403 = "jishiban.web.portal.forbidden"
handler404 = "jishiban.web.portal.not_found"
handler500 = "jishiban.web.portal.server_error"
