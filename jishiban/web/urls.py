"""Addresses of the web floor itself."""

from django.urls import path

from jishiban.web import portal

urlpatterns = [
    path("", portal.home, name="home"),
    path("mode/", portal.set_mode, name="set-mode"),
    path("i18n/setlang/", portal.language, name="set-language"),
    path("offline/", portal.offline, name="offline"),
    path("web/components/", portal.components, name="components"),
]
