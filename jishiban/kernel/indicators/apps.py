"""The room's name in Django's register."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.kernel.indicators"
    label = "indicators"
    verbose_name = "指标"

    def ready(self) -> None:
        from jishiban.kernel.indicators.first import declare_first

        declare_first()
