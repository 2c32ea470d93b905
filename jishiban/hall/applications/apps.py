"""The room's name in Django's register."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.hall.applications"
    label = "applications"
    verbose_name = "申请"
