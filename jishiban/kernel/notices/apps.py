"""The room's name in Django's register."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.kernel.notices"
    label = "notices"
    verbose_name = "通知"
