"""The room's name in Django's register."""

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.guide.scenarios"
    label = "scenarios"
    verbose_name = "情景攻略"

    def ready(self) -> None:
        from jishiban.guide.scenarios.indicators import declare_scenarios

        declare_scenarios()
