"""The room's name in Django's register."""

from django.apps import AppConfig


class EntriesConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.guide.entries"
    label = "entries"
    verbose_name = "知识库"
