"""The room's name in Django's register."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.guide.conversations"
    label = "conversations"
    verbose_name = "智慧导服"
