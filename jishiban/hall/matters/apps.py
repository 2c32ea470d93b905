"""The room's name in Django's register."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.hall.matters"
    label = "matters"
    verbose_name = "事项"
