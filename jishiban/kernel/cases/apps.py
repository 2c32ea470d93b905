"""The room's name in Django's register."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.kernel.cases"
    label = "cases"
    verbose_name = "办件"
