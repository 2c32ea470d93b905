"""Puts the house together when Django is ready."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Not a room: it only calls the wiring once all rooms are there."""

    name = "jishiban.config"
    label = "house"

    def ready(self) -> None:
        from jishiban.config.wiring import put_together

        put_together()
