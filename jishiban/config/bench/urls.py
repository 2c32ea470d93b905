"""The real addresses, and one that does nothing: what every page is measured against."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from jishiban.config.urls import handler400, handler403, handler404, handler500
from jishiban.config.urls import urlpatterns as real
from jishiban.web.doors import public

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@public
def empty(_request: HttpRequest) -> HttpResponse:
    """An empty view behind the same middleware."""
    return HttpResponse("ok")


urlpatterns = [path("bench/empty", empty), *real]
