"""The room's name in Django's register."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.kernel.papers"
    label = "papers"
    verbose_name = "文书"
