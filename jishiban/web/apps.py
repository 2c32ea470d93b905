"""The two front doors: layout, components and static files for the portal and the desk."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the shells and their template tags; it has no tables of its own."""

    name = "jishiban.web"
    label = "web"
    verbose_name = "门户与工作台"
