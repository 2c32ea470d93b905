"""The room's name in Django's register."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.kernel.ledger"
    label = "ledger"
    verbose_name = "承诺账本"
