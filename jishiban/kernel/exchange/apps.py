"""The room's name in Django's register."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.kernel.exchange"
    label = "exchange"
    verbose_name = "交换"
